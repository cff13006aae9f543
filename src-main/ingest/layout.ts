/** The tables an import can fill, with the fields each needs and knows. */
export const TABLES = {
  instruments: { required: ['symbol'], optional: ['name', 'listDate'] },
  calendar: { required: ['date'], optional: [] },
  bars: {
    required: ['date', 'open', 'high', 'low', 'close', 'volume'],
    // Without a symbol column the file is one stock's, named after it.
    optional: ['symbol', 'preclose', 'amount', 'factor', 'turn', 'floatCap', 'suspended', 'st'],
  },
  indexBars: {
    required: ['date', 'close'],
    optional: ['symbol', 'name', 'open', 'high', 'low', 'volume', 'totalReturn'],
  },
  membership: { required: ['symbol', 'inDate', 'outDate'], optional: ['index', 'name'] },
  indexWeights: { required: ['index', 'date', 'symbol', 'weight'], optional: [] },
  industry: { required: ['symbol', 'industry'], optional: ['name', 'code', 'asOf'] },
} as const satisfies Record<string, { required: readonly string[]; optional: readonly string[] }>

export type TableName = keyof typeof TABLES

/** Order in which tables are stored: bars need the calendar, names and weights need what they belong to. */
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[]

export type Field = (typeof TABLES)[TableName]['required' | 'optional'][number]

/** Positions of the fields in a record; a field without a column is absent. */
export type Columns = Readonly<Partial<Record<Field, number>>>

/** How one file is read. */
export interface Layout {
  readonly table: TableName
  readonly columns: Columns
  /** Shares per unit of the volume column, currency per unit of the amount column. */
  readonly units: { readonly volume: number; readonly amount: number }
  /** The one stock or index the file is about, where the records do not say. */
  readonly subject: string | null
}

export const PLAIN_UNITS = { volume: 1, amount: 1 } as const

/** What a preset may look at: the file's name less its endings, and its column names as written. */
export interface FileFacts {
  readonly path: string
  readonly name: string
  readonly header: readonly string[]
}

/** A source of data whose files are known by their columns. */
export interface Preset {
  readonly name: string
  /** How to read the file; null when it is not one of this source's. */
  recognise(file: FileFacts): Layout | null
}

/** Every field of a table, required first. */
export function fieldsOf(table: TableName): readonly Field[] {
  return [...TABLES[table].required, ...TABLES[table].optional]
}
