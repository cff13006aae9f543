import { readFile, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { PlateauError } from '../../src-shared/errors.ts'
import type { Preset, Recognised } from './layout.ts'
import { PRESETS } from './presets/index.ts'
import { DATA_FILE, inspectFile } from './formats/index.ts'
import { MAX_FILES, MAX_FOLDER_DEPTH } from './formats/limits.ts'
import { inspectQlib, isQlibFolder } from './formats/qlib.ts'
import type { InspectOptions } from './formats/text.ts'
import { type Skipped, type Source, fileError } from './source.ts'

export interface PlannedFile extends Recognised {
  /** Without its sample. */
  readonly source: Source
  readonly preset: string
}

/** A generated data set's own description of itself. */
export const sampleManifest = z.object({
  format: z.literal('plateau-sample-1'),
  synthetic: z.boolean(),
  name: z.string().min(1),
})

/** Everything an import call will read, found out before anything is written. */
export interface ImportPlan {
  readonly files: readonly PlannedFile[]
  readonly manifests: readonly z.infer<typeof sampleManifest>[]
  readonly skipped: readonly Skipped[]
}

/**
 * The tables behind `paths`: of files, of folders and the folders inside them, of archives, workbooks and Qlib's folders.
 * Of a folder, what is not data is listed as skipped; a named file must be data.
 *
 * Errors: those of inspectFile, inspectQlib and the presets; file_unreadable for folders beyond the limits;
 * nothing_to_import; the reason of the signal when it aborts.
 */
export async function discover(
  paths: readonly string[],
  presets: readonly Preset[],
  options: InspectOptions,
): Promise<ImportPlan> {
  const files: PlannedFile[] = []
  const manifests: z.infer<typeof sampleManifest>[] = []
  const skipped: Skipped[] = []
  const met = new Set<string>()
  /** What is found out about a path. Errors: fileError's, with that path; the reason of the signal. */
  const at = async <T>(path: string, ask: (path: string) => Promise<T>): Promise<T> => {
    try {
      return await ask(path)
    } catch (error) {
      options.signal?.throwIfAborted()
      throw fileError(error, path)
    }
  }
  const isFolder = (path: string): Promise<boolean> =>
    at(path, async (asked) => (await stat(asked)).isDirectory())
  const isNew = async (path: string): Promise<boolean> => {
    const real = await at(path, (asked) => realpath(asked))
    if (met.has(real)) return false
    met.add(real)
    if (met.size > MAX_FILES)
      throw beyondLimits(path, `There are more than ${MAX_FILES} files and folders in what was named.`)
    return true
  }

  /** Every table must be known by its columns, but for the sheets of a workbook that has one that is. */
  const takeTables = async (found: AsyncIterable<Source | Skipped>): Promise<void> => {
    const before = files.length
    let unknown: Source | null = null
    for await (const table of found) {
      if ('reason' in table) {
        skipped.push(table)
        continue
      }
      const planned = recognise(table, presets)
      if (planned !== null) files.push(planned)
      else if (table.format !== 'workbook') throw notKnown(table)
      else {
        unknown ??= table
        skipped.push({ path: table.path, reason: 'a sheet that no table has the columns of' })
      }
    }
    if (unknown !== null && files.length === before) throw notKnown(unknown)
  }
  const takeFile = async (file: string, named: boolean): Promise<void> => {
    if (!(await isNew(file))) return
    if (basename(file) === 'manifest.json') {
      const manifest = await readManifest(file)
      if (manifest === null) skipped.push({ path: file, reason: 'not the manifest of a Plateau sample' })
      else manifests.push(manifest)
    } else if (basename(file) === 'study.json') {
      skipped.push({ path: file, reason: 'a study, not data' })
    } else if (named || DATA_FILE.test(file)) {
      await at(file, () => takeTables(inspectFile(file, options)))
    } else {
      skipped.push({ path: file, reason: 'not a data file' })
    }
  }
  const takeFolder = async (folder: string, depth: number): Promise<void> => {
    options.signal?.throwIfAborted()
    if (!(await isNew(folder))) return
    if (depth > MAX_FOLDER_DEPTH)
      throw beyondLimits(folder, `Folders lie more than ${MAX_FOLDER_DEPTH} deep in each other.`)
    if (await isQlibFolder(folder)) {
      await at(folder, () => takeTables(inspectQlib(folder, options.signal)))
      return
    }
    for (const name of (await at(folder, (path) => readdir(path))).sort()) {
      const path = join(folder, name)
      if (name.startsWith('.')) skipped.push({ path, reason: 'hidden' })
      else if (await isFolder(path)) await takeFolder(path, depth + 1)
      else await takeFile(path, false)
    }
  }

  for (const path of paths) {
    if (await isFolder(path)) await takeFolder(path, 0)
    else await takeFile(path, true)
  }
  if (files.length === 0 && manifests.length === 0) {
    throw new PlateauError('nothing_to_import', 'There is no data file in what was named.', {
      place: { file: paths.join(', ') },
      remedy:
        'Name files of data (CSV, also as .gz or in a .zip; .xlsx; .parquet) or a folder that holds them.',
    })
  }
  return { files, manifests, skipped }
}

function beyondLimits(path: string, message: string): PlateauError {
  return new PlateauError('file_unreadable', message, {
    place: { file: path },
    remedy: 'Name the folder that holds the data itself.',
  })
}

/** How a table is read; null when no preset knows it. Its sample has then served: of thousands of files it would fill memory. */
function recognise(source: Source, presets: readonly Preset[]): PlannedFile | null {
  for (const preset of presets) {
    const recognised = preset.recognise(source)
    if (recognised !== null) return { source: { ...source, sample: [] }, preset: preset.name, ...recognised }
  }
  return null
}

function notKnown(source: Source): PlateauError {
  return new PlateauError(
    'file_not_recognised',
    `No table has these columns: ${source.header.slice(0, 30).join(', ')}.`,
    {
      place: { file: source.path, row: source.headerRow },
      remedy:
        'The first line must name the columns. For other names, say which column is which in a mapping file.',
    },
  )
}

/** The presets to try: all of them, or the one named. Errors: usage. */
export function presetsNamed(name: string): readonly Preset[] {
  if (name === 'auto') return PRESETS
  const preset = PRESETS.find((each) => each.name === name)
  if (preset === undefined) {
    throw new PlateauError('usage', `There is no preset ${name}.`, {
      remedy: `Presets: auto, ${PRESETS.map((each) => each.name).join(', ')}.`,
    })
  }
  return [{ name, recognise: (file) => preset.recognise(file, true) }]
}

/** Null when the file is some other program's manifest. */
async function readManifest(path: string): Promise<z.infer<typeof sampleManifest> | null> {
  try {
    return sampleManifest.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw fileError(error, path)
  }
}
