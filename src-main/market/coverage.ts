import type { OnProgress } from '../../src-shared/contract/progress.ts'
import { type Coverage, DAY_STATE } from '../../src-shared/domain/coverage.ts'
import type { DateInt } from '../../src-shared/domain/date.ts'
import { lowerBound } from '../../src-shared/sorted.ts'
import { barDates } from '../store/bars.ts'
import { tradingDays } from '../store/calendar.ts'
import { exchangeDays } from '../store/exchangeDays.ts'
import { listIndices, memberships } from '../store/indices.ts'
import { listInstruments } from '../store/instruments.ts'
import type { ReadableStore } from '../store/store.ts'

/** A stock and day that an import refused a row of. */
export interface RefusedDay {
  readonly symbol: string
  readonly date: DateInt
}

/** The coverage, and the days in its `quarantined`: positions in its symbols and dates, by both. */
export interface CoverageAndRefused {
  readonly coverage: Coverage
  readonly refused: { readonly stock: Int32Array; readonly date: Int32Array }
}

/** Quarantined rows as stocks and days; null for a row from which neither can be read. */
export type Refusals = Iterable<RefusedDay | null>

const TRADED = 'suspended = 0 AND coalesce(volume, 0) > 0'

/**
 * Which days of which stocks the store has (domain/coverage.ts), of one moment of it. Reads every bar once.
 *
 * Errors: those of the store.
 */
export function storeCoverage(
  store: ReadableStore,
  refusals: Refusals,
  report: OnProgress = () => {},
): CoverageAndRefused {
  return store.snapshot(() => {
    const instruments = listInstruments(store)
    const stocks = instruments.length
    const stored = tradingDays(store)
    const dates = barDates(store)
    const days =
      dates.length === 0
        ? []
        : exchangeDays(store, stored, { first: dates[0], last: dates[dates.length - 1] })
    const known = new Set(days)
    const months = monthsBetween(days.at(0), days.at(-1))
    const monthAt = new Map(months.map((month, at) => [month, at]))
    const cells = stocks * months.length
    const counts = () => new Int32Array(stocks)
    const traded = new Uint8Array(cells)
    const suspended = new Uint8Array(cells)
    const missing = new Uint8Array(cells)
    const quarantined = new Uint8Array(cells)
    const [first, last, bars, missingDays, factorChanges] = Array.from({ length: 5 }, counts)

    const outside = outsideBars(
      store,
      dates.filter((date) => !known.has(date)),
    )
    const halted = haltedBars(store)
    let barsOutside = 0
    for (let i = 0; i < stocks; i++) {
      report({ stage: 'stocks', done: i, total: stocks })
      const { id } = instruments[i]
      const row = i * months.length
      for (const [month, all, ofThem, from, to] of store.scan<MonthOfBars>(MONTHS, id)) {
        if (first[i] === 0) first[i] = from
        last[i] = to
        bars[i] += all
        const m = monthAt.get(month)
        if (m === undefined) continue
        traded[row + m] = ofThem
        suspended[row + m] = all - ofThem
      }
      for (const { date, traded: wasTraded } of outside.get(id) ?? []) {
        barsOutside++
        const m = monthAt.get(Math.floor(date / 100))
        if (m !== undefined) (wasTraded ? traded : suspended)[row + m]--
      }
      for (const date of halted.get(id) ?? []) {
        if (!known.has(date)) continue
        const m = monthAt.get(Math.floor(date / 100))!
        traded[row + m]--
        suspended[row + m]++
      }
    }

    const { refused, unplaced } = placeRefusals(store, instruments, known, refusals)
    for (let k = 0; k < refused.stock.length; k++) {
      const m = monthAt.get(Math.floor(refused.date[k] / 100))
      if (m !== undefined) quarantined[refused.stock[k] * months.length + m]++
    }

    const monthStarts = months.map((month) => lowerBound(days, month * 100))
    for (let i = 0; i < stocks; i++) {
      if (first[i] === 0) continue
      const from = lowerBound(days, first[i])
      const to = lowerBound(days, last[i] + 1)
      for (let m = 0; m < months.length; m++) {
        const at = i * months.length + m
        const begin = Math.max(from, monthStarts[m])
        const end = Math.min(to, monthStarts[m + 1] ?? days.length)
        if (end > begin) missing[at] = end - begin - traded[at] - suspended[at]
      }
    }
    // Refused days within the span of the bars are not missing, those outside it never were.
    for (let k = 0; k < refused.stock.length; k++) {
      const i = refused.stock[k]
      const date = refused.date[k]
      if (first[i] > 0 && date >= first[i] && date <= last[i])
        missing[i * months.length + monthAt.get(Math.floor(date / 100))!]--
    }
    for (let i = 0; i < stocks; i++)
      for (let m = 0; m < months.length; m++) missingDays[i] += missing[i * months.length + m]

    const position = new Map(instruments.map(({ id }, i) => [id, i]))
    for (const [instrument, date] of store.scan<[number, DateInt]>(
      'SELECT instrument, date FROM adjustment',
    )) {
      const i = position.get(instrument)!
      if (date > first[i]) factorChanges[i]++
    }
    return {
      coverage: {
        symbols: instruments.map(({ symbol }) => symbol),
        months: Int32Array.from(months),
        days: Int32Array.from(days),
        traded,
        suspended,
        missing,
        quarantined,
        first,
        last,
        bars,
        missingDays,
        factorChanges,
        indices: indexMembers(store, instruments, days.at(-1)),
        calendarDerived: stored.length === 0,
        barsOutside,
        quarantineUnplaced: unplaced,
      },
      refused,
    }
  })
}

