import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { importPaths } from '../../src-main/ingest/importPaths.ts'
import { shippedRecipe } from '../../src-main/sample/recipe.ts'
import { writeSample } from '../../src-main/sample/write.ts'
import { openStore } from '../../src-main/store/store.ts'
import { marketFiles } from '../market/files.ts'

/** The store at `file`, made by an import of `source` where there is none yet. */
async function imported(file: string, source: () => Promise<string> | string): Promise<string> {
  if (existsSync(file)) return file
  mkdirSync(path.dirname(file), { recursive: true })
  const unfinished = `${file}.unfinished`
  for (const left of ['', '-wal', '-shm', '.panel']) rmSync(unfinished + left, { force: true })
  const store = openStore(unfinished, { mode: 'write' })
  await importPaths({ store, paths: [await source()], preset: 'auto', dryRun: false })
  store.close()
  renameSync(unfinished, file)
  return file
}

/** The shipped sample as a store in `folder`. */
export function sampleStore(folder: string): Promise<string> {
  return imported(path.join(folder, 'sample.sqlite'), async () => {
    const files = path.join(folder, 'sample')
    await writeSample(files, shippedRecipe())
    return files
  })
}

/** A generated market of `symbols` over `years` as a store in `folder`. */
export function marketStore(folder: string, symbols: number, years: number): Promise<string> {
  return imported(
    path.join(folder, `market-${symbols}x${years}.sqlite`),
    () => marketFiles(folder, symbols, years).folder,
  )
}
