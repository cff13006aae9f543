import ExcelJS from 'exceljs'
import { describe, expect, it } from 'vitest'
import type { WorkProgress } from '../../../src-shared/contract/progress.ts'
import { formatDate } from '../../../src-shared/domain/date.ts'
import { LOCALES } from '../../../src-shared/locales/index.ts'
import { composeReport } from '../../../src-main/report/renderReport.ts'
import { reportPictures } from '../../../src-main/report/reportPictures.ts'
import { reportWorkbook } from '../../../src-main/report/reportWorkbook.ts'
import { reportTexts } from '../../../src-main/report/text/index.ts'
import { bowl } from '../../fixtures/landscape.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'
import { exhibits } from './document.ts'

const result = buildStudyResult()
const report = composeReport(result, { locale: 'en' })
const printed = exhibits(report.html)

async function readBack(of: typeof report): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook()
  await workbook.xlsx.load((await reportWorkbook(of)).buffer)
  return workbook
}
const cellsOf = (sheet: ExcelJS.Worksheet): unknown[][] =>
  Array.from({ length: sheet.rowCount }, (_, at) => (sheet.getRow(at + 1).values as unknown[]).slice(1))

describe('what is taken out of a report', () => {
  it('is all of its exhibits, with their titles and every cell of their tables', () => {
    expect(report.exhibits.map(({ title }) => title)).toEqual(printed.map(({ title }) => title))
    for (const [at, { tables }] of report.exhibits.entries()) {
      const rows = tables.flatMap(({ columns, rows: own }) => [columns, ...own])
      expect(rows.length).toBe(printed[at].rows.length)
      // The two bounds of an interval are one printed cell.
      if (rows.flat().some((cell) => typeof cell === 'string' && cell.endsWith(': lower bound'))) continue
      const texts = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.text)))
      expect(texts).toEqual(printed[at].rows)
    }
    expect(report.exhibits.flatMap(({ tables }) => tables).length).toBeGreaterThan(40)
  })

  it('tells how many chapters and sheets of it are made', async () => {
    const told: WorkProgress[] = []
    const made = composeReport(result, { without: ['method'] }, (progress) => told.push(progress))
    const chapters = told.splice(0)
    expect(new Set(chapters.map(({ stage, total }) => `${stage} of ${total}`))).toEqual(
      new Set(['chapters of 9']),
    )
    expect(chapters.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    await reportWorkbook(made, (progress) => told.push(progress))
    expect(told.map(({ stage, done }) => `${stage} ${done}`)).toEqual(
      made.exhibits.map((_, at) => `sheets ${at}`),
    )
  })

  it('says which chapters there are', () => {
    expect(report.chapters).not.toContain('landscape')
    expect(composeReport(result, { without: ['training', 'method'] }).chapters).toEqual(
      report.chapters.filter((chapter) => !['training', 'method'].includes(chapter)),
    )
  })
})

