import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import study from '../../resources/sample/study.json' with { type: 'json' }
import { makeFolder } from '../files/folder.ts'
import { moveFile } from '../files/heldUp.ts'
import { writeError } from '../files/writeError.ts'
import { csvFiles } from './csv.ts'
import { generate } from './generate.ts'
import { type Recipe, shippedRecipe } from './recipe.ts'

export interface WrittenSample {
  /** Names of the files in the folder, as written. */
  readonly files: readonly string[]
  readonly bars: number
}

/**
 * Write the synthetic market and its study into `folder` (made when absent; files of the same names are replaced). The
 * files take their places when all of them are written.
 * @throws PlateauError of writeError with the folder; the reason of `signal` when it aborts
 */
export async function writeSample(
  folder: string,
  recipe: Recipe = shippedRecipe(),
  signal?: AbortSignal,
): Promise<WrittenSample> {
  const market = generate(recipe)
  const manifest = { format: recipe.format, synthetic: true, name: recipe.name, seed: recipe.seed }
  const documents = { 'study.json': study, 'manifest.json': manifest }
  const tables = csvFiles(market)
  const files = [...Object.keys(tables), ...Object.keys(documents)]
  await makeFolder(folder)
  let unfinished: string | null = null
  try {
    // Inside the folder, so that the files only change their names; hidden, so that an import passes it over.
    unfinished = await mkdtemp(join(folder, '.unfinished-'))
    for (const [name, chunks] of Object.entries(tables)) {
      const target = createWriteStream(join(unfinished, name), { flush: true })
      const steps = name.endsWith('.gz') ? [createGzip({ level: 4 }), target] : [target]
      await pipeline([Readable.from(chunks), ...steps], { signal })
    }
    for (const [name, content] of Object.entries(documents))
      await writeFile(join(unfinished, name), `${JSON.stringify(content, null, 2)}\n`, { flush: true })
    signal?.throwIfAborted()
    for (const name of files) await moveFile(join(unfinished, name), join(folder, name))
  } catch (error) {
    throw signal?.aborted ? signal.reason : writeError(error, folder)
  } finally {
    if (unfinished !== null) await rm(unfinished, { recursive: true, force: true, maxRetries: 3 })
  }
  const bars = market.panel.close.reduce((count, close) => (Number.isNaN(close) ? count : count + 1), 0)
  return { files, bars }
}
