import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { moveFile, removeFile } from '../files/heldUp.ts'
import { importPaths } from '../ingest/importPaths.ts'
import { writeSample } from '../sample/write.ts'
import { openStore } from '../store/store.ts'

/** Make the synthetic sample's store. */
export interface SampleTask {
  readonly kind: 'sample'
  /** Where the store shall be; there was none. */
  readonly store: string
  /** Empty folder on the same disk; the caller removes it, whatever becomes of this process. */
  readonly scratch: string
}

/**
 * Write the sample's files and import them like anybody's, into a store that takes its name only when it is whole. One that another
 * process has put there meanwhile stays.
 */
export async function runSampleTask({ store: path, scratch }: SampleTask): Promise<void> {
  const files = join(scratch, 'files')
  const unfinished = join(scratch, 'unfinished.sqlite')
  await writeSample(files)
  const store = openStore(unfinished, { mode: 'write' })
  await importPaths({ store, paths: [files], preset: 'auto', dryRun: false })
  store.close()
  if (existsSync(path)) return
  // Of a store that was killed and then removed without it: SQLite would add that log to this one.
  for (const log of [`${path}-wal`, `${path}-shm`]) await removeFile(log)
  await moveFile(unfinished, path)
}
