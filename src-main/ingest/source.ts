import { createHash } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Readable, pipeline } from 'node:stream'
import { TextDecoder } from 'node:util'
import { createGunzip } from 'node:zlib'
import { PlateauError } from '../../src-shared/errors.ts'
import { type Dialect, firstRecords } from './formats/delimited.ts'

/** A delimited text file that was read once from end to end and found readable. */
export interface Source {
  readonly path: string
  /** File name less its endings: `sh.600519` of `sh.600519.csv.gz`. */
  readonly name: string
  /** Size on disk. */
  readonly bytes: number
  /** Of the bytes on disk. */
  readonly sha256: string
  readonly gzip: boolean
  readonly encoding: Encoding
  readonly delimiter: string
  readonly header: readonly string[]
  /** The first records after the header. */
  readonly sample: readonly (readonly string[])[]
}

type Encoding = 'utf-8' | 'gb18030'

const CHUNK_BYTES = 262_144
const SAMPLE_ROWS = 200
const GZIP = Buffer.from([0x1f, 0x8b])

/** What people name .csv and is not. */
const SIGNATURES: readonly (readonly [bytes: Buffer, kind: string])[] = [
  [Buffer.from('%PDF'), 'a PDF document'],
  [Buffer.from('PK\x03\x04'), 'a zip archive or an Excel workbook (.xlsx)'],
  [Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), 'an Excel workbook (.xls)'],
  [Buffer.from('SQLite format 3'), 'an SQLite database'],
  [Buffer.from('PAR1'), 'a Parquet file'],
  [Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'an image'],
  [Buffer.from([0xff, 0xfe]), 'UTF-16 text'],
  [Buffer.from([0xfe, 0xff]), 'UTF-16 text'],
]

/**
 * Read a file from end to end without keeping it: what it is by its bytes (never by its name alone), its hash, encoding,
 * delimiter and header. Whatever makes a file unreadable is found here, before anything is written.
 *
 * Errors: file_not_found, file_unreadable, file_not_recognised (the content is something else, or empty),
 * file_corrupt (truncated gzip, NUL bytes, text that is neither UTF-8 nor GB18030), with the row where known; the reason
 * of `signal` when it aborts.
 */
export async function inspectSource(path: string, signal?: AbortSignal): Promise<Source> {
  const { bytes, start } = await readStart(path)
  const gzip = start.subarray(0, 2).equals(GZIP)
  if (!gzip) {
    if (/\.gz$/i.test(path)) {
      throw notRecognised(
        path,
        'The name ends in .gz but the content is not gzip.',
        'Rename the file, or compress it.',
      )
    }
    refuseSignature(path, start)
  }

  let encoding: Encoding = 'utf-8'
  let text = await scan(path, gzip, encoding, signal)
  if (text.undecodableRow !== null) {
    const row = text.undecodableRow
    encoding = 'gb18030'
    // A byte order mark settles that it was meant to be UTF-8.
    if (!text.marked) text = await scan(path, gzip, encoding, signal)
    if (text.undecodableRow !== null) {
      throw new PlateauError('file_corrupt', 'The text is neither UTF-8 nor GB18030 (GBK).', {
        place: { file: path, row },
        remedy: 'Save the file as UTF-8, then import again.',
      })
    }
  }

  const firstLine = text.start.split(/\r?\n/).find((line) => line.trim() !== '')
  if (firstLine === undefined) {
    throw notRecognised(path, 'The file is empty.', 'Export it again; the first line must name the columns.')
  }
  const delimiter = mostFrequent(firstLine, [',', '\t', ';'])
  return {
    path,
    name: basename(path).replace(/(\.(csv|tsv|txt|gz))+$/i, ''),
    bytes,
    sha256: text.sha256,
    gzip,
    encoding,
    delimiter,
    ...(await readStartRecords(text.start, { encoding, delimiter }, path)),
  }
}

