import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { removeIfPossible } from './heldUp.ts'
import { changedAt, currentOwner, isAlive } from './owner.ts'

/**
 * What follows a file's name while it is written: the process that writes it, as scratch folders tell theirs, and a number; of a
 * store, also the files that SQLite keeps beside it.
 */
const NAME = /^(.*)\.(\d+)-(\d*)-\d+\.tmp(?:-journal|-wal|-shm)?$/

/** What is being written may be checked for long before it gets its name. */
const GROWS_WITHIN_MS = 24 * 3_600_000

let made = 0

/** A name beside `path`, for what takes its place when it is whole. No two calls have the same. */
export function temporaryOf(path: string): string {
  const { pid, started } = currentOwner()
  return `${path}.${pid}-${started}-${++made}.tmp`
}

/**
 * Remove what processes that were killed have left of `path`, as far as that is possible; answers whether one is writing it now.
 */
export function sweepTemporaries(path: string): boolean {
  return sweep(dirname(path), (name) => name === basename(path))
}

/** The same of every file in `folder`. */
export function sweepTemporariesIn(folder: string): boolean {
  return sweep(folder, () => true)
}

function sweep(folder: string, isMeant: (name: string) => boolean): boolean {
  const { boot } = currentOwner()
  let written = false
  for (const file of namesIn(folder)) {
    const [, name, pid, started] = NAME.exec(file) ?? []
    if (name === undefined || !isMeant(name)) continue
    const path = join(folder, file)
    if (isAlive({ pid: Number(pid), started, boot }, changedAt(path), GROWS_WITHIN_MS)) written = true
    else removeIfPossible(path)
  }
  return written
}

/** None in a folder that is not there: whoever writes says so. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
