import fs from 'node:fs'
import path from 'node:path'
import type { Locator, Page } from '@playwright/test'
import ExcelJS from 'exceljs'
import { expect, test } from './finished.ts'
import { exportTo, readCsv } from './exported.ts'
import { answerSaveDialog } from './fixtures.ts'
import { settled } from './states.ts'

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `exports-${name}.png`) })

const panelOf = (page: Page, chart: string): Locator =>
  page.locator('.panel').filter({ has: page.getByTestId(`chart-${chart}`) })

test('a table as CSV, XLSX and text: the numbers of the result, in full', async ({ finished }) => {
  const { app, page, userData, problems, result } = finished
  const statistics = page.getByTestId('statistics')

  // What the dialog is offered, and that a dismissed one leaves nothing behind.
  await app.evaluate(({ dialog }) => {
    dialog.showSaveDialog = (...args: unknown[]) => {
      Object.assign(globalThis, { offered: (args.at(-1) as { defaultPath: string }).defaultPath })
      return Promise.resolve({ canceled: true, filePath: '' })
    }
  })
  await statistics.getByTestId('export-menu').click()
  await picture(page, '1-menu')
  await page.getByTestId('export-csv').click()
  const offeredName = () => app.evaluate(() => (globalThis as unknown as { offered?: string }).offered ?? '')
  await expect.poll(offeredName).not.toBe('')
  expect(path.basename(await offeredName())).toBe('样例=研究-全期统计-合成数据.csv')
  await expect(statistics.getByTestId('exported')).toHaveCount(0)

  const csv = path.join(userData, 'statistics.csv')
  await exportTo(app, statistics, 'csv', csv)
  await picture(page, '2-saved')
  const [header, ...rows] = await readCsv(csv)
  const reports = result.portfolios.filter(({ index }) => index === result.portfolios[0].index)
  expect(header.slice(1)).toEqual(reports.map(({ model }) => model))
  const full = reports.map(({ performance }) => performance!.full)
  const rowOf = (name: string) => rows.find(([own]) => own === name)!.slice(1)
  expect(rowOf('年化超额').map(Number)).toEqual(full.map(({ annualisedExcess }) => annualisedExcess))
  expect(rowOf('信息比率').map(Number)).toEqual(full.map(({ informationRatio }) => informationRatio))
  expect(rowOf('起始日')).toEqual(
    full.map(({ first }) => String(first).replace(/(....)(..)(..)/, '$1-$2-$3')),
  )

  await page.getByTestId('nav-factor').click()
  const factors = page.getByTestId('factor-table')
  const xlsx = path.join(userData, 'factors.xlsx')
  await exportTo(app, factors, 'xlsx', xlsx)
  const workbook = new ExcelJS.Workbook()
  await workbook.xlsx.readFile(xlsx)
  const [sheet] = workbook.worksheets
  const titles = (sheet.getRow(1).values as string[]).slice(1)
  const shown = result.factors.filter(({ frequency }) => frequency === 'composite')
  const cellsOf = (title: string) => shown.map((_, at) => sheet.getCell(at + 2, titles.indexOf(title) + 1))
  expect(cellsOf('RankIC 均值').map(({ value }) => value)).toEqual(
    shown.map(({ rankIcSummary }) => rankIcSummary.mean),
  )
  const excess = cellsOf('TOP 层年化超额')
  expect(excess.map(({ value }) => value)).toEqual(shown.map(({ layers }) => layers[0].annualisedExcess))
  for (const cell of excess) expect(cell.numFmt).toMatch(/0\.00%/)
  expect(sheet.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 })
  expect(sheet.getCell(shown.length + 3, 1).value).toBe('合成数据')
  fs.copyFileSync(xlsx, path.join('test-results', 'screens', 'exports-factors.xlsx'))

  await factors.getByTestId('export-menu').click()
  await page.getByTestId('export-copy').click()
  await expect(factors.getByTestId('exported')).toBeVisible()
  const copied = await app.evaluate(({ clipboard }) => clipboard.readText())
  const lines = copied.split('\n').map((line) => line.split('\t'))
  expect(lines[0]).toEqual(titles)
  expect(Number(lines[1][titles.indexOf('RankIC 均值')])).toBe(shown[0].rankIcSummary.mean)
  expect(lines.at(-1)).toEqual(['合成数据'])
  expect(problems).toEqual([])
})

