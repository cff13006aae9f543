import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { PlateauError } from '../../src-shared/errors.ts'
import { hasFile } from '../files/hasFile.ts'
import { readMapping } from '../ingest/mapping.ts'

/**
 * Whether the mapping of an import can be saved in `file`: in the place of nothing but another mapping.
 * @param store path of the import's store, which need not be there
 * @param inputs files and folders that it reads
 * @throws PlateauError usage for a file of the store or of the inputs, file_exists for any other that is no mapping; those of hasFile
 */
export async function requireMappingPlace(
  file: string,
  store: string,
  inputs: readonly string[],
): Promise<void> {
  const path = resolve(file)
  const refused = (code: 'usage' | 'file_exists', message: string): PlateauError =>
    new PlateauError(code, message, {
      place: { file: path },
      remedy: 'Name another file: --save-map FILE.',
    })
  const real = realPath(path)
  if (['', '-wal', '-shm'].some((ending) => real === `${realPath(store)}${ending}`))
    throw refused('usage', 'The mapping would take the place of the store.')
  if (inputs.some((input) => isWithin(real, realPath(input))))
    throw refused('usage', 'The mapping would lie among the files that are imported.')
  if (hasFile(path, 'name another file: --save-map FILE') && !(await isMapping(path)))
    throw refused('file_exists', 'There is a file here that is no mapping, and it is kept.')
}

/** Of what is not there: that of the nearest folder that is, and the rest of the way. */
function realPath(path: string): string {
  const whole = resolve(path)
  const folder = dirname(whole)
  return existsSync(whole) || folder === whole
    ? realpathSync.native(whole)
    : join(realPath(folder), basename(whole))
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(join(folder, sep))

async function isMapping(path: string): Promise<boolean> {
  // A pipe could be read without end.
  if (!statSync(path).isFile()) return false
  try {
    await readMapping(path)
    return true
  } catch {
    return false
  }
}
