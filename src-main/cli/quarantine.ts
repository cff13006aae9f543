import type { ReadableStore } from '../store/store.ts'

/** A row that an import refused. */
export interface QuarantineSample {
  readonly reason: string
  readonly file: string
  /** 1-based line of the file. */
  readonly row: number
  /** Empty when the row as a whole was refused. */
  readonly field: string
  readonly text: string
}

/** The first refused rows of a reason, in the order they were met; at most `limit`. */
export function quarantineSamples(store: ReadableStore, reason: string, limit: number): QuarantineSample[] {
  return store.all(
    `SELECT reason, path AS file, row, field, raw AS text FROM quarantine JOIN import_batch ON id = batch
     WHERE reason = ? ORDER BY batch, row LIMIT ?`,
    reason,
    limit,
  )
}
