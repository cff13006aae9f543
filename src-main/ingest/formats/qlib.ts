import type { Skipped } from '../../../src-shared/domain/importing.ts'
import type { InspectOptions } from './options.ts'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDate } from '../../../src-shared/domain/date.ts'
import { failure } from '../../../src-shared/failure.ts'
import { formatErrors } from '../../../src-shared/locales/errors/formats.ts'
import type { RowShape } from '../layout.ts'
import type { Row } from '../row.ts'
import { type Content, fileError, type OnRead, SAMPLE_ROWS, type Source } from '../source.ts'
import { float32Text } from './cells.ts'
import { CellRow } from './cellRow.ts'
import { MAX_FILES } from './limits.ts'

/**
 * Qlib's folder of daily data (its documentation, "Data Layer", and scripts/dump_bin.py): `calendars/day.txt` has the
 * trading days, `features/CODE/FIELD.day.bin` one field of one instrument as little-endian float32, the first of which
 * is the position of the first value's day in the calendar. NaN = missing.
 */

/** What is read of an instrument, as far as there. */
const FIELDS = ['open', 'high', 'low', 'close', 'volume', 'amount', 'vwap', 'factor'] as const
const VALUE_BYTES = 4
/** Of a calendar: every day of two hundred years takes less. */
const MAX_CALENDAR_BYTES = 2 ** 20

type QlibContent = Extract<Content, { format: 'qlib' }>

/** True for a folder laid out as Qlib's. */
export async function isQlibFolder(folder: string): Promise<boolean> {
  try {
    return (
      (await stat(join(folder, 'calendars', 'day.txt'))).isFile() &&
      (await stat(join(folder, 'features'))).isDirectory()
    )
  } catch {
    return false
  }
}

/**
 * One table per instrument, named after it, in the order of names, and whatever else lies in the folder.
 *
 * Errors: file_corrupt for a calendar that is none or values beyond it, file_unreadable, also for more instruments than the
 * limits allow; the reason of `signal`.
 */
export async function* inspectQlib(
  folder: string,
  { readingOf, signal }: InspectOptions,
): AsyncGenerator<Source | Skipped> {
  const features = join(folder, 'features')
  const calendar = await readCalendar(folder)
  yield* besides(folder)
  const codes = (await list(features)).sort()
  if (codes.length > MAX_FILES)
    throw failure(formatErrors.tooManyInstruments, { limit: MAX_FILES }, { place: { file: features } })
  /** Files of instruments that are not read, and of how many. */
  const unread = new Map<string, number>()
  for (const code of codes) {
    signal?.throwIfAborted()
    const path = join(features, code)
    if (readingOf(path).skip) {
      yield { path, reason: 'left_out' }
      continue
    }
    const files = code.startsWith('.') ? [] : await list(path)
    const fields = FIELDS.filter((field) => files.includes(fileOf(field)))
    if (fields.length === 0) {
      yield { path, reason: 'no_daily_values' }
      continue
    }
    for (const name of files)
      if (!fields.some((field) => name === fileOf(field))) unread.set(name, (unread.get(name) ?? 0) + 1)
    const content: QlibContent = { format: 'qlib', folder, code, fields }
    const hash = createHash('sha256').update(calendar.bytes)
    let bytes = 0
    const table = await readInstrument(content, calendar.days, (file) => {
      hash.update(file)
      bytes += file.length
    })
    yield {
      path,
      name: code,
      bytes,
      sha256: hash.digest('hex'),
      format: 'qlib',
      content,
      header: ['date', ...fields],
      headerRow: 1,
      sample: table.slice(0, SAMPLE_ROWS),
    }
  }
  for (const [name, instruments] of unread)
    yield { path: join(features, '*', name), reason: 'field_not_read', number: instruments }
}

const fileOf = (field: string): string => `${field}.day.bin`

/** What lies in the folder beside its calendar of days and its instruments' values. */
async function* besides(folder: string): AsyncGenerator<Skipped> {
  const namesIn = async (path: string): Promise<string[]> => (await list(path)).sort()
  for (const name of await namesIn(folder)) {
    if (name === 'features') continue
    const path = join(folder, name)
    if (name === 'calendars') {
      for (const other of await namesIn(path))
        if (other !== 'day.txt') yield { path: join(path, other), reason: 'other_calendar' }
    } else if (name === 'instruments') {
      for (const other of await namesIn(path)) yield { path: join(path, other), reason: 'member_intervals' }
    } else if (name.startsWith('.')) yield { path, reason: 'hidden' }
    else yield { path, reason: 'no_part_of_qlib' }
  }
}

/** Visit the days on which any field has a value; the first is row 2. Errors: as of inspectQlib. */
export async function readQlib(
  { content, bytes }: { content: QlibContent; bytes: number },
  shape: RowShape,
  visit: (row: Row) => void,
  onRead: OnRead,
): Promise<void> {
  const { days } = await readCalendar(content.folder)
  const row = new CellRow(shape)
  const table = await readInstrument(content, days, () => undefined)
  table.forEach((cells, at) => {
    row.read(cells, at + 2)
    visit(row)
  })
  await onRead(bytes)
}

async function readCalendar(folder: string): Promise<{ bytes: Buffer; days: readonly string[] }> {
  const path = join(folder, 'calendars', 'day.txt')
  const bytes = await read(path, MAX_CALENDAR_BYTES)
  const days = bytes
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
  const wrong = days.findIndex((day) => parseDate(day) === null)
  if (wrong !== -1) {
    const place = { file: path, row: wrong + 1 }
    throw failure(formatErrors.notTradingDay, { day: days[wrong].slice(0, 40) }, { place })
  }
  return { bytes, days }
}

/** The records of an instrument: a few thousand days at most, so that they are read at once. */
async function readInstrument(
  { folder, code, fields }: QlibContent,
  days: readonly string[],
  onFile: (bytes: Buffer) => void,
): Promise<string[][]> {
  const columns = await Promise.all(
    fields.map(async (field) => {
      const file = join(folder, 'features', code, fileOf(field))
      return { file, bytes: await read(file, VALUE_BYTES * (days.length + 1)) }
    }),
  )
  let from = days.length
  let to = 0
  const parsed = columns.map(({ file, bytes }) => {
    onFile(bytes)
    const first = bytes.length >= VALUE_BYTES ? bytes.readFloatLE(0) : 0
    const count = Math.max(0, bytes.length / VALUE_BYTES - 1)
    if (bytes.length % VALUE_BYTES !== 0 || !Number.isInteger(first) || first < 0)
      throw failure(formatErrors.notFloatColumn, {}, { place: { file } })
    if (first + count > days.length)
      throw failure(formatErrors.beyondCalendar, { count, first, days: days.length }, { place: { file } })
    if (count > 0) {
      from = Math.min(from, first)
      to = Math.max(to, first + count)
    }
    return { bytes, first, count }
  })
  const records: string[][] = []
  for (let day = from; day < to; day++) {
    let any = false
    const cells = [days[day]]
    for (const { bytes, first, count } of parsed) {
      const at = day - first
      const value = at >= 0 && at < count ? bytes.readFloatLE(VALUE_BYTES * (at + 1)) : NaN
      if (value === value) any = true
      cells.push(float32Text(value))
    }
    if (any) records.push(cells)
  }
  return records
}

/** A file of no more than `limit` bytes. */
async function read(path: string, limit: number): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > limit)
      throw failure(formatErrors.longerThanCalendar, { bytes: size, limit }, { place: { file: path } })
    return await readFile(path)
  } catch (error) {
    throw fileError(error, path)
  }
}

async function list(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return []
    throw fileError(error, path)
  }
}
