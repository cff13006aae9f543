import type { ReadableStore, WritableStore } from './store.ts'

/** One file of one import call. */
export interface ImportBatch {
  readonly importedAt: string
  readonly path: string
  readonly sha256: string
  readonly preset: string
}

/** rowsIn = rowsStored + rowsQuarantined, and rowsStored = rowsInserted + rowsReplaced + rowsUnchanged. */
export interface ImportCounts {
  readonly rowsIn: number
  readonly rowsStored: number
  readonly rowsInserted: number
  /** An earlier import had stored other values under the key. */
  readonly rowsReplaced: number
  /** An earlier import had stored the same: not written again. */
  readonly rowsUnchanged: number
  readonly rowsQuarantined: number
}

/** What the import recorded; null where version 1 of the store did not count it. */
export type RecordedCounts = Omit<ImportCounts, 'rowsInserted' | 'rowsReplaced' | 'rowsUnchanged'> & {
  readonly [K in 'rowsInserted' | 'rowsReplaced' | 'rowsUnchanged']: number | null
}

export interface QuarantinedRow {
  /** 1-based line of the file. */
  readonly row: number
  readonly field: string
  readonly reason: string
  readonly raw: string
}

/**
 * Before an import opens its batches: quarantine holds what the latest import of each file refused, so the rows of earlier
 * imports of the same paths or the same contents go. The hash is of a whole archive or workbook: what it said of another
 * `member` of it, the end of the path, stays.
 */
export function forgetQuarantine(
  store: WritableStore,
  files: readonly (Pick<ImportBatch, 'path' | 'sha256'> & { readonly member: string })[],
): void {
  for (const { path, sha256, member } of files)
    store.run(
      `DELETE FROM quarantine WHERE batch IN (
         SELECT id FROM import_batch WHERE path = ? OR (sha256 = ? AND substr(path, -length(?)) = ?))`,
      path,
      sha256,
      member,
      member,
    )
}

/** Open a batch and give its id. */
export function openBatch(store: WritableStore, batch: ImportBatch): number {
  return store.get<{ id: number }>(
    'INSERT INTO import_batch (imported_at, path, sha256, preset) VALUES (?, ?, ?, ?) RETURNING id',
    batch.importedAt,
    batch.path,
    batch.sha256,
    batch.preset,
  )!.id
}

export function closeBatch(store: WritableStore, id: number, counts: ImportCounts): void {
  store.run(
    `UPDATE import_batch SET rows_in = ?, rows_stored = ?, rows_inserted = ?, rows_replaced = ?, rows_unchanged = ?,
       rows_quarantined = ? WHERE id = ?`,
    counts.rowsIn,
    counts.rowsStored,
    counts.rowsInserted,
    counts.rowsReplaced,
    counts.rowsUnchanged,
    counts.rowsQuarantined,
    id,
  )
}

export function quarantineRow(store: WritableStore, batch: number, row: QuarantinedRow): void {
  store.run(
    'INSERT INTO quarantine (batch, row, field, reason, raw) VALUES (?, ?, ?, ?, ?)',
    batch,
    row.row,
    row.field,
    row.reason,
    row.raw,
  )
}

/** Every import, oldest first. */
export function listImports(store: ReadableStore): (ImportBatch & RecordedCounts)[] {
  return store.all(
    `SELECT imported_at AS importedAt, path, sha256, preset, rows_in AS rowsIn, rows_stored AS rowsStored,
       rows_inserted AS rowsInserted, rows_replaced AS rowsReplaced, rows_unchanged AS rowsUnchanged,
       rows_quarantined AS rowsQuarantined FROM import_batch ORDER BY id`,
  )
}

/** The refused rows with their files, in the order they were met; at most `limit`. */
export function listQuarantine(store: ReadableStore, limit: number): (QuarantinedRow & { path: string })[] {
  return store.all(
    `SELECT path, row, field, reason, raw FROM quarantine JOIN import_batch ON id = batch
     ORDER BY batch, row LIMIT ?`,
    limit,
  )
}

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

/** The refused rows of a reason, or of all (null), in the order they were met: at most `limit`, after `offset` others. */
export function quarantineSamples(
  store: ReadableStore,
  reason: string | null,
  limit: number,
  offset = 0,
): QuarantineSample[] {
  return store.all(
    `SELECT reason, path AS file, row, field, raw AS text FROM quarantine JOIN import_batch ON id = batch
     WHERE reason = coalesce(?, reason) ORDER BY batch, row LIMIT ? OFFSET ?`,
    reason,
    limit,
    offset,
  )
}

/** Number of refused rows by reason, most frequent first. */
export function quarantineReasons(
  store: ReadableStore,
): { readonly reason: string; readonly rows: number }[] {
  return store.all(
    'SELECT reason, count(*) AS rows FROM quarantine GROUP BY reason ORDER BY rows DESC, reason',
  )
}
