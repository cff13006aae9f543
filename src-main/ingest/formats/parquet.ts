import { open } from 'node:fs/promises'
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type RowGroup,
  type SchemaElement,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { PlateauError } from '../../../src-shared/errors.ts'
import type { Columns } from '../layout.ts'
import type { Row } from '../row.ts'
import {
  corrupt,
  fileError,
  headerOf,
  hashFile,
  type OnRead,
  SAMPLE_ROWS,
  type Source,
  tableName,
} from '../source.ts'
import { dateText, float32Text, numberText } from './cells.ts'
import { CellRow } from './delimited.ts'
import { MAX_ROW_GROUP_BYTES, MAX_ROW_GROUP_ROWS, tooLarge } from './limits.ts'

/** Records between two waits for what listens. */
const BATCH_ROWS = 8192

/**
 * The table of a Parquet file: columns of numbers, texts, dates and times, none of them nested.
 *
 * Errors: file_not_recognised with the column that is nested or no text, file_corrupt, file_unreadable.
 */
export async function inspectParquet(path: string, bytes: number, signal?: AbortSignal): Promise<Source> {
  return withFile(path, bytes, async (file) => {
    const metadata = await readMetadata(file, path)
    const columns = columnsOf(metadata, path)
    const sample: string[][] = []
    for (const group of groupsOf(metadata, columns, path)) {
      const texts = await readGroup(file, metadata, columns, group, path)
      for (let row = 0; row < group.rows && sample.length < SAMPLE_ROWS; row++)
        sample.push(texts.map((text) => text(row)))
      if (sample.length === SAMPLE_ROWS) break
    }
    return {
      path,
      name: tableName(path),
      bytes,
      sha256: await hashFile(path, signal),
      format: 'parquet',
      content: { format: 'parquet', file: path },
      header: headerOf(
        columns.map(({ name }) => name),
        path,
        1,
      ),
      sample,
    }
  })
}

/** Visit the records, one row group in memory at a time; the first is row 2. Errors: as of inspectParquet. */
export async function readParquet(
  { path, bytes }: Source,
  columns: Columns,
  visit: (row: Row) => void,
  onRead: OnRead,
): Promise<void> {
  await withFile(path, bytes, async (file) => {
    const metadata = await readMetadata(file, path)
    const elements = columnsOf(metadata, path)
    const groups = groupsOf(metadata, elements, path)
    const rows = groups.reduce((sum, group) => sum + group.rows, 0)
    const row = new CellRow(columns)
    for (const group of groups) {
      const texts = await readGroup(file, metadata, elements, group, path)
      for (let at = 0; at < group.rows; at++) {
        row.read(
          texts.map((text) => text(at)),
          group.first + at + 2,
        )
        visit(row)
        if (at % BATCH_ROWS === BATCH_ROWS - 1) await onRead(Math.floor((bytes * (group.first + at)) / rows))
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
      throw corrupt(path, 'It points to bytes that it does not have.')
    const buffer = new ArrayBuffer(end - start)
    const { bytesRead } = await handle.read(new Uint8Array(buffer), 0, end - start, start)
    if (bytesRead !== end - start) throw corrupt(path, 'The file is cut off.')
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
    throw corrupt(path, `The Parquet data are damaged (${(error as Error).message}).`, undefined, error)
  }
}

const readMetadata = (file: OpenFile, path: string): Promise<FileMetaData> =>
  damagedAs(file, path, () => parquetMetadataAsync(file))

interface Column {
  readonly name: string
  readonly element: SchemaElement
}

function columnsOf(metadata: FileMetaData, path: string): readonly Column[] {
  let children: readonly { readonly element: SchemaElement; readonly children: readonly unknown[] }[]
  try {
    children = parquetSchema(metadata).children
  } catch (error) {
    throw corrupt(path, `The Parquet schema is damaged (${(error as Error).message}).`, undefined, error)
  }
  return children.map(({ element, children: inner }) => {
    if (inner.length > 0 || element.repetition_type === 'REPEATED') {
      throw new PlateauError(
        'file_not_recognised',
        `The column ${element.name} is nested: lists or records in one cell.`,
        {
          place: { file: path, field: element.name },
          remedy: 'Write its parts as columns of their own, or leave the column out.',
        },
      )
    }
    return { name: element.name, element }
  })
}

interface Group {
  /** Records before it, and in it. */
  readonly first: number
  readonly rows: number
}

/**
 * The row groups, each small enough to be held in memory. What they say of their columns is held against the schema
 * here: the library would leave what it has begun to read behind.
 */
function groupsOf({ row_groups }: FileMetaData, columns: readonly Column[], path: string): readonly Group[] {
  let first = 0
  return row_groups.map((group) => {
    const rows = Number(group.num_rows)
    const bytes = inflatedBytes(group)
    if (!(rows >= 0) || rows > MAX_ROW_GROUP_ROWS || bytes > MAX_ROW_GROUP_BYTES) {
      throw tooLarge(path, `A row group has ${rows} rows of ${bytes} bytes`)
    }
    const names = group.columns.map(({ meta_data }) => meta_data?.path_in_schema.join('.'))
    if (names.length !== columns.length || columns.some(({ name }, at) => names[at] !== name))
      throw corrupt(path, 'The columns of a row group are not those of the file.')
    first += rows
    return { first: first - rows, rows }
  })
}

const inflatedBytes = ({ columns }: RowGroup): number =>
  columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0)

/** The columns of a row group, each as a function from its row to the text. */
async function readGroup(
  file: OpenFile,
  metadata: FileMetaData,
  columns: readonly Column[],
  { first, rows }: Group,
  path: string,
): Promise<readonly ((row: number) => string)[]> {
  if (rows === 0) return columns.map(() => () => '')
  const chunks = new Map<string, { start: number; data: ArrayLike<unknown> }[]>()
  await damagedAs(file, path, () =>
    parquetRead({
      file,
      metadata,
      compressors: boundedCompressors,
      rowStart: first,
      rowEnd: first + rows,
      onChunk({ columnName, columnData, rowStart }) {
        const known = chunks.get(columnName)
        const chunk = { start: rowStart - first, data: columnData }
        if (known === undefined) chunks.set(columnName, [chunk])
        else known.push(chunk)
      },
    }),
  )
  return columns.map(({ name, element }) => {
    const pages = (chunks.get(name) ?? []).sort((a, b) => a.start - b.start)
    const values = pages.reduce((sum, { data }) => sum + data.length, 0)
    if (values !== rows) throw corrupt(path, `The column ${name} has ${values} values for ${rows} rows.`)
    const text = textOf(element)
    let page = 0
    return (row) => {
      while (row < pages[page].start) page--
      while (row >= pages[page].start + pages[page].data.length) page++
      return text(pages[page].data[row - pages[page].start])
    }
  })
}

/** Pages say how much they inflate to: what is out of proportion is not believed. */
const boundedCompressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, inflate]) => [
    codec,
    (input: Uint8Array, bytes: number): Uint8Array => {
      if (bytes > MAX_ROW_GROUP_BYTES) throw new Error('a page inflates beyond the limits')
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
