import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { failure } from '../../src-shared/failure.ts'
import { trainingErrors } from '../../src-shared/locales/errors/training.ts'
import { currentOwner, isAlive, type Owner } from '../files/owner.ts'

const RETRY_EVERY_MS = 50
/** Longer than the watchdog lets a process live whose parent was killed (jobs/watchdog.ts). */
const PATIENCE_MS = 10_000

/**
 * Hold `folder` for this process alone; what is answered gives it back. The process of a run whose study was killed may
 * live on for a moment: it is waited for. One that is gone holds nothing.
 *
 * Errors: interrupted when another process holds on to it.
 */
export async function holdFolder(folder: string): Promise<() => void> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'owner')
  const own = join(folder, `owner-${process.pid}`)
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      // A link appears at once and whole, or not at all.
      writeFileSync(own, JSON.stringify(currentOwner()))
      linkSync(own, path)
      return () => {
        if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true })
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(own, { force: true })
    }
    const owner = readOwner(path)
    if (owner === null || !isAlive(owner)) takeAway(path, join(folder, `owner-gone-${process.pid}`))
    else if (Date.now() < until) await delay(RETRY_EVERY_MS)
    else throw failure(trainingErrors.runHeld, { pid: owner.pid }, { place: { file: folder } })
  }
}

/** Remove the link of an owner that is gone; one that another waiter has put there meanwhile is put back. */
function takeAway(path: string, aside: string): void {
  try {
    renameSync(path, aside)
    const owner = readOwner(aside)
    if (owner !== null && isAlive(owner)) linkSync(aside, path)
  } catch (error) {
    // Another waiter was first.
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

/** Null for a file that a failing disk has spoilt, or that is there no more. */
function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner
  } catch {
    return null
  }
}
