import { type DateInt, epochDay } from '../../src-shared/domain/date.ts'
import { isExDay } from '../../src-shared/domain/prices.ts'
import { exchangeDaysBetween } from './exchangeDays.ts'
import type { WritableStore } from './store.ts'

/** Days from one bar to the next over the longest holidays (17), and some: further apart, days are missing. */
const LONGEST_CLOSURE = 20

interface ChangePoint {
  readonly date: DateInt
  readonly factor: number
}

/** The chains that instruments had, by their ids. */
export type DroppedChains = ReadonlyMap<number, readonly ChangePoint[]>

/**
 * Give up the chains of instruments for which this import call brings factors of their own, before those are written, and
 * answer them.
 */
export function dropChains(store: WritableStore): DroppedChains {
  const owned = store.all<{ instrument: number }>(
    `SELECT instrument FROM chained_factor INTERSECT
     SELECT instrument FROM (SELECT instrument FROM temp.staged_factor WHERE factor IS NOT NULL
       UNION SELECT instrument FROM temp.staged_change)`,
  )
  const dropped = new Map<number, readonly ChangePoint[]>()
  for (const { instrument } of owned) {
    dropped.set(instrument, changePoints(store, instrument))
    store.run('DELETE FROM adjustment WHERE instrument = ?', instrument)
    store.run('DELETE FROM chained_factor WHERE instrument = ?', instrument)
  }
  return dropped
}

/**
 * Compute the cumulative factors of the instruments among `written` from all their stored bars: of those that came with an
 * official preclose (true), and of those chained before. Factors of their own hold from the first of them on, and the chain
 * before it (docs/decisions/0022); so it does for those `dropped`. After the bars and the factors of the import call are
 * written; `since` is the first of its batches.
 *
 * The factor is 1 on the first day. On a traded day whose preclose is not the last traded close it is multiplied by
 * last close / preclose, so that the return of adjusted closes is close / preclose - 1. Where an exchange day between
 * the two has no bar, and no daily value says that it was suspended, the preclose is the close of another day: the factor stays.
 */
export function chainFactors(
  store: WritableStore,
  written: ReadonlyMap<string, boolean>,
  since: number,
  dropped: DroppedChains,
): void {
  const bars = { since, daysBetween: exchangeDaysBetween(store) }
  for (const [id, before] of dropped) chainBefore(store, id, before, bars)
  for (const [symbol, hasPreclose] of written) {
    const found = store.get<{ id: number; chained: 0 | 1; own: 0 | 1 }>(
      `SELECT id, EXISTS (SELECT 1 FROM chained_factor WHERE instrument = id) AS chained,
         EXISTS (SELECT 1 FROM adjustment WHERE instrument = id) AS own
       FROM instrument WHERE symbol = ?`,
      symbol,
    )
    if (found === undefined || !(found.chained === 1 || hasPreclose)) continue
    if (found.chained === 0 && found.own === 1) {
      if (!dropped.has(found.id)) chainBefore(store, found.id, changePoints(store, found.id), bars)
      continue
    }
    store.run('INSERT OR IGNORE INTO chained_factor VALUES (?)', found.id)
    chainAgain(store, found.id, bars)
  }
}

/** Compute the chains again of which a suspension was written, or taken back, by the batches from `since` on. */
export function chainSuspensions(store: WritableStore, since: number): void {
  const changed = store.all<{ id: number }>(
    `SELECT instrument AS id FROM chained_factor AS chained WHERE EXISTS (
       SELECT 1 FROM daily_value WHERE instrument = chained.instrument AND batch >= ? AND suspended IS NOT NULL)`,
    since,
  )
  const bars = { since, daysBetween: exchangeDaysBetween(store) }
  for (const { id } of changed) chainAgain(store, id, bars)
}

/**
 * Put the chain of an instrument before its stored factors, where bars lie before the first of these: up to the first day
 * with a trade on which they hold. Levels are arbitrary, so that the chain is multiplied by what makes the two the same
 * on that day.
 */
function chainBefore(
  store: WritableStore,
  instrument: number,
  before: readonly ChangePoint[],
  written: Written,
): void {
  const own = changePoints(store, instrument)
  const first = own[0].date
  if (store.get('SELECT 1 FROM bar WHERE instrument = ? AND date < ?', instrument, first) === undefined)
    return
  const meeting =
    store.get<{ date: DateInt }>(
      `SELECT date FROM bar WHERE instrument = ? AND date >= ? AND suspended = 0 AND close IS NOT NULL
       ORDER BY date LIMIT 1`,
      instrument,
      first,
    )?.date ?? first
  const factor = inForce(own, meeting)
  const chained = chain(store, instrument, before, written)
  const level = factor / inForce(chained, meeting)
  const points = chained
    .filter(({ date }) => date < meeting)
    .map((point) => ({ date: point.date, factor: point.factor * level }))
  const last = points.at(-1)!
  if (Math.abs(last.factor / factor - 1) > ROUNDING) points.push({ date: meeting, factor })
  else points[points.length - 1] = { date: last.date, factor }
  store.run('DELETE FROM adjustment WHERE instrument = ? AND date <= ?', instrument, meeting)
  putPoints(store, instrument, points)
}

