import { resolve } from 'node:path'

/** The store a command works on: `--store`, else PLATEAU_STORE, else plateau.sqlite in the current folder. */
export function storePath(option: string | undefined): string {
  return resolve(option ?? process.env['PLATEAU_STORE'] ?? 'plateau.sqlite')
}
