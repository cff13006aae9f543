import fs from 'node:fs'
import path from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import ExcelJS from 'exceljs'
import { listArchive } from '../../src-main/ingest/formats/zip.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { pdfPages } from '../fixtures/pdfText.ts'
import { bowl } from '../fixtures/landscape.ts'
import { storedStudies } from '../fixtures/storedStudies.ts'
import { buildStudyResult } from '../fixtures/studyResult.ts'
import {
  answerSaveDialog,
  ask,
  endPlateau,
  expect,
  type Plateau,
  startPlateau,
  takeViolations,
  test as base,
} from './fixtures.ts'
import { cancelAt } from './work.ts'

const result: StudyResult = {
  ...buildStudyResult({ name: '样例=研究', indices: ['000300.SH'] }),
  landscapes: [bowl('AdamW', 1, 1.8), bowl('SAM', 1, 1)],
}

const other = buildStudyResult({ name: '另一项研究', indices: ['000300.SH'] })

/** Where tests leave what is to be looked at. */
const screens = path.join('test-results', 'screens')

/** The app on a store with finished studies of those results, at the first of them. */
const test = base.extend<{ finished: Plateau }, { studied: { folder: string; path: string } }>({
  studied: [
    async ({}, use) => {
      const stored = await storedStudies([result, other])
      await use(stored)
      fs.rmSync(stored.folder, { recursive: true, force: true })
    },
    { scope: 'worker' },
  ],
  finished: async ({ studied, userData }, use) => {
    fs.mkdirSync(screens, { recursive: true })
    const started = await startPlateau(userData, ['--store', studied.path])
    await started.page.getByTestId('nav-report').click()
    await current(started.page)
    await use({ ...started, userData })
    await endPlateau(started.app)
  },
})

const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join(screens, `report-${name}.png`) })

const frame = (page: Page) => page.frameLocator('[data-testid=report-preview]')

/** Waits until the preview is of what is asked for, printed once for its pages. */
async function current(page: Page): Promise<void> {
  await expect(page.getByTestId('report-preview')).toHaveAttribute('data-current', 'true')
  await expect(page.getByTestId('report-state')).toContainText('A4')
}

/** The document that is shown, after a change of the options has reached it. */
async function shown(page: Page, holds: string | RegExp): Promise<string> {
  const srcdoc = async () => (await page.getByTestId('report-preview').getAttribute('srcdoc')) ?? ''
  await expect.poll(async () => (await srcdoc()).replace(/<style>[\s\S]*?<\/style>/, '')).toMatch(holds)
  await current(page)
  return srcdoc()
}

async function exportTo(app: ElectronApplication, page: Page, format: string, file: string): Promise<void> {
  await answerSaveDialog(app, file)
  await page.getByTestId(`report-${format}`).click()
  await expect(page.getByTestId('report-exported')).toContainText(file)
}

/** In pixels of its own. */
const logoSize = (page: Page) =>
  page
    .getByTestId('report-logo')
    .evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])

const headings = (page: Page) => frame(page).locator('h2').allInnerTexts()
const fill = (page: Page, field: string, text: string) =>
  page.getByTestId(`report-${field}`).locator('input, textarea').first().fill(text)

