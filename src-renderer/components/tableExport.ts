import type { ExportSheet } from '../../src-shared/domain/exportTable.ts'
import { cellOf, type Column } from './table.ts'

/** Narrower and wider columns read badly, whatever they hold. In digits. */
const NARROWEST = 6
const WIDEST = 60

/** What a table exports: values in full, with the formats and widths of what it shows. */
export type TableContent = Pick<ExportSheet, 'table' | 'formats' | 'widths'>

/** The rows in the order given. */
export function tableContent<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): TableContent {
  const parts = columns.flatMap((column) => column.parts ?? [column])
  const texts = rows.map((row) => parts.map(({ text }) => text(row)))
  return {
    table: {
      columns: parts.map(({ title }) => title),
      rows: rows.map((row) => parts.map((column) => cellOf(column, row))),
    },
    formats: texts.map((row) => row.map(numberFormat)),
    widths: parts.map(({ title }, at) =>
      Math.min(
        WIDEST,
        texts.reduce(
          (widest, row) => Math.max(widest, textWidth(row[at])),
          Math.max(NARROWEST, textWidth(title)),
        ),
      ),
    ),
  }
}

/** Of each column the text that takes most room. */
export function widestTexts<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  return columns.map(({ text }) => {
    let widest = ''
    for (const row of rows) {
      const own = text(row)
      // Twice the characters of any text are at least its width.
      if (2 * own.length > textWidth(widest) && textWidth(own) > textWidth(widest)) widest = own
    }
    return widest
  })
}

/** The spreadsheet's number format under which a number looks as in `text`; empty where there is none. */
export function numberFormat(text: string): string {
  const match = /^([+\u2212-]?)[\d,]+(\.\d+)?(e[+\u2212-]?\d+)?(%?)$/.exec(text)
  if (match === null) return ''
  const [, sign, decimals = '', power, percent] = match
  const body = `${text.includes(',') ? '#,##0' : '0'}${decimals.replace(/\d/g, '0')}${power ? 'E+0' : ''}${percent}`
  return sign === '+' ? `+${body};-${body};${body}` : body
}

/** In digits: a Chinese character is as wide as two. */
export function textWidth(text: string): number {
  return [...text].reduce((width, character) => width + (character > '\u2E7F' ? 2 : 1), 0)
}
