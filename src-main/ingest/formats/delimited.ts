import { isAscii } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { type DateInt, isDateInt } from '../../../src-shared/domain/date.ts'
import type { Delimiter } from '../../../src-shared/domain/importing.ts'
import type { Field } from '../../../src-shared/domain/importTables.ts'
import { failure } from '../../../src-shared/failure.ts'
import { formatErrors } from '../../../src-shared/locales/errors/formats.ts'
import { CELLS_ALONE, type Columns, type RowShape } from '../layout.ts'
import { fieldText, Row } from '../row.ts'
import type { Encoding } from '../source.ts'
import { CellRow } from './cellRow.ts'

/** What the bytes of a delimited text are. */
export interface Dialect {
  readonly encoding: Encoding
  readonly delimiter: Delimiter
}

export const SIGNS: Readonly<Record<Delimiter, string>> = { comma: ',', tab: '\t', semicolon: ';', pipe: '|' }

/** A longer record is not a row of a table: most likely a quote is never closed. */
const MAX_RECORD_BYTES = 65_536
const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const QUOTE = 34
const NINE = 57
const ZERO = 48

/**
 * Visit the records of delimited text (RFC 4180, LF or CRLF) chunk by chunk, the header's included, so that memory does not
 * grow with the file. A quote opens a field only at its start; blank lines are passed over. The row given to `visit` is
 * valid during the call only.
 *
 * Records without a quote, which is nearly all of them, are read from the bytes as they are: numbers and dates make no
 * string. In both encodings the bytes of line feed, quote and delimiter stand for nothing else.
 *
 * Errors: file_corrupt with the row for an unterminated quote, text after a closing quote or an endless line.
 */
export async function readDelimited(
  chunks: AsyncIterable<Buffer>,
  { encoding, delimiter: name }: Dialect,
  path: string,
  shape: RowShape,
  visit: (row: Row) => void,
): Promise<void> {
  const decoder = new TextDecoder(encoding)
  const delimiter = SIGNS[name]
  const plain = new ByteRow(shape, decoder, delimiter.charCodeAt(0))
  const quoted = new CellRow(shape)
  let line = 0
  let first = true
  let rest: Buffer = Buffer.alloc(0)
  /** A record with quotes whose end has not come yet. */
  let open: { readonly line: number; text: string } | null = null

  const refuseFile = (
    row: number,
    text: (typeof formatErrors)['quoteOpen' | 'textAfterQuote' | 'lineTooLong'],
  ): never => {
    throw failure(text, {}, { place: { file: path, row } })
  }
  const takeLine = (data: Buffer, from: number, to: number): void => {
    line++
    if (to - from > MAX_RECORD_BYTES) {
      if (open !== null) refuseFile(open.line, formatErrors.quoteOpen)
      refuseFile(line, formatErrors.lineTooLong)
    }
    const end = to > from && data[to - 1] === CARRIAGE_RETURN ? to - 1 : to
    if (open === null) {
      if (plain.read(data, from, end, line)) {
        if (!plain.blank) visit(plain)
        return
      }
      open = { line, text: decoder.decode(data.subarray(from, end)) }
    } else {
      const text = decoder.decode(data.subarray(from, end))
      open.text += `\n${text}`
      if (open.text.length > MAX_RECORD_BYTES) refuseFile(open.line, formatErrors.quoteOpen)
      if (!text.includes('"')) return
    }
    const cells = splitQuoted(open.text, delimiter)
    if (cells === 'unterminated') return
    if (cells === 'malformed') refuseFile(open.line, formatErrors.textAfterQuote)
    quoted.read(cells as string[], open.line, open.text)
    open = null
    visit(quoted)
  }

  for await (const chunk of chunks) {
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (first && data.length >= 3) {
      if (data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf) data = data.subarray(3)
      first = false
    }
    let from = 0
    for (let at = data.indexOf(LINE_FEED); at !== -1; at = data.indexOf(LINE_FEED, from)) {
      takeLine(data, from, at)
      from = at + 1
    }
    rest = data.subarray(from)
    if (rest.length > MAX_RECORD_BYTES) takeLine(rest, 0, rest.length)
  }
  if (rest.length > 0) takeLine(rest, 0, rest.length)
  if (open !== null) refuseFile((open as { readonly line: number }).line, formatErrors.quoteOpen)
}

/**
 * The first complete records of the beginning of a text, as texts; what is cut off at its end is left out.
 *
 * Errors: file_corrupt as of `readDelimited`, but for a quote that is not closed.
 */
export async function firstRecords(
  start: string,
  dialect: Dialect,
  path: string,
  count: number,
): Promise<{ line: number; cells: readonly string[] }[]> {
  const records: { line: number; cells: readonly string[] }[] = []
  async function* once(): AsyncGenerator<Buffer> {
    yield Buffer.from(start)
  }
  const take = (row: Row): void => {
    if (records.length < count) records.push({ line: row.line, cells: row.cells() })
  }
  try {
    await readDelimited(once(), { ...dialect, encoding: 'utf-8' }, path, CELLS_ALONE, take)
  } catch (error) {
    // The end of what was read may lie within a record.
    if (records.length < 2) throw error
  }
  return records
}

/** Of a text that a column repeats from record to record, as the symbol. */
interface Remembered {
  readonly bytes: Buffer
  length: number
  value: string | null
}

const MAX_REMEMBERED_BYTES = 32
/** Integers up to here, and powers of ten up to 10^22, are exact, so that their quotient is correctly rounded. */
const MAX_DIGITS = 15
const POWERS = Float64Array.from({ length: MAX_DIGITS + 1 }, (_, power) => 10 ** power)

