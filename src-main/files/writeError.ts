import { PlateauError } from '../../src-shared/errors.ts'

/**
 * What the file system reports about writing `path`, as an error the user can act on: disk_full, disk_readonly,
 * file_not_found (its folder is missing) or usage (a folder where a file is needed, or the other way round).
 * `elsewhere` ends the remedy: how the user names another place.
 */
export function writeError(error: unknown, path: string, elsewhere = 'choose another folder'): PlateauError {
  if (error instanceof PlateauError) return error
  const because = (code: PlateauError['code'], message: string, remedy: string): PlateauError =>
    new PlateauError(code, message, { place: { file: path }, remedy, cause: error })
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return because('disk_full', 'The disk took no more data.', `Free some space there, or ${elsewhere}.`)
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return because(
        'disk_readonly',
        'The folder cannot be written to.',
        `Check its permissions, or ${elsewhere}.`,
      )
    case 'ENOENT':
      return because('file_not_found', 'The folder does not exist.', `Create it, or ${elsewhere}.`)
    case 'ENOTDIR':
    case 'EEXIST':
      return because('usage', 'A file is in the place of a folder.', `Move the file, or ${elsewhere}.`)
    case 'EISDIR':
      return because('usage', 'The path is a folder, not a file.', `Move the folder, or ${elsewhere}.`)
    case 'ENAMETOOLONG':
      return because('usage', 'The name is too long for this disk.', `Shorten it, or ${elsewhere}.`)
    case 'ELOOP':
      return because('usage', 'The links on the way to it lead in a circle.', `Mend them, or ${elsewhere}.`)
    default:
      return PlateauError.from(error)
  }
}
