import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { KeptBackup } from '../../src-shared/contract/safety.ts'

/** Time of the copy, UTC, without the colons that Windows refuses. */
const NAME = /^(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.sqlite$/

/** Where the backups of the store at `path` are made: beside it, so that the command line finds those of the window. */
export const backupFolder = (path: string): string => `${path}.backups`

/** File of a backup of the store at `path` as it is at `time`. */
export function backupFile(path: string, time: Date): string {
  return join(backupFolder(path), `${time.toISOString().replace(/[:.]/g, '')}.sqlite`)
}

/** Backups of the store at `path` that were made by themselves, newest first. What else is in their folder is none. */
export function listBackups(path: string): KeptBackup[] {
  const folder = backupFolder(path)
  return namesIn(folder)
    .flatMap((name) => {
      const parts = NAME.exec(name)
      if (parts === null) return []
      const [, day, hour, minute, second, millisecond] = parts
      const file = join(folder, name)
      const bytes = statSync(file, { throwIfNoEntry: false })?.size
      const time = `${day}T${hour}:${minute}:${second}.${millisecond}Z`
      return bytes === undefined ? [] : [{ path: file, time, bytes }]
    })
    .sort((a, b) => (a.time < b.time ? 1 : -1))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // No backup was made yet, or the disk they are on is away.
    return []
  }
}