/** A record without quotes, read from the bytes of its line. */
class ByteRow extends Row {
  line = 0
  width = 0
  /** No byte but white space. */
  blank = false
  readonly #columns: Columns
  readonly #decoder: TextDecoder
  readonly #delimiter: number
  readonly #remembered = new Map<Field, Remembered>()
  #data: Buffer = Buffer.alloc(0)
  #from = 0
  #to = 0
  #starts = new Int32Array(64)
  #ends = new Int32Array(64)

  constructor({ columns, dates }: RowShape, decoder: TextDecoder, delimiter: number) {
    super(dates)
    this.#columns = columns
    this.#decoder = decoder
    this.#delimiter = delimiter
  }

  /** Take the line from `from` to `to`; false when a field of it begins with a quote. */
  read(data: Buffer, from: number, to: number, line: number): boolean {
    const delimiter = this.#delimiter
    let width = 0
    let start = from
    let blank = true
    for (let at = from; ; at++) {
      const byte = at < to ? data[at] : delimiter
      if (byte === delimiter) {
        if (width === this.#starts.length) this.#grow()
        this.#starts[width] = start
        this.#ends[width] = at
        width++
        start = at + 1
        if (at >= to) break
      } else if (byte > 32) {
        if (byte === QUOTE && at === start) return false
        blank = false
      }
    }
    this.#data = data
    this.#from = from
    this.#to = to
    this.line = line
    this.width = width
    this.blank = blank && (width === 1 || delimiter <= 32)
    return true
  }

  text(field: Field): string | null {
    const column = this.#columns[field]
    if (column === undefined || column >= this.width) return null
    const data = this.#data
    const start = this.#starts[column]
    const length = this.#ends[column] - start
    let remembered = this.#remembered.get(field)
    if (remembered === undefined) {
      remembered = { bytes: Buffer.alloc(MAX_REMEMBERED_BYTES), length: -1, value: null }
      this.#remembered.set(field, remembered)
    }
    if (length === remembered.length) {
      const { bytes } = remembered
      let same = 0
      while (same < length && bytes[same] === data[start + same]) same++
      if (same === length) return remembered.value
    }
    const value = fieldText(this.#decode(start, start + length), field)
    if (length <= MAX_REMEMBERED_BYTES) {
      data.copy(remembered.bytes, 0, start, start + length)
      remembered.length = length
      remembered.value = value
    }
    return value
  }

  override number(field: Field): number | null {
    const column = this.#columns[field]
    if (column === undefined || column >= this.width) return null
    const data = this.#data
    const end = this.#ends[column]
    let at = this.#starts[column]
    const negative = data[at] === 45
    if (negative) at++
    let mantissa = 0
    let digits = 0
    let fraction = -1
    for (; at < end; at++) {
      const byte = data[at]
      if (byte >= ZERO && byte <= NINE) {
        mantissa = 10 * mantissa + (byte - ZERO)
        digits++
        if (fraction >= 0) fraction++
      } else if (byte === 46 && fraction < 0) fraction = 0
      else return super.number(field)
    }
    if (digits === 0 || digits > MAX_DIGITS) return super.number(field)
    const value = fraction > 0 ? mantissa / POWERS[fraction] : mantissa
    return negative ? -value : value
  }

  override date(field: Field): DateInt | null {
    const column = this.#columns[field]
    if (column === undefined || column >= this.width) return null
    const data = this.#data
    const start = this.#starts[column]
    const length = this.#ends[column] - start
    if (length !== 8 && length !== 10) return super.date(field)
    let date = 0
    for (let at = 0; at < length; at++) {
      const byte = data[start + at]
      if (byte >= ZERO && byte <= NINE) date = 10 * date + (byte - ZERO)
      else if (length !== 10 || (at !== 4 && at !== 7) || (byte !== 45 && byte !== 47))
        return super.date(field)
    }
    return isDateInt(date) && (length === 8 || data[start + 4] === data[start + 7]) ? date : super.date(field)
  }

  override flag(field: Field): boolean | null {
    const column = this.#columns[field]
    if (column === undefined || column >= this.width) return null
    const start = this.#starts[column]
    if (this.#ends[column] - start === 1) {
      if (this.#data[start] === ZERO) return false
      if (this.#data[start] === ZERO + 1) return true
    }
    return super.flag(field)
  }

  raw(): string {
    return this.#decode(this.#from, this.#to)
  }

  cells(): readonly string[] {
    return Array.from({ length: this.width }, (_, at) => this.#decode(this.#starts[at], this.#ends[at]))
  }

  #decode(from: number, to: number): string {
    const bytes = this.#data.subarray(from, to)
    return isAscii(bytes) ? bytes.toString('latin1') : this.#decoder.decode(bytes)
  }

  #grow(): void {
    const [starts, ends] = [this.#starts, this.#ends]
    this.#starts = new Int32Array(2 * starts.length)
    this.#ends = new Int32Array(2 * ends.length)
    this.#starts.set(starts)
    this.#ends.set(ends)
  }
}

/** The cells of one record, quotes taken off. */
function splitQuoted(text: string, delimiter: string): string[] | 'unterminated' | 'malformed' {
  const cells: string[] = []
  let at = 0
  for (;;) {
    if (text[at] === '"') {
      let cell = ''
      let from = at + 1
      for (;;) {
        const quote = text.indexOf('"', from)
        if (quote === -1) return 'unterminated'
        cell += text.slice(from, quote)
        at = quote + 1
        if (text[at] !== '"') break
        cell += '"'
        from = at + 1
      }
      if (at < text.length && text[at] !== delimiter) return 'malformed'
      cells.push(cell)
    } else {
      const end = text.indexOf(delimiter, at)
      cells.push(end === -1 ? text.slice(at) : text.slice(at, end))
      at = end === -1 ? text.length : end
    }
    if (at >= text.length) return cells
    at++
  }
}
