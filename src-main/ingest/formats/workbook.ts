import { Readable } from 'node:stream'
import ExcelJS from 'exceljs'
import { PlateauError } from '../../../src-shared/errors.ts'
import type { Columns } from '../layout.ts'
import type { Row } from '../row.ts'
import {
  type Content,
  corrupt,
  headerOf,
  type OnRead,
  type Place,
  SAMPLE_ROWS,
  type Source,
  tableName,
} from '../source.ts'
import { bytesError, openBytes, readAll } from './bytes.ts'
import { dateText, numberText } from './cells.ts'
import { CellRow } from './delimited.ts'
import { MAX_PART_BYTES, MAX_SHARED_STRINGS_BYTES, MAX_SHEET_BYTES, tooLarge } from './limits.ts'
import type { ArchiveEntry } from './zip.ts'

type WorkbookContent = Extract<Content, { format: 'workbook' }>

const WORKBOOK = 'xl/workbook.xml'
const RELATIONS = 'xl/_rels/workbook.xml.rels'
const STYLES = 'xl/styles.xml'
const STRINGS = 'xl/sharedStrings.xml'
/** The name under which the reader is given the sheet it is to read. */
const SHEET = 'xl/worksheets/sheet1.xml'
/** Records between two waits for what listens. */
const BATCH_ROWS = 1024
/** Bytes of the compressed sheet are not what the reader counts: progress goes by rows, to a half for each so many. */
const HALF_WAY_ROWS = 50_000
const MS_PER_DAY = 86_400_000

/** True for the members of an Excel workbook (.xlsx). */
export const isWorkbook = (entries: readonly ArchiveEntry[]): boolean =>
  entries.some(({ name }) => name === WORKBOOK)

/**
 * One table per visible sheet that has records; its first row with anything in it names the columns.
 *
 * Errors: file_corrupt (damaged, or beyond the limits), file_not_recognised; the reason of `signal` when it aborts.
 */
export async function inspectWorkbook(
  path: string,
  sha256: string,
  entries: readonly ArchiveEntry[],
  signal?: AbortSignal,
): Promise<{ sources: Source[]; skipped: { path: string; reason: string }[] }> {
  const places = new Map<string, Place>()
  for (const entry of entries)
    if ('member' in entry) places.set(entry.name, { file: path, member: entry.member, gzip: false })
  const workbook = places.get(WORKBOOK)
  const relations = places.get(RELATIONS)
  if (workbook === undefined || relations === undefined)
    throw corrupt(path, 'The workbook does not say which sheets it has.')
  const sheets = sheetsOf(
    (await readAll(workbook, path, MAX_PART_BYTES)).toString('utf8'),
    (await readAll(relations, path, MAX_PART_BYTES)).toString('utf8'),
  )

  const sources: Source[] = []
  const skipped: { path: string; reason: string }[] = []
  for (const { name, state, target } of sheets) {
    signal?.throwIfAborted()
    const shown = `${path}#${name}`
    const place = target === null ? undefined : places.get(target)
    if (state !== 'visible') skipped.push({ path: shown, reason: 'a hidden sheet' })
    else if (place === undefined) skipped.push({ path: shown, reason: 'not a sheet of cells' })
    else {
      const parts = [
        [WORKBOOK, workbook],
        [RELATIONS, relations],
        ...[STYLES, STRINGS].flatMap((part) => {
          const at = places.get(part)
          return at === undefined ? [] : [[part, at] as const]
        }),
        [SHEET, place],
      ] as const
      const content: WorkbookContent = { format: 'workbook', parts }
      requireLimits(content, shown)
      const rows: { line: number; cells: readonly string[] }[] = []
      for await (const row of sheetRows(content, shown)) {
        rows.push(row)
        if (rows.length > SAMPLE_ROWS) break
      }
      const [first, ...sample] = rows
      if (first === undefined) {
        skipped.push({ path: shown, reason: 'an empty sheet' })
        continue
      }
      const header = headerOf(first.cells, shown, first.line)
      sources.push({
        path: shown,
        name: sheets.length === 1 ? tableName(path) : name,
        bytes: place.member!.packedBytes,
        sha256,
        format: 'workbook',
        content,
        header,
        sample: sample.map(({ cells }) => padded(cells, header.length)),
      })
    }
  }
  return { sources, skipped }
}

