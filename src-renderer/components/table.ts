import type { ExportCell } from '../../src-shared/domain/exportTable.ts'
import { plainCell } from '../../src-shared/exportSheet.ts'

/** One column of a DataTable. Text is already formatted; numbers stand on the right. */
export interface Column<Row> {
  readonly key: string
  readonly title: string
  readonly text: (row: Row) => string
  /** The quantity in full, by which the column is sorted and exported; without it, both go by the text. */
  readonly value?: (row: Row) => ExportCell | undefined
  /** What exports have in its place where the text holds several quantities. */
  readonly parts?: readonly Column<Row>[]
  /** Definition of the column's quantity, shown on hover. */
  readonly hint?: string
  /** Definition of the row's quantity, shown on hover of this cell. */
  readonly rowHint?: (row: Row) => string
  readonly align?: 'left' | 'right'
  /** Long text breaks into lines instead of widening the table. */
  readonly wrap?: boolean
  readonly tone?: (row: Row) => 'up' | 'down' | 'flat'
}

/** What a cell holds: null where it is missing, a number of any kind but a finite one among them. */
export function cellOf<Row>({ text, value }: Column<Row>, row: Row): ExportCell {
  return plainCell(value === undefined ? text(row) : (value(row) ?? null))
}
