import type { InspectOptions } from './options.ts'
import { open } from 'node:fs/promises'
import {
  type AsyncBuffer,
  type ColumnMetaData,
  type DataReader,
  type DecodedArray,
  type FileMetaData,
  type PageHeader,
  parquetMetadataAsync,
  parquetSchema,
  type SchemaElement,
  type SchemaTree,
} from 'hyparquet'
// Page by page: what the library exports of itself reads whole columns of a row group.
import { parquetHeader, readPage } from 'hyparquet/src/column.js'
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { compressors } from 'hyparquet-compressors'
import { PlateauError } from '../../../src-shared/errors.ts'
import { failure } from '../../../src-shared/failure.ts'
import { formatErrors } from '../../../src-shared/locales/errors/formats.ts'
import type { RowShape } from '../layout.ts'
import type { Row } from '../row.ts'
import { fileError, headerOf, hashFile, type OnRead, SAMPLE_ROWS, type Source, tableName } from '../source.ts'
import { dateText, float32Text, numberText } from './cells.ts'
import { CellRow } from './cellRow.ts'
import { MAX_PAGES_BYTES } from './limits.ts'

/** Records between two waits for what listens. */
const BATCH_ROWS = 8192

/**
 * The table of a Parquet file: columns of numbers, texts, dates and times, none of them nested.
 *
 * Errors: file_not_recognised with the column that is nested or no text, file_corrupt, file_unreadable.
 */
export async function inspectParquet(
  path: string,
  bytes: number,
  { part, signal }: InspectOptions,
): Promise<Source> {
  return withFile(path, bytes, async (file) => {
    const metadata = await readMetadata(file, path)
    const columns = columnsOf(metadata, path)
    const sample: string[][] = []
    for (const group of groupsOf(metadata, columns, path)) {
      for await (const { rows, cells } of readRuns(file, columns, group, path)) {
        for (let row = 0; row < rows && sample.length < SAMPLE_ROWS; row++) sample.push(cells(row))
        if (sample.length === SAMPLE_ROWS) break
      }
      if (sample.length === SAMPLE_ROWS) break
    }
    return {
      path,
      name: tableName(path),
      bytes,
      sha256: part === 'start' ? '' : await hashFile(path, signal),
      format: 'parquet',
      content: { format: 'parquet', file: path },
      header: headerOf(columns.map(({ name }) => name)),
      headerRow: 1,
      sample,
    }
  })
}

/** Visit the records, a page of each column in memory at a time; the first is row 2. Errors: as of inspectParquet. */
export async function readParquet(
  { path, bytes }: Source,
  shape: RowShape,
  visit: (row: Row) => void,
  onRead: OnRead,
): Promise<void> {
  await withFile(path, bytes, async (file) => {
    const metadata = await readMetadata(file, path)
    const elements = columnsOf(metadata, path)
    const groups = groupsOf(metadata, elements, path)
    const rows = groups.reduce((sum, group) => sum + group.rows, 0)
    const row = new CellRow(shape)
    for (const group of groups) {
      for await (const run of readRuns(file, elements, group, path)) {
        for (let at = 0; at < run.rows; at++) {
          const before = run.first + at
          row.read(run.cells(at), before + 2)
          visit(row)
          if (before % BATCH_ROWS === BATCH_ROWS - 1) await onRead(Math.floor((bytes * before) / rows))
        }
      }
    }
    await onRead(bytes)
  })
}

/** A file open for the library, and why it could not be read where it could not. */
interface OpenFile extends AsyncBuffer {
  failure: PlateauError | null
}

async function withFile<T>(path: string, bytes: number, work: (file: OpenFile) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fileError(error, path)
  })
  const read = async (start: number, end: number): Promise<ArrayBuffer> => {
    if (!(start >= 0 && end <= bytes && start <= end))
      throw failure(formatErrors.pointsOutside, {}, { place: { file: path } })
    const buffer = new ArrayBuffer(end - start)
    const { bytesRead } = await handle.read(new Uint8Array(buffer), 0, end - start, start)
    if (bytesRead !== end - start) throw failure(formatErrors.cutOff, {}, { place: { file: path } })
    return buffer
  }
  const file: OpenFile = {
    byteLength: bytes,
    failure: null,
    // Never rejects: the library starts reads that it may not come to wait for.
    async slice(start, end = bytes) {
      try {
        return await read(start, end)
      } catch (error) {
        file.failure ??= fileError(error, path)
        return new ArrayBuffer(0)
      }
    },
  }
  try {
    return await work(file)
  } finally {
    await handle.close()
  }
}

