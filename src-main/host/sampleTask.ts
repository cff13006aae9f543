import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importPaths } from '../ingest/importPaths.ts'
import { writeSample } from '../sample/write.ts'
import { openStore } from '../store/store.ts'

/** Make the synthetic sample's store. */
export interface SampleTask {
  readonly kind: 'sample'
  /** Where the store shall be; there is none yet. */
  readonly store: string
}

/**
 * Write the sample's files and import them like anybody's, into a store that takes its name only when it is whole.
 */
export async function runSampleTask({ store: path }: SampleTask): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plateau-sample-'))
  const unfinished = `${path}.${process.pid}.tmp`
  try {
    await writeSample(folder)
    const store = openStore(unfinished, { mode: 'write' })
    await importPaths({ store, paths: [folder], preset: 'auto', dryRun: false })
    store.close()
    await rename(unfinished, path)
  } finally {
    await rm(folder, { recursive: true, force: true })
    for (const file of [unfinished, `${unfinished}-wal`, `${unfinished}-shm`]) await rm(file, { force: true })
  }
}
