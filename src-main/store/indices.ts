import type { DateInt } from '../../src-shared/domain/date.ts'
import { createRowWriter, type Outcome } from './rowWriter.ts'
import type { ReadableStore, WritableStore } from './store.ts'

export interface IndexInfo {
  readonly symbol: string
  readonly name: string
  /** True when its bars are a total-return series. */
  readonly totalReturn: boolean
}

/** One bar of an index; null = missing. */
export interface IndexBar {
  readonly open: number | null
  readonly high: number | null
  readonly low: number | null
  readonly close: number
  readonly volume: number | null
}

/** Member on d if inDate <= d < outDate; a null outDate is still in. */
export interface Membership {
  readonly index: string
  readonly symbol: string
  readonly inDate: DateInt
  readonly outDate: DateInt | null
}

/** `weight` as a fraction of the index. */
export interface IndexWeight {
  readonly index: string
  readonly date: DateInt
  readonly symbol: string
  readonly weight: number
}

/** Every index, in code-point order of the symbols. */
export function listIndices(store: ReadableStore): IndexInfo[] {
  return store
    .all<{ symbol: string; name: string; total_return: number }>('SELECT * FROM index_info ORDER BY symbol')
    .map(({ symbol, name, total_return }) => ({
      symbol,
      name: name === '' ? symbol : name,
      totalReturn: total_return === 1,
    }))
}

/** Create an index, or add to what is known of it; an unnamed index goes by its symbol. */
export function describeIndex(
  store: WritableStore,
  { symbol, name, totalReturn }: { symbol: string; name: string | null; totalReturn: boolean | null },
): void {
  const flag = totalReturn === null ? null : Number(totalReturn)
  store.run(
    `INSERT INTO index_info VALUES (?, ?, coalesce(?, 0)) ON CONFLICT (symbol) DO UPDATE SET
       name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END,
       total_return = coalesce(?, total_return)`,
    symbol,
    name ?? '',
    flag,
    flag,
  )
}

/** Writes bars of described indices. */
export function createIndexBarWriter(
  store: WritableStore,
): (symbol: string, date: DateInt, bar: IndexBar, batch: number) => Outcome {
  const put = createRowWriter(
    store,
    'index_bar',
    ['symbol', 'date'],
    ['open', 'high', 'low', 'close', 'volume'],
  )
  return (symbol, date, { open, high, low, close, volume }, batch) =>
    put([symbol, date], [open, high, low, close, volume], batch)
}

/** Writes membership intervals of described indices, told apart by their start. */
export function createMembershipWriter(
  store: WritableStore,
): (membership: Membership, batch: number) => Outcome {
  const put = createRowWriter(store, 'index_membership', ['index_symbol', 'symbol', 'in_date'], ['out_date'])
  return ({ index, symbol, inDate, outDate }, batch) => put([index, symbol, inDate], [outDate], batch)
}

/**
 * Take out the stored intervals that those of an import correct: of the same index and symbol, overlapping one of
 * `intervals`, and with a start that none of them has. Answers those of `intervals` that took the place of one.
 */
export function removeCorrected(
  store: WritableStore,
  intervals: readonly Membership[],
): ReadonlySet<Membership> {
  const keyOf = (index: string, symbol: string, inDate: DateInt): string => `${index} ${symbol} ${inDate}`
  const known = new Set(intervals.map(({ index, symbol, inDate }) => keyOf(index, symbol, inDate)))
  const correcting = new Set<Membership>()
  for (const interval of intervals) {
    const { index, symbol, inDate, outDate } = interval
    const overlapping = store.all<{ start: DateInt }>(
      `SELECT in_date AS start FROM index_membership
       WHERE index_symbol = ? AND symbol = ? AND in_date < coalesce(?, in_date + 1) AND coalesce(out_date > ?, 1)`,
      index,
      symbol,
      outDate,
      inDate,
    )
    for (const { start } of overlapping) {
      if (known.has(keyOf(index, symbol, start))) continue
      store.run(
        'DELETE FROM index_membership WHERE index_symbol = ? AND symbol = ? AND in_date = ?',
        index,
        symbol,
        start,
      )
      correcting.add(interval)
    }
  }
  return correcting
}

/** Writes published weights of described indices. */
export function createWeightWriter(store: WritableStore): (entry: IndexWeight, batch: number) => Outcome {
  const put = createRowWriter(store, 'index_weight', ['index_symbol', 'date', 'symbol'], ['weight'])
  return ({ index, date, symbol, weight }, batch) => put([index, date, symbol], [weight], batch)
}

/** Take out the weights of an index and date of the symbols that `named` does not have; answers how many. */
export function removeUnnamedWeights(
  store: WritableStore,
  { index, date }: Pick<IndexWeight, 'index' | 'date'>,
  named: ReadonlySet<string>,
): number {
  const unnamed = store
    .all<{ symbol: string }>(
      'SELECT symbol FROM index_weight WHERE index_symbol = ? AND date = ?',
      index,
      date,
    )
    .filter(({ symbol }) => !named.has(symbol))
  for (const { symbol } of unnamed)
    store.run(
      'DELETE FROM index_weight WHERE index_symbol = ? AND date = ? AND symbol = ?',
      index,
      date,
      symbol,
    )
  return unnamed.length
}

/** Closes of one index, ascending by date. */
export function indexCloses(store: ReadableStore, symbol: string): { date: DateInt; close: number }[] {
  return store.all('SELECT date, close FROM index_bar WHERE symbol = ? ORDER BY date', symbol)
}

/** Membership intervals of one index, by symbol and start. */
export function memberships(store: ReadableStore, index: string): Membership[] {
  return store.all(
    `SELECT index_symbol AS "index", symbol, in_date AS inDate, out_date AS outDate
     FROM index_membership WHERE index_symbol = ? ORDER BY symbol, in_date`,
    index,
  )
}

/** Published weights of one index, by date and symbol. */
export function indexWeights(store: ReadableStore, index: string): IndexWeight[] {
  return store.all(
    `SELECT index_symbol AS "index", date, symbol, weight
     FROM index_weight WHERE index_symbol = ? ORDER BY date, symbol`,
    index,
  )
}
