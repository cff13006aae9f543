import { createHash } from 'node:crypto'
import { TextDecoder } from 'node:util'
import { PlateauError } from '../../../src-shared/errors.ts'
import type { Columns } from '../layout.ts'
import type { Row } from '../row.ts'
import {
  type Content,
  type Encoding,
  type ENCODINGS,
  headerOf,
  notRecognised,
  type OnRead,
  type Place,
  SAMPLE_ROWS,
  type Source,
  tableName,
} from '../source.ts'
import { bytesError, CHUNK_BYTES, openBytes } from './bytes.ts'
import { type Dialect, firstRecords, readDelimited } from './delimited.ts'

/** What is asked of the reader of a file. */
export interface InspectOptions {
  readonly encoding: (typeof ENCODINGS)[number]
  readonly signal?: AbortSignal | undefined
}

/** What people name .csv and is not. */
const SIGNATURES: readonly (readonly [bytes: Buffer, kind: string])[] = [
  [Buffer.from('%PDF'), 'a PDF document'],
  [Buffer.from('PK\x03\x04'), 'an archive or a workbook inside another'],
  [Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), 'an Excel workbook of before 2007 (.xls)'],
  [Buffer.from('SQLite format 3'), 'an SQLite database'],
  [Buffer.from('PAR1'), 'a Parquet file inside another'],
  [Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'an image'],
  [Buffer.from([0xff, 0xfe]), 'UTF-16 text'],
  [Buffer.from([0xfe, 0xff]), 'UTF-16 text'],
]

/**
 * Read delimited text from end to end without keeping it: what it is by its bytes (never by its name alone), its hash,
 * encoding, delimiter and header. Whatever makes it unreadable is found here, before anything is written.
 *
 * Errors: file_unreadable, file_not_recognised (the content is something else, or empty), file_corrupt (truncated gzip,
 * a bomb, NUL bytes, text that is neither UTF-8 nor GB18030), with the row where known; the reason of `signal` when it
 * aborts.
 */
export async function inspectText(
  place: Place,
  { path, bytes, sha256 }: { path: string; bytes: number; sha256?: string },
  { encoding: asked, signal }: InspectOptions,
): Promise<Source> {
  let encoding: Encoding = asked === 'auto' ? 'utf-8' : asked
  let text = await scan(place, path, encoding, signal)
  // A byte order mark settles that it was meant to be UTF-8.
  if (text.undecodableRow !== null && asked === 'auto' && !text.marked) {
    encoding = 'gb18030'
    text = await scan(place, path, encoding, signal)
  }
  if (text.undecodableRow !== null) {
    const meant = asked === 'auto' ? 'neither UTF-8 nor GB18030 (GBK)' : `not ${asked.toUpperCase()}`
    throw new PlateauError('file_corrupt', `The text is ${meant}.`, {
      place: { file: path, row: text.undecodableRow },
      remedy: 'Save the file as UTF-8, then import again.',
    })
  }

  const firstLine = text.start.split(/\r?\n/).find((line) => line.trim() !== '')
  if (firstLine === undefined) {
    throw notRecognised(path, 'The file is empty.', 'Export it again; the first line must name the columns.')
  }
  const delimiter = mostFrequent(firstLine, [',', '\t', ';'])
  const content: Content = { format: 'delimited', place, encoding, delimiter }
  return {
    path,
    name: tableName(place.member?.name ?? path),
    bytes,
    sha256: sha256 ?? text.sha256,
    format: 'delimited',
    content,
    ...(await readStartRecords(text.start, { encoding, delimiter }, path)),
  }
}

/** Visit the records after the header. Errors: those of readDelimited and bytesError; what `onRead` throws. */
export async function readText(
  {
    path,
    content: { place, ...dialect },
  }: { path: string; content: Extract<Content, { format: 'delimited' }> },
  columns: Columns,
  visit: (row: Row) => void,
  onRead: OnRead,
): Promise<void> {
  let header = true
  await readDelimited(readContent(place, path, onRead), dialect, path, columns, (row) => {
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
  signal: AbortSignal | undefined,
): Promise<{ sha256: string; start: string; marked: boolean; undecodableRow: number | null }> {
  const hash = createHash('sha256')
  const decoder = new TextDecoder(encoding, { fatal: true })
  let start = ''
  let marked = false
  let row = 1
  let first = true
  try {
    for await (const chunk of openBytes(place, path, (bytes) => hash.update(bytes)).chunks) {
      signal?.throwIfAborted()
      if (first) {
        refuseSignature(path, chunk)
        marked = chunk.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))
        first = false
      }
      const nul = chunk.indexOf(0)
      if (nul !== -1) {
        throw new PlateauError(
          'file_corrupt',
          'The file contains NUL bytes: it is not text, or it is damaged.',
          {
            place: { file: path, row: row + lineFeeds(chunk.subarray(0, nul)) },
            remedy: 'Export the file again as CSV in UTF-8.',
          },
        )
      }
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
    header: headerOf(first.cells, path, first.line),
    headerRow: first.line,
    sample: sample.map(({ cells }) => cells),
  }
}

function refuseSignature(path: string, start: Buffer): void {
  const found = SIGNATURES.find(([bytes]) => start.subarray(0, bytes.length).equals(bytes))
  if (found !== undefined) {
    throw notRecognised(path, `The content is ${found[1]}, not CSV.`, 'Export the table as CSV in UTF-8.')
  }
}

function mostFrequent(line: string, delimiters: readonly string[]): string {
  const count = (delimiter: string): number => line.split(delimiter).length
  return delimiters.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best))
}

function lineFeeds(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++
  return count
}
