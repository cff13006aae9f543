import { createHash } from 'node:crypto'
import { TextDecoder } from 'node:util'
import type { Delimiter, ENCODINGS } from '../../../src-shared/domain/importing.ts'
import type { PlateauError } from '../../../src-shared/errors.ts'
import { failure } from '../../../src-shared/failure.ts'
import { formatErrors, otherContents } from '../../../src-shared/locales/errors/formats.ts'
import type { RowShape } from '../layout.ts'
import type { Row } from '../row.ts'
import {
  type Content,
  type Encoding,
  headerOf,
  type OnRead,
  type Place,
  SAMPLE_ROWS,
  type Source,
  tableName,
} from '../source.ts'
import { bytesError, CHUNK_BYTES, openBytes } from './bytes.ts'
import type { InspectOptions } from './options.ts'
import { type Dialect, firstRecords, readDelimited, SIGNS } from './delimited.ts'

type Asked = (typeof ENCODINGS)[number]

/** What is read of a text to show how it begins. */
const START_BYTES = 65_536
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** What people name .csv and is not. */
const SIGNATURES: readonly (readonly [
  bytes: Buffer,
  content: (typeof otherContents)[keyof typeof otherContents],
])[] = [
  [Buffer.from('%PDF'), otherContents.pdf],
  [Buffer.from('PK\x03\x04'), otherContents.archive],
  [Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), otherContents.oldWorkbook],
  [Buffer.from('SQLite format 3'), otherContents.sqlite],
  [Buffer.from('PAR1'), otherContents.parquet],
  [Buffer.from([0x89, 0x50, 0x4e, 0x47]), otherContents.image],
  [Buffer.from([0xff, 0xfe]), otherContents.utf16],
  [Buffer.from([0xfe, 0xff]), otherContents.utf16],
]

/**
 * Read delimited text from end to end without keeping it: what it is by its bytes (never by its name alone), its hash,
 * encoding, delimiter and header. Whatever makes it unreadable is found here, before anything is written; where only the start
 * is read, what it holds that the encoding has no character for becomes U+FFFD.
 *
 * Errors: file_unreadable, file_not_recognised (the content is something else, or empty), file_corrupt (truncated gzip,
 * a bomb, NUL bytes, text that is neither UTF-8 nor GB18030), with the row where known; the reason of `signal` when it
 * aborts.
 */
export async function inspectText(
  place: Place,
  { path, bytes, sha256 }: { path: string; bytes: number; sha256?: string },
  options: InspectOptions,
): Promise<Source> {
  const { encoding: asked, delimiter: chosen } = options.readingOf(path)
  const text =
    options.part === 'start'
      ? { sha256: '', ...(await readStart(place, path, asked)) }
      : { garbled: false, ...(await readThrough(place, path, asked, options)) }
  const { encoding } = text
  const firstLine = text.start.split(/\r?\n/).find((line) => line.trim() !== '')
  if (firstLine === undefined) throw failure(formatErrors.empty, {}, { place: { file: path } })
  const delimiter = chosen === 'auto' ? mostFrequent(firstLine) : chosen
  const content: Content = { format: 'delimited', place, encoding, delimiter }
  return {
    path,
    name: tableName(place.member?.name ?? path),
    bytes,
    sha256: sha256 ?? text.sha256,
    format: 'delimited',
    garbled: text.garbled,
    content,
    ...(await readStartRecords(text.start, { encoding, delimiter }, path)),
  }
}

/** The whole text, once or, where it turns out not to be UTF-8, twice. */
async function readThrough(
  place: Place,
  path: string,
  asked: Asked,
  options: InspectOptions,
): Promise<{ encoding: Encoding; sha256: string; start: string }> {
  let encoding: Encoding = asked === 'auto' ? 'utf-8' : asked
  let text = await scan(place, path, encoding, options)
  // A byte order mark settles that it was meant to be UTF-8.
  if (text.undecodableRow !== null && asked === 'auto' && !text.marked) {
    encoding = 'gb18030'
    text = await scan(place, path, encoding, options)
  }
  if (text.undecodableRow === null) return { encoding, ...text }
  throw notInEncoding(path, asked, text.undecodableRow)
}

/** The error of a text with bytes that no character of its encoding has. */
export function notInEncoding(path: string, asked: Asked, row?: number): PlateauError {
  const place = { file: path, row }
  return asked === 'auto'
    ? failure(formatErrors.inNoEncoding, {}, { place })
    : failure(formatErrors.notInEncoding, { encoding: asked.toUpperCase() }, { place })
}

/** The first START_BYTES, in the encoding asked for, or in the one that they can be. */
async function readStart(
  place: Place,
  path: string,
  asked: Asked,
): Promise<{ encoding: Encoding; start: string; garbled: boolean }> {
  let bytes: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of openBytes(place, path, { upTo: START_BYTES }).chunks) {
      bytes = Buffer.concat([bytes, chunk])
      if (bytes.length >= START_BYTES) break
    }
  } catch (error) {
    throw bytesError(error, path)
  }
  bytes = bytes.subarray(0, START_BYTES)
  refuseSignature(path, bytes)
  refuseNul(path, bytes, 1)
  const canBe = (encoding: Encoding): boolean =>
    decode(new TextDecoder(encoding, { fatal: true }), bytes) !== null
  const encoding = asked !== 'auto' ? asked : isMarked(bytes) || canBe('utf-8') ? 'utf-8' : 'gb18030'
  const start = new TextDecoder(encoding).decode(bytes, { stream: true })
  return { encoding, start, garbled: !canBe(encoding) }
}

