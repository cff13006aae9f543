import Database from 'better-sqlite3'
import { PlateauError } from '../../src-shared/errors.ts'
import { type ErrorValue, failure } from '../../src-shared/failure.ts'
import { storeErrors } from '../../src-shared/locales/errors/store.ts'
import { elsewhere } from '../../src-shared/locales/errors/writing.ts'
import { writeError } from '../files/writeError.ts'

/**
 * What SQLite or the file system reports about the store at `path`, as an error the user can act on. Extended result codes
 * (SQLITE_BUSY_SNAPSHOT, SQLITE_IOERR_WRITE, ...) fall under their family unless listed themselves.
 */
export function storeError(error: unknown, path: string): PlateauError {
  if (error instanceof PlateauError) return error
  if (!(error instanceof Database.SqliteError)) return writeError(error, path, elsewhere.file)
  const because = (text: (typeof storeErrors)['full' | 'closed' | 'busy' | 'disk']): PlateauError =>
    failure(text, { reason: `${error.code}: ${error.message}` }, { place: { file: path }, cause: error })

  if (error.code.startsWith('SQLITE_NOTADB')) return notPlateau(path)
  if (
    /^SQLITE_(CORRUPT|IOERR_(SHORT_)?READ|IOERR_CORRUPTFS|IOERR_DATA)/.test(error.code) ||
    // Plain SQLITE_ERROR for a damaged header, names damaged in the schema, and a damaged version, from which a store is
    // brought up to date anew.
    /^(unsupported file format|no such (table|column): |table \w+ already exists|duplicate column name: )/.test(
      error.message,
    )
  ) {
    return damagedStore(`(${error.code}: ${error.message})`, path, error)
  }
  // A write that fails for any other reason than permission is a full disk, a quota or a file size limit.
  if (/^SQLITE_(FULL|IOERR_(WRITE|TRUNCATE|FSYNC|DIR_FSYNC|SHMSIZE))/.test(error.code)) {
    return because(storeErrors.full)
  }
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|IOERR_SHMOPEN)/.test(error.code)) return because(storeErrors.closed)
  if (/^SQLITE_(BUSY|LOCKED)/.test(error.code)) return because(storeErrors.busy)
  if (error.code.startsWith('SQLITE_IOERR')) return because(storeErrors.disk)
  return PlateauError.from(error)
}

/** The store at `path` is damaged; `finding` says by what it was seen. */
export function damagedStore(finding: ErrorValue, path: string, cause?: unknown): PlateauError {
  return failure(storeErrors.damaged, { finding }, { place: { file: path }, cause })
}

/** The file at `path` is not one of ours. */
export function notPlateau(path: string): PlateauError {
  return failure(storeErrors.notPlateau, {}, { place: { file: path } })
}
