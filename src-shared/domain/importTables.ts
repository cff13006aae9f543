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
  industry: { required: ['symbol', 'industry'], optional: ['name', 'listDate', 'code', 'asOf'] },
} as const satisfies Record<string, { required: readonly string[]; optional: readonly string[] }>

export type TableName = keyof typeof TABLES

/** Order in which tables are stored: bars need the calendar, names and weights need what they belong to. */
export const TABLE_NAMES = Object.keys(TABLES) as [TableName, ...TableName[]]

export type Field = (typeof TABLES)[TableName]['required' | 'optional'][number]

/** Every field of a table, required first. */
export function fieldsOf(table: TableName): readonly Field[] {
  return [...TABLES[table].required, ...TABLES[table].optional]
}

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

export const PLAIN_UNITS: Units = { volume: 1, amount: 1, floatCap: 1, turn: 100 }
