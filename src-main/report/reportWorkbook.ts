import type { Worksheet } from 'exceljs'
import type { OnProgress } from '../../src-shared/contract/progress.ts'
import { chartTable } from '../../src-shared/charts/data.ts'
import { plainCell, sheetContent, type SheetContent } from '../../src-shared/exportSheet.ts'
import { fillPlaceholders, terms } from '../../src-shared/locales/index.ts'
import { cellText, type TableContent } from './cells.ts'
import type { DrawnChart, Exhibit } from './context.ts'
import type { Report } from './renderReport.ts'
import { reportTexts } from './text/index.ts'
import { addRow, bytesOf, newWorkbook, PADDING, sheetName } from './workbook.ts'

/** A table of an exhibit; its title is null where it is the exhibit's. */
interface Part {
  readonly title: string | null
  readonly content: SheetContent
}

/**
 * The bytes of an XLSX workbook of a report's exhibits: a list of them, then a sheet for each with its tables and the numbers of its
 * charts in full: of the contours of a loss every node. A chart that shows none, such as a scale, has no sheet.
 */
export async function reportWorkbook(
  report: Report,
  tell: OnProgress = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { locale } = report.options
  const text = reportTexts[locale]
  const workbook = await newWorkbook(report.warning)
  workbook.title = report.title
  const contents = workbook.addWorksheet(text.workbook.contents)
  contents.columns = [{ width: 12 }, { width: 70 }, { width: 34 }]
  heading(contents, [report.title, report.warning, report.source])
  contents.addRow([text.workbook.exhibit, text.workbook.title, text.workbook.sheet]).font = { bold: true }
  for (const [done, exhibit] of report.exhibits.entries()) {
    tell({ stage: 'sheets', done, total: report.exhibits.length })
    const parts = partsOf(exhibit, report)
    const row = contents.addRow([exhibit.number, exhibit.title])
    if (parts.length === 0) continue
    const name = sheetName(`${exhibit.number} ${exhibit.title}`)
    row.getCell(3).value = { text: name, hyperlink: `#'${name.replaceAll("'", "''")}'!A1` }
    const numbered = fillPlaceholders(text.exhibit, { number: String(exhibit.number) })
    const sheet = workbook.addWorksheet(name)
    sheet.columns = widthsOf(parts).map((width) => ({ width: width + PADDING }))
    heading(sheet, [`${numbered}  ${exhibit.title}`, report.warning, report.source, exhibit.note])
    parts.forEach(({ title, content }, at) => {
      if (at > 0) sheet.addRow([])
      if (title !== null) sheet.addRow([title]).font = { bold: true, italic: true }
      sheet.addRow(content.table.columns).font = { bold: true }
      content.table.rows.forEach((cells, row) => addRow(sheet, cells, content.formats[row]))
    })
  }
  return bytesOf(workbook)
}

/** Lines on top, the first in bold, and an empty one below them. */
function heading(sheet: Worksheet, lines: readonly (string | null)[]): void {
  const [title, ...others] = lines.filter((line) => line !== null)
  sheet.addRow([title]).font = { bold: true, size: 13 }
  for (const line of others) sheet.addRow([line]).font = { italic: true }
  sheet.addRow([])
}

function partsOf({ tables, charts }: Exhibit, report: Report): Part[] {
  return [...tables.map(ofTable), ...charts.flatMap((chart) => ofChart(chart, report) ?? [])]
}

function ofTable({ title, columns, rows }: TableContent): Part {
  return {
    title,
    content: sheetContent(
      columns,
      rows.map((row) => row.map((cell) => plainCell(typeof cell === 'string' ? cell : cell.value))),
      // A mark of significance is no part of the number.
      rows.map((row) => row.map((cell) => cellText(cell).replace(/\*$/, ''))),
    ),
  }
}

function ofChart({ title, option, data }: DrawnChart, { options }: Report): Part | null {
  const table = data ?? chartTable(option, terms[options.locale].dataNames)
  if (table === null) return null
  const shown = (value: string | number | null) => (typeof value === 'string' ? value : '')
  return {
    title,
    content: sheetContent(
      table.columns,
      table.rows,
      table.rows.map((row) => row.map(shown)),
    ),
  }
}

/** Of the sheet's columns: those of its parts stand under each other. */
function widthsOf(parts: readonly Part[]): number[] {
  const count = Math.max(...parts.map(({ content }) => content.widths.length))
  return Array.from({ length: count }, (_, at) =>
    Math.max(...parts.map(({ content }) => content.widths[at] ?? 0)),
  )
}
