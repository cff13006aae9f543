import { type IcSummary, maximumIcLag } from '../../src-shared/domain/factor.ts'
import { mean, neweyWest, pearson, standardDeviation } from '../../src-shared/statistics.ts'
import { type CrossSection, type FactorTestInput, vwapReturns } from './input.ts'
import { MINIMUM_PAIRS, rankCorrelation, ranking } from './ranking.ts'

export interface InformationCoefficient {
  readonly rankIc: number | null
  readonly ic: number | null
  /** Stocks with factor and period return. */
  readonly pairs: number
}

/** Correlation of the factor with the return vwap(t+1) -> vwap(t+1+horizon) across one date (rules F1 to F3). */
export function informationCoefficient(
  input: FactorTestInput,
  section: CrossSection,
): InformationCoefficient {
  const { stocks, day, ranking: factor } = section
  const returns = ranking(vwapReturns(input, stocks, day + 1, day + 1 + input.horizon))
  const pairs = returns.order.length
  if (pairs < MINIMUM_PAIRS) return { rankIc: null, ic: null, pairs }
  const x = new Float64Array(pairs)
  const y = new Float64Array(pairs)
  for (let k = 0, pair = 0; k < stocks.length; k++) {
    if (Number.isNaN(returns.values[k])) continue
    x[pair] = factor.values[k]
    y[pair++] = returns.values[k]
  }
  return { rankIc: rankCorrelation(factor, returns), ic: pearson(x, y), pairs }
}

/** Mean, ratio and t-statistics of a series of ICs with returns over `horizon` days, its null dates dropped (rules F3 to F5). */
export function icSummary(series: readonly (number | null)[], horizon: number): IcSummary {
  const values = series.filter((value) => value !== null)
  const n = values.length
  const average = n === 0 ? null : mean(values)
  const std = standardDeviation(values)
  const ir = average === null || !std ? null : average / std
  const robust = neweyWest(values, maximumIcLag(horizon))
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
