import { createHash } from 'node:crypto'
import { barDates, scanAdjustments, scanBars } from '../store/bars.ts'
import { tradingDays } from '../store/calendar.ts'
import { indexCloses, type IndexInfo, indexWeights, listIndices, memberships } from '../store/indices.ts'
import { latestIndustries } from '../store/industries.ts'
import { type Instrument, listInstruments } from '../store/instruments.ts'
import { project } from '../store/project.ts'
import type { ReadableStore } from '../store/store.ts'
import type { DateInt } from '../../src-shared/domain/date.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import type { IndexData, MarketData, Panel } from './panel.ts'

type Matrices = Omit<Panel, 'dates' | 'symbols' | 'listedAt'>

/**
 * Everything a study reads, as dense matrices over trading days x stocks with bars (methods.md 1).
 *
 * The days are those of the stored calendar from the first bar to the last; days on which only bars exist are added,
 * so that no bar is dropped. Without a calendar they are the dates of the bars.
 *
 * Errors: data_insufficient when no bar is stored; those of the store.
 */
export function loadMarket(store: ReadableStore): MarketData {
  const datesOfBars = barDates(store)
  if (datesOfBars.length === 0) {
    throw new PlateauError('data_insufficient', 'The store holds no bars.', {
      place: { file: store.path },
      remedy: 'Import daily bars first.',
    })
  }
  const calendar = tradingDays(store)
  const dates = panelDates(datesOfBars, calendar)
  const dateAt = new Map(Array.from(dates, (date, t) => [date, t]))

  const { panel, bars } = loadPanel(store, dates)
  const stockAt = new Map(panel.symbols.map((symbol, i) => [symbol, i]))
  const indices = new Map(
    listIndices(store).map((info) => [info.symbol, loadIndex(store, info, dates, dateAt, stockAt)]),
  )
  const { industry, industries, industryAsOf } = loadIndustries(store, stockAt)
  const loaded = {
    panel,
    indices,
    industry,
    industries,
    industryAsOf,
    calendarDerived: calendar.length === 0,
    synthetic: project(store).synthetic,
    bars,
  }
  return { ...loaded, hash: contentHash(loaded) }
}

function panelDates(datesOfBars: readonly DateInt[], calendar: readonly DateInt[]): Int32Array {
  const first = datesOfBars[0]
  const last = datesOfBars[datesOfBars.length - 1]
  return Int32Array.from(
    new Set([...datesOfBars, ...calendar.filter((date) => date >= first && date <= last)]),
  ).sort()
}

function loadPanel(store: ReadableStore, dates: Int32Array): { panel: Panel; bars: number } {
  const withBars = new Set(
    store.all<{ instrument: number }>('SELECT DISTINCT instrument FROM bar').map((row) => row.instrument),
  )
  const instruments = listInstruments(store)
    .filter((instrument) => withBars.has(instrument.id))
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
  const stocks = instruments.length
  const column = new Map(instruments.map((instrument, i) => [instrument.id, i]))
  const matrices = emptyMatrices(dates.length * stocks)
  const firstBar = new Int32Array(stocks).fill(-1)

  let bars = 0
  let instrument = -1
  let stock = 0
  let t = 0
  // Bars come by instrument and date, so that the day only ever moves forward inside one instrument.
  for (const bar of scanBars(store)) {
    if (bar[0] !== instrument) {
      instrument = bar[0]
      stock = column.get(instrument)!
      t = 0
    }
    while (dates[t] < bar[1]) t++
    if (firstBar[stock] < 0) firstBar[stock] = t
    const at = t * stocks + stock
    if (bar[2] !== null) matrices.open[at] = bar[2]
    if (bar[3] !== null) matrices.high[at] = bar[3]
    if (bar[4] !== null) matrices.low[at] = bar[4]
    if (bar[5] !== null) matrices.close[at] = bar[5]
    if (bar[6] !== null) matrices.preclose[at] = bar[6]
    if (bar[7] !== null) matrices.volume[at] = bar[7]
    if (bar[8] !== null) matrices.amount[at] = bar[8]
    if (bar[9] !== null) matrices.floatCap[at] = bar[9]
    if (bar[10] === 0 && bar[7] !== null && bar[7] > 0) matrices.traded[at] = 1
    if (bar[11] !== null) matrices.st[at] = bar[11]
    bars++
  }
  fillFactors(store, matrices.factor, dates, column)

  const panel: Panel = {
    dates,
    symbols: instruments.map((each) => each.symbol),
    ...matrices,
    listedAt: Int32Array.from(instruments, (each, i) => listedAt(each, firstBar[i], dates)),
  }
  return { panel, bars }
}

