import { createHash } from 'node:crypto'
import { withoutFactors } from '../store/bars.ts'
import { tradingDays } from '../store/calendar.ts'
import { contentKey } from '../store/contentKey.ts'
import { exchangeDays } from '../store/exchangeDays.ts'
import { indexCloses, type IndexInfo, indexWeights, listIndices, memberships } from '../store/indices.ts'
import { type Industry, industryChanges } from '../store/industries.ts'
import type { Instrument } from '../store/instruments.ts'
import { project } from '../store/project.ts'
import type { ReadableStore } from '../store/store.ts'
import { DATA_HASH_SCHEME } from '../../src-shared/domain/dataHash.ts'
import type { DateInt } from '../../src-shared/domain/date.ts'
import { failure } from '../../src-shared/failure.ts'
import { marketErrors } from '../../src-shared/locales/errors/market.ts'
import { lowerBound } from '../../src-shared/sorted.ts'
import { carryFloatCaps } from './floatCaps.ts'
import { industryHistory } from './industryHistory.ts'
import type { IndexData, MarketData, Panel } from './panel.ts'
import { type KeptPanel, readPanelCache, writePanelCache } from './panelCache.ts'
import { readPanel } from './panelReader.ts'

export interface LoadOptions {
  /** File that keeps the panel between loads (panelCache.ts); null = none. */
  readonly cache?: string | null
  /** Further threads that read bars; by default as many as are worth while. */
  readonly threads?: number
}

/**
 * Everything a study reads, as dense matrices over trading days x stocks with bars (methods.md 1), of one moment of the
 * store.
 *
 * The days are the exchange days from the first bar to the last (store/exchangeDays.ts); bars on others are left out and
 * counted.
 *
 * Errors: data_insufficient when no bar is stored or none on an exchange day; those of the store.
 */
export function loadMarket(store: ReadableStore, { cache = null, threads }: LoadOptions = {}): MarketData {
  return store.snapshot(() => {
    const key = cache === null ? '' : contentKey(store)
    const kept = cache === null ? null : readPanelCache(cache, key)
    const calendar = tradingDays(store)
    const { panel, block, bars, barsOutside, factorsFrom } = kept ?? loadPanel(store, calendar, threads)
    const dateAt = new Map(Array.from(panel.dates, (date, t) => [date, t]))
    const stockAt = new Map(panel.symbols.map((symbol, i) => [symbol, i]))
    const indices = new Map(
      listIndices(store).map((info) => [info.symbol, loadIndex(store, info, panel.dates, dateAt, stockAt)]),
    )
    const classifications = industryChanges(store).filter(({ symbol }) => stockAt.has(symbol))
    const loaded = {
      panel,
      indices,
      industries: industryHistory(panel, classifications),
      calendarDerived: calendar.length === 0,
      synthetic: project(store).synthetic,
      bars,
      barsOutside,
      factorsFrom,
      unfactored: new Set(withoutFactors(store).flatMap((symbol) => stockAt.get(symbol) ?? [])),
    }
    const hash = kept?.hash ?? contentHash(loaded, classifications)
    if (kept === null) {
      // After the hash, which is of what is stored.
      carryFloatCaps(panel)
      if (cache !== null) writePanelCache(cache, key, { panel, block, bars, barsOutside, factorsFrom, hash })
    }
    return { ...loaded, hash }
  })
}

/** An instrument with bars, its first bar and its last. */
interface Traded extends Instrument {
  readonly first: DateInt
  readonly last: DateInt
}

function loadPanel(
  store: ReadableStore,
  calendar: readonly DateInt[],
  threads: number | undefined,
): Omit<KeptPanel, 'hash'> {
  // Each span is two look-ups in the key of the bars; anything over all bars would read the whole table once more.
  const instruments = store
    .all<Instrument & { first: DateInt | null; last: DateInt | null }>(
      `SELECT id, symbol, name, list_date AS listDate,
         (SELECT min(date) FROM bar WHERE instrument = id) AS first,
         (SELECT max(date) FROM bar WHERE instrument = id) AS last
       FROM instrument`,
    )
    .filter((each): each is Traded => each.first !== null)
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
  const place = { file: store.path }
  if (instruments.length === 0) throw failure(marketErrors.noBars, {}, { place })
  const first = instruments.reduce((least, each) => Math.min(least, each.first), Infinity)
  const last = instruments.reduce((most, each) => Math.max(most, each.last), -Infinity)
  const dates = Int32Array.from(exchangeDays(store, calendar, { first, last }))
  const ids = Int32Array.from(instruments, ({ id }) => id)
  const found = readPanel(store, dates, ids, threads)
  if (found === null) throw failure(marketErrors.barsOutOfOrder, {}, { place })
  const { block, firstBar, bars, barsOutside, factorsFrom } = found
  if (bars === 0) throw failure(marketErrors.noBarOnCalendar, {}, { place })
  const panel: Panel = {
    dates,
    symbols: instruments.map((each) => each.symbol),
    ...block.matrices,
    listedAt: Int32Array.from(instruments, (each, i) => listedAt(each, firstBar[i], dates)),
  }
  return { panel, block, bars, barsOutside, factorsFrom }
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

/** SHA-256 over the panel, the indices by symbol, and the classifications, each part preceded by its name and length; behind its scheme. */
function contentHash(data: Omit<MarketData, 'hash'>, classifications: readonly Industry[]): string {
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
  add('industries', JSON.stringify(classifications.map(({ symbol, asOf, name }) => [symbol, asOf, name])))
  add('flags', `${data.calendarDerived} ${data.synthetic} ${data.bars}`)
  return `${DATA_HASH_SCHEME}:${hash.digest('hex')}`
}
