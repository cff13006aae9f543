import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { PlateauError } from '../../src-shared/errors.ts'

/** The store a command works on: `--store`, else PLATEAU_STORE, else plateau.sqlite in the current folder. */
export function storePath(option: string | undefined): string {
  const path = resolve(option ?? process.env['PLATEAU_STORE'] ?? 'plateau.sqlite')
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new PlateauError('usage', 'The store is a file, and this is a folder.', {
      place: { file: path },
      remedy: 'Name a file in it: --store FOLDER/plateau.sqlite.',
    })
  }
  return path
}
