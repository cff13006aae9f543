import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Selection } from '../../src-shared/contract/imports.ts'
import { failure } from '../../src-shared/failure.ts'
import { serviceErrors } from '../../src-shared/locales/errors/service.ts'

/** Files that a person chose in a window or dropped on it. The window knows them by an id and never names a path. */
export interface Selections {
  /** Errors: file_not_found for what is no file or folder of this machine. */
  keep(paths: readonly string[]): Promise<Selection>
  /** Errors: not_found. */
  pathsOf(id: string): string[]
}

/** Windows look at one at a time; older ones are forgotten. */
const KEPT = 16

export function createSelections(): Selections {
  const kept = new Map<string, readonly string[]>()
  return {
    async keep(paths) {
      const entries = await Promise.all(paths.map(entryOf))
      const id = randomUUID()
      kept.set(id, paths)
      for (const oldest of [...kept.keys()].slice(0, -KEPT)) kept.delete(oldest)
      return { id, entries }
    },
    pathsOf(id) {
      const paths = kept.get(id)
      if (paths !== undefined) return [...paths]
      throw failure(serviceErrors.selectionForgotten, {})
    },
  }
}

async function entryOf(file: string): Promise<Selection['entries'][number]> {
  // A file that a script made has no path.
  const stats = path.isAbsolute(file) ? await stat(file).catch(() => null) : null
  if (stats === null) {
    throw failure(serviceErrors.notOnThisMachine, {}, { place: { file: path.basename(file) } })
  }
  const folder = stats.isDirectory()
  return { name: path.basename(file), folder, bytes: folder ? null : stats.size }
}
