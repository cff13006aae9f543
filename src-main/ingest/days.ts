import type { DateInt } from '../../src-shared/domain/date.ts'

/** Distinct dates with the first and the last of them. */
export interface DaySet {
  readonly days: ReadonlySet<DateInt>
  readonly first: DateInt
  readonly last: DateInt
}

/** The set of ascending `dates`. */
export function daySet(dates: readonly DateInt[]): DaySet {
  return { days: new Set(dates), first: dates.at(0) ?? Infinity, last: dates.at(-1) ?? -Infinity }
}

/** True for a date between the first and the last that is not in the set; of dates beyond them it says nothing. */
export function skips({ days, first, last }: DaySet, date: DateInt): boolean {
  return date > first && date < last && !days.has(date)
}
