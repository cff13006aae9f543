import type { DateInt } from '../../src-shared/domain/date.ts'
import type { ReadableStore } from './store.ts'

/**
 * A bar as `scanBars` gives it; null = missing. Prices raw, volume in shares, amount and float cap in currency.
 */
export type BarRow = readonly [
  instrument: number,
  date: DateInt,
  open: number | null,
  high: number | null,
  low: number | null,
  close: number | null,
  preclose: number | null,
  volume: number | null,
  amount: number | null,
  floatCap: number | null,
  suspended: 0 | 1,
  st: 0 | 1 | null,
]

/** Columns of a bar beside its key and its batch, as `BarRow` has them. */
export const BAR_COLUMNS = [
  'open',
  'high',
  'low',
  'close',
  'preclose',
  'volume',
  'amount',
  'float_cap',
  'suspended',
  'is_st',
] as const

/**
 * Every bar, by instrument id and then date. Daily values say what it leaves open, float cap and ST; a day is suspended
 * when either says so.
 */
export function scanBars(store: ReadableStore): IterableIterator<BarRow> {
  return store.scan(
    `SELECT instrument, date, open, high, low, close, preclose, volume, amount,
       coalesce(bar.float_cap, value.float_cap), max(bar.suspended, coalesce(value.suspended, 0)),
       coalesce(bar.is_st, value.is_st)
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
