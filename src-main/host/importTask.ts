import type { ImportReport, Readings } from '../../src-shared/domain/importing.ts'
import { type ImportProgress, importPaths } from '../ingest/importPaths.ts'
import { withOrderlyStop } from '../jobs/process.ts'
import { openStore } from '../store/store.ts'
import { steady } from './steady.ts'

/** Import files into a store, or count what that would do. */
export interface ImportTask {
  readonly kind: 'import'
  readonly store: string
  readonly paths: readonly string[]
  readonly readings: Readings
  readonly dryRun: boolean
}

/** All of it, or nothing: stopped, it leaves the store as it was. */
export function runImportTask(
  { store: path, paths, readings, dryRun }: ImportTask,
  report: (progress: ImportProgress) => void,
): Promise<ImportReport> {
  const onProgress = steady(report)
  return withOrderlyStop(async (signal) => {
    const store = openStore(path, { mode: 'write' })
    try {
      return await importPaths({ store, paths, readings, preset: 'auto', dryRun, onProgress, signal })
    } finally {
      store.close()
    }
  })
}
