import type { DateInt } from '../../src-shared/domain/date.ts'
import { BAR_COLUMNS, BAR_FIELDS, BAR_NUMBERS } from './bars.ts'
import { applyBarFactors, applyChangePoints, openFactorStage, stageFactor } from './factorStage.ts'
import { instrumentId } from './instruments.ts'
import type { WritableStore } from './store.ts'

/** Bars of one file in columns; NaN and -1 are missing. */
export interface BarColumns {
  readonly rows: number
  readonly symbol: Int32Array
  readonly symbols: readonly string[]
  readonly date: Int32Array
  /** BAR_NUMBERS, each `date.length` long. */
  readonly values: Float64Array
  readonly factor: Float64Array
  readonly suspended: Uint8Array
  readonly st: Int8Array
  /**
   * Of each of BAR_FIELDS whether the file has a column for it, or something that tells some of its values: what is stored of
   * those that it does not tell stays.
   */
  readonly given: readonly ('column' | 'some' | 'nothing')[]
}

export interface WriteCounts {
  readonly inserted: number
  /** Stored by an earlier import with other values. */
  readonly replaced: number
  /** Stored by an earlier import with the same values: not written again. */
  readonly unchanged: number
}

export interface BarWriter {
  /** Write a block for the file `batch`. */
  write(block: BarColumns, batch: number): WriteCounts
  /** After the last file: write the factors that came in files of their own, then those that came with the bars. */
  finish(): void
}

/** Rows of one statement: fewer cost calls, more cost SQLite's parameters. */
const STATEMENT_ROWS = 32
const COLUMNS = ['instrument', 'date', ...BAR_COLUMNS, 'batch']
const PLACES = `(${COLUMNS.map(() => '?').join(', ')})`
const INSERT = `INSERT INTO bar (${COLUMNS.join(', ')}) VALUES `
const INSERT_ONE = INSERT + PLACES
const INSERT_MANY = INSERT + Array.from({ length: STATEMENT_ROWS }, () => PLACES).join(', ')
const UPDATE = `UPDATE bar SET ${[...BAR_COLUMNS, 'batch'].map((column) => `${column} = ?`).join(', ')}
  WHERE instrument = ? AND date = ?`
const VOLUME = BAR_FIELDS.indexOf('volume')
const SUSPENDED = BAR_FIELDS.indexOf('suspended')

/** What the import call knows of an instrument. */
interface Known {
  readonly id: number
  /** It had no bars before this call. */
  readonly isNew: boolean
  /** Change points of the factor while the days of a new instrument ascend; null once they did not. */
  points: {
    dates: DateInt[]
    factors: number[]
    /** Days after the first point that came without a factor. */
    silent: DateInt[]
    lastDate: DateInt
  } | null
}

/**
 * Writes the bars of one import call, many rows a statement; each key comes once. What an earlier call stored is replaced
 * where it differs, in the columns that the file has. Whether a day was suspended is told by its volume too: without a
 * column it stays as long as the volume does.
 */
