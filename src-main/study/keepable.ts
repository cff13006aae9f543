import { constants } from 'node:buffer'
import { failure } from '../../src-shared/failure.ts'
import { formatCount } from '../../src-shared/format.ts'
import { studyErrors } from '../../src-shared/locales/errors/studies.ts'

/** A result is stored as one text, of which the engine has no longer ones; what it will take is an estimate. */
const LONGEST = 0.8 * constants.MAX_STRING_LENGTH

/** Refuse a study whose result of about so many bytes could not be stored when it is done. Errors: study_invalid. */
export function requireKeepable(bytes: number): void {
  if (bytes > LONGEST)
    throw failure(studyErrors.resultTooLarge, { needed: megabytes(bytes), limit: megabytes(LONGEST) })
}

const megabytes = (bytes: number): string => `${formatCount(Math.round(bytes / 1e6))} MB`
