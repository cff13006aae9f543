import type { DateInt } from '../../src-shared/domain/date.ts'
import { createRowWriter, type Outcome } from './rowWriter.ts'
import type { ReadableStore, WritableStore } from './store.ts'

/** The industry of a stock as one snapshot gives it. */
export interface Industry {
  readonly symbol: string
  /** Null when the source gives no date. */
  readonly asOf: DateInt | null
  /** Empty when the source gives none. */
  readonly code: string
  readonly name: string
}

/** Writes industries, one per stock and snapshot: a later snapshot leaves the earlier ones. */
export function createIndustryWriter(store: WritableStore): (industry: Industry, batch: number) => Outcome {
  const put = createRowWriter(store, 'industry', ['symbol', 'as_of'], ['code', 'name'])
  return ({ symbol, asOf, code, name }, batch) => put([symbol, asOf ?? 0], [code, name], batch)
}

/**
 * Each stock's classifications by symbol and date, undated first. Those that only repeat the name of the dated one before are left
 * out: snapshots are many, changes few.
 */
export function industryChanges(store: ReadableStore): Industry[] {
  return store.all(
    `SELECT symbol, nullif(as_of, 0) AS asOf, code, name FROM industry AS now
     WHERE as_of = 0 OR name IS NOT (
       SELECT name FROM industry WHERE symbol = now.symbol AND as_of > 0 AND as_of < now.as_of
       ORDER BY as_of DESC LIMIT 1
     ) ORDER BY symbol, as_of`,
  )
}
