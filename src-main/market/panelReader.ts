import { availableParallelism } from 'node:os'
import type { DateInt } from '../../src-shared/domain/date.ts'
import { BAR_COLUMNS, BAR_FIELDS, BAR_NUMBERS, type BarRow } from '../store/bars.ts'
import { contentKey } from '../store/contentKey.ts'
import type { ReadableStore } from '../store/store.ts'
import { factorBefore } from './firstFactor.ts'
import { NUMBERS, type PanelBlock, panelBlock } from './panelBlock.ts'
import { type DoPiece, pieceStates, sharePieces } from './pieces.ts'

/** Stocks read at a time: as many numbers as a cache line holds, so that lines of the matrices are written whole. */
export const CHUNK = 8

/** What the readers of one panel share; structured clone hands it to a thread. */
export interface PanelWork {
  readonly dates: Int32Array
  /** Ids of the instruments by column. */
  readonly instruments: Int32Array
  readonly memory: SharedArrayBuffer
  /** Of the chunks (pieces.ts). */
  readonly states: Int32Array
  /** Per stock: day of its first bar, number of bars on the days, and number on others. */
  readonly firstBar: Int32Array
  readonly bars: Int32Array
  readonly barsOutside: Int32Array
  /** Per stock (panel.ts). */
  readonly factorsFrom: Int32Array
}

/** What a thread is started with. */
export interface PanelThreadData {
  readonly path: string
  readonly key: string
  readonly work: PanelWork
}

export interface ReadPanel {
  readonly block: PanelBlock
  /** Day of each stock's first bar. */
  readonly firstBar: Int32Array
  /** On the days. */
  readonly bars: number
  /** On other days, left out. */
  readonly barsOutside: number
  /** Per stock (panel.ts). */
  readonly factorsFrom: Int32Array
}

/** Fewer stocks are read before a thread has started. */
const STOCKS_PER_THREAD = 200

/**
 * The stored bars of `instruments` on `dates`, read by this thread and `threads` further ones, each with a connection of
 * its own; bars on other days are left out and counted. Null when the bars of a stock do not come in the order of their
 * days, as they do only from a damaged store. Called within a snapshot of `store`: a thread that finds other imports
 * than this snapshot has takes no part.
 *
 * Errors: those of the store.
 */
export function readPanel(
  store: ReadableStore,
  dates: Int32Array,
  instruments: Int32Array,
  threads: number = Math.min(availableParallelism() - 1, Math.floor(instruments.length / STOCKS_PER_THREAD)),
): ReadPanel | null {
  const stocks = instruments.length
  const block = panelBlock(dates.length * stocks)
  const shared = (size: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * size))
  const work: PanelWork = {
    dates,
    instruments,
    memory: block.bytes.buffer as SharedArrayBuffer,
    states: pieceStates(Math.ceil(stocks / CHUNK)),
    firstBar: shared(stocks),
    bars: shared(stocks),
    barsOutside: shared(stocks),
    factorsFrom: shared(stocks),
  }
  const data: PanelThreadData = { path: store.path, key: threads > 0 ? contentKey(store) : '', work }
  const complete = sharePieces(work.states, chunkReader(store, work), {
    count: threads,
    entry: 'panelThread',
    data,
  })
  if (!complete) return null
  const total = (counts: Int32Array): number => counts.reduce((sum, count) => sum + count, 0)
  return {
    block,
    firstBar: work.firstBar,
    bars: total(work.bars),
    barsOutside: total(work.barsOutside),
    factorsFrom: work.factorsFrom,
  }
}

type Bar = BarRow extends readonly [instrument: number, ...infer Fields] ? readonly [...Fields] : never
const BARS = `SELECT date, ${BAR_COLUMNS.join(', ')} FROM bar WHERE instrument = ? ORDER BY date`
type DailyValue = readonly [date: DateInt, floatCap: number | null, suspended: 0 | 1 | null, st: 0 | 1 | null]
const DAILY_VALUES = `SELECT date, value.float_cap, value.suspended, value.is_st
  FROM daily_value AS value JOIN bar USING (instrument, date) WHERE instrument = ? ORDER BY date`
const CHANGE_POINTS = 'SELECT date, factor FROM adjustment WHERE instrument = ? ORDER BY date'

/** Positions in a row of BARS. */
const SUSPENDED = 1 + BAR_FIELDS.indexOf('suspended')
const ST = 1 + BAR_FIELDS.indexOf('st')

/** Positions among a chunk's matrices. */
const FACTOR = NUMBERS.indexOf('factor')
const CLOSE = NUMBERS.indexOf('close')
const PRECLOSE = NUMBERS.indexOf('preclose')
const VOLUME = NUMBERS.indexOf('volume')
const FLOAT_CAP = NUMBERS.indexOf('floatCap')

