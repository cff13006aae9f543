import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { removeData } from '../../src-main/store/remove.ts'
import { openStore } from '../../src-main/store/store.ts'
import { smallStore } from '../fixtures/smallStore.ts'
import { exportTo, readCsv } from './exported.ts'
import { endPlateau, expect, startPlateau, test } from './fixtures.ts'

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `data-${name}.png`) })

/**
 * The sample in small, with what a store can lack: a stock without the bars of March 2016, of which one was refused. `split` is
 * a stock with ex-days.
 */
async function faultyStore(): Promise<{ folder: string; path: string; gapped: string; split: string }> {
  const small = await smallStore()
  const store = openStore(small.path, { mode: 'write' })
  const [gapped] = store
    .all<{ symbol: string }>('SELECT symbol FROM instrument ORDER BY symbol')
    .map(({ symbol }) => symbol)
  const { split } = store.get<{ split: string }>(
    `SELECT symbol AS split FROM adjustment JOIN instrument ON id = instrument
     WHERE symbol <> ? GROUP BY instrument ORDER BY max(factor) DESC LIMIT 1`,
    gapped,
  )!
  removeData(store, { symbols: [gapped], from: 20160301, to: 20160331 }, false)
  store.close()
  const file = path.join(small.folder, 'refused.csv')
  const columns = 'date,symbol,open,high,low,close,volume,amount'
  // More of them than a page shows.
  fs.writeFileSync(file, [columns, ...Array(60).fill(`2016-03-07,${gapped},10,9,11,10,100,1000`)].join('\n'))
  const main = path.resolve(import.meta.dirname, '../../src-main/cli/main.ts')
  execFileSync(process.execPath, [main, 'import', file, '--store', small.path], { stdio: 'ignore' })
  return { ...small, gapped, split }
}

