import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'
import { type ImportOptions, importPaths } from '../../../src-main/ingest/importPaths.ts'
import { type WritableStore, openStore } from '../../../src-main/store/store.ts'
import type { ImportReport } from '../../../src-shared/domain/importing.ts'
import { PlateauError } from '../../../src-shared/errors.ts'

export interface Workspace {
  readonly folder: string
  readonly store: WritableStore
  /** Write a file of the folder; gives its path. */
  write(name: string, content: string | Uint8Array): string
  /** Import the named files of the folder, or the folder. */
  import(names?: readonly string[], options?: Partial<ImportOptions>): Promise<ImportReport>
  close(): void
}

/** A folder of files in `data/` and a real store beside it. */
export function openWorkspace(): Workspace {
  const root = mkdtempSync(join(tmpdir(), 'plateau-ingest-'))
  const folder = join(root, 'data')
  mkdirSync(folder)
  const store = openStore(join(root, 'store.sqlite'), { mode: 'write' })
  return {
    folder,
    store,
    write(name, content) {
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content)
      return path
    },
    import: (names, options = {}) =>
      importPaths({
        store,
        paths: names?.map((name) => join(folder, name)) ?? [folder],
        preset: 'auto',
        dryRun: false,
        ...options,
      }),
    close() {
      store.close()
      rmSync(root, { recursive: true })
    },
  }
}

/** A workspace per test, removed after it. */
export function eachWorkspace(): () => Workspace {
  const opened: Workspace[] = []
  afterEach(() => {
    for (const workspace of opened.splice(0)) workspace.close()
  })
  return () => {
    const workspace = openWorkspace()
    opened.push(workspace)
    return workspace
  }
}

/** The PlateauError that `work` ends in. */
export async function refusal(work: () => unknown): Promise<PlateauError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof PlateauError) return error
    throw error
  }
  throw new Error('expected a PlateauError, nothing was thrown')
}
