import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { openStore } from '../../src-main/store/store.ts'
import { akshareFile, soundBars } from '../fixtures/vendorFiles.ts'
import { exportTo, readCsv } from './exported.ts'
import { answerSaveDialog, expect, type Plateau, test } from './fixtures.ts'
import { hold } from './work.ts'

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `import-${name}.png`) })

/** The same screen in both themes. */
async function pictures(page: Page, name: string): Promise<void> {
  await picture(page, `${name}-dark`)
  await page.getByTestId('theme-switch').click()
  await picture(page, `${name}-light`)
  await page.getByTestId('theme-switch').click()
}

async function pick(page: Page, select: string, value: string): Promise<void> {
  await page.getByTestId(select).click()
  await page.getByTestId(`choice-${value}`).filter({ visible: true }).click()
}

/** A project in the test's folder, made by the import screen's own button. */
async function newProject({ app, page, userData }: Plateau): Promise<string> {
  const store = path.join(userData, 'mine.sqlite')
  await answerSaveDialog(app, store)
  await page.getByTestId('import-data').click()
  await page.getByTestId('new-project').click()
  await expect(page.getByTestId('import-target')).toContainText('mine')
  return store
}

function write(folder: string, name: string, content: string | Buffer): string {
  const file = path.join(folder, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, content)
  return file
}

/** Drops a file of the page's own making on the window. */
const drop = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File(['date,close'], 'made.csv'))
    return document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
    )
  })

/** Choose files on the import screen, see them recognised, check and import them. */
async function importAll(page: Page): Promise<void> {
  await page.getByTestId('import-check').click()
  await page.getByTestId('import-start').click()
  await expect(page.getByTestId('show-project')).toBeVisible()
}

test('a GBK file read in the wrong encoding is seen as nonsense, corrected, checked and imported; again it is unchanged', async ({
  plateau,
}) => {
  const { page, userData, problems } = plateau
  const bars = akshareFile('000001', 60, (cells, at) => (at === 7 ? cells.with(4, 1) : cells))
  const file = write(userData, 'files/000001.csv', bars)
  await newProject(plateau)
  await pictures(page, '1-choose')

  await page.getByTestId('files-input').setInputFiles(file)
  const records = page.getByTestId('import-records')
  await expect(records).toContainText('日期')
  await expect(page.getByTestId('import-files')).toContainText('AkShare')
  await expect(page.getByTestId('import-evidence')).toContainText('成交量 × 100')
  const preview = path.join(userData, 'preview.csv')
  await exportTo(plateau.app, page.locator('.panel').filter({ has: records }), 'csv', preview)
  const [header, first] = await readCsv(preview)
  expect(header[0]).toBe('日期')
  expect(await records.locator('tbody tr').first().locator('td').allInnerTexts()).toEqual(first)
  await pictures(page, '2-map')

  await pick(page, 'import-encoding', 'utf-8')
  await expect(page.getByTestId('garbled')).toBeVisible()
  await expect(records).toContainText('\ufffd')
  await expect(records).not.toContainText('日期')
  await expect(page.getByTestId('import-files')).toContainText('有乱码')
  await expect(page.getByTestId('import-check')).toBeDisabled()
  await pictures(page, '3-garbled')

  await pick(page, 'import-encoding', 'gb18030')
  await expect(records).toContainText('日期')
  await expect(page.getByTestId('garbled')).toHaveCount(0)
  await page.getByTestId('import-check').click()
  await expect(page.getByTestId('import-totals')).toContainText(
    '读入 60 行 = 新增 59 + 替换 0 + 未变 0 + 隔离 1',
  )
  await expect(page.getByTestId('import-reasons')).toContainText('最高价低于最低价')
  const refused = page.getByTestId('import-quarantined')
  for (const text of ['000001.csv', '最高价', '最高价低于最低价']) await expect(refused).toContainText(text)
  await pictures(page, '4-check')

  await page.getByTestId('import-start').click()
  await expect(page.getByTestId('import-outcome')).toContainText('已导入')
  await pictures(page, '5-done')
  await page.getByTestId('show-project').click()
  await expect(page.getByTestId('coverage')).toContainText('59')
  await expect(page.getByTestId('coverage')).toContainText('2020-01-02')

  await page.getByTestId('import-data').click()
  await page.getByTestId('import-more').click()
  await page.getByTestId('files-input').setInputFiles(file)
  await page.getByTestId('import-check').click()
  await expect(page.getByTestId('nothing-new')).toBeVisible()
  await expect(page.getByTestId('import-totals')).toContainText('新增 0 + 替换 0 + 未变 59 + 隔离 1')
  await page.getByTestId('locale-switch').click()
  await expect(page.getByTestId('import-totals')).toContainText(
    '60 rows in = 0 inserted + 0 replaced + 59 unchanged + 1 quarantined',
  )
  await picture(page, '6-unchanged-en')
  expect(problems).toEqual([])
})