test('a chart as PNG, SVG and data, in both languages', async ({ finished }) => {
  const { app, page, userData, problems, result } = finished
  const nav = panelOf(page, 'nav')
  const screens = path.join('test-results', 'screens')
  fs.mkdirSync(screens, { recursive: true })

  const png = path.join(userData, 'nav.png')
  await exportTo(app, nav, 'png', png)
  fs.copyFileSync(png, path.join(screens, 'exports-nav-zh.png'))
  const box = (await page.getByTestId('chart-nav').boundingBox())!
  const drawn = await app.evaluate(({ nativeImage }, file) => {
    const image = nativeImage.createFromPath(file)
    const pixels = image.toBitmap()
    const colours = new Set<number>()
    for (let at = 0; at < pixels.length; at += 4) colours.add(pixels.readUInt32LE(at))
    return { ...image.getSize(), colours: colours.size }
  }, png)
  expect(Math.abs(drawn.width - 2 * box.width)).toBeLessThanOrEqual(2)
  expect(Math.abs(drawn.height - 2 * box.height)).toBeLessThanOrEqual(2)
  expect(drawn.colours).toBeGreaterThan(50)

  const parse = (text: string) =>
    page.evaluate((svg) => {
      const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement
      return {
        name: root.nodeName,
        title: root.querySelector('title')?.textContent ?? '',
        texts: Array.from(root.querySelectorAll('text'), ({ textContent }) => textContent),
        paths: root.querySelectorAll('path').length,
      }
    }, text)
  const svg = path.join(userData, 'nav.svg')
  await exportTo(app, nav, 'svg', svg)
  fs.copyFileSync(svg, path.join(screens, 'exports-nav-zh.svg'))
  const text = fs.readFileSync(svg, 'utf8')
  const chinese = await parse(text)
  expect(chinese.name).toBe('svg')
  expect(chinese.title).toContain('净值')
  expect(chinese.texts).toEqual(expect.arrayContaining(['组合', '基准', '超额', '合成数据']))
  expect(chinese.paths).toBeGreaterThan(4)
  expect(text).toContain('Microsoft YaHei')

  const csv = path.join(userData, 'nav.csv')
  await exportTo(app, nav, 'data', csv)
  const [header, ...rows] = await readCsv(csv)
  expect(header).toEqual(['日期', '组合', '基准', '超额', '组合回撤', '超额回撤'])
  const [{ dates, returns }] = result.portfolios
  expect(rows).toHaveLength(dates.length)
  expect(Number(rows.at(-1)![1])).toBe(returns.reduce((value, day) => value * (1 + day), 1))

  // In a size of one's own, which the next picture begins with.
  const sized = path.join(userData, 'sized.png')
  await answerSaveDialog(app, sized)
  const choose = async () => {
    await nav.getByTestId('export-menu').click()
    await page.getByTestId('export-sized').first().click()
  }
  await choose()
  await page.getByTestId('picture-width').fill('900')
  await page.getByTestId('picture-height').fill('400')
  await page.getByTestId('picture-scale').fill('3')
  await page.getByTestId('picture-scale').blur()
  await expect(page.getByTestId('picture-dialog')).toContainText('2,700 × 1,200')
  await picture(page, '6-size')
  await page.getByTestId('picture-save').click()
  await expect(nav.getByTestId('exported')).toContainText(sized)
  const bytes = fs.readFileSync(sized)
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([2700, 1200])
  await choose()
  await page.getByTestId('picture-svg').click()
  await expect(page.getByTestId('picture-width')).toHaveValue('900')
  const sizedSvg = path.join(userData, 'sized.svg')
  await answerSaveDialog(app, sizedSvg)
  await page.getByTestId('picture-save').click()
  await expect(nav.getByTestId('exported')).toContainText(sizedSvg)
  expect(fs.readFileSync(sizedSvg, 'utf8')).toMatch(/^<svg[^>]* width="900"[^>]* height="400"/)

  await page.getByTestId('locale-switch').click()
  await exportTo(app, nav, 'svg', svg)
  const english = await parse(fs.readFileSync(svg, 'utf8'))
  expect(english.texts).toEqual(expect.arrayContaining(['Portfolio', 'Benchmark', 'SYNTHETIC DATA']))

  // A heatmap is its matrix, and what a landscape draws by itself comes from its grid.
  await page.getByTestId('nav-factor').click()
  const heat = path.join(userData, 'months.csv')
  await exportTo(app, panelOf(page, 'rank-ic-months'), 'data', heat)
  const years = (await readCsv(heat)).slice(1)
  const [{ analysis }] = result.factors.filter(({ frequency }) => frequency === 'composite')
  const { month, rankIc } = analysis!.months.find((one) => one.rankIc !== null)!
  const cell = years.find(([year]) => year === String(Math.floor(month / 100)))![month % 100]
  expect(Number(cell)).toBe(rankIc)

  await page.getByTestId('nav-landscape').click()
  const contours = page.getByTestId('contours').first()
  await answerSaveDialog(app, path.join(userData, 'landscape.csv'))
  await contours.getByTestId('export-menu').click()
  await picture(page, '3-several-en')
  await page.getByTestId('export-data').first().click()
  await expect(contours.getByTestId('exported')).toBeVisible()
  const { x, y, values } = result.landscapes[0]
  const nodes = await readCsv(path.join(userData, 'landscape.csv'))
  expect(nodes).toHaveLength(1 + x.length * y.length)
  expect(nodes[1]).toEqual([x[0], y[0], values[0][0] ?? ''].map(String))
  await answerSaveDialog(app, path.join(screens, 'exports-landscape.svg'))
  await contours.getByTestId('export-menu').click()
  await page.getByTestId('export-svg').first().click()
  await expect(contours.getByTestId('exported')).toContainText('exports-landscape.svg')
  expect(problems).toEqual([])
})

