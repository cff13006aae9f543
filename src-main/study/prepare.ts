import type { Frequency, StudyConfig } from '../../src-shared/domain/study.ts'
import type { FitWindow } from '../../src-shared/domain/training.ts'
import { failure, listed } from '../../src-shared/failure.ts'
import { studyErrors } from '../../src-shared/locales/errors/studies.ts'
import { type Derived, derive } from '../market/derive.ts'
import type { MarketData } from '../market/panel.ts'
import { type BarSeries, dailySeries, weeklySeries } from '../market/samples.ts'
import { daysBetween, fitWindows, predictionDates } from '../market/splits.ts'
import { truncateMarket } from '../market/truncate.ts'
import { universeMask } from '../market/universe.ts'
import { weeklyBars } from '../market/weekly.ts'

/** A study's market up to the end of its prediction, with everything derived once that its parts share. */
export interface Prepared {
  readonly market: MarketData
  readonly derived: Derived
  /** Day x stock mask of the study's universe. */
  readonly universe: Uint8Array
  readonly series: ReadonlyMap<Frequency, BarSeries>
  /** Those that predict a test day. */
  readonly windows: readonly FitWindow[]
  /** Those left out, as they predict none: the prediction ends within days of a refit. */
  readonly untested: readonly FitWindow[]
  /** Per window the test days (last exchange day of each week it predicts), as indices into the dates. */
  readonly testDays: readonly (readonly number[])[]
}

/**
 * Load-time checks and derivations of a study. Throws `not_found` for an index that is not stored and
 * `data_insufficient` for periods the store does not cover, before anything is trained.
 */
export function prepare(config: StudyConfig, whole: MarketData): Prepared {
  const end = Number(config.period.predictEnd.replaceAll('-', ''))
  const lastDay = whole.panel.dates.findLastIndex((date) => date <= end)
  if (lastDay === -1) {
    throw failure(studyErrors.noDayBeforeEnd, {}, { place: { field: 'period.predictEnd' } })
  }
  const market = truncateMarket(whole, lastDay)
  for (const index of config.portfolio.indices) requireMembers(market, index)
  const { dates } = market.panel
  const derived = derive(market.panel, config.samples.vwapStandIn)
  const universe = universeMask(market, config.universe.index, config.universe)
  const fitted = fitWindows(config, dates)
  const daysOf = fitted.map((window) => testDaysOf(window, dates))
  const testDays = daysOf.filter((days) => days.length > 0)
  // A portfolio decided on a test day is filled on the next and has its first compared return on the one after.
  if (!testDays.flat().some((t) => t + 2 < dates.length)) {
    throw failure(studyErrors.noWeekPredicted, {}, { place: { field: 'period.predictEnd' } })
  }
  requireLayers(config.factorTest.layers, derived.canBuy, universe, dates, testDays.flat())
  const series = new Map(
    config.models.map(({ frequency }) => [
      frequency,
      frequency === 'daily'
        ? dailySeries(market.panel, derived)
        : weeklySeries(market.panel, weeklyBars(market.panel, derived, config.samples.vwapStandIn)),
    ]),
  )
  return {
    market,
    derived,
    universe,
    series,
    windows: fitted.filter((_, at) => daysOf[at].length > 0).map((window, index) => ({ ...window, index })),
    untested: fitted.filter((_, at) => daysOf[at].length === 0),
    testDays,
  }
}

function testDaysOf({ predictStart, predictEnd }: FitWindow, dates: Int32Array): number[] {
  const range = daysBetween(dates, predictStart, predictEnd)
  // A decision on the last day could never be filled.
  return range === null ? [] : Array.from(predictionDates(dates, range)).filter((t) => t + 1 < dates.length)
}

/** No factor fills more layers than there are stocks in the universe that can be bought on the day after a test (methods.md 4). */
function requireLayers(
  layers: number,
  canBuy: Uint8Array,
  universe: Uint8Array,
  dates: Int32Array,
  tests: readonly number[],
): void {
  const stocks = universe.length / dates.length
  // A layer earns its first return on the day after the fill.
  const buyable = tests
    .filter((t) => t + 2 < dates.length)
    .map((t) =>
      universe
        .subarray(t * stocks, (t + 1) * stocks)
        .reduce((count, member, stock) => count + (member & canBuy[(t + 1) * stocks + stock]), 0),
    )
  const most = Math.max(...buyable)
  if (most >= layers) return
  throw failure(
    most < 2 ? studyErrors.tooFewForLayers : studyErrors.tooManyLayers,
    { layers, most },
    { place: { field: 'factorTest.layers' } },
  )
}

function requireMembers(market: MarketData, symbol: string): void {
  const index = market.indices.get(symbol)
  if (index !== undefined && (index.member !== null || index.weights !== null)) return
  const usable = [...market.indices.values()]
    .filter((other) => other.member !== null || other.weights !== null)
    .map((other) => other.symbol)
  const place = { field: 'portfolio.indices' }
  throw usable.length === 0
    ? failure(studyErrors.noIndexWithMembers, { symbol }, { place })
    : failure(studyErrors.indexWithoutMembers, { symbol, usable: listed(usable) }, { place })
}