export function createBarWriter(store: WritableStore): BarWriter {
  const known = new Map<string, Known>()
  const pending: (number | null)[] = []
  let firstBatch = Infinity
  openFactorStage(store)

  const instrument = (symbol: string): Known => {
    let entry = known.get(symbol)
    if (entry === undefined) {
      const found = store.get<{ id: number }>('SELECT id FROM instrument WHERE symbol = ?', symbol)
      const id = found?.id ?? instrumentId(store, symbol)
      const isNew =
        found === undefined || store.get('SELECT 1 FROM bar WHERE instrument = ? LIMIT 1', id) === undefined
      entry = {
        id,
        isNew,
        points: isNew ? { dates: [], factors: [], silent: [], lastDate: 0 } : null,
      }
      known.set(symbol, entry)
    }
    return entry
  }
  const flush = (): void => {
    const width = COLUMNS.length
    const whole = STATEMENT_ROWS * width
    if (pending.length === whole) store.run(INSERT_MANY, ...pending)
    else
      for (let at = 0; at < pending.length; at += width)
        store.run(INSERT_ONE, ...pending.slice(at, at + width))
    pending.length = 0
  }
  /** The days of a new instrument no longer ascend: its factors are staged day by day, those of the days before `but` too. */
  const stageAll = (entry: Known, but: DateInt | null): void => {
    flush()
    const { dates, factors } = entry.points!
    const silent = new Set(entry.points!.silent)
    entry.points = null
    let passed = 0
    for (const { date } of store.all<{ date: DateInt }>(
      'SELECT date FROM bar WHERE instrument = ? ORDER BY date',
      entry.id,
    )) {
      while (passed < dates.length && dates[passed] <= date) passed++
      if (passed > 0 && date !== but && !silent.has(date))
        stageFactor(store, entry.id, date, factors[passed - 1])
    }
  }
  const noteFactor = (entry: Known, date: DateInt, factor: number, replaces: boolean): void => {
    if (entry.points !== null && date <= entry.points.lastDate) stageAll(entry, date)
    if (entry.points === null) {
      if (factor === factor) stageFactor(store, entry.id, date, factor)
      else if (replaces) stageFactor(store, entry.id, date, null)
      return
    }
    const { dates, factors, silent } = entry.points
    entry.points.lastDate = date
    if (factor !== factor) {
      if (factors.length > 0) silent.push(date)
    } else if (factor !== factors.at(-1)) {
      dates.push(date)
      factors.push(factor)
    }
  }

  return {
    write(block, batch) {
      const { rows, symbol, symbols, date, factor } = block
      firstBatch = Math.min(firstBatch, batch)
      const entries = symbols.map(instrument)
      const stored = storedBars(store, block, entries)
      let inserted = 0
      let replaced = 0
      let unchanged = 0
      for (let row = 0; row < rows; row++) {
        const entry = entries[symbol[row]]
        const before = entry.isNew ? undefined : stored.get(entry.id)?.get(date[row])
        if (before === undefined) {
          pending.push(entry.id, date[row])
          for (let field = 0; field < BAR_FIELDS.length; field++) pending.push(valueOf(block, row, field))
          pending.push(batch)
          inserted++
          if (pending.length === STATEMENT_ROWS * COLUMNS.length) flush()
        } else if (sameBar(before, block, row)) unchanged++
        else {
          const bar = BAR_FIELDS.map((_, field) => mergedValue(before, block, row, field))
          store.run(UPDATE, ...bar, batch, entry.id, date[row])
          replaced++
        }
        noteFactor(entry, date[row], factor[row], before !== undefined)
      }
      flush()
      return { inserted, replaced, unchanged }
    },
    finish() {
      applyChangePoints(store)
      for (const entry of known.values()) {
        // Factors can be known of a stock without bars.
        if (entry.points !== null && store.get('SELECT 1 FROM adjustment WHERE instrument = ?', entry.id))
          stageAll(entry, null)
        const { id, points } = entry
        if (points === null) continue
        for (let at = 0; at < points.dates.length; at++)
          store.run(
            'INSERT OR REPLACE INTO adjustment VALUES (?, ?, ?)',
            id,
            points.dates[at],
            points.factors[at],
          )
      }
      applyBarFactors(store, firstBatch)
    },
  }
}

/** The date, then BAR_FIELDS. */
type StoredBar = readonly (number | null)[]

/** What the store holds of the block's instruments over its days, by instrument and date; nothing of new ones. */
function storedBars(
  store: WritableStore,
  { rows, symbol, date }: BarColumns,
  entries: readonly Known[],
): Map<number, Map<DateInt, StoredBar>> {
  const spans = new Map<number, { first: DateInt; last: DateInt }>()
  for (let row = 0; row < rows; row++) {
    const { id, isNew } = entries[symbol[row]]
    if (isNew) continue
    const span = spans.get(id)
    if (span === undefined) spans.set(id, { first: date[row], last: date[row] })
    else {
      span.first = Math.min(span.first, date[row])
      span.last = Math.max(span.last, date[row])
    }
  }
  const found = new Map<number, Map<DateInt, StoredBar>>()
  for (const [id, { first, last }] of spans) {
    const bars = new Map<DateInt, StoredBar>()
    for (const bar of store.scan<(number | null)[]>(
      `SELECT date, ${BAR_COLUMNS.join(', ')} FROM bar WHERE instrument = ? AND date BETWEEN ? AND ?`,
      id,
      first,
      last,
    ))
      bars.set(bar[0]!, bar)
    found.set(id, bars)
  }
  return found
}

/** What a bar of the block says of one of BAR_FIELDS. */
function valueOf(block: BarColumns, row: number, field: number): number | null {
  if (field < BAR_NUMBERS.length) {
    const value = block.values[field * block.date.length + row]
    return value === value ? value : null
  }
  if (field === SUSPENDED) return block.suspended[row]
  return block.st[row] === -1 ? null : block.st[row]
}

/** What is to be stored of one of BAR_FIELDS in the place of `before`. */
function mergedValue(before: StoredBar, block: BarColumns, row: number, field: number): number | null {
  const value = valueOf(block, row, field)
  const follows = field === SUSPENDED && valueOf(block, row, VOLUME) !== before[1 + VOLUME]
  const told = block.given[field] === 'column' || (block.given[field] === 'some' && value !== null)
  return told || follows ? value : before[1 + field]
}

function sameBar(before: StoredBar, block: BarColumns, row: number): boolean {
  for (let field = 0; field < BAR_FIELDS.length; field++)
    if (mergedValue(before, block, row, field) !== before[1 + field]) return false
  return true
}
