import type { BatchScope } from '../../store/imports.ts'
import type { WritableStore } from '../../store/store.ts'
import type { DaySet } from '../days.ts'
import type { Layout } from '../layout.ts'
import type { Row } from '../row.ts'

/** Takes the records of one file into one table. */
export interface Sink {
  /** Store the record the reader stands on, or throw RefusedRow. */
  put(row: Row): void
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
