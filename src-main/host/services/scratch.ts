import { readdirSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { elsewhere } from '../../../src-shared/locales/errors/writing.ts'
import { changedAt, currentOwner, isAlive } from '../../files/owner.ts'
import { writeError } from '../../files/writeError.ts'

/**
 * Folders for the files of one job, made and removed by the process that starts it. The name tells that process, so
 * that one that was killed leaves nothing for good: `plateau-<kind>-<pid>-<start time>-<random>`.
 */
const NAME = /^plateau-[a-z]+-(\d+)-(\d*)-/

/** No job takes longer. */
const USED_WITHIN_MS = 7 * 24 * 3_600_000

/** A new empty folder in `parent`. Errors: those of writeError. */
export async function makeScratch(parent: string, kind: 'sample' | 'landscape'): Promise<string> {
  const { pid, started } = currentOwner()
  try {
    return await mkdtemp(join(parent, `plateau-${kind}-${pid}-${started}-`))
  } catch (error) {
    throw writeError(error, parent, kind === 'landscape' ? elsewhere.temporaryFolder : elsewhere.folder)
  }
}

/** What cannot be removed now is swept later. */
export async function removeScratch(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {})
}

/** Remove the folders in `parent` whose process is gone. What cannot be read or removed is left: it may be another's. */
export function sweepScratch(parent: string): void {
  const { boot } = currentOwner()
  for (const name of namesIn(parent)) {
    const [, pid, started] = NAME.exec(name) ?? []
    if (pid === undefined) continue
    const folder = join(parent, name)
    if (isAlive({ pid: Number(pid), started, boot }, changedAt(folder), USED_WITHIN_MS)) continue
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // Another user's.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
