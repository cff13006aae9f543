import type { DateInt } from '../../src-shared/domain/date.ts'
import type { ReadableStore, WritableStore } from './store.ts'

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

/** Every bar, by instrument id and then date. */
export function scanBars(store: ReadableStore): IterableIterator<BarRow> {
  return store.scan(`SELECT instrument, date, ${BAR_COLUMNS.join(', ')} FROM bar ORDER BY instrument, date`)
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

/** Make room for the factors that come with the bars of one import. */
export function openFactorStage(store: WritableStore): void {
  store.run('DROP TABLE IF EXISTS temp.staged_factor')
  store.run(
    `CREATE TEMP TABLE staged_factor (
       instrument INTEGER NOT NULL, date INTEGER NOT NULL, factor REAL NOT NULL, PRIMARY KEY (instrument, date)
     ) WITHOUT ROWID`,
  )
}

/** Note the factor of a stored bar until `applyFactorStage`. */
export function stageFactor(store: WritableStore, instrument: number, date: DateInt, factor: number): void {
  store.run('INSERT INTO temp.staged_factor VALUES (?, ?, ?)', instrument, date, factor)
}

/**
 * Rewrite the change points of the instruments that have staged factors. On a bar without a staged factor the one
 * in force before the import stays, so that importing one year leaves the other years as they were.
 */
export function applyFactorStage(store: WritableStore): void {
  const inForce = new Map<number, { readonly date: DateInt; readonly factor: number }[]>()
  for (const [instrument, date, factor] of scanAdjustments(store)) {
    const points = inForce.get(instrument)
    if (points === undefined) inForce.set(instrument, [{ date, factor }])
    else points.push({ date, factor })
  }

  const points: [instrument: number, date: DateInt, factor: number][] = []
  const touched: number[] = []
  let instrument = -1
  let before: readonly { readonly date: DateInt; readonly factor: number }[] = []
  let passed = 0
  let last: number | null = null
  for (const [id, date, staged] of store.scan<[number, DateInt, number | null]>(
    `SELECT b.instrument, b.date, s.factor FROM bar b
     LEFT JOIN temp.staged_factor s ON s.instrument = b.instrument AND s.date = b.date
     WHERE b.instrument IN (SELECT DISTINCT instrument FROM temp.staged_factor)
     ORDER BY b.instrument, b.date`,
  )) {
    if (id !== instrument) {
      instrument = id
      touched.push(id)
      before = inForce.get(id) ?? []
      passed = 0
      last = null
    }
    while (passed < before.length && before[passed].date <= date) passed++
    const factor = staged ?? (passed > 0 ? before[passed - 1].factor : null)
    if (factor !== null && factor !== last) {
      points.push([id, date, factor])
      last = factor
    }
  }

  for (const id of touched) store.run('DELETE FROM adjustment WHERE instrument = ?', id)
  for (const point of points) store.run('INSERT INTO adjustment VALUES (?, ?, ?)', ...point)
  store.run('DROP TABLE temp.staged_factor')
}
