import { PlateauError } from '../../src-shared/errors.ts'
import { type ErrorValue, failure } from '../../src-shared/failure.ts'
import { elsewhere, writingErrors } from '../../src-shared/locales/errors/writing.ts'

/**
 * What the file system reports about writing `path`, as an error the user can act on: disk_full, disk_readonly,
 * file_not_found (its folder is missing) or usage (a folder where a file is needed, or the other way round).
 * `otherPlace` ends the remedy: how the user names another place.
 */
export function writeError(
  error: unknown,
  path: string,
  otherPlace: ErrorValue = elsewhere.folder,
): PlateauError {
  if (error instanceof PlateauError) return error
  const text = textOf((error as NodeJS.ErrnoException).code)
  if (text === null) return PlateauError.from(error)
  return failure(text, { elsewhere: otherPlace }, { place: { file: path }, cause: error })
}

function textOf(code: string | undefined): (typeof writingErrors)[keyof typeof writingErrors] | null {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return writingErrors.diskFull
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return writingErrors.folderReadOnly
    case 'ENOENT':
      return writingErrors.folderMissing
    case 'ENOTDIR':
    case 'EEXIST':
      return writingErrors.fileForFolder
    case 'EISDIR':
      return writingErrors.folderForFile
    case 'ENAMETOOLONG':
      return writingErrors.nameTooLong
    case 'ELOOP':
      return writingErrors.linksInCircle
    default:
      return null
  }
}
