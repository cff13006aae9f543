import { type DateInt, formatDate } from '../../src-shared/domain/date.ts'
import type { FactorReport } from '../../src-shared/domain/factor.ts'
import type { FactorAnalysis } from '../../src-shared/domain/factorAnalysis.ts'
import type { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { studyErrors } from '../../src-shared/locales/errors/studies.ts'
import type { FactorTestInput } from '../factor/input.ts'
import { derive } from '../market/derive.ts'
import { extraFactorCoverage, readExtraFactor } from '../market/extraFactors.ts'
import { loadMarket } from '../market/loadMarket.ts'
import type { Panel } from '../market/panel.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { daysBetween, predictionDates } from '../market/splits.ts'
import { universeMask, type UniverseRules } from '../market/universe.ts'
import { openStore, type ReadableStore } from '../store/store.ts'
import { analysed } from './factors.ts'
import { type IndustryBasis, industryBasis } from './industryBasis.ts'

/** Trading days of a week without holidays: how long the layers of the last fill are held. */
const LAST_HOLDING = 5

/** The question how a stored daily factor does, outside any study. */
export interface FactorTask {
  readonly name: string
  /** Path of the store; it is only read. */
  readonly store: string
  /** Symbol of the index whose members are the universe; null: every instrument. */
  readonly index: string | null
  readonly rules: UniverseRules
  /** First and last test date; null: as far as the bars reach. */
  readonly from: DateInt | null
  readonly to: DateInt | null
  readonly layers: number
  readonly horizon: number
  readonly tradingDaysPerYear: number
  readonly annualisedExcess: FactorTestInput['annualisedExcess']
}

export interface FactorAnswer {
  readonly synthetic: boolean
  readonly universe: { readonly index: string | null } & UniverseRules
  readonly horizon: number
  /** Share of traded stock-days whose vwap is (high + low + close) / 3, and stock-days of unknown ST state, taken as not ST. */
  readonly vwapStandInShare: number
  readonly stUnknown: number
  /** Of the universe on the test dates; null without any classification. */
  readonly industryBasis: IndustryBasis | null
  readonly report: FactorReport
  readonly analysis: FactorAnalysis
}

/**
 * Test and analysis of a stored daily factor by the rules of a study's (methods 4). The layers end a week of
 * trading days after the fill of the last test date with a value, or at `to` where that is later; IC and decay read prices as far
 * as they are stored.
 *
 * Errors: usage when `from` is after `to`; not_found for a factor or an index that is not stored; data_insufficient when no week ends
 * in the period, the factor has no value on its test dates, or none of these has stocks for the layers; those of the store.
 */
export function runFactorTask(task: FactorTask): FactorAnswer {
  const { name, store: path, index, rules, layers, horizon, tradingDaysPerYear, annualisedExcess } = task
  const store = openStore(path, { mode: 'read' })
  try {
    const market = loadMarket(store, { cache: panelCachePath(path) })
    const { panel, industries, synthetic } = market
    const universe = universeMask(market, index, rules)
    const days = testDays(panel.dates, task)
    const matrix = readExtraFactor(store, panel, name)
    const stocks = panel.symbols.length
    const row = <A extends Float64Array | Uint8Array>(values: A, day: number): A =>
      values.subarray(day * stocks, (day + 1) * stocks) as A
    const factor = days.map((day) => row(matrix, day))
    const lastValued = factor.findLastIndex((values) => values.some((value) => Number.isFinite(value)))
    if (lastValued === -1) throw noValues(store, panel, name)
    const derived = derive(panel, 'typical')
    const { analysis, ...report } = analysed(
      {
        name,
        dates: panel.dates,
        symbols: panel.symbols,
        adjVwap: derived.adjVwap,
        testDates: days,
        factor,
        universe,
        canBuy: derived.canBuy,
        layers,
        horizon,
        lastLayerDay: lastLayerDay(panel.dates, days[lastValued], task.to),
        tradingDaysPerYear,
        annualisedExcess,
      },
      { industries: industries, styles: [] },
    )
    const { vwapStandInShare, stUnknown } = derived
    return {
      synthetic,
      universe: { index, ...rules },
      horizon,
      vwapStandInShare,
      stUnknown,
      industryBasis: industries && industryBasis(industries, panel.dates, days, (day) => row(universe, day)),
      report,
      analysis,
    }
  } finally {
    store.close()
  }
}

/** Last days of the weeks of the period that are followed by another day. */
function testDays(dates: Int32Array, { from, to }: Pick<FactorTask, 'from' | 'to'>): number[] {
  if (from !== null && to !== null && from > to)
    throw failure(studyErrors.periodReversed, { from: formatDate(from), to: formatDate(to) })
  const range = daysBetween(dates, from ?? dates[0], to ?? dates[dates.length - 1])
  const days = range === null ? [] : Array.from(predictionDates(dates, range))
  const fillable = days.filter((day) => day + 1 < dates.length)
  if (fillable.length === 0)
    throw failure(studyErrors.noWeekTested, {
      first: formatDate(dates[0]),
      last: formatDate(dates[dates.length - 1]),
    })
  return fillable
}

/** Where the layers end, as a position in `dates`; `lastTest`: the last test date with a value. */
function lastLayerDay(dates: Int32Array, lastTest: number, to: DateInt | null): number {
  const held = lastTest + 1 + LAST_HOLDING
  const asked = to === null ? -1 : dates.findLastIndex((date) => date <= to)
  return Math.min(Math.max(held, asked), dates.length - 1)
}

function noValues(store: ReadableStore, panel: Panel, name: string): PlateauError {
  const days = extraFactorCoverage(store, panel).find((factor) => factor.name === name)?.days
  if (!days) return failure(studyErrors.factorOutsideBars, { name })
  const [first, last] = [days.first, days.last].map((day) => formatDate(panel.dates[day]))
  return failure(studyErrors.factorOutsidePeriod, { name, first, last })
}
