import { readFile, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { Skipped } from '../../src-shared/domain/importing.ts'
import type { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { importingErrors } from '../../src-shared/locales/errors/importing.ts'
import { DATA_FILE, inspectFile } from './formats/index.ts'
import { MAX_FILES, MAX_FOLDER_DEPTH } from './formats/limits.ts'
import type { InspectOptions } from './formats/options.ts'
import { inspectQlib, isQlibFolder } from './formats/qlib.ts'
import { type Source, fileError } from './source.ts'

/** A generated data set's own description of itself. */
export const sampleManifest = z.object({
  format: z.literal('plateau-sample-1'),
  synthetic: z.boolean(),
  name: z.string().min(1),
})
export type SampleManifest = z.infer<typeof sampleManifest>

/** A file or Qlib folder that shall hold tables; nothing of it is read before they are asked for. */
export interface Container {
  readonly path: string
  readonly tables: AsyncIterable<Source | Skipped>
}

/**
 * What lies behind `paths`: files, also those of folders and the folders inside them, and Qlib's folders. Of a folder, what
 * is not data is skipped; a named file must be data.
 *
 * Errors: fileError's with the path; file_unreadable for folders beyond the limits; the reason of the signal.
 */
export async function* walk(
  paths: readonly string[],
  options: InspectOptions,
): AsyncGenerator<Container | SampleManifest | Skipped> {
  const met = new Set<string>()
  const isFolder = (path: string): Promise<boolean> =>
    at(path, options, async () => (await stat(path)).isDirectory())
  const isNew = async (path: string): Promise<boolean> => {
    const real = await at(path, options, () => realpath(path))
    if (met.has(real)) return false
    met.add(real)
    if (met.size > MAX_FILES)
      throw failure(importingErrors.tooManyFiles, { limit: MAX_FILES }, { place: { file: path } })
    return true
  }

  async function* takeFile(
    path: string,
    named: boolean,
  ): AsyncGenerator<Container | SampleManifest | Skipped> {
    if (!(await isNew(path))) return
    if (options.readingOf(path).skip) yield { path, reason: 'left_out' }
    else if (basename(path) === 'manifest.json')
      yield (await readManifest(path)) ?? { path, reason: 'other_manifest' }
    else if (basename(path) === 'study.json') yield { path, reason: 'study' }
    else if (named || DATA_FILE.test(path)) yield { path, tables: inspectFile(path, options) }
    else yield { path, reason: 'not_data' }
  }
  async function* takeFolder(
    folder: string,
    depth: number,
  ): AsyncGenerator<Container | SampleManifest | Skipped> {
    options.signal?.throwIfAborted()
    if (!(await isNew(folder))) return
    if (depth > MAX_FOLDER_DEPTH)
      throw failure(importingErrors.foldersTooDeep, { limit: MAX_FOLDER_DEPTH }, { place: { file: folder } })
    if (await isQlibFolder(folder)) {
      yield { path: folder, tables: inspectQlib(folder, options) }
      return
    }
    for (const name of (await at(folder, options, () => readdir(folder))).sort()) {
      const path = join(folder, name)
      if (name.startsWith('.')) yield { path, reason: 'hidden' }
      else if (await isFolder(path)) yield* takeFolder(path, depth + 1)
      else yield* takeFile(path, false)
    }
  }

  for (const path of paths) {
    if (await isFolder(path)) yield* takeFolder(path, 0)
    else yield* takeFile(path, true)
  }
}

/** What is found out about a path. Errors: fileError's, with that path; the reason of the signal. */
export async function at<T>(path: string, { signal }: InspectOptions, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    signal?.throwIfAborted()
    throw fileError(error, path)
  }
}

/** Errors: nothing_to_import. */
export function nothingIn(paths: readonly string[]): PlateauError {
  return failure(importingErrors.nothingToImport, {}, { place: { file: paths.join(', ') } })
}

/** Null when the file is some other program's manifest. */
async function readManifest(path: string): Promise<SampleManifest | null> {
  try {
    return sampleManifest.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw fileError(error, path)
  }
}
