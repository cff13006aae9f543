import type { Random } from '../../src-shared/random.ts'
import { limitPercent, limitPrices } from '../market/limits.ts'
import type { Panel } from '../market/panel.ts'
import { zScore } from '../market/standardise.ts'
import { endedWeeks } from '../market/weekly.ts'
import { isWithin } from './calendar.ts'
import type { StockEvents } from './events.ts'
import type { Listing } from './listing.ts'
import { expectedReturn, fadeDaily, fadeWeekly } from './pattern.ts'
import type { Recipe } from './recipe.ts'
import { tradingSession } from './session.ts'

/** The bars of the synthetic market, with what only a simulation knows. */
export interface Simulation {
  readonly panel: Panel
  /** Float shares per day and stock: splits raise them. */
  readonly floatShares: Float64Array
  /** Day x stock: expected log return from vwap(t + 1) to vwap(t + 11) by the planted patterns; NaN without a trade on t. */
  readonly signal: Float64Array
}

/** Trading days of the return the signal foresees. */
export const SIGNAL_HORIZON = 10

/** Share of the usual daily move a suspended stock catches up with when it resumes. */
const CATCH_UP = 0.6

/** Days of the exponential mean that is a stock's usual log volume. */
const VOLUME_MEMORY = 20

/** Simulate all days of `dates`, oldest first: returns -> limits -> bars -> impulses of the patterns. */
export function simulate(
  recipe: Recipe,
  dates: Int32Array,
  listings: readonly Listing[],
  events: readonly StockEvents[],
  random: Random,
): Simulation {
  const { returns, volume, patterns } = recipe
  const width = listings.length
  const panel = emptyPanel(dates, listings)
  const floatShares = new Float64Array(panel.traded.length).fill(NaN)
  const signal = new Float64Array(panel.traded.length).fill(NaN)
  const weeks = endedWeeks(dates)
  const weekEnds = new Set(weeks.lastDay)
  const tail = returns.tailWeight
  // Unit variance for any tail weight: E exp(2 k n - 2 k^2) = 1.
  const fatTailed = () => random.normal() * Math.exp(tail * random.normal() - tail * tail)

  const closeCents = Int32Array.from(listings, (listing) => listing.firstCents)
  const shares = Float64Array.from(listings, (listing) => listing.floatShares)
  const factor = new Float64Array(width).fill(1)
  /** Return held back by a limit or a suspension. */
  const pending = new Float64Array(width)
  const excessVolume = new Float64Array(width)
  const usualVolume = Float64Array.from(listings, (l) => Math.log(l.turnover * l.floatShares))
  const usualWeek = usualVolume.slice()
  const weekReturn = new Float64Array(width)
  const weekVolume = new Float64Array(width)
  const weekDays = new Float64Array(width)
  const state = { daily: new Float64Array(width), weekly: new Float64Array(width) }

  for (let t = 0; t < dates.length; t++) {
    const storm = isWithin(dates[t], returns.storms)
    const scale = storm ? returns.stormVolatility : 1
    const strength = storm ? patterns.stormStrength : 1
    const market = returns.marketDrift + scale * returns.marketVolatility * fatTailed()
    const industry = recipe.industries.map(() => scale * returns.industryVolatility * random.normal())
    const sizeReturn = scale * returns.sizeVolatility * random.normal()
    const marketVolume = volume.marketNoise * random.normal()
    const size = zScore(
      Float64Array.from(listings, (l, i) => (l.listedAt <= t ? Math.log(shares[i] * closeCents[i]) : NaN)),
    )
    const shape = {
      logReturn: new Float64Array(width).fill(NaN),
      abnormalVolume: new Float64Array(width).fill(NaN),
      closeOverVwap: new Float64Array(width).fill(NaN),
    }

    for (let i = 0; i < width; i++) {
      const listing = listings[i]
      if (listing.listedAt > t) continue
      const at = t * width + i
      const volatility = scale * listing.volatility
      let wanted =
        listing.beta * market +
        industry[listing.industry] +
        size[i] * sizeReturn +
        strength * (patterns.daily.strength * state.daily[i] + patterns.weekly.strength * state.weekly[i]) +
        volatility * fatTailed()
      panel.st[at] = events[i].st[t]

      if (events[i].suspended[t] === 1) {
        pending[i] += CATCH_UP * wanted
        fillSuspended(panel, at, closeCents[i])
      } else {
        const resumes = t > 0 && events[i].suspended[t - 1] === 1
        if (resumes) pending[i] += recipe.events.resumptionVolatility * random.normal()
        wanted += pending[i]
        let preclose = closeCents[i]
        const ex = events[i].exRights.get(t)
        if (ex !== undefined) {
          const dividend = Math.round(closeCents[i] * ex.dividendYield)
          preclose = Math.max(1, Math.round((closeCents[i] - dividend) / ex.splitRatio))
          factor[i] = roundTo(factor[i] * (closeCents[i] / preclose), 1e8)
          shares[i] = Math.round(shares[i] * ex.splitRatio)
        }
        // Trading on the first day knows no limit here, and new issues rise.
        const firstDay = listing.listedAt === t
        if (firstDay) wanted = 0.1 + 0.3 * random.uniform()
        const percent = firstDay ? null : limitPercent(listing.symbol, dates[t], panel.st[at] === 1)
        const limits = percent === null ? null : limitPrices(preclose, percent)
        const { oneWordExcess } = recipe.events
        const session = tradingSession(
          { precloseCents: preclose, wanted, volatility, limits, oneWordExcess },
          random,
        )
        pending[i] = session.unmet
        const logReturn = Math.log(session.close / preclose)

        excessVolume[i] = volume.persistence * excessVolume[i] + volume.noise * random.normal()
        // At a one-word limit hardly anyone trades: nobody sells below, or buys above, what tomorrow will pay.
        const dried = session.high === session.low && Math.abs(logReturn) > 0.03 ? -2 : 0
        const logVolume =
          Math.log(listing.turnover * shares[i]) +
          excessVolume[i] +
          marketVolume +
          volume.perAbsoluteReturn * Math.min(4, Math.abs(logReturn) / volatility) +
          dried
        const traded = Math.max(1, Math.round(Math.exp(logVolume) / 100)) * 100
        const amountCents = Math.min(
          session.high * traded,
          Math.max(session.low * traded, Math.round(session.vwap * traded)),
        )

        panel.open[at] = session.open / 100
        panel.high[at] = session.high / 100
        panel.low[at] = session.low / 100
        panel.close[at] = session.close / 100
        panel.preclose[at] = preclose / 100
        panel.volume[at] = traded
        const published = random.uniform() >= recipe.events.missingAmountShare
        panel.amount[at] = published ? amountCents / 100 : NaN
        panel.traded[at] = 1
        closeCents[i] = session.close

        shape.logReturn[i] = logReturn
        shape.abnormalVolume[i] = Math.log(traded) - usualVolume[i]
        shape.closeOverVwap[i] = Math.log((session.close * traded) / amountCents) / volatility
        usualVolume[i] += shape.abnormalVolume[i] / VOLUME_MEMORY
        weekReturn[i] += logReturn
        weekVolume[i] += Math.log(traded)
        weekDays[i]++
      }
      panel.factor[at] = factor[i]
      panel.floatCap[at] = Math.round((shares[i] * closeCents[i]) / 100)
      panel.capGiven[at] = 1
      floatShares[at] = shares[i]
    }

    fadeDaily(state.daily, shape, patterns.daily)
    if (weekEnds.has(t)) {
      const mean = weekVolume.map((sum, i) => (weekDays[i] > 0 ? sum / weekDays[i] : NaN))
      const volumeTrend = mean.map((value, i) => value - usualWeek[i])
      fadeWeekly(
        state.weekly,
        { logReturn: weekReturn.map((sum, i) => (weekDays[i] > 0 ? sum : NaN)), volumeTrend },
        patterns.weekly,
      )
      volumeTrend.forEach((trend, i) => {
        if (!Number.isNaN(trend)) usualWeek[i] += trend / 4
      })
      for (const sums of [weekReturn, weekVolume, weekDays]) sums.fill(0)
    }

    const weekEndsAfter = Array.from({ length: SIGNAL_HORIZON + 1 }, (_, k) =>
      countBetween(weekEnds, t + 1, t + 1 + k),
    )
    expectedReturn(state, patterns, weekEndsAfter).forEach((expected, i) => {
      if (panel.traded[t * width + i] === 1) signal[t * width + i] = expected
    })
  }
  return { panel, floatShares, signal }
}

