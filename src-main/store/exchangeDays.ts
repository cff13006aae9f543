import type { DateInt } from '../../src-shared/domain/date.ts'
import { lowerBound } from '../../src-shared/sorted.ts'
import { tradingDays } from './calendar.ts'
import type { ReadableStore } from './store.ts'

/** A day with fewer bars than this share of those of the days around it is no exchange day. */
const LEAST_SHARE = 0.1
/** Days of bars on each side that count as around. */
const NEAR = 10

/**
 * The exchange days of a store whose bars lie from `first` to `last`, ascending (docs/decisions/0010): from the first to the
 * last day of the stored `calendar` those it names and no other; before and after it, and without one, the days on which
 * enough bars lie. Bars on other days belong to no exchange day.
 *
 * Errors: those of the store.
 */
export function exchangeDays(
  store: ReadableStore,
  calendar: readonly DateInt[],
  { first, last }: { readonly first: DateInt; readonly last: DateInt },
): DateInt[] {
  const named = calendar.filter((date) => date >= first && date <= last)
  const begin = calendar.at(0) ?? Infinity
  const end = calendar.at(-1) ?? -Infinity
  if (begin <= first && last <= end) return named
  const beyond = busyDays(barsByDay(store)).filter((date) => date < begin || date > end)
  return [...named, ...beyond].sort((a, b) => a - b)
}

/** Counts the exchange days between two days, both excluded. */
export function exchangeDaysBetween(store: ReadableStore): (after: DateInt, before: DateInt) => number {
  const calendar = tradingDays(store)
  const covered = { first: calendar.at(0) ?? Infinity, last: calendar.at(-1) ?? -Infinity }
  let all: readonly DateInt[] | null = null
  return (after, before) => {
    // Beyond the calendar every bar is read: only where it has to be.
    const days =
      after >= covered.first && before <= covered.last
        ? calendar
        : (all ??= exchangeDays(store, calendar, { first: 0, last: Infinity }))
    return lowerBound(days, before) - lowerBound(days, after + 1)
  }
}

interface DayBars {
  readonly date: DateInt
  readonly bars: number
}

function barsByDay(store: ReadableStore): DayBars[] {
  return store
    .all<DayBars>('SELECT date, count(*) AS bars FROM bar GROUP BY date')
    .sort((a, b) => a.date - b.date)
}

/**
 * The days with at least LEAST_SHARE as many bars as the busiest of the days before and as the busiest of those after,
 * whichever is less: a store that grows from one stock to many keeps the days of the one.
 */
export function busyDays(days: readonly DayBars[]): DateInt[] {
  const busiest = (from: number, to: number): number =>
    days.slice(Math.max(0, from), to).reduce((most, { bars }) => Math.max(most, bars), 0)
  return days.flatMap(({ date, bars }, at) => {
    const before = busiest(at - NEAR, at)
    const after = busiest(at + 1, at + 1 + NEAR)
    // The first day has none before it, the last none after it.
    const around = Math.min(before === 0 ? after : before, after === 0 ? before : after)
    return bars < LEAST_SHARE * around ? [] : [date]
  })
}
