import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import Database from 'better-sqlite3'
import type { OnProgress } from '../../src-shared/contract/progress.ts'
import type { Lost, Outlook, Recovery } from '../../src-shared/contract/safety.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { backupErrors } from '../../src-shared/locales/errors/backups.ts'
import { restoreStore } from './backup.ts'
import { backupFolder, listBackups } from './backupFolder.ts'
import { isSound } from './store.ts'

/** Names told of what is lost; the rest are counted. */
const EXAMPLES = 5

/** What recoverStore would do for the store at `path`. Reads its backups, newest first, until one is sound: seconds per GB. */
export function recoveryOutlook(path: string): Outlook {
  const unsound: string[] = []
  for (const backup of listBackups(path)) {
    if (isSound(backup.path)) return { backup, unsound, lost: lostSince(path, backup.time) }
    unsound.push(backup.path)
  }
  return { backup: null, unsound, lost: { imports: null, studies: null } }
}

/**
 * Put the newest sound backup of the store at `path` in its place; the store is kept beside it (restoreStore).
 *
 * Errors: file_not_found when no backup is sound, and nothing was done; those of restoreStore about the store.
 */
export async function recoverStore(path: string, report: OnProgress = () => {}): Promise<Recovery> {
  const damaged = existsSync(path) && !isSound(path)
  const unsound: string[] = []
  for (const backup of listBackups(path)) {
    const lost = lostSince(path, backup.time)
    try {
      return { backup, unsound, lost, kept: await restoreStore(backup.path, path, damaged, report) }
    } catch (error) {
      if (!(error instanceof PlateauError) || !isAboutCopy(error, backup.path)) throw error
      unsound.push(backup.path)
    }
  }
  const place = { file: backupFolder(path) }
  throw unsound.length === 0
    ? failure(backupErrors.none, {}, { place })
    : failure(backupErrors.noneSound, { count: unsound.length }, { place })
}

function isAboutCopy({ code, place }: PlateauError, copy: string): boolean {
  return (
    place.file === copy &&
    ['store_corrupt', 'store_not_plateau', 'store_newer', 'file_not_found'].includes(code)
  )
}

/** What the store at `path` knows to be newer than `time` (ISO), part by part: null where it cannot be read. */
function lostSince(path: string, time: string): Lost {
  let database: Database.Database | null = null
  /** @param sql one text column, of what is newer than the first and only value */
  const read = (sql: string, shown: (text: string) => string): Lost['imports'] => {
    try {
      const names = database!.prepare<[string], string>(sql).pluck().all(time)
      return { count: names.length, examples: names.slice(0, EXAMPLES).map((name) => shown(String(name))) }
    } catch (error) {
      if (error instanceof Database.SqliteError) return null
      throw error
    }
  }
  try {
    database = new Database(path, { readonly: true, fileMustExist: true })
    return {
      imports: read('SELECT path FROM import_batch WHERE imported_at > ? ORDER BY id DESC', basename),
      studies: read(
        `SELECT name FROM study WHERE max(started_at, coalesce(ended_at, ''), coalesce(heartbeat, '')) > ?
         ORDER BY started_at DESC`,
        String,
      ),
    }
  } catch (error) {
    if (error instanceof Database.SqliteError) return { imports: null, studies: null }
    throw error
  } finally {
    database?.close()
  }
}
