import { statSync } from 'node:fs'
import type { ErrorValue } from '../../src-shared/failure.ts'
import { elsewhere } from '../../src-shared/locales/errors/writing.ts'
import { writeError } from './writeError.ts'

/**
 * Whether there is a file at `path`.
 * @throws PlateauError of writeError with the path: usage for a folder and for a path that cannot be one of a file
 */
export function hasFile(path: string, otherPlace: ErrorValue = elsewhere.file): boolean {
  try {
    if (statSync(path).isDirectory()) throw Object.assign(new Error('A folder.'), { code: 'EISDIR' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw writeError(error, path, otherPlace)
  }
}
