import { resolve } from 'node:path'
import { hasFile } from '../files/hasFile.ts'

/**
 * The store a command works on: `--store`, else PLATEAU_STORE, else plateau.sqlite in the current folder. It need not be there.
 * @throws PlateauError of hasFile
 */
export function storePath(option: string | undefined): string {
  const path = resolve(option ?? process.env['PLATEAU_STORE'] ?? 'plateau.sqlite')
  hasFile(path, 'name a file: --store FILE')
  return path
}