/** What the store has of one stock on each of `days`, ascending, as codes of DAY_STATE; `refused` are its refused days. */
export function dayStates(
  store: ReadableStore,
  instrument: number,
  days: Int32Array,
  refused: ReadonlySet<DateInt>,
): Uint8Array<ArrayBuffer> {
  const states = new Uint8Array(days.length)
  const span = store.get<{ first: DateInt | null; last: DateInt | null }>(
    `SELECT (SELECT min(date) FROM bar WHERE instrument = id) AS first,
       (SELECT max(date) FROM bar WHERE instrument = id) AS last FROM instrument WHERE id = ?`,
    instrument,
  )!
  if (days.length === 0) return states
  const { first, last } = span
  for (let t = 0; t < days.length; t++) {
    if (refused.has(days[t])) states[t] = DAY_STATE.quarantined
    else if (first !== null && days[t] >= first && days[t] <= last!) states[t] = DAY_STATE.missing
  }
  let t = 0
  for (const [date, wasTraded] of store.scan<[DateInt, 0 | 1]>(
    `SELECT date, ${TRADED} AND NOT EXISTS (SELECT 1 FROM daily_value AS value WHERE value.instrument = bar.instrument
       AND value.date = bar.date AND value.suspended = 1)
     FROM bar WHERE instrument = ? AND date BETWEEN ? AND ? ORDER BY date`,
    instrument,
    days[0],
    days[days.length - 1],
  )) {
    while (days[t] < date) t++
    if (days[t] === date) states[t] = wasTraded === 1 ? DAY_STATE.traded : DAY_STATE.suspended
  }
  return states
}

type MonthOfBars = readonly [month: number, bars: number, traded: number, first: DateInt, last: DateInt]
// A month at a time of one stock: SQLite sorts what is nearly in order, and the loop sees a hundredth of the bars.
const MONTHS = `SELECT date / 100, count(*), sum(${TRADED}), min(date), max(date)
  FROM bar WHERE instrument = ? GROUP BY date / 100 ORDER BY 1`

/** The months from one day to another, yyyymm. */
function monthsBetween(first: DateInt | undefined, last: DateInt | undefined): number[] {
  if (first === undefined || last === undefined) return []
  const number = (date: DateInt): number => 12 * Math.floor(date / 10000) + (Math.floor(date / 100) % 100) - 1
  return Array.from({ length: number(last) - number(first) + 1 }, (_, at) => {
    const month = number(first) + at
    return 100 * Math.floor(month / 12) + (month % 12) + 1
  })
}

/** The bars of the days `outside`, by instrument. */
function outsideBars(
  store: ReadableStore,
  outside: readonly DateInt[],
): Map<number, { date: DateInt; traded: boolean }[]> {
  if (outside.length === 0) return new Map()
  const rows = [
    ...store.scan<[number, DateInt, 0 | 1]>(
      `SELECT instrument, date, ${TRADED} FROM bar WHERE date IN (SELECT value FROM json_each(?))`,
      JSON.stringify(outside),
    ),
  ]
  const byInstrument = Map.groupBy(rows, ([instrument]) => instrument)
  return new Map(
    Array.from(byInstrument, ([id, group]) => [
      id,
      group.map(([, date, wasTraded]) => ({ date, traded: wasTraded === 1 })),
    ]),
  )
}

/** Days of bars with volume that a daily value says were suspended, by instrument, on exchange days or not. */
function haltedBars(store: ReadableStore): Map<number, DateInt[]> {
  const rows = [
    ...store.scan<[number, DateInt]>(
      `SELECT instrument, date FROM daily_value AS value JOIN bar USING (instrument, date)
       WHERE value.suspended = 1 AND bar.${TRADED}`,
    ),
  ]
  const byInstrument = Map.groupBy(rows, ([instrument]) => instrument)
  return new Map(Array.from(byInstrument, ([id, group]) => [id, group.map(([, date]) => date)]))
}

/** The refused rows of known stocks and exchange days that have no bar, each day once. */
function placeRefusals(
  store: ReadableStore,
  instruments: readonly { readonly id: number; readonly symbol: string }[],
  days: ReadonlySet<DateInt>,
  refusals: Refusals,
): { refused: CoverageAndRefused['refused']; unplaced: number } {
  const position = new Map(instruments.map(({ symbol }, i) => [symbol, i]))
  const found = new Set<number>()
  let unplaced = 0
  for (const refusal of refusals) {
    const stock = refusal === null ? undefined : position.get(refusal.symbol)
    if (refusal === null || stock === undefined || !days.has(refusal.date)) unplaced++
    else found.add(stock * 1e8 + refusal.date)
  }
  const without = [...found]
    .filter(
      (key) =>
        store.get(
          'SELECT 1 FROM bar WHERE instrument = ? AND date = ?',
          instruments[Math.floor(key / 1e8)].id,
          key % 1e8,
        ) === undefined,
    )
    .sort((a, b) => a - b)
  return {
    refused: {
      stock: Int32Array.from(without, (key) => Math.floor(key / 1e8)),
      date: Int32Array.from(without, (key) => key % 1e8),
    },
    unplaced,
  }
}

function indexMembers(
  store: ReadableStore,
  instruments: readonly { readonly symbol: string }[],
  lastDay: DateInt | undefined,
): Coverage['indices'] {
  const position = new Map(instruments.map(({ symbol }, i) => [symbol, i]))
  return listIndices(store).map(({ symbol: index }) => {
    const member = new Uint8Array(instruments.length)
    for (const { symbol, inDate, outDate } of memberships(store, index)) {
      const i = position.get(symbol)
      if (i === undefined) continue
      const now = lastDay !== undefined && inDate <= lastDay && (outDate === null || lastDay < outDate)
      member[i] = Math.max(member[i], now ? 2 : 1)
    }
    return { symbol: index, member }
  })
}