/** The content of an inspected source in chunks, inflated; `onRead` hears the bytes read from disk so far. */
export async function* readContent(source: Source, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const { file, content } = openContent(source.path, source.gzip)
  try {
    for await (const chunk of content) {
      yield chunk as Buffer
      onRead(file.bytesRead)
    }
  } catch (error) {
    // It was readable a moment ago: the disk failed, or someone rewrote it.
    throw fileError(error, source.path)
  }
}

async function readStart(path: string): Promise<{ bytes: number; start: Buffer }> {
  try {
    const { size } = await stat(path)
    const handle = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0)
      return { bytes: size, start: buffer.subarray(0, bytesRead) }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw fileError(error, path)
  }
}

/** A system error on an input file as one the user can act on. */
export function fileError(error: unknown, path: string): PlateauError {
  if (error instanceof PlateauError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new PlateauError('file_not_found', 'There is no such file or folder.', {
      place: { file: path },
      remedy: 'Check the path.',
    })
  }
  return new PlateauError('file_unreadable', `The file cannot be read: ${message}`, {
    place: { file: path },
    remedy: 'Check the permissions of the file and of its folder.',
    cause: error,
  })
}

/** One pass over the content: hash, NUL bytes, decoding, and the first 64 K characters. */
async function scan(
  path: string,
  gzip: boolean,
  encoding: Encoding,
  signal: AbortSignal | undefined,
): Promise<{ sha256: string; start: string; marked: boolean; undecodableRow: number | null }> {
  const hash = createHash('sha256')
  const decoder = new TextDecoder(encoding, { fatal: true })
  const { file, content } = openContent(path, gzip)
  file.on('data', (chunk) => hash.update(chunk))
  let start = ''
  let marked = false
  let row = 1
  let first = true
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      signal?.throwIfAborted()
      if (first) {
        if (gzip) refuseSignature(path, chunk)
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
    const { code } = error as NodeJS.ErrnoException
    if (code?.startsWith('Z_')) {
      throw new PlateauError(
        'file_corrupt',
        `The gzip data is damaged or cut off (${(error as Error).message}).`,
        {
          place: { file: path, row },
          remedy: 'Copy or download the file again.',
          cause: error,
        },
      )
    }
    throw fileError(error, path)
  }
  const undecodableRow = decode(decoder, null) === null ? row : null
  return { sha256: hash.digest('hex'), start, marked, undecodableRow }
}

function openContent(path: string, gzip: boolean): { file: ReadStream; content: Readable } {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  if (!gzip) return { file, content: file }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES })
  // The error reaches the reader of the last stream; the callback only keeps it from being unhandled.
  return { file, content: pipeline(file, gunzip, () => {}) }
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
): Promise<{ header: readonly string[]; sample: readonly (readonly string[])[] }> {
  const records = await firstRecords(start, dialect, path, SAMPLE_ROWS + 1)
  const [first, ...sample] = records
  if (first === undefined) return { header: [], sample: [] }
  const header = first.cells.map((cell) => cell.trim())
  const repeated = header.find((cell, at) => cell !== '' && header.indexOf(cell) !== at)
  if (repeated !== undefined) {
    throw new PlateauError('file_not_recognised', `Two columns are named ${repeated}.`, {
      place: { file: path, row: first.line, field: repeated },
      remedy: 'Rename one of them.',
    })
  }
  return { header, sample: sample.map(({ cells }) => cells) }
}

function refuseSignature(path: string, start: Buffer): void {
  const found = SIGNATURES.find(([bytes]) => start.subarray(0, bytes.length).equals(bytes))
  if (found !== undefined) {
    throw notRecognised(path, `The content is ${found[1]}, not CSV.`, 'Export the table as CSV in UTF-8.')
  }
}

function notRecognised(path: string, message: string, remedy: string): PlateauError {
  return new PlateauError('file_not_recognised', message, { place: { file: path }, remedy })
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
