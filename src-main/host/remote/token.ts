import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { PlateauError } from '../../../src-shared/errors.ts'
import { failure } from '../../../src-shared/failure.ts'
import { serverErrors } from '../../../src-shared/locales/errors/server.ts'
import { writeError } from '../../files/writeError.ts'

/** A text of printable ASCII. Shorter ones could be guessed from a recorded handshake. */
const TOKEN = /^[\x21-\x7e]{32,512}$/
const NEW_TOKEN_BYTES = 32
/** Of its mode: what group and others may do. */
const OTHERS = 0o077

/**
 * The token in `text`, without the white space around it. It is never part of a message.
 * @throws PlateauError usage
 */
export function parseToken(text: string, place: { readonly file?: string } = {}): string {
  const token = text.trim()
  if (TOKEN.test(token)) return token
  throw failure(serverErrors.tokenMalformed, {}, { place })
}

/**
 * The token in a file that only its owner can read; on Windows, whose modes do not tell, in any file.
 * @throws PlateauError file_not_found, file_unreadable; usage for what others can read or is no token
 */
export function readToken(file: string): string {
  const place = { file }
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const text = missing ? serverErrors.tokenMissing : serverErrors.tokenUnreadable
    throw failure(text, {}, { place, cause: error })
  }
  try {
    // Of the file that is open, not of one that may be in its place by then.
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) throw failure(serverErrors.tokenNoFile, {}, { place })
    if (process.platform !== 'win32' && (stats.mode & OTHERS) !== 0)
      throw failure(serverErrors.tokenShared, { file }, { place })
    return parseToken(stats.size > 4096 ? '' : readFileSync(descriptor, 'utf8'), place)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Write a random token into a new file that only its owner can read.
 * @throws PlateauError file_exists; those of writing
 */
export function writeNewToken(file: string): void {
  try {
    writeFileSync(file, `${randomBytes(NEW_TOKEN_BYTES).toString('base64url')}\n`, {
      flag: 'wx',
      mode: 0o600,
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeError(error, file)
    throw new PlateauError('file_exists', 'There is a file here, and it is kept.', {
      place: { file },
      remedy: 'Choose another name.',
    })
  }
}
