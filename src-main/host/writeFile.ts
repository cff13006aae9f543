import { randomUUID } from 'node:crypto'
import fs from 'node:fs/promises'
import { PlateauError } from '../../src-shared/errors.ts'

/**
 * Write a file a person asked for: complete or not at all (temporary file beside it, then rename).
 * @throws PlateauError disk_full, disk_readonly or file_not_found (its folder is missing), with the path
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await fs.writeFile(temporary, content, { flush: true })
    await fs.rename(temporary, path)
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => {})
    throw writeError(path, error)
  }
}

function writeError(path: string, error: unknown): PlateauError {
  const code = (error as NodeJS.ErrnoException).code
  const options = (remedy: string) => ({ place: { file: path }, remedy, cause: error })
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new PlateauError(
        'disk_full',
        'The disk is full.',
        options('Free some space or choose another folder.'),
      )
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new PlateauError(
        'disk_readonly',
        'The folder cannot be written to.',
        options('Choose another folder.'),
      )
    case 'ENOENT':
    case 'ENOTDIR':
      return new PlateauError(
        'file_not_found',
        'The folder does not exist.',
        options('Create it or choose another.'),
      )
    case 'EISDIR':
      return new PlateauError('usage', 'The path is a folder.', options('Name a file in it.'))
    default:
      return PlateauError.from(error)
  }
}
