import { type DateInt, epochDay, isoWeek, weekday } from '../../src-shared/domain/date.ts'
import {
  DOCTOR_CODES,
  type DoctorCode,
  type DoctorFinding,
  type FindingExample,
} from '../../src-shared/domain/doctor.ts'
import { HALF_TICK, TICK, isExDay } from '../../src-shared/domain/prices.ts'
import { lowerBound } from '../../src-shared/sorted.ts'
import {
  BAR_FIELDS,
  type BarField,
  type BarRow,
  barDates,
  scanAdjustments,
  scanBars,
  suspensionsWithoutBar,
} from '../store/bars.ts'
import { tradingDays } from '../store/calendar.ts'
import { exchangeDays } from '../store/exchangeDays.ts'
import { indexWeights, listIndices, memberships } from '../store/indices.ts'
import { type Instrument, listInstruments } from '../store/instruments.ts'
import type { ReadableStore } from '../store/store.ts'
import { isUnadjusted } from './exDays.ts'
import { FACTOR_ROUNDING, factorBefore } from './firstFactor.ts'
import { boardOf, limitPercent, limitPrices, toCents } from './limits.ts'

/** Equal closes in a row of days with volume. */
const STALE_DAYS = 10
/** Trading days without a price limit after a listing, at most: the first five, one on the main board until 2023. */
const FREE_DAYS = 5
/** A day's members differ from the day before's by more than this share of them. */
const MEMBER_JUMP = 0.02
const WEIGHT_TOLERANCE = 0.005
/** A day of which more bars than this repeat the day before. */
const REPEATED_SHARE = 0.5
const EXAMPLES = 5

/**
 * What is odd about what a store holds, in the order of DOCTOR_CODES; of each kind the count and the first examples. It
 * judges nothing: each finding may be true of the market. One pass over the bars.
 *
 * Errors: those of the store.
 */
export function doctor(store: ReadableStore): DoctorFinding[] {
  const notes = createNotes()
  const dates = barDates(store)
  const stored = tradingDays(store)
  const days =
    dates.length === 0 ? [] : exchangeDays(store, stored, { first: dates[0], last: dates[dates.length - 1] })
  checkBars(store, notes, { days, calendar: new Set(stored.length > 0 ? stored : days) })
  checkIndices(store, notes, days)
  checkLastWeek(notes, stored, days)
  return notes.findings()
}

interface Notes {
  add(code: DoctorCode, example: FindingExample): void
  findings(): DoctorFinding[]
}

function createNotes(): Notes {
  const found = new Map<DoctorCode, { count: number; examples: FindingExample[] }>()
  return {
    add(code, example) {
      const finding = found.get(code) ?? { count: 0, examples: [] }
      found.set(code, finding)
      finding.count++
      if (finding.examples.length < EXAMPLES) finding.examples.push(example)
    },
    findings: () =>
      DOCTOR_CODES.flatMap((code) => {
        const finding = found.get(code)
        return finding === undefined ? [] : [{ code, ...finding }]
      }),
  }
}

/** The bars of one stock, by date, with the factor in force on each. */
function checkBars(
  store: ReadableStore,
  notes: Notes,
  { days, calendar }: { readonly days: readonly DateInt[]; readonly calendar: ReadonlySet<DateInt> },
): void {
  const instruments = new Map(listInstruments(store).map((instrument) => [instrument.id, instrument]))
  const changes = new Map<number, { date: DateInt; factor: number }[]>()
  for (const [instrument, date, factor] of scanAdjustments(store)) {
    const points = changes.get(instrument)
    if (points === undefined) changes.set(instrument, [{ date, factor }])
    else points.push({ date, factor })
  }
  const exchange: ExchangeDays = {
    calendar,
    dayAt: new Map(days.map((date, at) => [date, at])),
    firstDay: days.at(0) ?? 0,
  }
  const suspended = new Map<number, DateInt[]>()
  for (const [instrument, date] of suspensionsWithoutBar(store)) {
    if (!exchange.dayAt.has(date)) continue
    const dates = suspended.get(instrument)
    if (dates === undefined) suspended.set(instrument, [date])
    else dates.push(date)
  }
  const traded = new Map<DateInt, { bars: number; repeated: number }>()
  let stock: StockCheck | null = null
  let current = -1
  let before: BarRow | null = null
  for (const bar of scanBars(store)) {
    const volume = bar[VOLUME]
    if (volume !== null && volume > 0) {
      const day = traded.get(bar[1]) ?? { bars: 0, repeated: 0 }
      traded.set(bar[1], day)
      day.bars++
      if (before !== null && before[0] === bar[0] && REPEATED.every((field) => before![field] === bar[field]))
        day.repeated++
    }
    before = bar
    if (bar[0] !== current) {
      current = bar[0]
      const known = { changes: changes.get(current) ?? [], suspended: suspended.get(current) ?? [] }
      stock = checkStock(instruments.get(current)!, known, exchange, notes)
    }
    stock!(bar)
  }
  for (const [date, { bars, repeated }] of [...traded].sort(([a], [b]) => a - b))
    if (repeated > REPEATED_SHARE * bars)
      notes.add('duplicated_day', { subject: '', date, values: { bars, repeated } })
}

