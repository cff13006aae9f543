import type { DateInt } from '../../../src-shared/domain/date.ts'
import type { BatchScope } from '../../store/imports.ts'
import type { WritableStore } from '../../store/store.ts'
import type { Layout } from '../layout.ts'
import type { RowReader } from '../row.ts'

/** Takes the records of one file into one table. */
export interface Sink {
  /** Store the record the reader stands on, or throw RefusedRow. */
  put(row: RowReader): void
  /** After the last record. Errors: PlateauError when the file as a whole cannot be right. */
  finish?(): void
}

export interface SinkContext {
  readonly store: WritableStore
  readonly scope: BatchScope
  readonly layout: Layout
  readonly path: string
  /** The stored trading days; empty when there is no calendar. */
  readonly calendar: DaySet
}

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
