import type { DateInt } from '../../../src-shared/domain/date.ts'
import type { Outcome } from '../../store/rowWriter.ts'
import type { WritableStore } from '../../store/store.ts'
import type { Refusal } from '../bars/read.ts'
import type { SeenDays } from '../bars/seen.ts'
import type { DaySet } from '../days.ts'
import type { Layout } from '../layout.ts'
import type { Row } from '../row.ts'

/** Takes the records of one file into one table. */
export interface Sink {
  /**
   * Store the record the reader stands on, or throw RefusedRow. `later`: what becomes of it is known when the file is
   * read, from `finish`.
   */
  put(row: Row): Outcome | 'later'
  /**
   * After the last record: what became of those put off.
   *
   * Errors: PlateauError when the file as a whole cannot be right.
   */
  finish?(): Iterable<Outcome | Refusal>
}

export interface SinkContext {
  readonly store: WritableStore
  readonly batch: number
  readonly layout: Layout
  /** The stored trading days; empty when there is no calendar. */
  readonly calendar: DaySet
  /** What the import call has met of the table, by a key beside the date. */
  readonly seen: SeenDays
}

/** Stands for the date where a key has none. */
export const ANY_DAY: DateInt = 20000101
