import { readFile, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { PlateauError } from '../../src-shared/errors.ts'
import type { Preset, Recognised } from './layout.ts'
import { PRESETS } from './presets/index.ts'
import { type Source, fileError, inspectSource } from './source.ts'

export interface PlannedFile extends Recognised {
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
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
}

const DATA_FILE = /\.(csv|tsv)(\.gz)?$|\.gz$/i

/**
 * The files behind `paths`: files as they are, folders by their data files (folders inside are passed over). Of a
 * folder, what is not data is listed as skipped; a named file must be data.
 *
 * Errors: those of inspectSource and of the presets; nothing_to_import; the reason of `signal` when it aborts.
 */
export async function discover(
  paths: readonly string[],
  presets: readonly Preset[],
  signal?: AbortSignal,
): Promise<ImportPlan> {
  const files: PlannedFile[] = []
  const manifests: z.infer<typeof sampleManifest>[] = []
  const skipped: { path: string; reason: string }[] = []
  const met = new Set<string>()

  for (const path of paths) {
    for (const { file, named } of await filesOf(path, skipped)) {
      const real = await realpath(file)
      if (met.has(real)) continue
      met.add(real)
      if (basename(file) === 'manifest.json') {
        const manifest = await readManifest(file)
        if (manifest === null) skipped.push({ path: file, reason: 'not the manifest of a Plateau sample' })
        else manifests.push(manifest)
      } else if (basename(file) === 'study.json') {
        skipped.push({ path: file, reason: 'a study, not data' })
      } else if (named || DATA_FILE.test(file)) {
        files.push(await plan(await inspectSource(file, signal), presets))
      } else {
        skipped.push({ path: file, reason: 'not a data file' })
      }
    }
  }
  if (files.length === 0 && manifests.length === 0) {
    throw new PlateauError('nothing_to_import', 'There is no data file in what was named.', {
      place: { file: paths.join(', ') },
      remedy: 'Name CSV files (.csv, .tsv, .csv.gz) or a folder that holds them.',
    })
  }
  return { files, manifests, skipped }
}

async function filesOf(
  path: string,
  skipped: { path: string; reason: string }[],
): Promise<{ file: string; named: boolean }[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [{ file: path, named: true }]
    const entries = await readdir(path, { withFileTypes: true })
    const found: { file: string; named: boolean }[] = []
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = join(path, entry.name)
      if (entry.name.startsWith('.')) skipped.push({ path: file, reason: 'hidden' })
      else if ((await stat(file)).isDirectory())
        skipped.push({ path: file, reason: 'a folder inside the folder' })
      else found.push({ file, named: false })
    }
    return found
  } catch (error) {
    throw fileError(error, path)
  }
}

async function plan(source: Source, presets: readonly Preset[]): Promise<PlannedFile> {
  for (const preset of presets) {
    const recognised = preset.recognise(source)
    if (recognised !== null) return { source, preset: preset.name, ...recognised }
  }
  throw new PlateauError(
    'file_not_recognised',
    `No table has these columns: ${source.header.slice(0, 30).join(', ')}.`,
    {
      place: { file: source.path, row: 1 },
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