/** Visit the records after the header. Errors: as of inspectWorkbook. */
export async function readWorkbook(
  {
    path,
    bytes,
    content,
    header,
  }: { path: string; bytes: number; content: WorkbookContent; header: readonly string[] },
  columns: Columns,
  visit: (row: Row) => void,
  onRead: OnRead,
): Promise<void> {
  const row = new CellRow(columns)
  let rows = -1
  for await (const { line, cells } of sheetRows(content, path)) {
    if (++rows === 0) continue
    row.read(padded(cells, header.length), line)
    visit(row)
    if (rows % BATCH_ROWS === 0) await onRead(Math.floor((bytes * rows) / (rows + HALF_WAY_ROWS)))
  }
  await onRead(bytes)
}

/** Cells that a sheet leaves out at the end of a row are empty. */
const padded = (cells: readonly string[], width: number): readonly string[] =>
  cells.length >= width ? cells : [...cells, ...Array.from({ length: width - cells.length }, () => '')]

interface Sheet {
  readonly name: string
  readonly state: string
  /** Its member of the archive. */
  readonly target: string | null
}

/** The sheets in their order, of the two parts that say which there are (ECMA-376 part 1, 18.2.19 and part 2, 9.3). */
function sheetsOf(workbook: string, relations: string): readonly Sheet[] {
  const targets = new Map<string, string>()
  for (const [tag] of relations.matchAll(/<(?:\w+:)?Relationship\s[^>]*>/g)) {
    const { Id, Target = '', TargetMode } = attributes(tag)
    if (Id !== undefined && TargetMode !== 'External')
      targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`)
  }
  return [...workbook.matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)].map(([tag]) => {
    const { name = '', state = 'visible', ...others } = attributes(tag)
    const id = Object.entries(others).find(([key]) => key === 'id' || key.endsWith(':id'))?.[1]
    return { name, state, target: id === undefined ? null : (targets.get(id) ?? null) }
  })
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function attributes(tag: string): Readonly<Record<string, string | undefined>> {
  const found: Record<string, string> = {}
  for (const [, name, double, single] of tag.matchAll(/([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    found[name] = (double ?? single).replace(
      /&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi,
      (whole, decimal, hex, entity) => {
        if (entity !== undefined) return ENTITIES[entity as string] ?? whole
        const code = decimal === undefined ? parseInt(hex as string, 16) : Number(decimal)
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole
      },
    )
  }
  return found
}

function requireLimits({ parts }: WorkbookContent, path: string): void {
  for (const [name, { member }] of parts) {
    const limit =
      name === STRINGS ? MAX_SHARED_STRINGS_BYTES : name === SHEET ? MAX_SHEET_BYTES : MAX_PART_BYTES
    if (member!.bytes > limit) throw tooLarge(path, `Its part ${name} has ${member!.bytes} bytes`)
  }
}

/** The rows of a sheet that have anything in them, with their numbers; trailing empty cells are left out. */
async function* sheetRows(
  content: WorkbookContent,
  path: string,
): AsyncGenerator<{ line: number; cells: readonly string[] }> {
  const input = Readable.from(repacked(content, path), { objectMode: false })
  // The reader hears nothing of errors of its input: it would wait for more of it.
  const failed = new Promise<never>((_, reject) => input.once('error', reject))
  failed.catch(() => undefined)
  try {
    const reader = new ExcelJS.stream.xlsx.WorkbookReader(input, {
      worksheets: 'emit',
      sharedStrings: 'cache',
      styles: 'cache',
      hyperlinks: 'ignore',
      entries: 'ignore',
    })
    for await (const sheet of unless(failed, reader[Symbol.asyncIterator]())) {
      for await (const events of unless(failed, sheet.parse() as AsyncIterator<readonly SheetEvent[]>)) {
        for (const { eventType, value } of events) {
          if (eventType !== 'row') continue
          const cells = cellsOf(value)
          if (cells.length > 0) yield { line: value.number, cells }
        }
      }
    }
  } catch (error) {
    if (error instanceof PlateauError) throw error
    throw corrupt(path, `The workbook is damaged (${(error as Error).message}).`, undefined, error)
  } finally {
    input.destroy()
  }
}

interface SheetEvent {
  readonly eventType: string
  readonly value: ExcelJS.Row
}

/** What `items` gives, as long as `failed` is pending. */
async function* unless<T>(failed: Promise<never>, items: AsyncIterator<T>): AsyncGenerator<T> {
  for (;;) {
    const next = await Promise.race([items.next(), failed])
    if (next.done === true) return
    yield next.value
  }
}

/**
 * The parts of one sheet as an archive of stored members, in the order in which the reader needs no files of its own to
 * put a sheet by until it has met the shared strings. So one sheet is read without the others, and nothing is inflated
 * but by us, within the limits.
 *
 * Errors: those of bytesError; file_corrupt for a sheet that does not end, which the reader would take for a short one.
 */
async function* repacked({ parts }: WorkbookContent, path: string): AsyncGenerator<Buffer> {
  const have = new Set(parts.map(([name]) => name))
  for (const [name, place] of parts) {
    if (name === SHEET && !have.has(STRINGS)) {
      const none = Buffer.from('<sst/>')
      yield storedHeader(STRINGS, none.length)
      yield none
    }
    yield storedHeader(name, place.member!.bytes)
    let end = ''
    try {
      for await (const chunk of openBytes(place, path).chunks) {
        end = (end + chunk.toString('latin1', Math.max(0, chunk.length - END_CHARS))).slice(-END_CHARS)
        yield chunk
      }
    } catch (error) {
      throw bytesError(error, path)
    }
    if (name === SHEET && !/<\/(?:\w+:)?worksheet\s*>/.test(end)) throw corrupt(path, 'The sheet is cut off.')
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  yield end
}

/** Within which the last mark of a sheet stands. */
const END_CHARS = 256

/** Local file header of a stored member (APPNOTE.TXT of the zip format, 4.3.7); the reader checks no checksum. */
function storedHeader(name: string, bytes: number): Buffer {
  const header = Buffer.alloc(30 + name.length)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt32LE(bytes, 18)
  header.writeUInt32LE(bytes, 22)
  header.writeUInt16LE(name.length, 26)
  header.write(name, 30, 'latin1')
  return header
}

function cellsOf(row: ExcelJS.Row): readonly string[] {
  const cells: string[] = []
  row.eachCell({ includeEmpty: false }, (cell, column) => {
    const text = cellText(cell)
    if (text === '') return
    while (cells.length < column - 1) cells.push('')
    cells[column - 1] = text
  })
  return cells
}

function cellText({ value, numFmt }: ExcelJS.Cell): string {
  const result = typeof value === 'object' && value !== null && 'formula' in value ? value.result : value
  if (result === null || result === undefined) return ''
  if (typeof result === 'number') {
    // The reader turns numbers into dates by their format, but not what a formula gives.
    return result !== value && isDateFormat(numFmt)
      ? dateText(new Date(Math.round((result - 25_569) * MS_PER_DAY)))
      : numberText(result)
  }
  if (typeof result === 'object') {
    if (result instanceof Date) return dateText(result)
    if ('richText' in result) return result.richText.map(({ text }) => text).join('')
    return 'error' in result ? result.error : ''
  }
  return String(result)
}

/** Whether a number format shows days, months or years. */
function isDateFormat(format: string | undefined): boolean {
  return format !== undefined && /[dmy]/i.test(format.replace(/\[[^\]]*\]|"[^"]*"|\\./g, ''))
}
