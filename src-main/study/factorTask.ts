import type { DateInt } from '../../src-shared/domain/date.ts'
import type { FactorReport } from '../../src-shared/domain/factor.ts'
import type { FactorAnalysis } from '../../src-shared/domain/factorAnalysis.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { derive } from '../market/derive.ts'
import { readExtraFactor } from '../market/extraFactors.ts'
import { loadMarket } from '../market/loadMarket.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { daysBetween, predictionDates } from '../market/splits.ts'
import { universeMask, type UniverseRules } from '../market/universe.ts'
import { openStore } from '../store/store.ts'
import { analysed, industriesOf } from './factors.ts'

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
}

export interface FactorAnswer {
  readonly synthetic: boolean
  readonly universe: { readonly index: string | null } & UniverseRules
  readonly horizon: number
  /** Share of traded stock-days whose vwap is (high + low + close) / 3, and stock-days of unknown ST state, taken as not ST. */
  readonly vwapStandInShare: number
  readonly stUnknown: number
  /** Date of the classification, which stands for all days; null where the source does not date it, or there is none. */
  readonly industryAsOf: DateInt | null
  readonly report: FactorReport
  readonly analysis: FactorAnalysis
}

/**
 * Test and analysis of a stored daily factor by the rules of a study's (methods 4). Prices after the last test date that its returns
 * need are read as far as they are stored.
 *
 * Errors: not_found for a factor or an index that is not stored; data_insufficient when no week ends in the period, or no
 * test date has stocks for the layers; those of the store.
 */
export function runFactorTask(task: FactorTask): FactorAnswer {
  const { name, store: path, index, rules, layers, horizon, tradingDaysPerYear } = task
  const store = openStore(path, { mode: 'read' })
  try {
    const market = loadMarket(store, { cache: panelCachePath(path) })
    const { panel } = market
    const universe = universeMask(market, index, rules)
    const days = testDays(panel.dates, task)
    const matrix = readExtraFactor(store, panel, name)
    const stocks = panel.symbols.length
    const derived = derive(panel, 'typical')
    const { analysis, ...report } = analysed(
      {
        name,
        dates: panel.dates,
        symbols: panel.symbols,
        adjVwap: derived.adjVwap,
        testDates: days,
        factor: days.map((day) => matrix.subarray(day * stocks, (day + 1) * stocks)),
        universe,
        canBuy: derived.canBuy,
        layers,
        horizon,
        tradingDaysPerYear,
      },
      { industries: industriesOf(market), styles: [] },
    )
    const { synthetic, industryAsOf } = market
    const { vwapStandInShare, stUnknown } = derived
    return {
      synthetic,
      universe: { index, ...rules },
      horizon,
      vwapStandInShare,
      stUnknown,
      industryAsOf,
      report,
      analysis,
    }
  } finally {
    store.close()
  }
}

/** Last days of the weeks of the period that are followed by another day. */
function testDays(dates: Int32Array, { from, to }: Pick<FactorTask, 'from' | 'to'>): number[] {
  const range = daysBetween(dates, from ?? dates[0], to ?? dates[dates.length - 1])
  const days = range === null ? [] : Array.from(predictionDates(dates, range))
  const fillable = days.filter((day) => day + 1 < dates.length)
  if (fillable.length === 0)
    throw new PlateauError(
      'data_insufficient',
      'No week of the period has ended before the last stored day.',
      {
        remedy: `The store holds trading days from ${dates[0]} to ${dates[dates.length - 1]}.`,
      },
    )
  return fillable
}
