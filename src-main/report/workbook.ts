import type { Workbook, Worksheet } from 'exceljs'
import type { ExportSheet } from '../../src-shared/domain/exportTable.ts'

/** Excel's limits on a sheet's name. */
const MAX_NAME = 31
/** Room beside a column's widest text, in digits. */
export const PADDING = 2

/** The sheet as the bytes of an XLSX workbook: header bold and frozen, numbers as numbers, missing cells empty. */
export async function tableWorkbook({
  table,
  name,
  formats,
  widths,
  note,
}: ExportSheet): Promise<Uint8Array<ArrayBuffer>> {
  const workbook = await newWorkbook(note)
  const sheet = workbook.addWorksheet(sheetName(name), { views: [{ state: 'frozen', ySplit: 1 }] })
  sheet.columns = table.columns.map((_, at) => ({ width: (widths[at] ?? 8) + PADDING }))
  sheet.addRow(table.columns).font = { bold: true }
  table.rows.forEach((cells, at) => addRow(sheet, cells, formats[at]))
  if (note !== null) {
    sheet.addRow([])
    sheet.addRow([note]).font = { italic: true }
  }
  return bytesOf(workbook)
}

/** An empty one; `note` is a property of the file. */
export async function newWorkbook(note: string | null): Promise<Workbook> {
  // A lot of code that most sessions do not need.
  const { default: ExcelWorkbook } = await import('exceljs/lib/doc/workbook.js')
  const workbook = new ExcelWorkbook()
  workbook.creator = 'Plateau'
  if (note !== null) workbook.keywords = note
  return workbook
}

export async function bytesOf(workbook: Workbook): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await workbook.xlsx.writeBuffer())
}

/** Text is typed as text, so that none of it is a formula. */
export function addRow(
  sheet: Worksheet,
  cells: ExportSheet['table']['rows'][number],
  formats: readonly string[] = [],
): void {
  const row = sheet.addRow(cells)
  cells.forEach((value, at) => {
    const format = formats[at]
    if (typeof value === 'number' && format) row.getCell(at + 1).numFmt = format
  })
}

/** A name every spreadsheet takes. */
export function sheetName(name: string): string {
  const plain = name
    .replace(/[[\]:*?/\\\0-\x1f]/g, ' ')
    .slice(0, MAX_NAME)
    .replace(/^[' ]+|[' ]+$/g, '')
  // Excel keeps History for itself.
  return plain === '' || plain.toLowerCase() === 'history' ? 'Plateau' : plain
}
