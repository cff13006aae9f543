import type { IcSummary } from '../../src-shared/domain/factor.ts'
import { mean, neweyWest, pearson, spearman, standardDeviation } from '../../src-shared/statistics.ts'
import type { CrossSection, FactorTestInput } from './input.ts'

/** A date with fewer stocks has no IC (rule F3). */
const MINIMUM_PAIRS = 10
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
  const count = input.symbols.length
  const fill = (section.day + 1) * count
  const end = fill + input.horizon * count
  const factor: number[] = []
  const returns: number[] = []
  for (const stock of section.stocks) {
    const change = input.adjVwap[end + stock] / input.adjVwap[fill + stock] - 1
    if (end >= input.adjVwap.length || !Number.isFinite(change)) continue
    factor.push(input.factor[test][stock])
    returns.push(change)
  }
  if (factor.length < MINIMUM_PAIRS) return { rankIc: null, ic: null, pairs: factor.length }
  return { rankIc: spearman(factor, returns), ic: pearson(factor, returns), pairs: factor.length }
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
