import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { damagedStore } from './errors.ts'

/** A store up to this size is checked at every opening, which takes a tenth of a second; one of 1 GB takes about 2 s. */
const SMALL_BYTES = 50e6

/**
 * Before a store is opened for writing: read every page of it (quick_check) where it is small, or where the process that
 * last had it open was killed, which its log tells. Of a large one that was closed, or that is in use, nothing is read.
 *
 * Errors: store_corrupt with SQLite's first finding; those of SQLite.
 */
export function checkBeforeWriting(path: string): void {
  const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const small = size(path) <= SMALL_BYTES
  if (size(path) === 0 || !(small || size(`${path}-wal`) > 0)) return
  // A connection of its own: one that began alone cannot share the store later.
  const database = new Database(path, { timeout: 0 })
  try {
    if (!small) database.pragma('locking_mode = EXCLUSIVE')
    const finding = database.pragma('quick_check(1)', { simple: true }) as string
    if (finding !== 'ok') throw damagedStore(finding, path)
  } catch (error) {
    const inUse = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
    if (!inUse) throw error
  } finally {
    database.close()
  }
}
