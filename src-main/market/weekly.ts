import { isoWeek, weekday } from '../../src-shared/domain/date.ts'
import type { VwapStandIn } from '../../src-shared/domain/study.ts'
import { type Derived, meanPrice } from './derive.ts'
import type { Panel } from './panel.ts'

/** The ISO weeks of a trading calendar that have ended. */
export interface Weeks {
  /** isoWeek code of each week, ascending, e.g. 202053. */
  readonly weeks: Int32Array
  /** First and last exchange day of each week, as indices into the dates. */
  readonly firstDay: Int32Array
  readonly lastDay: Int32Array
  /** Per day t: position in `weeks` of the last week that has ended at t's close (methods.md M6); -1 for none. */
  readonly endedAt: Int32Array
}

/**
 * Weeks of the exchange days `dates` (ascending). A final week whose last known day is before Friday is left out: the
 * calendar does not say whether further trading days follow, and a bar of half a week must not pass for a week.
 */
export function endedWeeks(dates: Int32Array): Weeks {
  const weeks: number[] = []
  const firstDay: number[] = []
  const lastDay: number[] = []
  dates.forEach((date, t) => {
    const week = isoWeek(date)
    if (week === weeks.at(-1)) lastDay[lastDay.length - 1] = t
    else {
      weeks.push(week)
      firstDay.push(t)
      lastDay.push(t)
    }
  })
  if (dates.length > 0 && weekday(dates[dates.length - 1]) < FRIDAY) {
    weeks.pop()
    firstDay.pop()
    lastDay.pop()
  }
  const endedAt = new Int32Array(dates.length)
  let ended = -1
  for (let t = 0; t < dates.length; t++) {
    if (ended + 1 < weeks.length && lastDay[ended + 1] === t) ended++
    endedAt[t] = ended
  }
  return {
    weeks: Int32Array.from(weeks),
    firstDay: Int32Array.from(firstDay),
    lastDay: Int32Array.from(lastDay),
    endedAt,
  }
}

/** Weekly bars on adjusted prices, week x stock; NaN and traded = 0 in a week without a traded day. */
export interface WeeklyBars extends Weeks {
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  /** amount / adjusted volume; where a traded day has no mean price: (h + l + c) / 3 of the weekly bar, or NaN. */
  readonly vwap: Float64Array
  /** Sum of adjusted volumes. */
  readonly volume: Float64Array
  readonly traded: Uint8Array
}

/** Weekly bars of the traded days of each ended week (methods.md 1 and M5). */
export function weeklyBars(panel: Panel, derived: Derived, vwapStandIn: VwapStandIn): WeeklyBars {
  const calendar = endedWeeks(panel.dates)
  const stocks = panel.symbols.length
  const cells = calendar.weeks.length * stocks
  const missing = () => new Float64Array(cells).fill(NaN)
  const open = missing()
  const high = missing()
  const low = missing()
  const close = missing()
  const vwap = missing()
  const volume = missing()
  const traded = new Uint8Array(cells)
  const amount = new Float64Array(cells)

  for (let w = 0; w < calendar.weeks.length; w++) {
    for (let t = calendar.firstDay[w]; t <= calendar.lastDay[w]; t++) {
      for (let i = 0, day = t * stocks, at = w * stocks; i < stocks; i++, day++, at++) {
        if (panel.traded[day] === 0) continue
        if (traded[at] === 0) {
          traded[at] = 1
          open[at] = derived.adjOpen[day]
          high[at] = derived.adjHigh[day]
          low[at] = derived.adjLow[day]
          volume[at] = 0
        }
        high[at] = Math.max(high[at], derived.adjHigh[day])
        low[at] = Math.min(low[at], derived.adjLow[day])
        close[at] = derived.adjClose[day]
        volume[at] += derived.adjVolume[day]
        amount[at] += Number.isNaN(meanPrice(panel, day)) ? NaN : panel.amount[day]
      }
    }
  }
  for (let at = 0; at < cells; at++) {
    if (traded[at] === 0) continue
    if (!Number.isNaN(amount[at])) vwap[at] = amount[at] / volume[at]
    else if (vwapStandIn === 'typical') vwap[at] = (high[at] + low[at] + close[at]) / 3
  }
  return { ...calendar, open, high, low, close, vwap, volume, traded }
}

const FRIDAY = 4
