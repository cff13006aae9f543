import { TextDecoder } from 'node:util'
import parseSax, { type SaxEvent } from 'exceljs/lib/utils/parse-sax.js'
import { PlateauError } from '../../../src-shared/errors.ts'
import type { Skipped } from '../../../src-shared/domain/importing.ts'
import { failure } from '../../../src-shared/failure.ts'
import { formatErrors, workbookParts } from '../../../src-shared/locales/errors/formats.ts'
import type { RowShape } from '../layout.ts'
import type { Row } from '../row.ts'
import {
  type Content,
  headerOf,
  type OnRead,
  type Place,
  SAMPLE_ROWS,
  type Source,
  tableName,
} from '../source.ts'
import { bytesError, openBytes } from './bytes.ts'
import { dateText, numberText } from './cells.ts'
import { CellRow } from './cellRow.ts'
import { MAX_PART_BYTES, MAX_SHARED_STRINGS_BYTES, MAX_SHEET_BYTES } from './limits.ts'
import type { InspectOptions } from './options.ts'
import type { ArchiveEntry } from './zip.ts'

type WorkbookContent = Extract<Content, { format: 'workbook' }>

const WORKBOOK = 'xl/workbook.xml'
const RELATIONS = 'xl/_rels/workbook.xml.rels'
const STYLES = 'xl/styles.xml'
const STRINGS = 'xl/sharedStrings.xml'
/** Records between two waits for what listens. */
const BATCH_ROWS = 1024
/** How many rows a sheet has is not known before its end: progress is half of what is left for each so many. */
const HALF_WAY_ROWS = 50_000
const MAX_COLUMNS = 16_384
const MS_PER_DAY = 86_400_000
/** Days from the epochs of workbooks, 1899-12-30 and 1904-01-01, to 1970-01-01. */
const EPOCH_1900 = 25_569
const EPOCH_1904 = 24_107

/** True for the members of an Excel workbook (.xlsx). */
export const isWorkbook = (entries: readonly ArchiveEntry[]): boolean =>
  entries.some(({ name }) => name === WORKBOOK)

/**
 * One table per visible sheet that has records; its first row with anything in it names the columns.
 *
 * Errors: file_corrupt (damaged, or beyond the limits), file_not_recognised; the reason of `signal` when it aborts.
 */
export async function* inspectWorkbook(
  path: string,
  sha256: string,
  entries: readonly ArchiveEntry[],
  { readingOf, signal }: InspectOptions,
): AsyncGenerator<Source | Skipped> {
  const places = new Map<string, Place>()
  for (const entry of entries)
    if ('member' in entry) places.set(entry.name, { file: path, member: entry.member, gzip: false })
  const workbook = places.get(WORKBOOK)
  const relations = places.get(RELATIONS)
  if (workbook === undefined || relations === undefined)
    throw failure(formatErrors.noSheetList, {}, { place: { file: path } })
  for (const place of [workbook, relations]) requireBytes('sheetList', place, MAX_PART_BYTES, path)
  const { sheets, from1904 } = await readBook(workbook, relations, path)
  const shared = {
    strings: places.get(STRINGS) ?? null,
    styles: places.get(STYLES) ?? null,
    from1904,
  }

  for (const { name, state, target } of sheets) {
    signal?.throwIfAborted()
    const shown = `${path}#${name}`
    const place = target === null ? undefined : places.get(target)
    if (state !== 'visible') yield { path: shown, reason: 'hidden_sheet' }
    else if (readingOf(shown).skip) yield { path: shown, reason: 'left_out' }
    else if (place === undefined) yield { path: shown, reason: 'no_cells' }
    else {
      const content: WorkbookContent = { format: 'workbook', sheet: place, ...shared }
      requireLimits(content, shown)
      const rows: { line: number; cells: readonly string[] }[] = []
      for await (const row of sheetRows(content, shown)) {
        rows.push(row)
        if (rows.length > SAMPLE_ROWS) break
      }
      const [first, ...sample] = rows
      if (first === undefined) {
        yield { path: shown, reason: 'empty_sheet' }
        continue
      }
      const header = headerOf(first.cells)
      yield {
        path: shown,
        name: sheets.length === 1 ? tableName(path) : name,
        bytes: place.member!.packedBytes,
        sha256,
        format: 'workbook',
        content,
        header,
        headerRow: first.line,
        sample: sample.map(({ cells }) => padded(cells, header.length)),
      }
    }
  }
}

