import { copyFileSync, existsSync, linkSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import type { OnProgress, WorkProgress } from '../../src-shared/contract/progress.ts'
import type { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { backupErrors } from '../../src-shared/locales/errors/backups.ts'
import { elsewhere, writingErrors } from '../../src-shared/locales/errors/writing.ts'
import { crashPoint } from '../files/crashPoint.ts'
import { moveFileSync, removeFileSync, removeIfPossible } from '../files/heldUp.ts'
import { hasFile } from '../files/hasFile.ts'
import { sweepTemporaries, temporaryOf } from '../files/temporary.ts'
import { writeError } from '../files/writeError.ts'
import { storeError } from './errors.ts'
import { checkIntegrity } from './integrity.ts'
import { openStore } from './store.ts'

const unheard: OnProgress = () => {}
/** Pages copied between two reports, which are also the moments at which a signal ends the process. */
const PAGES = 1000
const REPLACING: WorkProgress = { stage: 'replacing', done: 0, total: null }

/**
 * Copy the store at `path`, as it is when the copy begins, to `target` while it may be in use; whole and checked, or not at
 * all: the copy is made beside the target, which it replaces at the end. A target that is there must be a store itself, which
 * nobody has open. Killed before it has reported `replacing`, it leaves nothing but the copy, which sweepTemporaries removes.
 *
 * Errors: usage when both are one file; store_not_plateau when another kind of file is in the target's place;
 * store_busy when another process has the target open; store_corrupt when the copy is not sound; the errors of
 * openStore, with the file; disk_full and disk_readonly with the target when the copy cannot be written.
 */
export async function backupStore(path: string, target: string, report = unheard): Promise<void> {
  refuseSame(path, target)
  const partial = await soundCopy(path, target, report)
  try {
    report(REPLACING)
    const untaken = takeLog(target)
    if (untaken?.code === 'store_newer') throw untaken
    dropLog(target)
    crashPoint('backup.logEnded')
    moveInto(partial, target)
    crashPoint('backup.moved')
  } catch (error) {
    dropCopy(partial)
    throw error
  }
}

/**
 * Put a copy of the store `file` in the place of the store at `path`. What was there is kept beside it, as `.corrupt-` and the time
 * where it is damaged (which `damaged` says of one that opens all the same), else as `.replaced-`; answers where, null when nothing
 * was there. A process that is killed leaves the store as it was, or restored; as it was, before it has reported `replacing`.
 *
 * Errors: file_not_found, store_not_plateau, store_corrupt, store_newer for a `file` that is no sound store of this
 * version or an older one; store_busy when another process has the store open; store_not_plateau when what is in its
 * place is none.
 */
export async function restoreStore(
  file: string,
  path: string,
  damaged = false,
  report = unheard,
): Promise<string | null> {
  refuseSame(file, path)
  const partial = await soundCopy(file, path, report)
  try {
    report(REPLACING)
    const kept = keepReplaced(path, damaged)
    crashPoint('restore.kept')
    moveInto(partial, path)
    crashPoint('restore.moved')
    return kept
  } catch (error) {
    dropCopy(partial)
    throw error
  }
}

/** Take the damaged store at `path` out of its place, with its log; answers where it is, null when nothing was there. */
export function setAside(path: string): string | null {
  const kept = keepReplaced(path, true)
  removeFileSync(path)
  return kept
}

/** A checked copy of the store `from`, in one file beside `to`. Errors: those of openStore and checkIntegrity. */
async function soundCopy(from: string, to: string, report: OnProgress): Promise<string> {
  if (!hasFile(from)) {
    throw failure(backupErrors.copyMissing, {}, { place: { file: from } })
  }
  if (!hasFile(to) && !existsSync(dirname(to))) {
    throw failure(writingErrors.folderMissing, { elsewhere: elsewhere.file }, { place: { file: to } })
  }
  const partial = temporaryOf(to)
  requireName(partial, to)
  sweepTemporaries(to)
  try {
    const database = new Database(from, { readonly: true })
    try {
      await copyPages(database, partial, report)
    } finally {
      database.close()
    }
    crashPoint('copy.copied')
    // Brings a store of an older version up to date: the copy, not what it was copied from.
    const copy = openStore(partial, { mode: 'read' })
    try {
      checkIntegrity(copy, report)
    } finally {
      copy.close()
    }
    asOneFile(partial)
    crashPoint('copy.checked')
    return partial
  } catch (error) {
    dropCopy(partial)
    throw at(storeError(error, from), { from, to, partial })
  }
}

/** What cannot be removed is left to sweepTemporaries: it would hide why there is no copy. */
function dropCopy(partial: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) removeIfPossible(`${partial}${end}`)
}

/**
 * Copy all of `database`, as it is now, into the new file `partial`. It is held so until it is closed: otherwise SQLite lets go of
 * it between the steps, and begins anew after each write of another process. Meanwhile the log of a store in use is not moved
 * into it; a store without a log is not written.
 */
async function copyPages(database: Database.Database, partial: string, report: OnProgress): Promise<void> {
  database.exec('BEGIN')
  database.prepare('SELECT count(*) FROM sqlite_schema').get()
  const size = database.pragma('page_size', { simple: true }) as number
  try {
    await database.backup(partial, {
      progress({ totalPages, remainingPages }) {
        const done = (totalPages - remainingPages) * size
        report({ stage: 'copying', done, total: totalPages * size })
        return PAGES
      },
    })
  } catch (error) {
    const known = storeError(error, partial)
    if (known.code !== 'file_unreadable') throw known
    // SQLite does not say on which of both disks: where it was the store's, reading all of it fails again.
    database.prepare('SELECT count(*) FROM dbstat').get()
    throw failure(
      writingErrors.diskFull,
      { elsewhere: elsewhere.file },
      { place: { file: partial }, cause: error },
    )
  }
}

/** Of `to` itself the disk may take the name that it does not take of `partial`. */
function requireName(partial: string, to: string): void {
  try {
    statSync(partial, { throwIfNoEntry: false })
  } catch (error) {
    throw writeError(error, to, elsewhere.file)
  }
}

/** Out of WAL, whose files would have to move with it. */
function asOneFile(path: string): void {
  const database = new Database(path, { timeout: 0 })
  try {
    database.pragma('journal_mode = DELETE')
  } catch (error) {
    throw storeError(error, path)
  } finally {
    database.close()
  }
}

/**
 * Before another file takes the place of the store at `path`, which may be absent: take its log into it, for SQLite would
 * add the log to that file. Answers why that cannot be: the store is damaged, or of a newer version.
 *
 * Errors: store_busy when another process has the store open: its log would go on into the other file; those of openStore.
 */
function takeLog(path: string): PlateauError | null {
  if (!existsSync(path)) return null
  try {
    openStore(path, { mode: 'read' }).close()
    asOneFile(path)
    return null
  } catch (error) {
    const known = storeError(error, path)
    if (known.code !== 'store_corrupt' && known.code !== 'store_newer') throw known
    return known
  }
}

function dropLog(path: string): void {
  for (const log of [`${path}-wal`, `${path}-shm`]) removeFileSync(log)
}

/**
 * Keep the store at `path` under another name too, with its log where that cannot be taken into it; null when there is none.
 * Of a damaged one nothing is opened, for that could change it. Errors: takeLog's.
 */
function keepReplaced(path: string, damaged: boolean): string | null {
  const untaken = damaged ? null : takeLog(path)
  const corrupt = damaged || untaken?.code === 'store_corrupt'
  const time = new Date().toISOString().replace(/[:.]/g, '')
  const name = `${path}.${corrupt ? 'corrupt' : 'replaced'}-`
  const kept = keptBefore(path, name) ?? freeName(`${name}${time}`)
  if ((damaged || untaken !== null) && existsSync(path) && existsSync(`${path}-wal`))
    moveFileSync(`${path}-wal`, `${kept}-wal`)
  dropLog(path)
  crashPoint('restore.logEnded')
  if (!existsSync(path)) return null
  if (existsSync(kept)) return kept
  try {
    linkSync(path, kept)
  } catch {
    // Not every disk has links.
    copyFileSync(path, kept)
  }
  return kept
}

/** The name, beginning with `name`, under which a restoration that was killed has kept the store at `path`: it is the same file. */
function keptBefore(path: string, name: string): string | null {
  const store = statSync(path, { throwIfNoEntry: false })
  if (store === undefined || store.nlink < 2) return null
  const isSame = (file: string): boolean => {
    const { dev, ino } = statSync(file)
    return dev === store.dev && ino === store.ino
  }
  return (
    readdirSync(dirname(path))
      .filter((other) => other.startsWith(basename(name)) && !other.endsWith('-wal'))
      .map((other) => join(dirname(path), other))
      .find(isSame) ?? null
  )
}

function freeName(name: string): string {
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : `${name}-${number}`
    if (!existsSync(free)) return free
  }
}

function moveInto(partial: string, target: string): void {
  try {
    moveFileSync(partial, target)
  } catch (error) {
    throw failure(
      backupErrors.notReplaced,
      { reason: (error as Error).message },
      { place: { file: target }, cause: error },
    )
  }
}

function refuseSame(a: string, b: string): void {
  if (resolve(a) !== resolve(b)) return
  throw failure(backupErrors.sameFile, {}, { place: { file: a } })
}

/** A fault of the copy is one of what it was copied from, unless its own disk is at fault. */
function at(
  error: PlateauError,
  { from, to, partial }: Readonly<Record<'from' | 'to' | 'partial', string>>,
): PlateauError {
  if (error.place.file !== partial) return error
  const unwritten = (text: (typeof writingErrors)['diskFull' | 'folderReadOnly']): PlateauError =>
    failure(text, { elsewhere: elsewhere.file }, { place: { file: to }, cause: error })
  switch (error.code) {
    case 'disk_full':
      return unwritten(writingErrors.diskFull)
    case 'disk_readonly':
      return unwritten(writingErrors.folderReadOnly)
    case 'file_unreadable':
      return error.at({ file: to })
    default:
      return error.at({ file: from })
  }
}