test('by keyboard: rows sorted by a head in three steps, its column made wider, and a file saved from the menu', async ({
  finished,
}) => {
  const { app, page, userData, problems } = finished
  await page.getByTestId('nav-factor').click()
  const factors = page.getByTestId('factor-table')
  const head = factors.locator('th').nth(2)
  const column = () => factors.locator('tbody td:nth-child(3)').allInnerTexts()
  const numbers = async () => (await column()).map((text) => Number(text.replace('−', '-')))
  const first = await column()

  await factors.getByRole('region').focus()
  for (let at = 0; at < 3; at++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(head).toHaveAttribute('aria-sort', 'ascending')
  const ascending = await numbers()
  expect(ascending).toEqual(ascending.toSorted((a, b) => a - b))
  await picture(page, '4-sorted')
  await page.keyboard.press('Enter')
  await expect(head).toHaveAttribute('aria-sort', 'descending')
  expect(await numbers()).toEqual(ascending.toReversed())
  await page.keyboard.press('Space')
  await expect(head).toHaveAttribute('aria-sort', 'none')
  expect(await column()).toEqual(first)

  // The head makes its column wider, with the mouse too, and the screen is found again as it was left.
  const width = async () => (await head.boundingBox())!.width
  const automatic = await width()
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(width).toBeCloseTo(automatic + 16, 0)
  const edge = (await head.getByTestId('column-edge').boundingBox())!
  await page.mouse.move(edge.x + 3, edge.y + 5)
  await page.mouse.down()
  await page.mouse.move(edge.x + 43, edge.y + 5, { steps: 4 })
  await page.mouse.up()
  await expect.poll(width).toBeCloseTo(automatic + 56, 0)
  await picture(page, '5-wider')
  const scroll = () => page.locator('main').evaluate((main) => main.scrollTop)
  await page.locator('main').evaluate((main) => (main.scrollTop = 300))
  await expect.poll(scroll).toBe(300)
  await page.getByTestId('nav-report').click()
  await expect.poll(scroll).toBe(0)
  await page.getByTestId('nav-factor').click()
  await expect.poll(scroll).toBe(300)
  expect(await width()).toBeCloseTo(automatic + 56, 0)
  await head.getByRole('button').focus()
  await page.keyboard.press('Shift+Home')
  await expect.poll(width).toBeCloseTo(automatic, 0)

  const file = path.join(userData, 'keyboard.csv')
  await answerSaveDialog(app, file)
  await factors.getByTestId('export-menu').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('export-csv')).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(factors.getByTestId('exported')).toContainText(file)
  expect((await readCsv(file)).length).toBe(1 + first.length)
  expect(problems).toEqual([])
})

test('every table and every chart of every screen has a menu in its corner', async ({ finished }) => {
  const { page, problems } = finished
  let found = 0
  for (const screen of ['home', 'training', 'landscape', 'factor', 'portfolio', 'compute']) {
    await page.getByTestId(`nav-${screen}`).click()
    await expect(page.getByTestId('export-menu').first()).toBeVisible()
    await settled(page)
    const without = await page.evaluate(() => {
      const items = [...document.querySelectorAll('main table, main [data-chart-ready]')]
      const lacking = items.filter(
        (item) => !item.closest('.panel')?.querySelector('[data-testid=export-menu]'),
      )
      return { items: items.length, lacking: lacking.map((item) => item.outerHTML.slice(0, 200)) }
    })
    expect(without.lacking).toEqual([])
    found += without.items
  }
  expect(found).toBeGreaterThan(25)

  await page.getByTestId('theme-switch').click()
  await page.getByTestId('nav-portfolio').click()
  await page.getByTestId('statistics').getByTestId('export-menu').click()
  await picture(page, '5-other-theme')
  expect(problems).toEqual([])
})