/** What the library says of a file that it cannot read, as our error. */
async function damagedAs<T>(file: OpenFile, path: string, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work()
    if (file.failure !== null) throw file.failure
    return result
  } catch (error) {
    if (file.failure !== null) throw file.failure
    if (error instanceof PlateauError) throw error
    throw failure(
      formatErrors.parquetDamaged,
      { reason: (error as Error).message },
      { place: { file: path }, cause: error },
    )
  }
}

const readMetadata = (file: OpenFile, path: string): Promise<FileMetaData> =>
  damagedAs(file, path, () => parquetMetadataAsync(file))

interface Column {
  readonly name: string
  readonly element: SchemaElement
  /** From the root of the schema to the column. */
  readonly schemaPath: readonly SchemaTree[]
}

function columnsOf(metadata: FileMetaData, path: string): readonly Column[] {
  let root: SchemaTree
  try {
    root = parquetSchema(metadata)
  } catch (error) {
    throw failure(
      formatErrors.schemaDamaged,
      { reason: (error as Error).message },
      { place: { file: path }, cause: error },
    )
  }
  return root.children.map((child) => {
    const { element } = child
    if (child.children.length > 0 || element.repetition_type === 'REPEATED') {
      throw failure(
        formatErrors.columnNested,
        { column: element.name },
        { place: { file: path, field: element.name } },
      )
    }
    return { name: element.name, element, schemaPath: [root, child] }
  })
}

interface Group {
  /** Records before it, and in it. */
  readonly first: number
  readonly rows: number
  /** Of each column of the schema, in its order. */
  readonly chunks: readonly ColumnMetaData[]
}

/** The row groups. What they say of their columns is held against the schema. */
function groupsOf({ row_groups }: FileMetaData, columns: readonly Column[], path: string): readonly Group[] {
  let first = 0
  return row_groups.map((group) => {
    const rows = Number(group.num_rows)
    if (!(rows >= 0)) throw failure(formatErrors.groupRows, { rows }, { place: { file: path } })
    const chunks = group.columns.flatMap(({ meta_data }) => meta_data ?? [])
    const isColumn = (chunk: ColumnMetaData, at: number): boolean =>
      chunk.path_in_schema.join('.') === columns[at]?.name
    if (
      group.columns.length !== columns.length ||
      chunks.length !== columns.length ||
      !chunks.every(isColumn)
    )
      throw failure(formatErrors.groupColumns, {}, { place: { file: path } })
    first += rows
    return { first: first - rows, rows, chunks }
  })
}

/** Records that follow each other without any column going on to another page. */
interface Run {
  /** Records of the file before it. */
  readonly first: number
  readonly rows: number
  /** The cells of one of its records, counted from 0. */
  cells(row: number): string[]
}

/**
 * The records of a row group. Of every column one page is in memory, and the dictionary that its pages refer to, whatever
 * the size of the group.
 *
 * Errors: file_corrupt; file_unreadable where the pages held together are beyond MAX_PAGES_BYTES.
 */
async function* readRuns(
  file: OpenFile,
  columns: readonly Column[],
  { first, rows, chunks }: Group,
  path: string,
): AsyncGenerator<Run> {
  const held = { bytes: 0 }
  const valuesOff = (column: number, values: number): PlateauError =>
    failure(
      formatErrors.columnValues,
      { column: columns[column].name, values, rows },
      { place: { file: path } },
    )
  const readers = columns.map((column, at) => createPageReader(file, column, chunks[at], held, path))
  for (let at = 0; at < rows;) {
    let whole = rows - at
    for (const [column, reader] of readers.entries()) {
      while (reader.left === 0) {
        if (!(await damagedAs(file, path, () => reader.next()))) throw valuesOff(column, at)
      }
      whole = Math.min(whole, reader.left)
    }
    yield { first: first + at, rows: whole, cells: (row) => readers.map(({ text }) => text(row)) }
    for (const reader of readers) reader.pass(whole)
    at += whole
  }
  for (const [column, { left }] of readers.entries()) if (left > 0) throw valuesOff(column, rows + left)
}

