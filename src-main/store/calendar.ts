import type { DateInt } from '../../src-shared/domain/date.ts'
import { type BatchScope, upsertSql } from './imports.ts'
import type { ReadableStore, WritableStore } from './store.ts'

const UPSERT_DAY = upsertSql('calendar', ['date'], [])

/** Store a trading day; false when this import call has stored it already. */
export function putTradingDay(store: WritableStore, scope: BatchScope, date: DateInt): boolean {
  return store.run(UPSERT_DAY, date, scope.batch, scope.firstBatch) === 1
}

/** The stored trading days, ascending; empty when no calendar was imported. */
export function tradingDays(store: ReadableStore): DateInt[] {
  return store.all<{ date: number }>('SELECT date FROM calendar ORDER BY date').map((row) => row.date)
}