test('options reach the preview, and the preview is what is saved and printed, in both languages', async ({
  finished,
}) => {
  const { app, page, userData, problems } = finished
  await expect(page.getByTestId('report-synthetic')).toContainText('合成数据')
  const whole = await headings(page)
  expect(whole).toHaveLength(10)
  expect(whole.join()).toContain('损失地形')
  await picture(page, '1-dark-zh')

  // The very document, drawn with its own fonts.
  await expect(frame(page).locator('h1')).toHaveText('样例=研究')
  const fonts = await frame(page)
    .locator('h1')
    .evaluate(async (element) => {
      await element.ownerDocument.fonts.ready
      return Array.from(element.ownerDocument.fonts).filter(({ status }) => status === 'loaded').length
    })
  expect(fonts).toBeGreaterThan(3)

  // Chapters.
  await page.getByTestId('report-chapter-training').click()
  await page.getByTestId('report-chapter-appendix').click()
  await shown(page, /本版未收录的章节：训练过程、数据与复现/)
  expect(await headings(page)).toHaveLength(8)

  // Texts of the firm.
  await fill(page, 'title', '量价选股 <周报>')
  await fill(page, 'firm', '平原资产管理')
  await fill(page, 'authors', '量化研究部\n张三')
  await fill(page, 'disclaimer', '本报告仅供内部参考 & 不构成投资建议。')
  await fill(page, 'watermark', '王五 <仅限本人> & 勿外传')
  await shown(page, /<span>王五 &lt;仅限本人&gt; &amp; 勿外传<\/span>/)
  expect(await frame(page).locator('body').innerHTML()).toContain('仅供内部参考 &amp; 不构成')
  const mark = frame(page).locator('.watermark')
  await expect(mark.locator('span').first()).toHaveText('王五 <仅限本人> & 勿外传')
  await expect(mark).toBeInViewport()
  // It is in the way of nothing under it.
  await frame(page).locator('h1').click({ trial: true })
  await expect(frame(page).locator('h1')).toHaveText('量价选股 <周报>')
  await expect(frame(page).locator('.masthead b')).toHaveText('平原资产管理')
  await expect(frame(page).locator('.authors')).toHaveText('量化研究部\n张三')

  // A logo: a photograph and a drawing become a PNG of the size that is printed, what is no picture is refused.
  const photograph = path.join(userData, 'logo.jpg')
  const jpeg = await app.evaluate(({ nativeImage }) => {
    const size = { width: 2000, height: 800 }
    const pixels = Buffer.from(
      Array.from({ length: 4 * size.width * size.height }, (_, at) => (at % 4 === 3 ? 255 : at >> 15)),
    )
    return nativeImage.createFromBitmap(pixels, size).toJPEG(90).toString('base64')
  })
  fs.writeFileSync(photograph, jpeg, 'base64')
  await page.getByTestId('report-logo-input').setInputFiles(photograph)
  await expect.poll(() => logoSize(page)).toEqual([828, 331])
  const logo = path.join(userData, 'logo.svg')
  fs.writeFileSync(
    logo,
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 30"><rect width="120" height="30" rx="4" fill="#1d3f72"/><circle cx="16" cy="15" r="9" fill="#fff"/></svg>',
  )
  await page.getByTestId('report-logo-input').setInputFiles(logo)
  await expect.poll(() => logoSize(page)).toEqual([1324, 331])
  await expect(page.getByTestId('report-logo')).toHaveAttribute('src', /^data:image\/png;base64,/)
  const withLogo = await shown(page, /<img class="logo"/)
  await expect(frame(page).locator('img.logo')).toBeVisible()
  const width = await frame(page)
    .locator('img.logo')
    .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
  expect(width).toBe(1324)
  const broken = path.join(userData, 'broken.png')
  fs.writeFileSync(broken, 'not a picture')
  await page.getByTestId('report-logo-input').setInputFiles(broken)
  await expect(page.getByTestId('report-options').getByTestId('error')).toContainText('broken.png')
  await picture(page, '2-options-dark-zh')

  // Cancelled in the middle, a set of pictures leaves what is in its place as it is.
  const pictures = path.join(userData, 'pictures.zip')
  fs.writeFileSync(pictures, 'before')
  await answerSaveDialog(app, pictures)
  await cancelAt(page, 'report', 'pictures')
  await page.getByTestId('report-png').click()
  await expect(page.getByTestId('work-report-cancelled')).toContainText('没有写入任何文件')
  await expect(page.getByTestId('report-exported')).toHaveText('')
  expect(fs.readdirSync(userData).filter((name) => name.startsWith('pictures'))).toEqual(['pictures.zip'])
  expect(fs.readFileSync(pictures, 'utf8')).toBe('before')

  // HTML: the bytes of the preview. PDF: its text, page by page.
  const html = path.join(userData, 'report.html')
  await exportTo(app, page, 'html', html)
  expect(fs.readFileSync(html, 'utf8') === withLogo).toBe(true)
  const pdf = path.join(userData, 'report.pdf')
  await exportTo(app, page, 'pdf', pdf)
  fs.copyFileSync(pdf, path.join(screens, 'report-zh.pdf'))
  const pages = await pdfPages(pdf)
  await expect(page.getByTestId('report-exported')).toContainText(`${pages.length} 页`)
  await expect(page.getByTestId('report-state')).toContainText(`共 ${pages.length} 页`)
  for (const [at, text] of pages.entries()) {
    expect(text).toContain('SYNTHETICDATA')
    expect(text).toContain(`${at + 1}/${pages.length}`)
    expect(text).toContain('王五<仅限本人>&勿外传')
  }
  const printed = pages.join('')
  for (const text of [
    '量价选股<周报>',
    '平原资产管理',
    '张三',
    '仅供内部参考&不构成投资建议',
    '本版未收录的章节',
  ])
    expect(printed).toContain(text)
  for (const heading of await headings(page)) expect(printed).toContain(heading.replace(/\s/g, ''))
  expect(printed).not.toContain('configHash')
  await picture(page, '3-exported-dark-zh')

  // The other language, chosen for reports alone and then for the window.
  await page.getByTestId('report-options').getByText('英文', { exact: true }).click()
  await shown(page, /Chapters left out of this version: Training, Data and reproduction/)
  await page.getByTestId('locale-switch').click()
  await page.getByTestId('theme-switch').click()
  await expect(page.getByTestId('report-options')).toContainText('Disclaimer of the firm')
  // What was said of the last export is said in the language of the window.
  await expect(page.getByTestId('report-exported')).toContainText(`Pages exported (${pages.length}): ${pdf}`)
  await picture(page, '4-light-en')
  await page.getByTestId('report-logo-remove').click()
  await expect
    .poll(() => page.getByTestId('report-preview').getAttribute('srcdoc'))
    .not.toContain('class="logo"')
  await current(page)
  await exportTo(app, page, 'html', html)
  const english = fs.readFileSync(html, 'utf8')
  expect(english === (await page.getByTestId('report-preview').getAttribute('srcdoc'))).toBe(true)
  expect(english).toContain('<html lang="en">')

  // All of it is kept, the title for this study, and the button of the other screens makes the same report.
  await page.reload()
  await page.getByTestId('nav-portfolio').click()
  const again = path.join(userData, 'again.pdf')
  await answerSaveDialog(app, again)
  await page.getByTestId('export-pdf').click()
  await expect(page.getByTestId('export-done')).toContainText(again)
  const kept = (await pdfPages(again)).join('')
  for (const text of ['量价选股<周报>', '平原资产管理', '勿外传', 'Chaptersleftoutofthisversion'])
    expect(kept).toContain(text)
  await page.keyboard.press('Control+8')
  await current(page)
  await expect(page.getByTestId('report-title').locator('input')).toHaveValue('量价选股 <周报>')
  expect(problems).toEqual([])
})

