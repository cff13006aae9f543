import type { ImportPreview, PreviewedFile } from '../../src-shared/contract/imports.ts'
import { type Readings, type Skipped } from '../../src-shared/domain/importing.ts'
import { type ErrorData, PlateauError } from '../../src-shared/errors.ts'
import { notKnown, presetsFor, readingsOf, recognise } from './discover.ts'
import type { InspectOptions } from './formats/options.ts'
import { notInEncoding } from './formats/text.ts'
import { mappingOf } from './mapping.ts'
import type { Source } from './source.ts'
import { nothingIn, walk } from './walk.ts'

/**
 * How the tables behind `paths` begin and how they would be read, by their first 64 kB where they are text. What cannot be
 * read, or is no known table, is among them with its error.
 *
 * @param only the paths to look into, as they are shown; null for all
 * @param rows records to give of each
 *
 * Errors: those of walk; nothing_to_import.
 */
export async function previewPaths(
  paths: readonly string[],
  files: Readings,
  { only, rows, signal }: { only: readonly string[] | null; rows: number; signal?: AbortSignal },
): Promise<ImportPreview> {
  const readingOf = readingsOf(files)
  const wanted = only === null ? null : new Set(only)
  const options: InspectOptions = { readingOf, part: 'start', signal }
  const previewed: PreviewedFile[] = []
  const skipped: Skipped[] = []
  let manifests = 0

  for await (const found of walk(paths, options)) {
    if ('reason' in found) skipped.push(found)
    else if (!('tables' in found)) manifests++
    else if (only === null || only.some((path) => path.startsWith(found.path))) {
      try {
        for await (const table of found.tables) {
          if ('reason' in table) skipped.push(table)
          else if (wanted?.has(table.path) ?? true) previewed.push(preview(table, rows))
        }
      } catch (error) {
        signal?.throwIfAborted()
        const { place, ...rest } = PlateauError.from(error).toData()
        const path = place?.file?.startsWith(found.path) === true ? place.file : found.path
        previewed.push({ ...UNREAD, path, error: { ...rest, place: { ...place, file: path } } })
      }
    }
  }
  if (previewed.length + manifests + skipped.length === 0) throw nothingIn(paths)
  return { files: previewed, skipped }

  function preview(source: Source, count: number): PreviewedFile {
    const { path, bytes, format, content, header, sample, garbled = false } = source
    const shown = sample.slice(0, count).map((cells) => [...cells])
    return {
      path,
      bytes,
      format,
      encoding: content.format === 'delimited' ? content.encoding : null,
      delimiter: content.format === 'delimited' ? content.delimiter : null,
      header: [...header],
      rows: shown,
      garbled,
      ...reading(source),
    }
  }

  function reading(source: Source): Pick<PreviewedFile, 'read' | 'error'> {
    const { path } = source
    try {
      if (source.garbled === true) throw notInEncoding(path, readingOf(path).encoding)
      const recognised = recognise(source, presetsFor(readingOf(path)))
      if (recognised === null) return { read: null, error: notKnown(source).toData() }
      const { preset, layout, evidence } = recognised
      return { read: { preset, mapping: mappingOf(source, layout), evidence: [...evidence] }, error: null }
    } catch (error) {
      return { read: null, error: PlateauError.from(error).toData() }
    }
  }
}

/** A file of which nothing could be read. */
const UNREAD: Omit<PreviewedFile, 'path'> & { error: ErrorData | null } = {
  bytes: null,
  format: null,
  encoding: null,
  delimiter: null,
  header: [],
  rows: [],
  garbled: false,
  read: null,
  error: null,
}
