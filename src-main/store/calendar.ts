import type { DateInt } from '../../src-shared/domain/date.ts'
import { lowerBound } from '../../src-shared/sorted.ts'
import { barDates } from './bars.ts'
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

/**
 * Counts the trading days between two, both excluded: those of the stored calendar and, before its first and after its
 * last day, the days on which any stock has a bar.
 */
export function tradingDaysBetween(store: ReadableStore): (after: DateInt, before: DateInt) => number {
  const calendar = tradingDays(store)
  const [first, last] = [calendar.at(0) ?? Infinity, calendar.at(-1) ?? -Infinity]
  let all: readonly DateInt[] | null = null
  // Collecting the days of all bars reads every one of them.
  const allDays = (): readonly DateInt[] => {
    const dates = barDates(store)
    return [...dates.filter((date) => date < first), ...calendar, ...dates.filter((date) => date > last)]
  }
  return (after, before) => {
    const days = after >= first && before <= last ? calendar : (all ??= allDays())
    return lowerBound(days, before) - lowerBound(days, after + 1)
  }
}