test('columns of a file nobody knows are mapped by hand, kept under a name, and offered for the next file of a folder', async ({
  plateau,
}) => {
  const { page, userData, problems } = plateau
  const odd = (ticker: string, seed: number): string =>
    [
      'Tag,Papier,Erster,Hoch,Tief,Letzter,Lose,Betrag',
      ...soundBars(30, seed).map(([date, ...rest]) => [date, ticker, ...rest].join(',')),
    ].join('\n')
  const first = write(userData, 'first.csv', odd('600000', 1))
  write(userData, 'folder/deeper/a.csv', odd('600001', 2))
  write(userData, 'folder/b.csv', odd('600002', 3))
  write(userData, 'folder/broken.csv', 'no\0text')
  write(userData, 'folder/readme.md', 'x')
  const store = await newProject(plateau)

  await page.getByTestId('files-input').setInputFiles(first)
  await expect(page.getByTestId('import-file').getByTestId('error')).toContainText('Papier')
  await page.getByTestId('edit-mapping').click()
  await expect(page.getByTestId('mapping-lacking')).toContainText('日期')
  for (const [field, column] of Object.entries({
    date: 'Tag',
    symbol: 'Papier',
    open: 'Erster',
    high: 'Hoch',
    low: 'Tief',
    close: 'Letzter',
    volume: 'Lose',
    amount: 'Betrag',
  }))
    await pick(page, `mapping-${field}`, column)
  await page.locator('#unit-volume').fill('100')
  await page.getByTestId('mapping-name').locator('input').fill('Meine Bank')
  await page.getByTestId('keep-mapping').click()
  await expect(page.getByTestId('mapping-kept')).toContainText('Meine Bank')
  await pictures(page, '7-mapping')
  await page.getByTestId('apply-mapping').click()
  await expect(page.getByTestId('import-evidence')).toContainText('100% 的均价')
  await importAll(page)
  expect(JSON.parse(fs.readFileSync(path.join(userData, 'mappings/Meine Bank.json'), 'utf8'))).toMatchObject({
    columns: { date: 'Tag' },
    units: { volume: 100 },
  })

  await page.getByTestId('import-more').click()
  await page.getByTestId('folder-input').setInputFiles(path.join(userData, 'folder'))
  await expect(page.getByTestId('import-refused')).toContainText('3')
  await page.getByTestId('import-files').getByText('broken.csv').click()
  await expect(page.getByTestId('import-file')).toContainText('broken.csv')
  await page.getByTestId('leave-out').click()
  await expect(page.getByTestId('import-refused')).toContainText('2')
  await page.getByTestId('import-files').getByText('a.csv').click()
  await expect(page.getByTestId('import-file')).toContainText('a.csv')
  await pick(page, 'import-scope', 'same')
  await expect(page.getByTestId('kept-offer')).toContainText('Meine Bank')
  await pictures(page, '8-offer')
  await page.getByTestId('kept-use').click()
  await expect(page.getByTestId('import-refused')).toHaveCount(0)
  await importAll(page)
  await expect(page.getByTestId('import-per-file')).toContainText('b.csv')
  await page.getByTestId('show-project').click()
  await expect(page.getByTestId('coverage')).toContainText('90')

  const written = openStore(store, { mode: 'read' })
  const lots = soundBars(30, 1)[0][5] as number
  const symbols = written.all<{ symbol: string }>('SELECT symbol FROM instrument ORDER BY symbol')
  expect(symbols.map(({ symbol }) => symbol)).toEqual(['600000.SH', '600001.SH', '600002.SH'])
  expect(
    written.get(
      "SELECT volume FROM bar JOIN instrument ON id = instrument WHERE symbol = '600000.SH' ORDER BY date LIMIT 1",
    ),
  ).toEqual({ volume: 100 * lots })
  written.close()
  expect(problems).toEqual([])
})

