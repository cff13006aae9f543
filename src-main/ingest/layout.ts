import type { DateOrder, Evidence } from '../../src-shared/domain/importing.ts'
import { type Field, PLAIN_UNITS, type TableName, type Units } from '../../src-shared/domain/importTables.ts'

/** Positions of the fields in a record; a field without a column is absent. */
export type Columns = Readonly<Partial<Record<Field, number>>>

/** How one file is read. Every rule that changes a number stands here; nothing is converted that does not. */
export interface Layout {
  readonly table: TableName
  readonly columns: Columns
  readonly units: Units
  /** The one stock or index the file is about, where the records do not say. */
  readonly subject: string | null
  /** Prices as traded, or multiplied by the factor of their row: raw = price / factor. */
  readonly prices: 'raw' | 'adjusted'
  /**
   * Where the cumulative factor comes from: its column, or the chain of close and next preclose (an ex-right day is one
   * whose preclose is not the last close), or nowhere.
   */
  readonly factor: 'column' | 'preclose' | 'none'
  /** Of dates that do not begin with their year. */
  readonly dates: DateOrder
  /** Columns of numbers to keep as daily factors, by name. */
  readonly extra: Readonly<Record<string, number>>
}

/** What a record is read by. */
export type RowShape = Pick<Layout, 'columns' | 'dates'>
/** That of a record of which only its cells are wanted. */
export const CELLS_ALONE: RowShape = { columns: {}, dates: 'ymd' }

/** Units that exports of bars come in: shares or lots of 100, currency or thousands of it. */
export const USUAL_UNITS: readonly Pick<Units, 'volume' | 'amount'>[] = [
  { volume: 1, amount: 1 },
  { volume: 100, amount: 1 },
  { volume: 100, amount: 1000 },
  { volume: 1, amount: 1000 },
]

/** A layout of columns alone: units as they are, prices raw. */
export const plainLayout = (table: TableName, columns: Columns, subject: string | null = null): Layout => ({
  table,
  columns,
  units: PLAIN_UNITS,
  subject,
  prices: 'raw',
  dates: 'ymd',
  factor: columns.factor === undefined ? 'none' : 'column',
  extra: {},
})

/**
 * What a preset may look at: where the file lies, its name less its endings, its format, its column names and the line they
 * stand on, and its first records.
 */
export interface FileFacts {
  readonly path: string
  readonly name: string
  readonly format: 'delimited' | 'parquet' | 'workbook' | 'qlib'
  readonly header: readonly string[]
  readonly headerRow: number
  /** The first records as text, at most 200. */
  readonly sample: readonly (readonly string[])[]
}

export interface Recognised {
  readonly layout: Layout
  readonly evidence: readonly Evidence[]
}

/** A source of data whose files are known by their columns. */
export interface Preset {
  readonly name: string
  /**
   * How to read the file; null when it is not one of this source's. A file that the user says is one needs no more than
   * the columns that its table cannot do without.
   *
   * Errors: column_missing, mapping_invalid.
   */
  recognise(file: FileFacts, asked?: boolean): Recognised | null
}
