import { statfsSync, statSync } from 'node:fs'
import type { KeptBackup } from '../../src-shared/contract/safety.ts'
import { failure } from '../../src-shared/failure.ts'
import { backupErrors } from '../../src-shared/locales/errors/backups.ts'
import { makeFolder } from '../files/folder.ts'
import { removeIfPossible } from '../files/heldUp.ts'
import { sweepTemporariesIn } from '../files/temporary.ts'
import { backupStore } from './backup.ts'
import { backupFile, backupFolder, listBackups } from './backupFolder.ts'
import { openStore } from './store.ts'

/** Backups that are kept; docs/decisions/0015-automatic-backups.md says why so many, so often and there. */
export const KEPT_BACKUPS = 3
const EVERY_MS = 24 * 3_600_000

/** Whether the store at `path` has changed since its newest backup, and that is a day old; `now` in ms since the epoch. */
export function backupDue(path: string, now: number): boolean {
  const newest = listBackups(path).find((backup) => !isAhead(backup, now))
  if (newest === undefined) return true
  const made = Date.parse(newest.time)
  return now - made >= EVERY_MS && lastChange(path) > made
}

/** One of the future is of a clock that was wrong. */
function isAhead({ time }: KeptBackup, now: number): boolean {
  return Date.parse(time) > now
}

/** Of the store or its log, in ms since the epoch; an empty log was only opened. */
function lastChange(path: string): number {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false })
  return Math.max(statSync(path).mtimeMs, log === undefined || log.size === 0 ? 0 : log.mtimeMs)
}

/**
 * Back up the store at `path`, in use or not, into its folder of backups, and remove those of the future and the oldest above
 * KEPT_BACKUPS, and what processes that were killed have left there.
 *
 * Errors: disk_full where less than twice the store's size is free: as much as it takes has to be left to the store itself;
 * those of makeFolder, openStore and backupStore.
 */
export async function keepBackup(path: string): Promise<KeptBackup> {
  const folder = backupFolder(path)
  await makeFolder(folder)
  sweepTemporariesIn(folder)
  requireRoom(path)
  moveLogIntoFile(path)
  // Whatever is written from here on is newer than the backup.
  const file = backupFile(path, new Date())
  await backupStore(path, file)
  const backups = listBackups(path)
  const others = backups.filter((backup) => backup.path !== file)
  const now = Date.now()
  const byWorth = [
    ...others.filter((backup) => !isAhead(backup, now)),
    ...others.filter((backup) => isAhead(backup, now)),
  ]
  for (const old of byWorth.slice(KEPT_BACKUPS - 1)) removeIfPossible(old.path)
  return backups.find((backup) => backup.path === file)!
}

/** Otherwise its last connection would do so later, which would look like a change. */
function moveLogIntoFile(path: string): void {
  const store = openStore(path, { mode: 'write' })
  try {
    store.get('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    store.close()
  }
}

function requireRoom(path: string): void {
  const folder = backupFolder(path)
  const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const needed = 2 * (size(path) + size(`${path}-wal`))
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  if (free >= needed) return
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`
  throw failure(
    backupErrors.noRoom,
    { needed: megabytes(needed), free: megabytes(free) },
    { place: { file: folder } },
  )
}