/** Position in a row of scanBars. */
const positionOf = (field: BarField): number => 2 + BAR_FIELDS.indexOf(field)
const VOLUME = positionOf('volume')
/** A day that repeats them all is one day twice. */
const REPEATED = (['open', 'high', 'low', 'close', 'volume'] as const).map(positionOf)

interface ExchangeDays {
  /** The stored trading days; the exchange days where there is no calendar. */
  readonly calendar: ReadonlySet<DateInt>
  /** Positions of the exchange days. */
  readonly dayAt: ReadonlyMap<DateInt, number>
  readonly firstDay: DateInt
}

type StockCheck = (bar: BarRow) => void

/** What is stored of a stock beside its bars, by date. */
interface Known {
  readonly changes: readonly { readonly date: DateInt; readonly factor: number }[]
  /** Exchange days without a bar that a daily value says were suspended. */
  readonly suspended: readonly DateInt[]
}

function checkStock(
  { symbol, listDate }: Instrument,
  { changes, suspended: suspensions }: Known,
  { calendar, dayAt, firstDay }: ExchangeDays,
  notes: Notes,
): StockCheck {
  let passed = 0
  let lastDay: number | null = null
  let lastDate: DateInt = 0
  /** Exchange days without a bar, and not known to be suspended, since the last traded day. */
  let missing = 0
  let bars = 0
  let stale = 0
  /** Of the last traded day; the factor 1 while none is known. */
  let last: { close: number; factor: number; known: boolean } | null = null
  let listed = listDate

  return ([, date, , high, low, close, preclose, volume, amount, , suspended, st]) => {
    while (passed < changes.length && changes[passed].date <= date) passed++
    const factor = passed === 0 ? 1 : changes[passed - 1].factor
    bars++
    // Without a listing date it is the first bar, unless all bars begin there.
    if (bars === 1 && listed === null && date > firstDay) listed = date
    const note = (code: DoctorCode, values: FindingExample['values'] = {}): void =>
      notes.add(code, { subject: symbol, date, values })

    if (!calendar.has(date)) note('day_outside_calendar')
    const day = dayAt.get(date)
    if (day !== undefined) {
      const gap = lastDay === null ? 0 : day - lastDay - 1 - between(suspensions, lastDate, date)
      if (gap > 0) note('gap', { days: gap })
      missing += gap
      lastDay = day
      lastDate = date
    }
    if (volume === 0 && suspended === 0) note('zero_volume')
    if (suspended === 1 || volume === null || volume === 0 || close === null) return

    if (amount !== null && amount > 0 && high !== null && low !== null) {
      const vwap = amount / volume
      // Amounts and volumes are rounded too.
      const slack = TICK + vwap * 1e-6
      if (vwap > high + slack || vwap < low - slack) note('vwap_outside_range', { vwap, low, high })
    }
    if (last !== null) {
      if (passed > 0 && !last.known) {
        last.factor = factorBefore(factor, { preclose: preclose ?? NaN, close }, last.close)
        if (last.factor !== 1) note('factors_begin_late', { factor, before: last.factor })
      }
      // Larger than the rounding of the factors and than half a tick of the price.
      const jumps = Math.abs(factor / last.factor - 1) > Math.max(FACTOR_ROUNDING, HALF_TICK / last.close)
      if (preclose !== null) {
        if (jumps && !isExDay(preclose, last.close))
          note('factor_without_ex_day', { from: last.factor, to: factor })
        if (isUnadjusted(last, { preclose, factor })) {
          if (missing > 0) note('preclose_after_gap', { days: missing, lastClose: last.close, preclose })
          else note('ex_day_without_factor', { lastClose: last.close, preclose })
        }
      }
      stale = close === last.close ? stale + 1 : 0
      if (stale === STALE_DAYS - 1) note('stale_price', { close, days: STALE_DAYS })
      const before = preclose ?? (last.close * last.factor) / factor
      if (beyondLimit(symbol, date, st === 1, before, close) && !isFree(listed, date))
        note('return_beyond_limit', { change: close / before - 1, preclose: before, close })
    }
    last = { close, factor, known: passed > 0 }
    missing = 0
  }
}