test('a check and an import that are cancelled leave the project as it was, and go on while other screens are shown', async ({
  plateau,
}) => {
  const { app, page, userData, problems } = plateau
  const days = soundBars(2_000, 1)
  const rows = Array.from({ length: 500 }, (_, at) =>
    days.map(([date, ...rest]) => [date, 600_000 + at, ...rest].join(',')).join('\n'),
  )
  const file = write(
    userData,
    'large.csv',
    ['date,symbol,open,high,low,close,volume,note', ...rows, ''].join('\n'),
  )
  const store = await newProject(plateau)
  const kept = (): object => {
    const opened = openStore(store, { mode: 'read' })
    const counts = opened.get<{ rows: number }>(
      'SELECT (SELECT count(*) FROM bar) + (SELECT count(*) FROM import_batch) + (SELECT count(*) FROM instrument) AS rows',
    )!
    opened.close()
    return counts
  }

  await page.getByTestId('files-input').setInputFiles(file)
  await page.getByTestId('import-check').click()
  await page.getByTestId('import-cancel').click()
  await expect(page.getByTestId('import-cancelled')).toContainText('没有写入')
  await page.getByTestId('check-again').click()
  await page.getByTestId('import-start').click()
  await expect(page.getByTestId('import-progress')).toContainText('正在读取')
  // It would not wait for pictures.
  const goOn = hold(app)
  await page.getByTestId('nav-home').click()
  await expect(page.getByTestId('header-import')).toContainText('导入')
  await picture(page, '9-header')
  await page.getByTestId('header-import').click()
  // It keeps its files: others are not taken, and that is said.
  await drop(page)
  await expect(page.getByTestId('drop-refused')).toContainText('拖入的 1 项未被采用')
  await picture(page, '10-progress')
  await page.getByTestId('import-cancel').click()
  goOn()
  await expect(page.getByTestId('import-cancelled')).toContainText('与导入前相同')
  await expect(page.getByTestId('drop-refused')).toHaveCount(0)
  expect(kept()).toEqual({ rows: 0 })
  await page.getByTestId('nav-home').click()
  await expect(page.getByTestId('header-import')).toHaveCount(0)
  await expect(page.getByTestId('coverage')).toContainText('暂无行情')
  expect(problems).toEqual([])
})

test('a page can name no path: neither a file of its own making nor a selection that is none is taken', async ({
  plateau: { page },
}) => {
  interface Bridge {
    select(files: readonly unknown[]): Promise<unknown>
    call(name: string, input: unknown): Promise<unknown>
  }
  const answers = await page.evaluate(async () => {
    const { plateau } = globalThis as never as { plateau: Bridge }
    const made = new File(['date,close'], '/etc/passwd')
    Object.defineProperty(made, 'path', { value: '/etc/passwd' })
    Object.defineProperty(made, 'webkitRelativePath', { value: 'etc/passwd' })
    const question = { readings: {}, only: null, rows: 0 }
    return [
      await plateau.select([made]),
      await (async () => plateau.select(['/etc/passwd']))().catch((error: Error) => error.message),
      await plateau.call('shell.previewImport', { selection: '/etc/passwd', ...question }),
      await plateau.call('imports.preview', { paths: ['/etc/passwd'], ...question }),
    ]
  })
  expect(answers[0]).toMatchObject({ ok: false, error: { code: 'file_not_found' } })
  expect(answers[1]).toEqual(expect.stringContaining('File object'))
  expect(answers[2]).toMatchObject({ ok: false, error: { code: 'not_found' } })
  expect(answers[3]).toMatchObject({ ok: false, error: { code: 'contract_violation' } })

  // Files that are dropped on any screen go to the import, which says why it does not take this one.
  await drop(page)
  await expect(page.getByTestId('import')).toBeVisible()
  await expect(page.getByTestId('import').getByTestId('error')).toBeVisible()
})
