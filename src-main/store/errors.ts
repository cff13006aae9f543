import Database from 'better-sqlite3'
import { PlateauError } from '../../src-shared/errors.ts'
import { writeError } from '../files/writeError.ts'

/**
 * What SQLite or the file system reports about the store at `path`, as an error the user can act on. Extended result codes
 * (SQLITE_BUSY_SNAPSHOT, SQLITE_IOERR_WRITE, ...) fall under their family unless listed themselves.
 */
export function storeError(error: unknown, path: string): PlateauError {
  if (error instanceof PlateauError) return error
  if (!(error instanceof Database.SqliteError)) return writeError(error, path, 'name another file')
  const because = (code: PlateauError['code'], message: string, remedy: string): PlateauError =>
    new PlateauError(code, `${message} (${error.code}: ${error.message})`, {
      place: { file: path },
      remedy,
      cause: error,
    })

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
    return because(
      'disk_full',
      'The disk took no more data; the store is as it was before.',
      'Free space on this disk, then run the command again.',
    )
  }
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|IOERR_SHMOPEN)/.test(error.code)) {
    return because(
      'disk_readonly',
      'The store or its folder cannot be written or opened.',
      'Check the permissions of the folder (SQLite keeps two more files beside the store), or copy the store elsewhere.',
    )
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(error.code)) {
    return because(
      'store_busy',
      'Another process is writing to the store.',
      'Wait for it to finish, or close the other window.',
    )
  }
  if (error.code.startsWith('SQLITE_IOERR')) {
    return because(
      'file_unreadable',
      'The disk did not do what was asked of it.',
      'Check that the disk is still connected and that nothing else moves or removes the file, then try again.',
    )
  }
  return PlateauError.from(error)
}

/** The store at `path` is damaged; `finding` says by what it was seen. */
export function damagedStore(finding: string, path: string, cause?: unknown): PlateauError {
  return new PlateauError('store_corrupt', `The store is damaged. ${finding}`, {
    place: { file: path },
    remedy:
      'Restore its newest backup (plateau restore) or another copy (plateau restore FILE), which keep the damaged file, or import the data again into a new store.',
    cause,
  })
}

/** The file at `path` is not one of ours. */
export function notPlateau(path: string): PlateauError {
  return new PlateauError('store_not_plateau', 'This file is not a Plateau store.', {
    place: { file: path },
    remedy: 'Name the store file of a project, or a new file name to create one.',
  })
}