/** Visit the records after the header. Errors: those of readDelimited and bytesError; what `onRead` throws. */
export async function readText(
  {
    path,
    content: { place, ...dialect },
  }: { path: string; content: Extract<Content, { format: 'delimited' }> },
  shape: RowShape,
  visit: (row: Row) => void,
  onRead: OnRead,
): Promise<void> {
  let header = true
  await readDelimited(readContent(place, path, onRead), dialect, path, shape, (row) => {
    if (header) header = false
    else visit(row)
  })
}

/** The bytes of an inspected place in chunks, inflated. */
export async function* readContent(place: Place, path: string, onRead: OnRead): AsyncGenerator<Buffer> {
  const bytes = openBytes(place, path)
  const chunks = bytes.chunks
  try {
    for (;;) {
      let next: IteratorResult<Buffer>
      try {
        next = await chunks.next()
      } catch (error) {
        // It was readable a moment ago: the disk failed, or someone rewrote it.
        throw bytesError(error, path)
      }
      if (next.done === true) break
      yield next.value
      await onRead(bytes.read())
    }
  } finally {
    await chunks.return(undefined)
  }
  await onRead(bytes.read())
}

/** One pass over the content: hash, NUL bytes, decoding, and the first characters. */
async function scan(
  place: Place,
  path: string,
  encoding: Encoding,
  { signal, onBytes }: InspectOptions,
): Promise<{ sha256: string; start: string; marked: boolean; undecodableRow: number | null }> {
  const hash = createHash('sha256')
  const decoder = new TextDecoder(encoding, { fatal: true })
  let start = ''
  let marked = false
  let row = 1
  let first = true
  const onDisk = (bytes: Buffer): void => {
    hash.update(bytes)
    onBytes?.(bytes.length)
  }
  try {
    for await (const chunk of openBytes(place, path, { onDisk }).chunks) {
      signal?.throwIfAborted()
      if (first) {
        refuseSignature(path, chunk)
        marked = isMarked(chunk)
        first = false
      }
      refuseNul(path, chunk, row)
      const text = decode(decoder, chunk)
      if (text === null) {
        const shown = new TextDecoder(encoding).decode(chunk)
        const upTo = shown.slice(0, Math.max(0, shown.indexOf('\ufffd')))
        return { sha256: '', start, marked, undecodableRow: row + upTo.split('\n').length - 1 }
      }
      if (start.length < CHUNK_BYTES) start += text.slice(0, CHUNK_BYTES)
      row += lineFeeds(chunk)
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw bytesError(error, path, row)
  }
  const undecodableRow = decode(decoder, null) === null ? row : null
  return { sha256: hash.digest('hex'), start, marked, undecodableRow }
}

/** Null when the bytes are not text in the decoder's encoding; a null chunk ends the text. */
function decode(decoder: TextDecoder, chunk: Buffer | null): string | null {
  try {
    return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch {
    return null
  }
}

/** The header and the first records after it, of the beginning of a file. */
async function readStartRecords(
  start: string,
  dialect: Dialect,
  path: string,
): Promise<Pick<Source, 'header' | 'headerRow' | 'sample'>> {
  const [first, ...sample] = await firstRecords(start, dialect, path, SAMPLE_ROWS + 1)
  if (first === undefined) return { header: [], headerRow: 1, sample: [] }
  return {
    header: headerOf(first.cells),
    headerRow: first.line,
    sample: sample.map(({ cells }) => cells),
  }
}

function refuseSignature(path: string, start: Buffer): void {
  const found = SIGNATURES.find(([bytes]) => start.subarray(0, bytes.length).equals(bytes))
  if (found !== undefined)
    throw failure(formatErrors.otherContent, { content: found[1] }, { place: { file: path } })
}

/** Errors: file_corrupt for a NUL byte in what begins on `row`. */
function refuseNul(path: string, bytes: Buffer, row: number): void {
  const nul = bytes.indexOf(0)
  if (nul === -1) return
  const place = { file: path, row: row + lineFeeds(bytes.subarray(0, nul)) }
  throw failure(formatErrors.nulBytes, {}, { place })
}

/** True for what begins with the byte order mark of UTF-8. */
function isMarked(start: Buffer): boolean {
  return start.subarray(0, 3).equals(BYTE_ORDER_MARK)
}

/** The first of those that are as frequent. */
function mostFrequent(line: string): Delimiter {
  const count = (delimiter: Delimiter): number => line.split(SIGNS[delimiter]).length
  return (Object.keys(SIGNS) as Delimiter[]).reduce((best, delimiter) =>
    count(delimiter) > count(best) ? delimiter : best,
  )
}

function lineFeeds(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++
  return count
}
