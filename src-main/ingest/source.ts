import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Delimiter } from '../../src-shared/domain/importing.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { importingErrors } from '../../src-shared/locales/errors/importing.ts'

export type Encoding = 'utf-8' | 'gb18030'

/** Bytes of a file, or of a member of the zip archive that it is. */
export interface Place {
  /** Path on disk. */
  readonly file: string
  readonly member: Member | null
  /** Whether the bytes are gzip of what is meant. */
  readonly gzip: boolean
}

/** A member of a zip archive. */
export interface Member {
  readonly name: string
  /** Where its data begin in the archive, and how many bytes they take there. */
  readonly start: number
  readonly packedBytes: number
  readonly bytes: number
  readonly deflated: boolean
  readonly crc32: number
}

/** Where the records of a table lie, by format; plain data. */
export type Content =
  | {
      readonly format: 'delimited'
      readonly place: Place
      readonly encoding: Encoding
      readonly delimiter: Delimiter
    }
  | { readonly format: 'parquet'; readonly file: string }
  | {
      readonly format: 'workbook'
      readonly sheet: Place
      readonly strings: Place | null
      readonly styles: Place | null
      /** Whether days are counted from 1904. */
      readonly from1904: boolean
    }
  | {
      readonly format: 'qlib'
      readonly folder: string
      readonly code: string
      readonly fields: readonly string[]
    }

/** A table somewhere in a file, found readable. Plain data: it is sent to threads. */
export interface Source {
  /** As the user is shown it: `a.csv`, `a.zip#b.csv`, `a.xlsx#Sheet1`. */
  readonly path: string
  /** Name less its endings: `sh.600519` of `sh.600519.csv.gz`. */
  readonly name: string
  /** What the table takes of the disk. */
  readonly bytes: number
  /** Of the file on disk: of the archive where the table is in one. Empty where not all of it was read. */
  readonly sha256: string
  readonly format: Content['format']
  /** Whether it is text with bytes that its encoding has no character for: then only its start was read. */
  readonly garbled?: boolean
  readonly content: Content
  readonly header: readonly string[]
  /** 1-based line (or row) on which the header stands. */
  readonly headerRow: number
  /** The first records after the header, as texts, at most SAMPLE_ROWS. */
  readonly sample: readonly (readonly string[])[]
}

/** Hears how many of a table's bytes are read; what it answers is waited for before more is read. */
export type OnRead = (bytes: number) => Promise<void> | void

export const SAMPLE_ROWS = 200

/** What follows the file on disk in the path of a table: `#b.csv` of an archive, `#Sheet1` of a workbook, else nothing. */
export function memberPart({ path, content }: Source): string {
  if (content.format === 'delimited') return path.slice(content.place.file.length)
  return content.format === 'workbook' ? path.slice(content.sheet.file.length) : ''
}

/** A file's name less the endings of the formats. */
export function tableName(file: string): string {
  return file.replace(/^.*[\\/]/, '').replace(/(\.(csv|tsv|txt|gz|parquet|parq|pq|xlsx|xlsm|zip))+$/i, '')
}

/** Column names, trimmed. */
export function headerOf(cells: readonly string[]): readonly string[] {
  return cells.map((cell) => cell.trim())
}

/** Errors: file_not_recognised when two columns have one name. */
export function requireDistinctColumns({ path, header, headerRow }: Source): void {
  const repeated = header.find((cell, at) => cell !== '' && header.indexOf(cell) !== at)
  if (repeated === undefined) return
  throw failure(
    importingErrors.columnRepeated,
    { column: repeated },
    { place: { file: path, row: headerRow, field: repeated } },
  )
}

/** Errors: fileError's; the reason of `signal` when it aborts. */
export async function hashFile(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      signal?.throwIfAborted()
      hash.update(chunk as Buffer)
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw fileError(error, path)
  }
  return hash.digest('hex')
}

/** A system error on an input file as one the user can act on. */
export function fileError(error: unknown, path: string): PlateauError {
  if (error instanceof PlateauError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') {
    return failure(importingErrors.fileMissing, {}, { place: { file: path } })
  }
  const text = code === 'ELOOP' ? importingErrors.linksInCircle : importingErrors.fileUnreadable
  return failure(text, { reason: message }, { place: { file: path }, cause: error })
}