test('the data screen: gaps, findings, prices found by initials, and a range removed', async ({
  userData,
}) => {
  const { folder, path: store, gapped, split } = await faultyStore()
  const { app, page, problems } = await startPlateau(userData, ['--store', store])
  const matrix = page.getByTestId('coverage-matrix')
  const row = page.getByTestId('coverage-row')

  // Coverage: one stock misses March 2016, but for the refused day.
  await page.getByTestId('nav-data').click()
  await expect(page.getByTestId('coverage-count')).toHaveText('72 / 72 只')
  await picture(page, '1-coverage')
  await page.getByTestId('coverage-filter').fill(gapped.slice(0, 6))
  await expect(page.getByTestId('coverage-count')).toHaveText('1 / 72 只')
  await expect(row).toContainText(gapped)
  await expect(row).toContainText('缺失 22 天')
  await page.getByTestId('coverage-filter').fill('')
  await page.getByTestId('sort-missing').click()
  await page.getByTestId('sort-missing').click()
  await expect(row).toContainText(gapped)
  for (let step = 0; step < 10; step++) await page.getByTestId('zoom-in').click({ force: true })
  await matrix.focus()
  await page.keyboard.press('ArrowDown')
  await expect(row).not.toContainText(gapped)
  await page.keyboard.press('ArrowUp')
  await picture(page, '2-days')
  await page.getByTestId('shape-table').click()
  await expect(page.getByTestId('coverage-table')).toContainText('22')
  await picture(page, '3-table')
  await page.getByTestId('theme-switch').click()
  await page.getByTestId('shape-matrix').click()
  await picture(page, '4-coverage-light')

  // Doctor: the gap, where it is, and the refused row.
  await page.getByTestId('data-coverage').focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByTestId('data-doctor')).toBeFocused()
  const gap = page.getByTestId('finding-gap')
  await expect(gap).toContainText(`${gapped}：2016-04-01 之前缺 23 个交易日`)
  await expect(gap).toContainText('补导这些交易日')
  await expect(page.getByTestId('quarantine')).toContainText('refused.csv')
  await expect(page.getByTestId('quarantine')).toContainText('最高价低于最低价')
  await picture(page, '5-doctor-light')

  // Findings are taken along with the places they were met at, refused rows with those of all pages.
  const findings = path.join(userData, 'findings.csv')
  await exportTo(app, page.locator('.panel', { has: gap }), 'csv', findings)
  const [head, ...found] = await readCsv(findings)
  expect(head).toEqual(['发现', '处数', '对象', '日期', '明细', '处理'])
  expect(found.map(([, , subject, , where]) => [subject, where])).toContainEqual([
    gapped,
    `${gapped}：2016-04-01 之前缺 23 个交易日`,
  ])
  const refused = path.join(userData, 'refused.csv')
  await expect(page.getByTestId('quarantine').locator('tbody tr.row')).toHaveCount(50)
  await exportTo(app, page.getByTestId('quarantine'), 'csv', refused)
  const rows = await readCsv(refused)
  expect(rows.slice(1).map(([, row]) => Number(row))).toEqual(Array.from({ length: 60 }, (_, at) => at + 2))
  // Another page goes on as it is sorted.
  const line = page.getByTestId('quarantine').locator('thead th').nth(1)
  await line.getByRole('button').click()
  await expect(line).toHaveAttribute('aria-sort', /ing$/)
  await page.getByTestId('quarantine').getByRole('button', { name: '下一页' }).click()
  await expect(page.getByTestId('quarantine').locator('tbody tr.row')).toHaveCount(10)
  await expect(line).toHaveAttribute('aria-sort', /ing$/)
  await page.getByTestId('theme-switch').click()
  await picture(page, '6-doctor')
  await gap.getByTestId('example-prices').click()
  await expect(page.getByTestId('prices')).toContainText(gapped)
  await expect(page.getByTestId('price-day')).toContainText('2016-04-01')
  await picture(page, '7-gap')

  // Initials typed anywhere on the screen find a stock; Esc leaves everything as it was.
  const { number } = await page.evaluate(async (symbol) => {
    const bridge = (globalThis as never as { plateau: { call(n: string, i: unknown): Promise<never> } })
      .plateau
    const answer: { value: { symbols: string[]; initials: string[] } } = await bridge.call('data.stocks', {})
    return { number: answer.value.initials[answer.value.symbols.indexOf(symbol)]!.slice(2) }
  }, split)
  await page.getByTestId('data-prices').focus()
  await page.keyboard.press('h')
  await expect(page.getByTestId('finder-input')).toBeFocused()
  await expect(page.getByTestId('finder-input')).toHaveValue('h')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('finder')).toBeHidden()
  await expect(page.getByTestId('prices')).toContainText(gapped)
  await page.getByTestId('data-prices').focus()
  await page.keyboard.press('h')
  await page.keyboard.type(`c${number}`)
  await picture(page, '8-finder')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('finder')).toBeHidden()
  await expect(page.getByTestId('prices')).toContainText(split)

  // The adjustment changes the numbers: at the end forward ones are raw, backward ones are not.
  const day = page.getByTestId('price-day')
  await expect(page.locator('[data-testid=chart-prices][data-chart-ready]')).toBeVisible()
  const forward = await day.innerText()
  await page.getByTestId('adjust-raw').click()
  expect(await day.innerText()).toBe(forward)
  await page.getByTestId('adjust-backward').click()
  await expect(day).not.toHaveText(forward)
  await page.getByTestId('chart-prices').focus()
  const backward = await day.innerText()
  await page.keyboard.press('Home')
  await expect(day).not.toHaveText(backward)
  const first = await day.innerText()
  await page.getByTestId('adjust-raw').click()
  await page.getByTestId('adjust-forward').click()
  await expect(day).not.toHaveText(first)
  await page.getByTestId('chart-prices').focus()
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowUp')
  await picture(page, '9-prices')
  await page.getByTestId('theme-switch').click()
  await page.getByTestId('locale-switch').click()
  await expect(page.getByTestId('prices')).toContainText('ex-days')
  await picture(page, '10-prices-en-light')
  await page.getByTestId('shape-table').click()
  await expect(page.getByTestId('price-table')).toContainText('2016-12-30')
  await page.getByTestId('shape-chart').click()
  await page.getByTestId('chart-prices').focus()
  await page.keyboard.press('PageDown')
  await expect(page.getByTestId('prices')).not.toContainText(split)
  // The chart of the next stock has the focus too.
  await page.keyboard.press('PageUp')
  await expect(page.getByTestId('prices')).toContainText(split)

  // Removal: counted first, done once the name is typed.
  await page.getByTestId('remove-data').click()
  const dialog = page.getByTestId('remove-dialog')
  await expect(dialog).toContainText('Remove a range of data')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await page.getByTestId('remove-data').click()
  await page.getByTestId('remove-code').fill(gapped.slice(0, 6))
  await page.getByTestId('remove-from').fill('2016-05-09')
  await page.getByTestId('remove-to').fill('20160513')
  await page.getByTestId('remove-count').click()
  await expect(page.getByTestId('remove-counts')).toContainText('5')
  await expect(page.getByTestId('remove-now')).toBeDisabled()
  await page.getByTestId('remove-typed').fill('600000')
  await expect(page.getByTestId('remove-now')).toBeDisabled()
  await page.getByTestId('remove-typed').fill(gapped)
  await picture(page, '11-remove-en-light')
  await page.getByTestId('remove-now').click()
  await expect(page.getByTestId('remove-done')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await page.getByTestId('data-coverage').click()
  await page.getByTestId('coverage-filter').fill(gapped.slice(0, 6))
  await expect(row).toContainText('missing days 27')
  await picture(page, '12-removed-en-light')

  expect(problems).toEqual([])
  await endPlateau(app)
  fs.rmSync(folder, { recursive: true, force: true })
})
