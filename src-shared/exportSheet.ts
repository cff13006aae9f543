import type { ExportCell, ExportSheet } from './domain/exportTable.ts'
import { MISSING } from './format.ts'

/** Narrower and wider columns read badly, whatever they hold. In digits. */
const NARROWEST = 6
const WIDEST = 60

/** A table for a spreadsheet: values in full, with the formats and widths of what is shown. */
export type SheetContent = Pick<ExportSheet, 'table' | 'formats' | 'widths'>

/**
 * @param cells the values in full, row by row
 * @param texts how each of them is shown
 */
export function sheetContent(
  columns: readonly string[],
  cells: readonly (readonly ExportCell[])[],
  texts: readonly (readonly string[])[],
): SheetContent {
  return {
    table: { columns: [...columns], rows: cells.map((row) => [...row]) },
    formats: texts.map((row) => row.map(numberFormat)),
    widths: columns.map((title, at) =>
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

/** A shown text, or the number behind it, as other programs read it: null where there is none. */
export function plainCell(value: number | string | null): ExportCell {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  return value === null || value === '' || value === MISSING ? null : value.replaceAll('\u2212', '-')
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
