import type { DateInt } from '../../../src-shared/domain/date.ts'
import type { Evidence } from '../../../src-shared/domain/importing.ts'
import type { Outcome } from '../../store/rowWriter.ts'
import type { WritableStore } from '../../store/store.ts'
import type { SeenDays } from '../bars/seen.ts'
import type { DaySet } from '../days.ts'
import type { Layout } from '../layout.ts'
import type { Refusal, Row } from '../row.ts'
import type { Source } from '../source.ts'

/** Takes the files of an import call that are of one table. */
export type TableSink = (call: SinkContext) => (file: SinkFile) => Sink

export interface SinkContext {
  readonly store: WritableStore
  /** The stored trading days; empty when there is no calendar. */
  readonly calendar: DaySet
  /** What the import call has met of the table, by a key beside the date. */
  readonly seen: SeenDays
}

export interface SinkFile {
  readonly batch: number
  readonly source: Pick<Source, 'path' | 'header'>
  readonly layout: Layout
  /** Read as it is because of common names of columns, and not by a source's own or as somebody has said. */
  readonly guessed: boolean
  /** Say in the report of the file what it changed beside its rows. */
  tell(evidence: Evidence): void
}

/** Takes the records of one file into one table. */
export interface Sink {
  /**
   * Store the record the reader stands on, or throw RefusedRow. `later`: what becomes of it is known when every file of
   * the table is read, from `finish`.
   */
  put(row: Row): Outcome | 'later'
  /**
   * After the last record of the table's last file, file by file: what became of those put off.
   * @throws PlateauError when the file cannot be what it was taken for: what was read of it must not be kept
   */
  finish?(): Iterable<Outcome | Refusal>
}

/** Stands for the date where a key has none. */
export const ANY_DAY: DateInt = 20000101