test('the preview keeps its place when an option changes and while another screen is looked at', async ({
  finished,
}) => {
  const { page, problems } = finished
  await current(page)
  const chapter = frame(page).locator('h2').nth(3)
  const top = () => chapter.evaluate((heading) => Math.round(heading.getBoundingClientRect().top))
  await chapter.evaluate((heading) => {
    heading.scrollIntoView()
    heading.ownerDocument.scrollingElement!.scrollTop += 40
  })
  expect(await top()).toBe(-40)

  // What stands above it grows.
  await fill(page, 'disclaimer', '')
  await fill(page, 'title', '换了题目的报告 '.repeat(20))
  await shown(page, /换了题目的报告/)
  await expect.poll(top).toBe(-40)
  await page.keyboard.press('Control+3')
  await expect(page.getByTestId('report-preview')).toHaveCount(0)
  await page.keyboard.press('Control+8')
  await current(page)
  await expect.poll(top).toBe(-40)
  expect(problems).toEqual([])
})

test('what is said of an export is not said beside another study', async ({ finished }) => {
  const { app, page, userData, problems } = finished
  await exportTo(app, page, 'html', path.join(userData, 'first.html'))
  await page.locator('.picker .n-select').click()
  await page.locator('.n-base-select-option').filter({ hasText: other.config.name }).click()
  await expect(page.getByTestId('report-exported')).toHaveText('')
  await current(page)
  await expect(frame(page).locator('h1')).toHaveText(other.config.name)
  expect(problems).toEqual([])
})

