import { closeSync, ftruncateSync, openSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'

/**
 * Remove the store at `path`, into which nothing was imported. It is left where another process has it open or has imported
 * something into it, and where it cannot be removed.
 */
export function removeUnused(path: string): void {
  try {
    const database = new Database(path, { fileMustExist: true, timeout: 0 })
    try {
      // Refused while another process has it open; keeps them out from here on.
      database.pragma('locking_mode = EXCLUSIVE')
      database.exec('BEGIN EXCLUSIVE')
      if (hasImports(database)) return
      // Which removes no file that anybody has open, itself included.
      if (process.platform === 'win32') database.close()
      removeEmptied(path)
    } finally {
      database.close()
    }
  } catch {
    // An empty store does no harm.
  }
}

/** False for a file of which no store has become. */
function hasImports(database: Database.Database): boolean {
  const made = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'import_batch'").get()
  return made !== undefined && database.prepare('SELECT 1 FROM import_batch').get() !== undefined
}

/**
 * One that has opened the file, but read nothing of it yet, holds no lock: of an empty file SQLite tells it that it is gone, where
 * it would write to the log of a store in vain.
 */
function removeEmptied(path: string): void {
  const file = openSync(path, 'r+')
  try {
    for (const log of [`${path}-wal`, `${path}-shm`]) rmSync(log, { force: true })
    ftruncateSync(file)
    rmSync(path)
  } finally {
    // Not before: closing it gives up the lock.
    closeSync(file)
  }
}