function emptyPanel(dates: Int32Array, listings: readonly Listing[]) {
  const cells = dates.length * listings.length
  const matrix = () => new Float64Array(cells).fill(NaN)
  return {
    dates,
    symbols: listings.map((listing) => listing.symbol),
    open: matrix(),
    high: matrix(),
    low: matrix(),
    close: matrix(),
    preclose: matrix(),
    volume: matrix(),
    amount: matrix(),
    factor: new Float64Array(cells).fill(1),
    floatCap: matrix(),
    capGiven: new Uint8Array(cells),
    traded: new Uint8Array(cells),
    st: new Int8Array(cells).fill(-1),
    listedAt: Int32Array.from(listings, (listing) => listing.listedAt),
  }
}

/** A suspended day repeats the last close and has no volume, as exchanges' data vendors write it. */
function fillSuspended(panel: Panel, at: number, closeCents: number): void {
  for (const field of [panel.open, panel.high, panel.low, panel.close, panel.preclose])
    field[at] = closeCents / 100
  panel.volume[at] = 0
  panel.amount[at] = 0
}

function countBetween(days: ReadonlySet<number>, from: number, to: number): number {
  let count = 0
  for (let day = from; day < to; day++) if (days.has(day)) count++
  return count
}

function roundTo(value: number, unit: number): number {
  return Math.round(value * unit) / unit
}
