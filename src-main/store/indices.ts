import type { DateInt } from '../../src-shared/domain/date.ts'
import { type BatchScope, upsertSql } from './imports.ts'
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

const UPSERT_BAR = upsertSql('index_bar', ['symbol', 'date'], ['open', 'high', 'low', 'close', 'volume'])
const UPSERT_MEMBERSHIP = upsertSql('index_membership', ['index_symbol', 'symbol', 'in_date'], ['out_date'])
const UPSERT_WEIGHT = upsertSql('index_weight', ['index_symbol', 'date', 'symbol'], ['weight'])

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

/** Store a bar of a described index; false when this import call has stored it already. */
export function putIndexBar(
  store: WritableStore,
  scope: BatchScope,
  symbol: string,
  date: DateInt,
  bar: IndexBar,
): boolean {
  const { open, high, low, close, volume } = bar
  return (
    store.run(UPSERT_BAR, symbol, date, open, high, low, close, volume, scope.batch, scope.firstBatch) === 1
  )
}

/** Store a membership interval; false when this import call has stored one with the same start. */
export function putMembership(store: WritableStore, scope: BatchScope, membership: Membership): boolean {
  const { index, symbol, inDate, outDate } = membership
  return store.run(UPSERT_MEMBERSHIP, index, symbol, inDate, outDate, scope.batch, scope.firstBatch) === 1
}

/** Store a published weight; false when this import call has stored it already. */
export function putIndexWeight(store: WritableStore, scope: BatchScope, entry: IndexWeight): boolean {
  const { index, date, symbol, weight } = entry
  return store.run(UPSERT_WEIGHT, index, date, symbol, weight, scope.batch, scope.firstBatch) === 1
}

/**
 * Bring the weights of a batch to fractions: a snapshot that sums to more than 2 is in percent (one in fractions sums
 * to about 1, one in percent to about 100), and a file has one unit.
 */
export function normaliseWeights(store: WritableStore, batch: number): void {
  const heaviest = store.get<{ total: number | null }>(
    `SELECT max(total) AS total FROM
       (SELECT sum(weight) AS total FROM index_weight WHERE batch = ? GROUP BY index_symbol, date)`,
    batch,
  )!.total
  if (heaviest !== null && heaviest > 2) {
    store.run('UPDATE index_weight SET weight = weight / 100 WHERE batch = ?', batch)
  }
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