describe('the workbook of a report', () => {
  it('lists the exhibits, and has a sheet for each with its numbers in full', async () => {
    const workbook = await readBack(report)
    const [contents] = workbook.worksheets
    const listed = cellsOf(contents).filter(([number]) => typeof number === 'number')
    expect(listed.map(([, title]) => title)).toEqual(printed.map(({ title }) => title))
    const sheets = workbook.worksheets.map(({ name }) => name)
    for (const [at, name, link] of listed) {
      const sheet = (link as { text: string }).text
      expect(sheets).toContain(sheet)
      expect(cellsOf(workbook.getWorksheet(sheet)!)[0]).toEqual([`Exhibit ${String(at)}  ${String(name)}`])
    }

    const { number, title } = report.exhibits.find(({ tables }) => tables.length > 0)!
    expect(title).toBe(reportTexts.en.statistics.factors)
    const sheet = workbook.worksheets.find(({ name }) => name.startsWith(`${number} `))!
    const composites = result.factors.filter(({ frequency }) => frequency === 'composite')
    const rows = cellsOf(sheet).filter(([name]) => composites.some(({ optimizer }) => optimizer === name))
    expect(rows.map((row) => row[1])).toEqual(composites.map(({ rankIcSummary }) => rankIcSummary.mean))
    expect(rows.map((row) => row[5])).toEqual(composites.map(({ layers }) => layers[0].annualisedExcess))
  })

  it('has no number as text', () => {
    const texts = report.exhibits.flatMap(({ title, tables }) =>
      tables.flatMap(({ rows }) => rows.flat().map((cell) => [title, cell] as const)),
    )
    const numbers = texts.filter(
      ([, cell]) => typeof cell === 'string' && /^[+\u2212-]?[\d,.]+%?$/.test(cell),
    )
    expect(numbers).toEqual([])
    const slacks = report.exhibits.find(({ title }) => title.includes('soft limits that gave'))!.tables[0]
      .rows
    const softened = result.portfolios[0].decisions.flatMap((decision) => decision.softened)
    const most = Math.max(...softened.map(({ slack }) => slack))
    expect(slacks[0].at(-1)).toEqual({ text: '1.200%', value: most })
  })

  it('has the days of the charts too', async () => {
    const workbook = await readBack(report)
    const [{ model, dates, returns }] = result.portfolios
    const { number } = report.exhibits.find(({ title }) => title.startsWith(`${model} / CSI 300: NAV`))!
    const sheet = workbook.worksheets.find(({ name }) => name.startsWith(`${number} `))!
    const days = cellsOf(sheet).filter(([date]) => /^\d{4}-\d\d-\d\d$/.test(String(date)))
    expect(days.at(-1)![0]).toBe(formatDate(dates.at(-1)!))
    expect(days.at(-1)![1]).toBe(returns.reduce((value, day) => value * (1 + day), 1))
  })

  it('has every node of the contours', async () => {
    const steep = bowl('AdamW', 1, 1, 5)
    const drawn = composeReport({ ...result, landscapes: [steep] }, { locale: 'en' })
    const { number } = drawn.exhibits.find(({ charts }) => charts.some(({ data }) => data !== null))!
    const workbook = await readBack(drawn)
    const cells = cellsOf(workbook.worksheets.find(({ name }) => name.startsWith(`${number} `))!)
    const heads = cells.findIndex((row) => row.at(-1) === reportTexts.en.landscape.scale)
    expect(cells.slice(heads + 1, heads + 26)).toEqual(
      steep.y.flatMap((y, iy) => steep.x.map((x, ix) => [x, y, steep.values[iy][ix]])),
    )
  })

  it('has the bounds of an interval in a cell each', async () => {
    const [{ interval }] = result.comparisons.portfolios
    const { number } = report.exhibits.find(({ tables }) =>
      tables.some(({ columns }) => columns.some((head) => head.endsWith(': lower bound'))),
    )!
    const workbook = await readBack(report)
    const sheet = workbook.worksheets.find(({ name }) => name.startsWith(`${number} `))!
    const cells = cellsOf(sheet).flat()
    expect(cells).toContain(interval!.lower)
    expect(cells).toContain(interval!.upper)
  })

  it('says of synthetic data that they are, on every sheet', async () => {
    const warning = reportTexts.en.synthetic
    for (const sheet of (await readBack(report)).worksheets) expect(sheet.getCell('A2').value).toBe(warning)
    const real = await readBack(composeReport(buildStudyResult({ synthetic: false }), { locale: 'en' }))
    for (const sheet of real.worksheets) expect(cellsOf(sheet).flat()).not.toContain(warning)
  })
})

describe('the pictures of a report', () => {
  it.each(LOCALES)('in %s are its charts, one each, with their fonts and the warning', (locale) => {
    const own = composeReport(result, { locale })
    const pictures = reportPictures(own)
    expect(pictures).toHaveLength([...own.html.matchAll(/<svg\b/g)].length)
    expect(new Set(pictures.map(({ name }) => name)).size).toBe(pictures.length)
    for (const { svg, width, height } of pictures) {
      expect(svg).toContain(`width="${width}" height="${height}"`)
      expect(svg).toContain('@font-face')
      expect(svg).toContain(own.warning)
      expect(svg).not.toMatch(/<script|<foreignObject|https?:\/\/(?!www\.w3\.org)/)
    }
  })

  it('carry no warning where there is none', () => {
    const [picture] = reportPictures(composeReport(buildStudyResult({ synthetic: false }), { locale: 'en' }))
    expect(picture.svg).not.toContain(reportTexts.en.synthetic)
  })
})