function emptyMatrices(size: number): Matrices {
  const missing = (): Float64Array => new Float64Array(size).fill(NaN)
  return {
    open: missing(),
    high: missing(),
    low: missing(),
    close: missing(),
    preclose: missing(),
    volume: missing(),
    amount: missing(),
    factor: new Float64Array(size).fill(1),
    floatCap: missing(),
    traded: new Uint8Array(size),
    st: new Int8Array(size).fill(-1),
  }
}

/** Spread the change points: a factor holds from its day to the next change; 1 before the first. */
function fillFactors(
  store: ReadableStore,
  factor: Float64Array,
  dates: Int32Array,
  column: ReadonlyMap<number, number>,
): void {
  const stocks = column.size
  for (const [instrument, date, value] of scanAdjustments(store)) {
    const stock = column.get(instrument)!
    for (let t = lowerBound(dates, date); t < dates.length; t++) factor[t * stocks + stock] = value
  }
}

/**
 * The listing day's position. Where the date is unknown it is that of the first bar, unless the bars of the whole
 * store start there: then the stock was listed before, as far as anyone can tell.
 */
function listedAt(instrument: Instrument, firstBar: number, dates: Int32Array): number {
  if (instrument.listDate === null) return firstBar === 0 ? -1 : firstBar
  return instrument.listDate < dates[0] ? -1 : lowerBound(dates, instrument.listDate)
}

function loadIndex(
  store: ReadableStore,
  { symbol, name, totalReturn }: IndexInfo,
  dates: Int32Array,
  dateAt: ReadonlyMap<DateInt, number>,
  stockAt: ReadonlyMap<string, number>,
): IndexData {
  const published = indexCloses(store, symbol)
  let close: Float64Array | null = null
  if (published.length > 0) {
    close = new Float64Array(dates.length).fill(NaN)
    for (const bar of published) {
      const t = dateAt.get(bar.date)
      if (t !== undefined) close[t] = bar.close
    }
  }
  return {
    symbol,
    name,
    totalReturn,
    close,
    ...loadMembers(store, symbol, dates, stockAt),
    weights: loadWeights(store, symbol, stockAt),
  }
}

function loadMembers(
  store: ReadableStore,
  index: string,
  dates: Int32Array,
  stockAt: ReadonlyMap<string, number>,
): Pick<IndexData, 'member' | 'missingMembers'> {
  const intervals = memberships(store, index)
  if (intervals.length === 0) return { member: null, missingMembers: null }
  const member = new Uint8Array(dates.length * stockAt.size)
  // Symbols without bars get a column of their own, so that overlapping intervals of one symbol count once.
  const absentAt = new Map<string, number>()
  for (const { symbol } of intervals) {
    if (!stockAt.has(symbol) && !absentAt.has(symbol)) absentAt.set(symbol, absentAt.size)
  }
  const absent = new Uint8Array(dates.length * absentAt.size)

  for (const { symbol, inDate, outDate } of intervals) {
    const stock = stockAt.get(symbol)
    const [matrix, width, at] =
      stock === undefined ? [absent, absentAt.size, absentAt.get(symbol)!] : [member, stockAt.size, stock]
    const end = outDate === null ? dates.length : lowerBound(dates, outDate)
    for (let t = lowerBound(dates, inDate); t < end; t++) matrix[t * width + at] = 1
  }
  const count = (matrix: Uint8Array, width: number, t: number): number =>
    matrix.subarray(t * width, (t + 1) * width).reduce((sum, flag) => sum + flag, 0)
  return {
    member,
    missingMembers: Float64Array.from(dates, (_, t) => {
      const missing = count(absent, absentAt.size, t)
      const present = count(member, stockAt.size, t)
      return missing + present === 0 ? 0 : missing / (missing + present)
    }),
  }
}

