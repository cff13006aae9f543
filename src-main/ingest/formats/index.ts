import { open, stat } from 'node:fs/promises'
import type { Skipped, SkipReason } from '../../../src-shared/domain/importing.ts'
import { failure } from '../../../src-shared/failure.ts'
import { formatErrors } from '../../../src-shared/locales/errors/formats.ts'
import type { RowShape } from '../layout.ts'
import type { Row } from '../row.ts'
import { fileError, hashFile, type OnRead, type Source } from '../source.ts'
import type { InspectOptions } from './options.ts'
import { inspectParquet, readParquet } from './parquet.ts'
import { readQlib } from './qlib.ts'
import { inspectText, readText } from './text.ts'
import { inspectWorkbook, isWorkbook, readWorkbook } from './workbook.ts'
import { listArchive } from './zip.ts'

/** Names of files that hold tables. */
export const DATA_FILE = /\.(csv|tsv)(\.gz)?$|\.(gz|zip|xlsx|xlsm|parquet|parq|pq)$/i

const GZIP = Buffer.from([0x1f, 0x8b])
const ZIP = Buffer.from('PK\x03\x04')
const EMPTY_ZIP = Buffer.from('PK\x05\x06')
const PARQUET = Buffer.from('PAR1')

/**
 * The tables of a file one after another, and what of it is none, whatever its format: what it is, is told by its bytes
 * and never by its name.
 *
 * Errors: file_not_found, file_unreadable, and those of the formats; the reason of `signal` when it aborts.
 */
export async function* inspectFile(path: string, options: InspectOptions): AsyncGenerator<Source | Skipped> {
  const { bytes, start } = await readStart(path)
  const begins = (signature: Buffer): boolean => start.subarray(0, signature.length).equals(signature)
  if (begins(PARQUET)) {
    yield await inspectParquet(path, bytes, options)
    return
  }
  if (begins(ZIP) || begins(EMPTY_ZIP)) {
    yield* inspectZip(path, options)
    return
  }
  const gzip = begins(GZIP)
  if (!gzip && /\.gz$/i.test(path)) throw failure(formatErrors.notGzip, {}, { place: { file: path } })
  yield await inspectText({ file: path, member: null, gzip }, { path, bytes }, options)
}

async function* inspectZip(path: string, options: InspectOptions): AsyncGenerator<Source | Skipped> {
  const entries = await listArchive(path)
  const sha256 = options.part === 'start' ? '' : await hashFile(path, options.signal)
  if (isWorkbook(entries)) {
    yield* inspectWorkbook(path, sha256, entries, options)
    return
  }
  for (const entry of entries) {
    const shown = `${path}#${entry.name}`
    if ('problem' in entry) {
      yield { path: shown, ...entry.problem }
      continue
    }
    const { member } = entry
    const reason = reasonToSkip(member.name) ?? (options.readingOf(shown).skip ? 'left_out' : null)
    if (reason !== null) yield { path: shown, reason }
    else {
      const place = { file: path, member, gzip: /\.gz$/i.test(member.name) }
      yield await inspectText(place, { path: shown, bytes: member.packedBytes, sha256 }, options)
    }
  }
}

/** Why a member of an archive is not read; null when it is. */
function reasonToSkip(name: string): SkipReason | null {
  if (/\.zip$/i.test(name)) return 'archive_in_archive'
  if (/\.(xlsx|xlsm|parquet|parq|pq)$/i.test(name)) return 'binary_in_archive'
  return DATA_FILE.test(name) ? null : 'not_data'
}

/**
 * Visit the records of a table after its header; the row given is valid during the call only. Memory does not grow with
 * the table.
 *
 * Errors: file_corrupt and file_unreadable with the place; what `visit` and `onRead` throw.
 */
export async function readRecords(
  source: Source,
  shape: RowShape,
  visit: (row: Row) => void,
  onRead: OnRead,
): Promise<void> {
  const { content } = source
  switch (content.format) {
    case 'delimited':
      return readText({ path: source.path, content }, shape, visit, onRead)
    case 'parquet':
      return readParquet(source, shape, visit, onRead)
    case 'workbook':
      return readWorkbook({ ...source, content }, shape, visit, onRead)
    case 'qlib':
      return readQlib({ ...source, content }, shape, visit, onRead)
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
