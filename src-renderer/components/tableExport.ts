import { sheetContent, type SheetContent, textWidth } from '../../src-shared/exportSheet.ts'
import { cellOf, type Column } from './table.ts'

/** The rows in the order given. */
export function tableContent<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): SheetContent {
  const parts = columns.flatMap((column) => column.parts ?? [column])
  return sheetContent(
    parts.map(({ title }) => title),
    rows.map((row) => parts.map((column) => cellOf(column, row))),
    rows.map((row) => parts.map(({ text }) => text(row))),
  )
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