function loadWeights(
  store: ReadableStore,
  index: string,
  stockAt: ReadonlyMap<string, number>,
): IndexData['weights'] {
  const snapshots = new Map<DateInt, Float64Array>()
  for (const { date, symbol, weight } of indexWeights(store, index)) {
    let weights = snapshots.get(date)
    if (weights === undefined) snapshots.set(date, (weights = new Float64Array(stockAt.size)))
    const stock = stockAt.get(symbol)
    if (stock !== undefined) weights[stock] = weight
  }
  if (snapshots.size === 0) return null
  return Array.from(snapshots, ([date, weights]) => ({ date, weights }))
}

function loadIndustries(
  store: ReadableStore,
  stockAt: ReadonlyMap<string, number>,
): Pick<MarketData, 'industry' | 'industries' | 'industryAsOf'> {
  const rows = latestIndustries(store)
  if (rows.length === 0) return { industry: null, industries: [], industryAsOf: null }
  const industries = [...new Set(rows.filter((row) => stockAt.has(row.symbol)).map((row) => row.name))].sort()
  const industryAt = new Map(industries.map((name, at) => [name, at]))
  const industry = new Int32Array(stockAt.size).fill(-1)
  let asOf = 0
  for (const row of rows) {
    const stock = stockAt.get(row.symbol)
    if (stock === undefined) continue
    industry[stock] = industryAt.get(row.name)!
    asOf = Math.max(asOf, row.asOf ?? 0)
  }
  return { industry, industries, industryAsOf: asOf === 0 ? null : asOf }
}

/** SHA-256 over the panel, the indices by symbol, and the industries, each part preceded by its name and length. */
function contentHash(data: Omit<MarketData, 'hash'>): string {
  const hash = createHash('sha256')
  const add = (name: string, content: string | NodeJS.ArrayBufferView | null): void => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    hash.update(`${name}:${bytes === null ? 'none' : bytes.byteLength}\n`)
    if (bytes !== null) hash.update(bytes)
  }
  const { panel } = data
  add('symbols', panel.symbols.join('\n'))
  for (const field of [
    'dates',
    'open',
    'high',
    'low',
    'close',
    'preclose',
    'volume',
    'amount',
    'factor',
    'floatCap',
    'traded',
    'st',
    'listedAt',
  ] as const) {
    add(field, panel[field])
  }
  for (const [symbol, index] of [...data.indices].sort(([a], [b]) => (a < b ? -1 : 1))) {
    add('index', `${symbol}\n${index.name}\n${index.totalReturn}`)
    add('close', index.close)
    add('member', index.member)
    add('missingMembers', index.missingMembers)
    for (const { date, weights } of index.weights ?? []) add(`weights ${date}`, weights)
  }
  add('industry', data.industry)
  add('industries', data.industries.join('\n'))
  add('flags', `${data.industryAsOf} ${data.calendarDerived} ${data.synthetic} ${data.bars}`)
  return hash.digest('hex')
}

/** Position of the first date >= `date`. */
function lowerBound(dates: Int32Array, date: DateInt): number {
  let low = 0
  let high = dates.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (dates[middle] < date) low = middle + 1
    else high = middle
  }
  return low
}