/** How many of the dates lie between two, both excluded. */
const between = (dates: readonly DateInt[], after: DateInt, before: DateInt): number =>
  lowerBound(dates, before) - lowerBound(dates, after + 1)

/** Whether a close lies beyond the price limit by more than a tick; false where no limit rule is known. */
function beyondLimit(symbol: string, date: DateInt, st: boolean, preclose: number, close: number): boolean {
  if (boardOf(symbol) === null) return false
  const { upCents, downCents } = limitPrices(toCents(preclose), limitPercent(symbol, date, st)!)
  return toCents(close) > upCents + 1 || toCents(close) < downCents - 1
}

/** No limit holds on the first days after a listing. */
function isFree(listed: DateInt | null, date: DateInt): boolean {
  // Five trading days are at most two weeks, holidays included.
  return listed !== null && epochDay(date) - epochDay(listed) <= FREE_DAYS + 9
}

function checkIndices(store: ReadableStore, notes: Notes, dates: readonly DateInt[]): void {
  for (const { symbol } of listIndices(store)) {
    const intervals = memberships(store, symbol)
    for (const [at, { symbol: member, inDate, outDate }] of intervals.entries()) {
      const next = intervals.at(at + 1)
      if (next?.symbol === member && (outDate === null || next.inDate < outDate))
        notes.add('membership_overlap', {
          subject: `${symbol} ${member}`,
          date: next.inDate,
          values: { since: inDate },
        })
    }
    if (intervals.length > 0) checkMemberCounts(symbol, intervals, dates, notes)

    const totals = new Map<DateInt, number>()
    for (const { date, weight } of indexWeights(store, symbol))
      totals.set(date, (totals.get(date) ?? 0) + weight)
    for (const [date, total] of totals)
      if (Math.abs(total - 1) > WEIGHT_TOLERANCE)
        notes.add('weights_off_total', { subject: symbol, date, values: { total } })
  }
}

function checkMemberCounts(
  index: string,
  intervals: readonly {
    readonly symbol: string
    readonly inDate: DateInt
    readonly outDate: DateInt | null
  }[],
  dates: readonly DateInt[],
  notes: Notes,
): void {
  const changes = new Map<DateInt, number>()
  for (const { inDate, outDate } of intervals) {
    changes.set(inDate, (changes.get(inDate) ?? 0) + 1)
    if (outDate !== null) changes.set(outDate, (changes.get(outDate) ?? 0) - 1)
  }
  const ordered = [...changes].sort(([a], [b]) => a - b)
  let members = 0
  let before: number | null = null
  let passed = 0
  for (const date of dates) {
    while (passed < ordered.length && ordered[passed][0] <= date) members += ordered[passed++][1]
    if (before !== null && Math.abs(members - before) > MEMBER_JUMP * before)
      notes.add('member_count_jumps', { subject: index, date, values: { from: before, to: members } })
    before = members
  }
}

/** Weekly bars of a week that the calendar knows to go on are made of its first days alone. */
function checkLastWeek(notes: Notes, calendar: readonly DateInt[], dates: readonly DateInt[]): void {
  const last = dates.at(-1)
  if (last === undefined) return
  const missing = calendar.filter((date) => date > last && isoWeek(date) === isoWeek(last)).length
  const beyond = calendar.length === 0 || calendar.at(-1)! <= last
  // Without a calendar beyond the last bar: a week that ends before Friday.
  const days = beyond ? 4 - weekday(last) : missing
  if (days > 0) notes.add('incomplete_week', { subject: '', date: last, values: { days } })
}
