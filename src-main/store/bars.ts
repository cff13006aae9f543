import type { DateInt } from '../../src-shared/domain/date.ts'
import type { ReadableStore } from './store.ts'

/** The numbers of a bar. Prices raw, volume in shares, amount and float cap in currency. */
export const BAR_NUMBERS = [
  'open',
  'high',
  'low',
  'close',
  'preclose',
  'volume',
  'amount',
  'floatCap',
] as const

export type BarNumber = (typeof BAR_NUMBERS)[number]

/** What is stored of a bar beside its key and its batch. */
export const BAR_FIELDS = [...BAR_NUMBERS, 'suspended', 'st'] as const

export type BarField = (typeof BAR_FIELDS)[number]

const NAMED_OTHERWISE: Readonly<Partial<Record<BarField, string>>> = { floatCap: 'float_cap', st: 'is_st' }

/** The columns of BAR_FIELDS. */
export const BAR_COLUMNS: readonly string[] = BAR_FIELDS.map((field) => NAMED_OTHERWISE[field] ?? field)

type OrMissing<Names extends readonly string[]> = { readonly [Name in keyof Names]: number | null }

/** A bar as `scanBars` gives it: its key, then BAR_FIELDS; null = missing. */
export type BarRow = readonly [
  instrument: number,
  date: DateInt,
  ...numbers: OrMissing<typeof BAR_NUMBERS>,
  suspended: 0 | 1,
  st: 0 | 1 | null,
]

/**
 * Every bar, by instrument id and then date. Daily values say what it leaves open of ST, and the float cap first, as that of a
 * bar may be derived; a day is suspended when either says so.
 */
export function scanBars(store: ReadableStore): IterableIterator<BarRow> {
  const merged: Readonly<Record<string, string>> = {
    float_cap: 'coalesce(value.float_cap, bar.float_cap)',
    suspended: 'max(bar.suspended, coalesce(value.suspended, 0))',
    is_st: 'coalesce(bar.is_st, value.is_st)',
  }
  return store.scan(
    `SELECT instrument, date, ${BAR_COLUMNS.map((column) => merged[column] ?? column).join(', ')}
     FROM bar LEFT JOIN daily_value AS value USING (instrument, date) ORDER BY instrument, date`,
  )
}

/** The distinct dates of all bars, ascending. */
export function barDates(store: ReadableStore): DateInt[] {
  return store
    .all<{ date: number }>('SELECT DISTINCT date FROM bar')
    .map((row) => row.date)
    .sort((a, b) => a - b)
}

export function countBars(store: ReadableStore): number {
  return store.get<{ bars: number }>('SELECT count(*) AS bars FROM bar')!.bars
}

/** Change points of the cumulative factor, by instrument id and then date. */
export function scanAdjustments(
  store: ReadableStore,
): IterableIterator<readonly [instrument: number, date: DateInt, factor: number]> {
  return store.scan('SELECT instrument, date, factor FROM adjustment ORDER BY instrument, date')
}

/** Symbols of the instruments of which no factor is stored. */
export const withoutFactors = (store: ReadableStore): string[] =>
  store
    .all<{ symbol: string }>(
      'SELECT symbol FROM instrument WHERE NOT EXISTS (SELECT 1 FROM adjustment WHERE instrument = id)',
    )
    .map(({ symbol }) => symbol)

/** Days without a bar that a daily value says were suspended, by instrument id and then date. */
export function suspensionsWithoutBar(
  store: ReadableStore,
): IterableIterator<readonly [instrument: number, date: DateInt]> {
  return store.scan(
    `SELECT instrument, date FROM daily_value AS value WHERE suspended = 1
       AND NOT EXISTS (SELECT 1 FROM bar WHERE instrument = value.instrument AND date = value.date)
     ORDER BY instrument, date`,
  )
}
