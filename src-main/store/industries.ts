import type { DateInt } from '../../src-shared/domain/date.ts'
import { type BatchScope, upsertSql } from './imports.ts'
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

const UPSERT_INDUSTRY = upsertSql('industry', ['symbol', 'as_of'], ['code', 'name'])

/** Store an industry; false when this import call has stored it already. */
export function putIndustry(store: WritableStore, scope: BatchScope, industry: Industry): boolean {
  const { symbol, asOf, code, name } = industry
  return store.run(UPSERT_INDUSTRY, symbol, asOf ?? 0, code, name, scope.batch, scope.firstBatch) === 1
}

/** Each stock's industry in its latest snapshot, by symbol. */
export function latestIndustries(store: ReadableStore): Industry[] {
  return store.all(
    `SELECT symbol, nullif(max(as_of), 0) AS asOf, code, name FROM industry GROUP BY symbol ORDER BY symbol`,
  )
}
