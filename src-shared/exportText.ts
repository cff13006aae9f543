import type { ExportCell, ExportTable } from './domain/exportTable.ts'

/** A spreadsheet takes text that begins so for a formula and runs it (CWE-1236); so do those with full-width signs. */
const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/

/** Text that no spreadsheet takes for a formula: an apostrophe before what would be one. */
export function neutralText(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/** Numbers in full, and as they are: a negative one is no formula. A missing value is empty, and so is what is no number. */
function cellText(cell: ExportCell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : ''
  return neutralText(cell)
}

/** RFC 4180 with a byte order mark, by which Excel knows UTF-8, and CRLF. */
export function csvText({ columns, rows }: ExportTable): string {
  const quoted = (cell: ExportCell): string => {
    const text = cellText(cell)
    return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const line = (cells: readonly ExportCell[]): string => {
    const text = cells.map(quoted).join(',')
    // A record of one empty field would be a blank line, which readers pass over.
    return `${text === '' ? '""' : text}\r\n`
  }
  return `\uFEFF${[columns, ...rows].map(line).join('')}`
}

/** To be pasted into a spreadsheet; a tab or a line end inside a cell becomes a space. `note` stands under the table. */
export function tsvText({ columns, rows }: ExportTable, note: string | null): string {
  const line = (cells: readonly ExportCell[]): string =>
    cells.map((cell) => cellText(cell).replace(/[\t\r\n]+/g, ' ')).join('\t')
  const lines = [columns, ...rows].map(line)
  return [...lines, ...(note === null ? [] : ['', neutralText(note)])].join('\n')
}
