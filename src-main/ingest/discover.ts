import { AUTOMATIC, type Reading, type Readings, type Skipped } from '../../src-shared/domain/importing.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { failure, listed } from '../../src-shared/failure.ts'
import { importingErrors } from '../../src-shared/locales/errors/importing.ts'
import type { InspectOptions } from './formats/options.ts'
import type { Preset, Recognised } from './layout.ts'
import { presetOf } from './mapping.ts'
import { PRESETS } from './presets/index.ts'
import { type Source, requireDistinctColumns } from './source.ts'
import { at, nothingIn, type SampleManifest, walk } from './walk.ts'

export interface PlannedFile extends Recognised {
  /** Without its sample. */
  readonly source: Source
  readonly preset: string
}

/** Everything an import call will read, found out before anything is written. */
export interface ImportPlan {
  readonly files: readonly PlannedFile[]
  readonly manifests: readonly SampleManifest[]
  readonly skipped: readonly Skipped[]
}

/** How the tables behind some paths are looked for and recognised. */
export interface DiscoverOptions extends InspectOptions {
  /** Those that are tried on the table shown under this path, in their order. */
  readonly presetsOf: (path: string) => readonly Preset[]
  /** Hears of every table that was found. */
  readonly onFound?: ((path: string) => void) | undefined
}

/**
 * The tables behind `paths`: of files, of folders and the folders inside them, of archives, workbooks and Qlib's folders.
 * Of a folder, what is not data is listed as skipped; a named file must be data.
 *
 * Errors: those of inspectFile, inspectQlib and the presets; file_unreadable for folders beyond the limits;
 * nothing_to_import; the reason of the signal when it aborts.
 */
export async function discover(paths: readonly string[], options: DiscoverOptions): Promise<ImportPlan> {
  const files: PlannedFile[] = []
  const manifests: SampleManifest[] = []
  const skipped: Skipped[] = []

  /** Every table must be known by its columns, but for the sheets of a workbook that has one that is. */
  const takeTables = async (found: AsyncIterable<Source | Skipped>): Promise<void> => {
    const before = files.length
    let unknown: Source | null = null
    for await (const table of found) {
      if ('reason' in table) {
        skipped.push(table)
        continue
      }
      options.onFound?.(table.path)
      const planned = recognise(table, options.presetsOf(table.path))
      // Its sample has then served: of thousands of files it would fill memory.
      if (planned !== null) files.push({ ...planned, source: { ...table, sample: [] } })
      else if (table.format !== 'workbook') throw notKnown(table)
      else {
        unknown ??= table
        skipped.push({ path: table.path, reason: 'unknown_sheet' })
      }
    }
    if (unknown !== null && files.length === before) throw notKnown(unknown)
  }

  for await (const found of walk(paths, options)) {
    if ('tables' in found) await at(found.path, options, () => takeTables(found.tables))
    else if ('reason' in found) skipped.push(found)
    else manifests.push(found)
  }
  if (files.length === 0 && manifests.length === 0) throw nothingIn(paths)
  return { files, manifests, skipped }
}

/** How a table is read; null when no preset knows it. Errors: those of the presets, and of columns of one name. */
export function recognise(source: Source, presets: readonly Preset[]): Omit<PlannedFile, 'source'> | null {
  requireDistinctColumns(source)
  for (const preset of presets) {
    const recognised = preset.recognise(source)
    if (recognised !== null) return { preset: preset.name, ...recognised }
  }
  return null
}

export function notKnown(source: Source): PlateauError {
  return failure(
    importingErrors.tableUnknown,
    { columns: listed(source.header.slice(0, 30)) },
    { place: { file: source.path, row: source.headerRow } },
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

/** The presets to try on a file that is to be read so. */
export const presetsFor = ({ preset, mapping }: Reading): readonly Preset[] =>
  mapping === null ? presetsNamed(preset) : [presetOf(mapping)]

/** How each path is to be read: as `files` says, and where they say nothing, as `rest`. */
export function readingsOf(files: Readings, rest: Reading = AUTOMATIC): (path: string) => Reading {
  return (path) => (Object.hasOwn(files, path) ? files[path] : rest)
}
