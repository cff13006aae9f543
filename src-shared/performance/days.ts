import type { DateInt } from '../domain/date.ts'

/** d = p - b, day by day (rule P1). */
export function difference(portfolio: Float64Array, benchmark: Float64Array): Float64Array {
  return portfolio.map((value, day) => value - benchmark[day])
}

/** Days of one key, positions [from, to). */
export interface DayRun {
  readonly key: number
  readonly from: number
  readonly to: number
}

/** Runs of days with equal key: calendar months, calendar years. */
export function runs(dates: ArrayLike<DateInt>, keyOf: (date: DateInt) => number): DayRun[] {
  const found: { key: number; from: number; to: number }[] = []
  for (let day = 0; day < dates.length; day++) {
    const key = keyOf(dates[day])
    const open = found.at(-1)
    if (open?.key === key) open.to = day + 1
    else found.push({ key, from: day, to: day + 1 })
  }
  return found
}
