/** The tables an import can fill, with the fields each needs and knows. */
export const TABLES = {
  instruments: { required: ['symbol'], optional: ['name', 'listDate'] },
  calendar: { required: ['date'], optional: [] },
  bars: {
    required: ['date', 'open', 'high', 'low', 'close', 'volume'],
    // Without a symbol column the file is one stock's, named after it.
    optional: [
      'symbol',
      'preclose',
      'amount',
      'vwap',
      'factor',
      'turn',
      'floatCap',
      'suspended',
      'tradeStatus',
      'st',
      'series',
      'adjustFlag',
    ],
  },
  // Cumulative factors of every day or of the ex-days alone: each holds to the next.
  factors: { required: ['symbol', 'date', 'factor'], optional: [] },
  // At least one of the optional ones.
  dailyValues: { required: ['symbol', 'date'], optional: ['floatCap', 'suspended', 'st'] },
  // The factors are the columns of `extra`.
  extraFactors: { required: ['symbol', 'date'], optional: [] },
  indexBars: {
    required: ['date', 'close'],
    optional: ['symbol', 'name', 'open', 'high', 'low', 'volume', 'totalReturn'],
  },
  membership: { required: ['symbol', 'inDate', 'outDate'], optional: ['index', 'name'] },
  memberSnapshots: { required: ['symbol', 'date'], optional: ['index'] },
  indexWeights: { required: ['index', 'date', 'symbol', 'weight'], optional: [] },
  industry: { required: ['symbol', 'industry'], optional: ['name', 'code', 'asOf'] },
} as const satisfies Record<string, { required: readonly string[]; optional: readonly string[] }>

export type TableName = keyof typeof TABLES

/** Order in which tables are stored: bars need the calendar, names and weights need what they belong to. */
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[]

export type Field = (typeof TABLES)[TableName]['required' | 'optional'][number]

/** Positions of the fields in a record; a field without a column is absent. */
export type Columns = Readonly<Partial<Record<Field, number>>>

/** What one unit of a column stands for: shares, currency, or a fraction. */
export interface Units {
  /** Shares per unit of volume: 100 where it counts lots. */
  readonly volume: number
  /** Currency per unit of amount: 1000 where it is in thousands. */
  readonly amount: number
  readonly floatCap: number
  /** What the turnover rate writes for all shares: 100 where it is in percent. */
  readonly turn: number
}

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
  /** Columns of numbers to keep as daily factors, by name. */
  readonly extra: Readonly<Record<string, number>>
}

/** Units that exports of bars come in: shares or lots of 100, currency or thousands of it. */
export const USUAL_UNITS: readonly Pick<Units, 'volume' | 'amount'>[] = [
  { volume: 1, amount: 1 },
  { volume: 100, amount: 1 },
  { volume: 100, amount: 1000 },
  { volume: 1, amount: 1000 },
]

/** A mean price of a day (amount / volume) outside of its [low, high] by a smaller share is rounding. */
const MEAN_SLACK = 0.01

/** True when `mean` can be the mean price of a day with that range. */
export function isMeanOf(mean: number, low: number, high: number): boolean {
  return mean >= low * (1 - MEAN_SLACK) && mean <= high * (1 + MEAN_SLACK)
}

export const PLAIN_UNITS: Units = { volume: 1, amount: 1, floatCap: 1, turn: 100 }

/** A layout of columns alone: units as they are, prices raw. */
export const plainLayout = (table: TableName, columns: Columns, subject: string | null = null): Layout => ({
  table,
  columns,
  units: PLAIN_UNITS,
  subject,
  prices: 'raw',
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

/** Why a file is taken to be a source's: shown to the user, who may order otherwise. */
export interface Evidence {
  readonly code:
    | 'columns'
    | 'columns_not_read'
    | 'symbol_shape'
    | 'short_code'
    | 'symbol_from_name'
    | 'date_shape'
    | 'vwap_in_range'
    | 'turnover'
    | 'turnover_odd'
    | 'units'
    | 'factor_chained'
    | 'prices_adjusted'
    | 'asked'
  readonly values: Readonly<Record<string, string | number>>
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

/** Every field of a table, required first. */
export function fieldsOf(table: TableName): readonly Field[] {
  return [...TABLES[table].required, ...TABLES[table].optional]
}