function putPoints(store: WritableStore, instrument: number, points: readonly ChangePoint[]): void {
  for (const { date, factor } of points)
    store.run('INSERT INTO adjustment VALUES (?, ?, ?)', instrument, date, factor)
}

const changePoints = (store: WritableStore, instrument: number): ChangePoint[] =>
  store.all('SELECT date, factor FROM adjustment WHERE instrument = ? ORDER BY date', instrument)

/** The factor on a day that is not before the first point. */
const inForce = (points: readonly ChangePoint[], day: DateInt): number =>
  points.findLast(({ date }) => date <= day)!.factor

/** True for an instrument whose factors are a chain. */
export const isChained = (store: WritableStore, instrument: number): boolean =>
  store.get('SELECT 1 FROM chained_factor WHERE instrument = ?', instrument) !== undefined

/** Bars and suspensions that were written: by the batches from `since` on, in a market of which the exchange days between two are known. */
interface Written {
  readonly since: number
  daysBetween(after: DateInt, before: DateInt): number
}

const NOTHING_WRITTEN: Written = { since: Infinity, daysBetween: () => 0 }

/** Compute the chain of an instrument again after bars or suspensions were written or removed; without bars it ends. */
export function chainAgain(
  store: WritableStore,
  instrument: number,
  written: Written = NOTHING_WRITTEN,
): void {
  const points = chain(store, instrument, changePoints(store, instrument), written)
  store.run('DELETE FROM adjustment WHERE instrument = ?', instrument)
  if (points.length === 0) store.run('DELETE FROM chained_factor WHERE instrument = ?', instrument)
  putPoints(store, instrument, points)
}

/**
 * Bars by day and, from the first bar on, the days without one of which a daily value says whether they were suspended: with 1, or NULL
 * where it says that they were not.
 */
const DAYS = `SELECT date, close, preclose, suspended, batch FROM bar WHERE instrument = ?
  UNION ALL
  SELECT date, NULL, NULL, nullif(suspended, 0), batch FROM daily_value AS value
  WHERE instrument = ? AND suspended IS NOT NULL
    AND date > (SELECT min(date) FROM bar WHERE instrument = value.instrument)
    AND NOT EXISTS (SELECT 1 FROM bar WHERE instrument = value.instrument AND date = value.date)
  ORDER BY date`

/** Ratios of factors closer than this are one, rounded differently. */
const ROUNDING = 1e-9

/**
 * Change points of the factor of an instrument, which were `before`. Where days were removed between two bars, the preclose of the second is
 * not a price of the first's day; what the chain of before said of the two still holds as long as neither is written anew.
 */
function chain(
  store: WritableStore,
  instrument: number,
  before: readonly ChangePoint[],
  { since, daysBetween }: Written,
): ChangePoint[] {
  const points: ChangePoint[] = []
  let factor = 1
  /** The last traded bar, and how many days without trade came since. */
  let last: { readonly date: DateInt; readonly close: number } | null = null
  let halted = 0
  let lastDate: DateInt = 0
  /** What the chain of before had on that bar, or on the first of all; NaN where that is not to be asked. */
  let base = NaN
  /** What the factor was multiplied by since that bar. */
  let ahead = 1
  /** That bar, or a day after it, was written. */
  let written = false
  let passed = 0
  const multiply = (date: DateInt, ratio: number): void => {
    if (!(Math.abs(ratio - 1) > ROUNDING)) return
    factor *= ratio
    points.push({ date, factor })
  }
  const days = [
    ...store.scan<[DateInt, number | null, number | null, 0 | 1 | null, number]>(
      DAYS,
      instrument,
      instrument,
    ),
  ]
  for (const [date, close, preclose, suspended, batch] of days) {
    if (batch >= since) written = true
    if (suspended === null) continue
    while (passed < before.length && before[passed].date <= date) passed++
    const factorBefore = passed === 0 || written ? NaN : before[passed - 1].factor
    if (points.length === 0) {
      points.push({ date, factor })
      base = factorBefore
    }
    const known = factorBefore / base
    if (suspended === 1 || close === null) {
      // A chain changes on traded days alone: such a day was removed.
      multiply(date, known / ahead)
      if (known === known) ahead = known
      halted++
      lastDate = date
      continue
    }
    const exRight =
      last !== null &&
      preclose !== null &&
      isExDay(preclose, last.close) &&
      epochDay(date) - epochDay(lastDate) <= LONGEST_CLOSURE &&
      daysBetween(last.date, date) <= halted
    const told = exRight ? last!.close / preclose! : 1
    multiply(date, (Math.abs(known / told - 1) > ROUNDING ? known : told) / ahead)
    last = { date, close }
    lastDate = date
    halted = 0
    written = batch >= since
    base = passed === 0 || written ? NaN : before[passed - 1].factor
    ahead = 1
  }
  return points
}