/** Visit the records after the header. Errors: as of inspectWorkbook. */
export async function readWorkbook(
  {
    path,
    bytes,
    content,
    header,
  }: { path: string; bytes: number; content: WorkbookContent; header: readonly string[] },
  shape: RowShape,
  visit: (row: Row) => void,
  onRead: OnRead,
): Promise<void> {
  const row = new CellRow(shape)
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
async function readBook(
  workbook: Place,
  relations: Place,
  path: string,
): Promise<{ sheets: readonly Sheet[]; from1904: boolean }> {
  const targets = new Map<string, string>()
  for await (const { name, attributes } of openTags(relations, path)) {
    const { Id, Target = '', TargetMode } = attributes
    if (name === 'Relationship' && Id !== undefined && TargetMode !== 'External')
      targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`)
  }
  const sheets: Sheet[] = []
  let from1904 = false
  for await (const { name, attributes } of openTags(workbook, path)) {
    if (name === 'workbookPr') from1904 = /^(1|true)$/.test(attributes['date1904'] ?? '')
    if (name !== 'sheet') continue
    const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1]
    sheets.push({
      name: attributes['name'] ?? '',
      state: attributes['state'] ?? 'visible',
      target: id === undefined ? null : (targets.get(id) ?? null),
    })
  }
  return { sheets, from1904 }
}

async function* openTags(
  place: Place,
  path: string,
): AsyncGenerator<{ name: string; attributes: Readonly<Record<string, string | undefined>> }> {
  for await (const events of saxEvents(place, path))
    for (const { eventType, value } of events)
      if (eventType === 'opentag') yield { name: localName(value.name), attributes: value.attributes }
}

function requireLimits({ sheet, strings, styles }: WorkbookContent, path: string): void {
  requireBytes('sheet', sheet, MAX_SHEET_BYTES, path)
  requireBytes('strings', strings, MAX_SHARED_STRINGS_BYTES, path)
  requireBytes('styles', styles, MAX_PART_BYTES, path)
}

function requireBytes(
  part: keyof typeof workbookParts,
  place: Place | null,
  limit: number,
  path: string,
): void {
  const bytes = place?.member?.bytes ?? 0
  if (bytes <= limit) return
  throw failure(formatErrors.partTooLarge, { part: workbookParts[part], bytes }, { place: { file: path } })
}

/** The rows of a sheet that have anything in them, with their numbers; trailing empty cells are left out. */
async function* sheetRows(
  { sheet, strings, styles, from1904 }: WorkbookContent,
  path: string,
): AsyncGenerator<{ line: number; cells: readonly string[] }> {
  const shared = strings === null ? [] : await readStrings(strings, path)
  const dated = styles === null ? [] : await readDatedStyles(styles, path)
  const epoch = from1904 ? EPOCH_1904 : EPOCH_1900

  let line = 0
  let cells: string[] = []
  let column = 0
  let cell: { type: string; dated: boolean; text: string } | null = null
  let phonetic = false
  let reading = false

  const textOf = ({ type, dated, text }: NonNullable<typeof cell>): string => {
    if (type === 's') {
      const index = Number(text)
      if (shared[index] === undefined)
        throw failure(formatErrors.noSharedString, { number: text }, { place: { file: path, row: line } })
      return shared[index]
    }
    // What is not of its type stays as it is written, so that its row is refused: it is not the same as no value.
    if (type === 'b') return { 0: 'false', 1: 'true' }[text] ?? text
    if (type === 'd') return dateText(new Date(/[zZ]$/.test(text) ? text : `${text}Z`)) || text
    const value = Number(text)
    if (type !== 'n' || text === '' || Number.isNaN(value)) return text
    return dated ? dateText(new Date(Math.round((value - epoch) * MS_PER_DAY))) || text : numberText(value)
  }

  let ended = false
  for await (const events of saxEvents(sheet, path)) {
    for (const event of events) {
      if (event.eventType === 'text') {
        if (reading && !phonetic && cell !== null) cell.text += event.value
        continue
      }
      const name = localName(event.value.name)
      if (event.eventType === 'opentag') {
        const { attributes } = event.value
        if (name === 'row') {
          const before = line
          line = attributes['r'] === undefined ? line + 1 : Number(attributes['r'])
          if (!(Number.isSafeInteger(line) && line > before))
            throw failure(
              formatErrors.rowOutOfOrder,
              { row: attributes['r'] ?? line, before },
              { place: { file: path, row: before + 1 } },
            )
          cells = []
          column = 0
        } else if (name === 'c') {
          const before = column
          column = attributes['r'] === undefined ? column + 1 : columnOf(attributes['r'])
          // A cell that comes twice would take the place of the first.
          if (!(column > before && column <= MAX_COLUMNS))
            throw failure(
              formatErrors.cellOutOfOrder,
              { cell: attributes['r'] ?? column },
              { place: { file: path, row: line } },
            )
          cell = {
            type: attributes['t'] ?? 'n',
            dated: dated[Number(attributes['s'] ?? 0)] ?? false,
            text: '',
          }
        } else if (name === 'v' || name === 't') reading = true
        else if (name === 'rPh') phonetic = true
      } else if (name === 'v' || name === 't') reading = false
      else if (name === 'rPh') phonetic = false
      else if (name === 'c' && cell !== null) {
        const text = textOf(cell)
        cell = null
        if (text === '') continue
        while (cells.length < column) cells.push('')
        cells[column - 1] = text
      } else if (name === 'row') {
        if (cells.length > 0) yield { line, cells }
      } else if (name === 'worksheet') ended = true
    }
  }
  if (!ended) throw failure(formatErrors.sheetCutOff, {}, { place: { file: path, row: line } })
}

/** The shared strings, runs of one text joined, readings aids left out (ECMA-376 part 1, 18.4.8). */
async function readStrings(place: Place, path: string): Promise<readonly string[]> {
  const strings: string[] = []
  let text = ''
  let reading = false
  let phonetic = false
  for await (const events of saxEvents(place, path)) {
    for (const event of events) {
      if (event.eventType === 'text') {
        if (reading && !phonetic) text += event.value
        continue
      }
      const opens = event.eventType === 'opentag'
      const name = localName(event.value.name)
      if (name === 't') reading = opens
      else if (name === 'rPh') phonetic = opens
      else if (name === 'si') {
        if (!opens) strings.push(text)
        text = ''
      }
    }
  }
  return strings
}

/** Of each cell style whether it shows a date (ECMA-376 part 1, 18.8.30). */
async function readDatedStyles(place: Place, path: string): Promise<readonly boolean[]> {
  const formats = new Map<number, string>()
  const styles: boolean[] = []
  let inStyles = false
  for await (const events of saxEvents(place, path)) {
    for (const event of events) {
      if (event.eventType === 'text') continue
      const opens = event.eventType === 'opentag'
      const name = localName(event.value.name)
      if (name === 'cellXfs') inStyles = opens
      else if (event.eventType === 'opentag') {
        const { attributes } = event.value
        const id = Number(attributes['numFmtId'] ?? 0)
        if (name === 'numFmt') formats.set(id, attributes['formatCode'] ?? '')
        else if (name === 'xf' && inStyles)
          styles.push(formats.has(id) ? isDateFormat(formats.get(id)!) : isBuiltInDate(id))
      }
    }
  }
  return styles
}

/** The events of a part, chunk by chunk as they are asked for. */
async function* saxEvents(place: Place, path: string): AsyncGenerator<readonly SaxEvent[]> {
  async function* texts(): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8')
    try {
      for await (const chunk of openBytes(place, path).chunks) yield decoder.decode(chunk, { stream: true })
    } catch (error) {
      throw bytesError(error, path)
    }
  }
  try {
    yield* parseSax(texts())
  } catch (error) {
    if (error instanceof PlateauError) throw error
    throw failure(
      formatErrors.workbookDamaged,
      { reason: (error as Error).message },
      { place: { file: path }, cause: error },
    )
  }
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** 28 of `AB12`; NaN for what is no cell. */
function columnOf(reference: string): number {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference)?.[1]
  if (letters === undefined) return NaN
  return Array.from(letters).reduce((column, letter) => 26 * column + letter.charCodeAt(0) - 64, 0)
}

const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)

/** Whether a number format shows days, months or years; an m beside hours or seconds is minutes. */
function isDateFormat(format: string): boolean {
  const shown = format.replace(/\[[^\]]*\]|"[^"]*"|[\\_*]./g, '')
  return /[dy]/i.test(shown) || (/m/i.test(shown) && !/[hs]/i.test(shown))
}
