import { access, constants, mkdir } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import type { ErrorValue } from '../../src-shared/failure.ts'
import { writeError } from './writeError.ts'

/**
 * Whether files can be written into `folder`, or it can be made; nothing is made.
 * @throws PlateauError of writeError with the folder
 */
export async function requireWritable(folder: string, elsewhere?: ErrorValue): Promise<void> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      // The separator refuses a file in the folder's place.
      return await access(`${at}${sep}`, constants.W_OK | constants.X_OK)
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (!missing || dirname(at) === at) throw writeError(error, folder, elsewhere)
    }
  }
}

/**
 * Make `folder` with what is missing of its path.
 * @throws PlateauError of writeError with the folder
 */
export async function makeFolder(folder: string, elsewhere?: ErrorValue): Promise<void> {
  // Asked first because a recursive mkdir on a read-only disk says that the folder is missing.
  await requireWritable(folder, elsewhere)
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw writeError(error, folder, elsewhere)
  }
}
