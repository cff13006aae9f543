import type { IcSummary } from '../../src-shared/domain/factor.ts'
import { mean, neweyWest, pearson, spearman, standardDeviation } from '../../src-shared/statistics.ts'
import { type CrossSection, type FactorTestInput, vwapReturns } from './input.ts'

/** A date with fewer stocks has no IC (rule F3). */
export const MINIMUM_PAIRS = 10
/** Largest Newey-West lag (rule F5). */
const MAXIMUM_LAG = 4

export interface InformationCoefficient {
  readonly rankIc: number | null
  readonly ic: number | null
  /** Stocks with factor and period return. */
  readonly pairs: number
}

/** Correlation of the factor with the return vwap(t+1) -> vwap(t+1+horizon) across one date (rules F1 to F3). */
export function informationCoefficient(
  input: FactorTestInput,
  test: number,
  section: CrossSection,
): InformationCoefficient {
  const { stocks, day } = section
  const values = input.factor[test]
  const changes = vwapReturns(input, stocks, day + 1, day + 1 + input.horizon)
  const factor = new Float64Array(stocks.length)
  const returns = new Float64Array(stocks.length)
  let pairs = 0
  for (let k = 0; k < stocks.length; k++) {
    if (Number.isNaN(changes[k])) continue
    factor[pairs] = values[stocks[k]]
    returns[pairs++] = changes[k]
  }
  if (pairs < MINIMUM_PAIRS) return { rankIc: null, ic: null, pairs }
  const [x, y] = [factor.subarray(0, pairs), returns.subarray(0, pairs)]
  return { rankIc: spearman(x, y), ic: pearson(x, y), pairs }
}

/** Mean, ratio and t-statistics of an IC series, its null dates dropped (rules F3 to F5). */
export function icSummary(series: readonly (number | null)[]): IcSummary {
  const values = series.filter((value) => value !== null)
  const n = values.length
  const average = n === 0 ? null : mean(values)
  const std = standardDeviation(values)
  const ir = average === null || !std ? null : average / std
  const robust = neweyWest(values, MAXIMUM_LAG)
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
