import type { IcSummary } from '../../src-shared/domain/factor.ts'
import { mean, neweyWest, pearson, standardDeviation } from '../../src-shared/statistics.ts'
import { type CrossSection, type DateArrays, dateArrays, type FactorTestInput, vwapReturns } from './input.ts'
import { MINIMUM_PAIRS, rankCorrelation, sorted } from './ranking.ts'

export interface InformationCoefficient {
  readonly rankIc: number | null
  readonly ic: number | null
  /** Stocks with factor and period return. */
  readonly pairs: number
}

/**
 * Correlation of the factor with the return vwap(t+1) -> vwap(t+1+horizon) across one date (rules F1 to F3).
 *
 * @param arrays Whose returns are overwritten.
 */
export function informationCoefficient(
  input: FactorTestInput,
  section: CrossSection,
  { returns: into }: DateArrays = dateArrays(input),
): InformationCoefficient {
  const { stocks, day, ranking: factor } = section
  const fill = day + 1
  const returns = sorted(vwapReturns(input, stocks, fill, fill + input.horizon, into.values), into)
  const pairs = returns.order.length
  if (pairs < MINIMUM_PAIRS) return { rankIc: null, ic: null, pairs }
  const rankIc = rankCorrelation(factor, returns)
  if (pairs === stocks.length) return { rankIc, ic: pearson(factor.values, returns.values), pairs }
  const x = new Float64Array(pairs)
  const y = new Float64Array(pairs)
  for (let k = 0, pair = 0; k < stocks.length; k++) {
    if (Number.isNaN(returns.values[k])) continue
    x[pair] = factor.values[k]
    y[pair++] = returns.values[k]
  }
  return { rankIc, ic: pearson(x, y), pairs }
}

/** Least Newey-West lag of a long series (rule F5). */
const LEAST_LAG = 4

/**
 * Mean, ratio and t-statistics of a series of ICs, its null dates dropped (rules F3 to F5).
 *
 * @param days Trading day of each date of the series, as a position in all of them, ascending.
 * @param horizon Trading days of a period return.
 */
export function icSummary(
  series: readonly (number | null)[],
  days: readonly number[],
  horizon: number,
): IcSummary {
  const values = series.filter((value) => value !== null)
  const n = values.length
  const average = n === 0 ? null : mean(values)
  const std = standardDeviation(values)
  const ir = average === null || !std ? null : average / std
  const robust = neweyWest(
    values,
    overlap(
      days.filter((_, at) => series[at] !== null),
      horizon,
    ),
  )
  return {
    n,
    mean: average,
    std,
    ir,
    sharePositive: n === 0 ? null : values.filter((value) => value > 0).length / n,
    t: ir === null ? null : ir * Math.sqrt(n),
    neweyWestLag: robust?.lag ?? null,
    neweyWestT: robust?.t ?? null,
  }
}

/**
 * Newey-West lag that covers what returns share: `LEAST_LAG`, or the most later dates that start before the return of one ends. A
 * week of holidays is short, so that returns over twenty days and more reach further than a count of five days a week has it.
 */
function overlap(days: readonly number[], horizon: number): number {
  let lag = LEAST_LAG
  for (let at = 0; at + lag + 1 < days.length; at++) while (days[at + lag + 1] - days[at] < horizon) lag++
  return lag
}
