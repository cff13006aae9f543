import { basename } from 'node:path'
import type { ProjectInfo } from '../../src-shared/contract/project.ts'
import type { DateInt } from '../../src-shared/domain/date.ts'
import { lowerBound } from '../../src-shared/sorted.ts'
import { barDates, countBars } from './bars.ts'
import { tradingDays } from './calendar.ts'
import { exchangeDays } from './exchangeDays.ts'
import { type ExtraFactor, listExtraFactors } from './extraFactors.ts'
import { quarantineReasons } from './imports.ts'
import { type IndexInfo, indexCloses, indexWeights, listIndices, memberships } from './indices.ts'
import { project } from './project.ts'
import type { ReadableStore } from './store.ts'

/** What a store holds and what it lacks (`plateau data`). */
export interface DataSummary {
  readonly name: string
  readonly synthetic: boolean
  readonly instruments: number
  readonly bars: number
  readonly firstDate: DateInt | null
  readonly lastDate: DateInt | null
  /** Exchange days from the first bar to the last; `derived` = those of the bars, for want of a calendar. */
  readonly calendar: { readonly days: number; readonly derived: boolean; readonly barDatesOutside: number }
  /** Bars on exchange days over the exchange days between each instrument's own first and last bar; null without bars. */
  readonly coverage: number | null
  /** Exchange days without a bar between an instrument's first and last, and the instruments that miss most. */
  readonly gaps: {
    readonly days: number
    readonly worst: readonly { readonly symbol: string; readonly days: number }[]
  }
  readonly indices: readonly IndexSummary[]
  readonly extraFactors: readonly ExtraFactor[]
  readonly quarantine: readonly { readonly reason: string; readonly rows: number }[]
  readonly imports: number
}

export interface IndexSummary extends IndexInfo {
  readonly bars: number
  readonly firstDate: DateInt | null
  readonly lastDate: DateInt | null
  /** Members on the store's last date, and how many of them have bars. */
  readonly members: number
  readonly membersWithBars: number
  readonly weightDates: number
}

const WORST_GAPS = 10

export function dataSummary(store: ReadableStore): DataSummary {
  const { name, synthetic, instruments, bars, firstDate, lastDate } = projectInfo(store)
  const stored = tradingDays(store)
  const dates = barDates(store)
  const days = firstDate === null ? [] : exchangeDays(store, stored, { first: firstDate, last: lastDate! })
  const known = new Set(days)
  const outside = dates.filter((date) => !known.has(date))
  const spans = store.all<{ id: number; symbol: string; bars: number; first: DateInt; last: DateInt }>(
    `SELECT id, symbol, count(*) AS bars, min(date) AS first, max(date) AS last
     FROM bar JOIN instrument ON id = instrument GROUP BY instrument`,
  )
  const barsOutside = new Map(
    outside.length === 0
      ? []
      : store.scan<[id: number, bars: number]>(
          'SELECT instrument, count(*) FROM bar WHERE date IN (SELECT value FROM json_each(?)) GROUP BY instrument',
          JSON.stringify(outside),
        ),
  )
  const missing = spans.map(({ id, symbol, bars: count, first, last }) => {
    const expected = lowerBound(days, last + 1) - lowerBound(days, first)
    return { symbol, expected, days: expected - count + (barsOutside.get(id) ?? 0) }
  })
  const expected = missing.reduce((sum, span) => sum + span.expected, 0)
  const absent = missing.reduce((sum, span) => sum + span.days, 0)

  return {
    name,
    synthetic,
    instruments,
    bars,
    firstDate,
    lastDate,
    calendar: {
      days: days.length,
      derived: stored.length === 0,
      barDatesOutside: outside.length,
    },
    coverage: expected === 0 ? null : (expected - absent) / expected,
    gaps: {
      days: absent,
      worst: missing
        .filter((span) => span.days > 0)
        .sort((a, b) => b.days - a.days || (a.symbol < b.symbol ? -1 : 1))
        .slice(0, WORST_GAPS)
        .map(({ symbol, days: count }) => ({ symbol, days: count })),
    },
    indices: listIndices(store).map((index) =>
      indexSummary(store, index, new Set(spans.map((span) => span.symbol)), lastDate),
    ),
    extraFactors: listExtraFactors(store),
    quarantine: quarantineReasons(store),
    imports: store.get<{ count: number }>('SELECT count(*) AS count FROM import_batch')!.count,
  }
}

/** The short form, for the window's title bar and start screen. An unnamed project goes by its file's name. */
export function projectInfo(store: ReadableStore): ProjectInfo {
  const { name, synthetic } = project(store)
  const count = (table: 'instrument' | 'quarantine'): number =>
    store.get<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)!.count
  const span = store.get<{ first: DateInt | null; last: DateInt | null }>(
    'SELECT min(date) AS first, max(date) AS last FROM bar',
  )!
  return {
    path: store.path,
    name: name === '' ? basename(store.path).replace(/\.[^.]+$/, '') : name,
    synthetic,
    instruments: count('instrument'),
    bars: countBars(store),
    firstDate: span.first,
    lastDate: span.last,
    indices: listIndices(store).map((index) => ({ symbol: index.symbol, name: index.name })),
    quarantined: count('quarantine'),
  }
}

function indexSummary(
  store: ReadableStore,
  index: IndexInfo,
  symbolsWithBars: ReadonlySet<string>,
  date: DateInt | null,
): IndexSummary {
  const closes = indexCloses(store, index.symbol)
  const members = new Set(
    memberships(store, index.symbol)
      .filter((m) => date !== null && m.inDate <= date && (m.outDate === null || date < m.outDate))
      .map((m) => m.symbol),
  )
  return {
    ...index,
    bars: closes.length,
    firstDate: closes.at(0)?.date ?? null,
    lastDate: closes.at(-1)?.date ?? null,
    members: members.size,
    membersWithBars: [...members].filter((symbol) => symbolsWithBars.has(symbol)).length,
    weightDates: new Set(indexWeights(store, index.symbol).map((entry) => entry.date)).size,
  }
}