/** Reads one chunk into the block; false when a stock's bars come in another order than that of their days. */
export function chunkReader(
  store: ReadableStore,
  { dates, instruments, memory, firstBar, bars, barsOutside, factorsFrom }: PanelWork,
): DoPiece {
  const days = dates.length
  const stocks = instruments.length
  const { matrices } = panelBlock(days * stocks, memory)
  // The chunk's own matrices, day x CHUNK: bars come stock by stock, the block lies day by day.
  const numbers = NUMBERS.map(() => new Float64Array(days * CHUNK))
  const traded = new Uint8Array(days * CHUNK)
  const st = new Int8Array(days * CHUNK)

  const readStock = (stock: number, column: number): boolean => {
    let t = 0
    let count = 0
    let outside = 0
    let last: DateInt = 0
    for (const bar of store.scan<Bar>(BARS, instruments[stock])) {
      if (bar[0] <= last) return false
      last = bar[0]
      while (dates[t] < last) t++
      if (dates[t] !== last) {
        outside++
        continue
      }
      if (count++ === 0) firstBar[stock] = t
      const at = t * CHUNK + column
      for (let k = 0; k < BAR_NUMBERS.length; k++) {
        const value = bar[1 + k]
        if (value !== null) numbers[k][at] = value
      }
      const volume = bar[1 + VOLUME]
      if (bar[SUSPENDED] === 0 && volume !== null && volume > 0) traded[at] = 1
      const isSt = bar[ST]
      if (isSt !== null) st[at] = isSt
    }
    bars[stock] = count
    barsOutside[stock] = outside
    return true
  }
  /** Daily values say the float cap first, as that of a bar may be derived, and what bars leave open of ST; either suspends. */
  const addDailyValues = (stock: number, column: number): void => {
    const caps = numbers[FLOAT_CAP]
    let t = 0
    for (const [date, floatCap, suspended, isSt] of store.scan<DailyValue>(
      DAILY_VALUES,
      instruments[stock],
    )) {
      while (dates[t] < date) t++
      if (dates[t] !== date) continue
      const at = t * CHUNK + column
      if (floatCap !== null) caps[at] = floatCap
      if (suspended === 1) traded[at] = 0
      if (isSt !== null && st[at] === -1) st[at] = isSt
    }
  }
  /**
   * Spread the change points: a factor holds from its day to the next change; before the first it is 1 or what follows
   * from the first (firstFactor.ts).
   */
  const spreadFactors = (stock: number, column: number): void => {
    const factor = numbers[FACTOR]
    let t = 0
    let inForce = 1
    /** First day with a known factor. */
    let known = days
    const spread = (until: DateInt): void => {
      for (; t < days && dates[t] < until; t++) factor[t * CHUNK + column] = inForce
    }
    for (const [date, value] of store.scan<readonly [DateInt, number]>(CHANGE_POINTS, instruments[stock])) {
      spread(date)
      known = Math.min(known, t)
      inForce = value
    }
    spread(Infinity)
    const before = derivedFactor(known, column)
    factorsFrom[stock] = before === 1 ? 0 : known
    if (before !== 1) for (t = 0; t < known; t++) factor[t * CHUNK + column] = before
  }
  /** The factor in force before the first known day. */
  const derivedFactor = (known: number, column: number): number => {
    const priced = (t: number): boolean =>
      traded[t * CHUNK + column] === 1 && !Number.isNaN(numbers[CLOSE][t * CHUNK + column])
    let last = known - 1
    while (last >= 0 && !priced(last)) last--
    let first = known
    while (first < days && !priced(first)) first++
    if (last < 0 || first === days) return 1
    const at = first * CHUNK + column
    const day = { preclose: numbers[PRECLOSE][at], close: numbers[CLOSE][at] }
    return factorBefore(numbers[FACTOR][at], day, numbers[CLOSE][last * CHUNK + column])
  }

  return (chunk) => {
    const first = chunk * CHUNK
    const width = Math.min(CHUNK, stocks - first)
    for (let k = 0; k < BAR_NUMBERS.length; k++) numbers[k].fill(NaN)
    traded.fill(0)
    st.fill(-1)
    for (let column = 0; column < width; column++) {
      if (!readStock(first + column, column)) return false
      addDailyValues(first + column, column)
      spreadFactors(first + column, column)
    }
    const copy = (from: NodeJS.TypedArray, to: NodeJS.TypedArray): void => {
      for (let t = 0; t < days; t++)
        for (let column = 0; column < width; column++)
          to[t * stocks + first + column] = from[t * CHUNK + column]
    }
    NUMBERS.forEach((name, k) => copy(numbers[k], matrices[name]))
    copy(traded, matrices.traded)
    copy(st, matrices.st)
    return true
  }
}