test('nothing in the preview runs, sends or leaves, and the window stays', async ({ finished }) => {
  const { app, page, problems } = finished
  await expect(page.getByTestId('report-preview')).toHaveAttribute('sandbox', 'allow-same-origin')
  const here = page.url()
  await page.evaluate(async () => {
    const preview = document.querySelector<HTMLIFrameElement>('[data-testid=report-preview]')!
    const probe = Object.assign(document.createElement('iframe'), { id: 'probe' })
    probe.setAttribute('sandbox', preview.getAttribute('sandbox')!)
    const said: unknown[] = Object.assign(window, { said: [] }).said
    addEventListener('message', ({ data }) => said.push(data))
    const loaded = new Promise((resolve) => probe.addEventListener('load', resolve))
    const tell = (what: string): string => `parent.postMessage('${what}', '*')`
    probe.srcdoc = [
      `<script>${tell('script')}</` + 'script>',
      `<img src="data:," onerror="${tell('handler')}">`,
      `<svg onload="${tell('svg')}"></svg>`,
      `<a href="javascript:${tell('link')}">a</a>`,
      '<a target="_top" href="app://plateau/none">b</a>',
      '<a target="_blank" href="https://example.com">c</a>',
      '<form target="_top" action="app://plateau/none"><button>d</button></form>',
      `<iframe srcdoc="<script>top.postMessage('frame', '*')</` + 'script>"></iframe>',
    ].join('')
    document.body.append(probe)
    await loaded
    for (const one of probe.contentDocument!.querySelectorAll<HTMLElement>('a, button')) one.click()
  })
  // What they would have done comes before this answer.
  await ask(page, 'shell.info', {})
  const reached = await page.evaluate(() => {
    const probe = document.querySelector<HTMLIFrameElement>('#probe')!
    const links = probe.contentDocument!.querySelectorAll('a, button').length
    probe.remove()
    return { said: (window as never as { said: unknown[] }).said, links }
  })
  expect(reached).toEqual({ said: [], links: 4 })
  expect(page.url()).toBe(here)
  expect(page.context().pages()).toHaveLength(1)
  // That they did not is what the page was told: the script of the link by the policy, which comes before the sandbox.
  expect(takeViolations(app)).toHaveLength(1)
  expect(problems.filter((problem) => !/sandboxed|Refused to run the JavaScript URL/.test(problem))).toEqual(
    [],
  )
})

test('the workbook has the numbers in full, the set of pictures every chart', async ({ finished }) => {
  const { app, page, userData, problems } = finished
  const titles = await frame(page).locator('figcaption span').allInnerTexts()
  const charts = await frame(page).locator('svg').count()

  const xlsx = path.join(userData, 'report.xlsx')
  await exportTo(app, page, 'xlsx', xlsx)
  fs.copyFileSync(xlsx, path.join(screens, 'report.xlsx'))
  const workbook = new ExcelJS.Workbook()
  await workbook.xlsx.readFile(xlsx)
  const rowsOf = (sheet: ExcelJS.Worksheet) =>
    Array.from({ length: sheet.rowCount }, (_, at) => (sheet.getRow(at + 1).values as unknown[]).slice(1))
  const [contents] = workbook.worksheets
  const listed = rowsOf(contents).filter(([number]) => typeof number === 'number')
  expect(listed.map(([, title]) => title)).toEqual(titles)
  const factors = workbook.worksheets.find(({ name }) => name.includes('合成因子'))!
  const composites = result.factors.filter(({ frequency }) => frequency === 'composite')
  const found = rowsOf(factors).filter(([name]) => composites.some(({ optimizer }) => optimizer === name))
  expect(found.map((row) => row[1])).toEqual(composites.map(({ rankIcSummary }) => rankIcSummary.mean))
  for (const sheet of workbook.worksheets) expect(sheet.getCell('A2').value).toContain('合成数据')

  const set = path.join(userData, 'report.zip')
  await exportTo(app, page, 'png', set)
  fs.copyFileSync(set, path.join(screens, 'report-pictures.zip'))
  await expect(page.getByTestId('report-exported')).toContainText(`${charts} 张`)
  const entries = await listArchive(set)
  expect(entries).toHaveLength(charts)
  const archive = fs.readFileSync(set)
  const pictures = entries.map((entry) => {
    if (!('member' in entry)) throw new Error(entry.name)
    const { name, start, bytes } = entry.member
    return { name, png: archive.subarray(start, start + bytes).toString('base64') }
  })
  expect(pictures[0].name).toContain(titles[0])
  const drawn = await app.evaluate(
    ({ nativeImage }, all) =>
      all.map((png) => {
        const image = nativeImage.createFromBuffer(Buffer.from(png, 'base64'))
        const pixels = image.toBitmap()
        const colours = new Set<number>()
        for (let at = 0; at < pixels.length; at += 4) colours.add(pixels.readUInt32LE(at))
        return { ...image.getSize(), colours: colours.size }
      }),
    pictures.map(({ png }) => png),
  )
  for (const { width, height, colours } of drawn) {
    expect([672 * 3, 326 * 3]).toContain(width)
    expect(height).toBeGreaterThan(90)
    expect(colours).toBeGreaterThan(20)
  }
  expect(problems).toEqual([])
})
