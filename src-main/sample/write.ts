import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import study from '../../resources/sample/study.json' with { type: 'json' }
import { PlateauError } from '../../src-shared/errors.ts'
import { csvFiles } from './csv.ts'
import { generate } from './generate.ts'
import { type Recipe, shippedRecipe } from './recipe.ts'

export interface WrittenSample {
  /** Names of the files in the folder, as written. */
  readonly files: readonly string[]
  readonly bars: number
}

/**
 * Write the synthetic market and its study into `folder` (made when absent; files of the same names are replaced).
 * Throws PlateauError `disk_full` or `disk_readonly` when the folder takes no files.
 */
export async function writeSample(folder: string, recipe: Recipe = shippedRecipe()): Promise<WrittenSample> {
  const market = generate(recipe)
  const manifest = { format: recipe.format, synthetic: true, name: recipe.name, seed: recipe.seed }
  const documents = { 'study.json': study, 'manifest.json': manifest }
  const tables = csvFiles(market)
  try {
    await mkdir(folder, { recursive: true })
    for (const [name, chunks] of Object.entries(tables)) {
      const target = createWriteStream(join(folder, name))
      if (name.endsWith('.gz')) await pipeline(Readable.from(chunks), createGzip({ level: 4 }), target)
      else await pipeline(Readable.from(chunks), target)
    }
    for (const [name, content] of Object.entries(documents))
      await writeFile(join(folder, name), `${JSON.stringify(content, null, 2)}\n`)
  } catch (error) {
    throw folderError(error, folder)
  }
  const bars = market.panel.close.reduce((count, close) => (Number.isNaN(close) ? count : count + 1), 0)
  return { files: [...Object.keys(tables), ...Object.keys(documents)], bars }
}

function folderError(error: unknown, folder: string): unknown {
  const options = { place: { file: folder }, cause: error }
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
      return new PlateauError('disk_full', 'The disk took no more data.', {
        ...options,
        remedy: 'Free about 40 MB on this disk, or choose another folder.',
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return new PlateauError('disk_readonly', 'The sample cannot be written into this folder.', {
        ...options,
        remedy: 'Choose a folder that exists or can be made, and that you may write to.',
      })
    default:
      return error
  }
}
