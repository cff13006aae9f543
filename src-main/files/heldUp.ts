import { existsSync, renameSync, unlinkSync } from 'node:fs'
import { rename, unlink } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** Between one try and the next: four seconds in all. */
const PAUSES_MS = [10, 20, 40, 80, 150, 300, 400, 1000, 1000, 1000]

/**
 * What a system answers of a file that another program, a virus scanner or an indexer, has open for a moment. Only Windows does: elsewhere
 * such a file can be moved and removed, and the first error stands.
 */
export function heldUpCodes(platform = process.platform): readonly string[] {
  return platform === 'win32' ? ['EPERM', 'EACCES', 'EBUSY'] : []
}

/** Put the file `from` in the place of `to`, as soon as nobody holds it up. */
export async function moveFile(from: string, to: string): Promise<void> {
  await retrying(() => rename(from, to), heldUpCodes())
}

/** The same in a process that serves nobody meanwhile: its thread waits. */
export function moveFileSync(from: string, to: string): void {
  retryingSync(() => renameSync(from, to), heldUpCodes())
}

/** Remove the file `path`, if there is one, as soon as nobody holds it up. */
export async function removeFile(path: string): Promise<void> {
  await retrying(() => unlink(path).catch((error: unknown) => unlessMissing(path, error)), heldUpCodes())
}

/** The same in a process that serves nobody meanwhile: its thread waits. */
export function removeFileSync(path: string): void {
  retryingSync(() => unlinkIfThere(path), heldUpCodes())
}

/** Remove the file `path`, which is in nobody's way: it is left where it cannot be removed now, or is another user's. */
export function removeIfPossible(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Whoever needs its place says so.
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    unlessMissing(path, error)
  }
}

/** A disk that takes no changes says so of a file that is not there, too. */
function unlessMissing(path: string, error: unknown): void {
  if (existsSync(path)) throw error
}

/** `action`, again after each of `pauses` (ms) while it fails with one of `codes`. */
export async function retrying(
  action: () => void | Promise<void>,
  codes: readonly string[],
  pauses: readonly number[] = PAUSES_MS,
): Promise<void> {
  for (const pause of pauses) {
    try {
      return await action()
    } catch (error) {
      if (!codes.includes(codeOf(error))) throw error
    }
    await delay(pause)
  }
  return action()
}

/** The same, while this thread waits. */
export function retryingSync(
  action: () => void,
  codes: readonly string[],
  pauses: readonly number[] = PAUSES_MS,
): void {
  for (const pause of pauses) {
    try {
      return action()
    } catch (error) {
      if (!codes.includes(codeOf(error))) throw error
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause)
  }
  action()
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''
