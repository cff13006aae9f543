import type { DateInt } from '../domain/date.ts'
import { lowerBound } from '../sorted.ts'
import type { ZoomWindow } from './zoom.ts'

/** A stretch of days that charts show together, both ends included. */
export interface Period {
  readonly first: DateInt
  readonly last: DateInt
}

/** The days of a chart's own calendar that lie in a period, at least one; all of them without one. `dates` ascend. */
export function windowOf(dates: readonly DateInt[], period: Period | null): ZoomWindow {
  const end = dates.length - 1
  if (period === null) return { first: 0, last: end }
  const first = Math.max(0, Math.min(end, lowerBound(dates, period.first)))
  return { first, last: Math.max(first, lowerBound(dates, period.last + 1) - 1) }
}

/** What a window of a chart's days shows; null: all of it. */
export function periodOf(dates: readonly DateInt[], { first, last }: ZoomWindow): Period | null {
  const whole = first <= 0 && last >= dates.length - 1
  return whole ? null : { first: dates[first], last: dates[last] }
}

/** The last `months` calendar months of the dates; null where that is all of them. */
export function lastMonths(dates: readonly DateInt[], months: number): Period | null {
  const last = dates.at(-1)
  if (last === undefined) return null
  const month = Math.floor(last / 10000) * 12 + (Math.floor(last / 100) % 100) - 1 - months
  // The same day of an earlier month, which need not have it: the order of the numbers is all that counts.
  const before = Math.floor(month / 12) * 10000 + ((month % 12) + 1) * 100 + (last % 100)
  return periodOf(dates, { first: lowerBound(dates, before + 1), last: dates.length - 1 })
}
