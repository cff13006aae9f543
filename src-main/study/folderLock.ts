import { existsSync, linkSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { failure } from '../../src-shared/failure.ts'
import { trainingErrors } from '../../src-shared/locales/errors/training.ts'
import { moveFileSync, removeIfPossible } from '../files/heldUp.ts'
import { changedAt, currentOwner, HEARD_WITHIN_MS, isAlive, type Owner } from '../files/owner.ts'

const RETRY_EVERY_MS = 50
/** Longer than the watchdog lets a process live whose parent was killed (jobs/watchdog.ts). */
const PATIENCE_MS = 10_000
/** A process that trains turns to its timers more often than that, but for the reading and writing of large files. */
const TOUCH_EVERY_MS = 5_000
/** A file that is being written is whole by then. */
const WRITTEN_WITHIN_MS = 500

/**
 * Hold `folder` for this process alone; what is answered gives it back. The process of a run whose study was killed may
 * live on for a moment: it is waited for; where the system does not tell it from another program that has got its pid, until
 * nothing was heard of it for a minute. One that is gone holds nothing. `link` fails on a disk that has none.
 *
 * Errors: interrupted when another process holds on to it; those of writing to it.
 */
export async function holdFolder(folder: string, link = linkSync): Promise<() => void> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'owner')
  const self = currentOwner()
  const until = Date.now() + PATIENCE_MS + (self.started === '' ? HEARD_WITHIN_MS : 0)
  for (;;) {
    if (enter(path, self, link)) return keep(path)
    const owner = await settledOwner(path)
    if (owner === null || !isAlive(owner, changedAt(path)))
      takeAway(path, join(folder, `owner-gone-${process.pid}`), link)
    else if (Date.now() < until) await delay(RETRY_EVERY_MS)
    else throw failure(trainingErrors.runHeld, { pid: owner.pid }, { place: { file: folder } })
  }
}

/** Let others hear of this process by the file of an owner, until what is answered gives the folder back, or the process exits. */
function keep(path: string): () => void {
  const touching = setInterval(() => touch(path), TOUCH_EVERY_MS).unref()
  const release = (): void => {
    clearInterval(touching)
    process.off('exit', release)
    // Left where it cannot be removed: it will be the file of a process that is gone.
    if (readOwner(path)?.pid === process.pid) removeIfPossible(path)
  }
  process.on('exit', release)
  return release
}

function touch(path: string): void {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch {
    // Whoever is busy with the file will let go of it before the next time.
  }
}

/** Write the file of an owner unless there is one already; whether it did. */
function enter(path: string, owner: Owner, link: typeof linkSync): boolean {
  const own = `${path}-${process.pid}`
  const text = JSON.stringify(owner)
  try {
    writeFileSync(own, text)
    try {
      // A link appears at once and whole, or not at all.
      link(own, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
      // Not every disk has links. This file is there before it is whole.
      writeFileSync(path, text, { flag: 'wx' })
    }
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    removeIfPossible(own)
  }
}

/** Remove the file of an owner that is gone; one that another waiter has put there meanwhile is put back. */
function takeAway(path: string, aside: string, link: typeof linkSync): void {
  try {
    moveFileSync(path, aside)
    const owner = readOwner(aside)
    if (owner !== null && isAlive(owner, changedAt(aside))) enter(path, owner, link)
  } catch (error) {
    // Another waiter was first.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  } finally {
    removeIfPossible(aside)
  }
}

/** As `readOwner`; one that cannot be read is given the time in which it may be written. */
async function settledOwner(path: string): Promise<Owner | null> {
  const until = Date.now() + WRITTEN_WITHIN_MS
  for (;;) {
    const owner = readOwner(path)
    if (owner !== null || Date.now() >= until || !existsSync(path)) return owner
    await delay(RETRY_EVERY_MS)
  }
}

/** Null for a file that a failing disk has spoilt, that is not whole yet, or that is there no more. */
function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner
  } catch {
    return null
  }
}
