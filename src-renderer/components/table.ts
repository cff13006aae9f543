import type { ExportCell } from '../../src-shared/domain/exportTable.ts'
import { plainCell } from '../../src-shared/exportSheet.ts'
import { formatCompact, formatCount, formatPercent } from '../../src-shared/format.ts'
import type { Locale } from '../../src-shared/locales/index.ts'
import { toneOf } from '../format.ts'

/** One column of a DataTable. Text is already formatted; numbers stand on the right. */
export interface Column<Row> {
  readonly key: string
  readonly title: string
  readonly text: (row: Row) => string
  /** The quantity in full, by which the column is sorted and exported; without it, both go by the text. */
  readonly value?: (row: Row) => ExportCell | undefined
  /** What exports have in its place where the text holds several quantities. */
  readonly parts?: readonly Column<Row>[]
  /** A second line of its head. */
  readonly below?: string
  /** Definition of the column's quantity, shown on hover. */
  readonly hint?: string
  /** Definition of the row's quantity, shown on hover of this cell. */
  readonly rowHint?: (row: Row) => string
  readonly align?: 'left' | 'right'
  /** Long text breaks into lines instead of widening the table. */
  readonly wrap?: boolean
  readonly tone?: (row: Row) => 'up' | 'down' | 'flat'
}

/** Text and colour of a column of changes, which have a sign in both; `format` writes it. */
export function changed<Row>(
  value: (row: Row) => number | null | undefined,
  format: (value: number | null | undefined, sign: 'always') => string = formatPercent,
): Required<Pick<Column<Row>, 'text' | 'value' | 'tone'>> {
  const text = (row: Row) => format(value(row), 'always')
  return { text, value, tone: (row) => toneOf(text(row)) }
}

/** Text of a column of large amounts: in the units of the language, in full on hover. */
export function compact<Row>(
  value: (row: Row) => number | null,
  locale: Locale,
  full: (value: number | null) => string = formatCount,
): Required<Pick<Column<Row>, 'text' | 'value' | 'rowHint'>> {
  return {
    text: (row) => formatCompact(value(row), locale),
    value,
    rowHint: (row) => (plainCell(value(row)) === null ? '' : full(value(row))),
  }
}

/** What a cell holds: null where it is missing, a number of any kind but a finite one among them. */
export function cellOf<Row>({ text, value }: Column<Row>, row: Row): ExportCell {
  return plainCell(value === undefined ? text(row) : (value(row) ?? null))
}
