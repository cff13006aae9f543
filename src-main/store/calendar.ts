import type { DateInt } from '../../src-shared/domain/date.ts'
import type { Outcome } from './rowWriter.ts'
import type { ReadableStore, WritableStore } from './store.ts'

export function putTradingDay(store: WritableStore, batch: number, date: DateInt): Outcome {
  return store.run('INSERT OR IGNORE INTO calendar VALUES (?, ?)', date, batch) === 1
    ? 'inserted'
    : 'unchanged'
}

/** The stored trading days, ascending; empty when no calendar was imported. */
export function tradingDays(store: ReadableStore): DateInt[] {
  return store.all<{ date: number }>('SELECT date FROM calendar ORDER BY date').map((row) => row.date)
}