/** Goes through the pages of one column of a row group. */
interface PageReader {
  /** Values of the page that were not passed yet. */
  readonly left: number
  /** Go on to the next page; false when there is none. */
  next(): Promise<boolean>
  /** Of the values left, the one at `row` as text. */
  text(row: number): string
  pass(values: number): void
}

/** Enough for the header of a page and, mostly, for a small page. */
const READ_BYTES = 65_536
/** What a value is counted as: few bytes may stand for millions of values. */
const VALUE_BYTES = 16

function createPageReader(
  file: OpenFile,
  { element, schemaPath }: Column,
  chunk: ColumnMetaData,
  held: { bytes: number },
  path: string,
): PageReader {
  const decoder = {
    ...chunk,
    pathInSchema: chunk.path_in_schema,
    element,
    schemaPath: [...schemaPath],
    compressors: boundedCompressors,
    parsers: DEFAULT_PARSERS,
  }
  const textOfValue = textOf(element)
  let position = Number(chunk.dictionary_page_offset || chunk.data_page_offset)
  const end = position + Number(chunk.total_compressed_size)
  let dictionary: DecodedArray | undefined
  const taken = { dictionary: 0, page: 0 }
  let values: ArrayLike<unknown> = []
  let from = 0

  /** The header at the position, and its page. */
  const readHeader = async (): Promise<{ header: PageHeader; reader: DataReader }> => {
    for (let bytes = READ_BYTES; ; bytes *= 16) {
      const view = new DataView(await file.slice(position, Math.min(end, position + bytes)))
      const reader = { view, offset: 0 }
      try {
        const header = parquetHeader(reader)
        const start = position + reader.offset
        position = start + header.compressed_page_size
        if (!(position >= start && position <= end)) throw new Error('a page ends outside of its column')
        if (reader.offset + header.compressed_page_size <= view.byteLength) return { header, reader }
        return { header, reader: { view: new DataView(await file.slice(start, position)), offset: 0 } }
      } catch (error) {
        // A header may hold long texts, as the least and the largest of its page.
        if (!(error instanceof RangeError) || position + view.byteLength >= end) throw error
      }
    }
  }
  const hold = (what: keyof typeof taken, header: PageHeader, count: number): void => {
    const bytes = Math.max(header.uncompressed_page_size, VALUE_BYTES * count)
    held.bytes += bytes - taken[what]
    taken[what] = bytes
    if (!(count >= 0) || !(held.bytes <= MAX_PAGES_BYTES)) {
      throw failure(
        formatErrors.pagesTooLarge,
        { limit: MAX_PAGES_BYTES / 2 ** 20 },
        { place: { file: path, field: element.name } },
      )
    }
  }

  return {
    get left() {
      return values.length - from
    },
    async next() {
      values = []
      from = 0
      // What is shorter than a header is padding.
      if (position >= end - 1) return false
      const { header, reader } = await readHeader()
      const { dictionary_page_header: ofDictionary, data_page_header, data_page_header_v2 } = header
      if (header.type === 'DICTIONARY_PAGE') {
        hold('dictionary', header, ofDictionary?.num_values ?? 0)
        const { data } = readPage(reader, header, decoder, undefined, undefined, 0)
        if (data !== undefined) dictionary = convert(data, decoder)
      } else {
        hold('page', header, (data_page_header ?? data_page_header_v2)?.num_values ?? 0)
        values = readPage(reader, header, decoder, dictionary, undefined, 0).data ?? []
      }
      return true
    },
    text: (row) => textOfValue(values[from + row]),
    pass(count) {
      from += count
    },
  }
}

/** Pages say how much they inflate to: what is out of proportion is not believed. */
const boundedCompressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, inflate]) => [
    codec,
    (input: Uint8Array, bytes: number): Uint8Array => {
      if (bytes > MAX_PAGES_BYTES) throw new Error('a page inflates beyond the limits')
      return inflate(input, bytes)
    },
  ]),
)

/** A value of a column as text; what has no value is empty. */
function textOf({ type }: SchemaElement): (value: unknown) => string {
  const ofNumber = type === 'FLOAT' ? float32Text : numberText
  return (value) => {
    if (typeof value === 'number') return ofNumber(value)
    if (value === null || value === undefined) return ''
    if (typeof value === 'string') return value
    if (value instanceof Date) return dateText(value)
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}
