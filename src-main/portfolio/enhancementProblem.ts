import type { PortfolioLimits } from '../../src-shared/domain/study.ts'
import type { RiskModel } from '../risk/model.ts'

/** One rebalance of methods 6: plain numbers per stock, N of each. Weights are fractions of the portfolio. */
export interface EnhancementProblem {
  /** z-scored composite factor, NaN = none. */
  readonly alpha: Float64Array
  /** Sums to 1. */
  readonly benchmark: Float64Array
  /** 1 = member of the benchmark index. */
  readonly member: Uint8Array
  /** 1 = in the investment universe. A stock outside it and outside the benchmark is sold. */
  readonly universe: Uint8Array
  /** Position in `industries`, -1 = unknown: these form one group of their own. Null switches the limit off. */
  readonly industry: Int32Array | null
  readonly industries: readonly string[]
  /** Size style exposure; null switches the limit off. */
  readonly size: Float64Array | null
  /** Drifted holdings; what is missing to 1 is cash. All 0 = first build, which has no turnover limit. */
  readonly held: Float64Array
  /** 1 = cannot trade: keeps its held weight, whatever its band. */
  readonly frozen: Uint8Array
  /** Styles other than size, as they stand in `risk`; each has the limit `styleActiveMax`. */
  readonly styles: readonly { readonly name: string; readonly exposure: Float64Array }[]
  /** Weights a stock may have in place of its band, NaN = its band; null: no stock has a rule of its own. */
  readonly stockRange: { readonly lower: Float64Array; readonly upper: Float64Array } | null
  /** Largest |w - held| of each stock, Infinity = any; null: no participation limit. */
  readonly tradeMax: Float64Array | null
  /** Null: neither risk aversion nor a tracking-error cap. */
  readonly risk: RiskModel | null
  /** Days of V in a year: tracking error = sqrt(a'Va x this). */
  readonly tradingDaysPerYear: number
  /** Its `stocks`, `hold`, `sell` and `participationMax` are in `stockRange`, `frozen` and `tradeMax`. */
  readonly limits: PortfolioLimits
}

/** One side of an aggregate limit. Bounds are on `sum coefficient_i w_i`, for turnover on `sum |w_i - held_i|`. */
export interface AggregateLimit {
  /** As in methods 6 and the results: `industry:+X`, `industry:-X`, `size:+`, `size:-`, `members`, `turnover`. */
  readonly name: string
  /** Limits that bound the same sum from two sides share a row. */
  readonly row: number
  readonly side: 'upper' | 'lower'
  readonly bound: number
  /** The value of the user's setting it comes from; both sides of an active limit share one. */
  readonly setting: number
}

export interface AggregateRow {
  /** Per stock; null for turnover. */
  readonly coefficients: Float64Array | null
  readonly lower: number
  readonly upper: number
}

export interface Aggregates {
  readonly rows: readonly AggregateRow[]
  readonly limits: readonly AggregateLimit[]
}

export const isFirstBuild = (problem: EnhancementProblem): boolean =>
  problem.held.every((weight) => weight === 0)

/** The stock's own range [lower, upper] of weights: band, long only, frozen, no alpha, outside the universe. */
export function weightBounds(problem: EnhancementProblem): { lower: Float64Array; upper: Float64Array } {
  const { alpha, benchmark, member, universe, held, frozen, limits } = problem
  const lower = new Float64Array(held.length)
  const upper = new Float64Array(held.length)
  held.forEach((weight, i) => {
    const inBenchmark = member[i] === 1 || benchmark[i] > 0
    if (frozen[i] === 1) {
      lower[i] = weight
      upper[i] = weight
    } else if (inBenchmark || universe[i] === 1) {
      lower[i] = Math.max(0, benchmark[i] - limits.stockActiveMax)
      upper[i] = benchmark[i] + limits.stockActiveMax
      if (!inBenchmark && Number.isNaN(alpha[i])) upper[i] = Math.min(upper[i], weight)
    }
  })
  return { lower, upper }
}

/** The aggregate limits that apply, industries in the order of `industries`, then unknown, size, members, turnover. */
export function aggregateLimits(problem: EnhancementProblem): Aggregates {
  const { benchmark, member, industry, industries, size, limits } = problem
  const rows: AggregateRow[] = []
  const sides: AggregateLimit[] = []
  const active = (name: (sign: '+' | '-') => string, coefficients: Float64Array, setting: number): void => {
    const centre = dot(coefficients, benchmark)
    const row = rows.length
    rows.push({ coefficients, lower: centre - setting, upper: centre + setting })
    sides.push({ name: name('+'), row, side: 'upper', bound: centre + setting, setting })
    sides.push({ name: name('-'), row, side: 'lower', bound: centre - setting, setting })
  }

  if (industry !== null && limits.industryActiveMax !== null) {
    for (let group = 0; group <= industries.length; group++) {
      const unknown = group === industries.length
      const coefficients = Float64Array.from(industry, (of) => ((unknown ? of < 0 : of === group) ? 1 : 0))
      if (!coefficients.includes(1)) continue
      const name = unknown ? 'unknown' : industries[group]
      active((sign) => `industry:${sign}${name}`, coefficients, limits.industryActiveMax)
    }
  }
  if (size !== null && limits.sizeActiveMax !== null) {
    active((sign) => `size:${sign}`, size, limits.sizeActiveMax)
  }
  const members = limits.memberWeightMin
  sides.push({ name: 'members', row: rows.length, side: 'lower', bound: members, setting: members })
  rows.push({ coefficients: Float64Array.from(member), lower: members, upper: Infinity })
  if (!isFirstBuild(problem)) {
    const turnover = limits.turnoverMax
    sides.push({ name: 'turnover', row: rows.length, side: 'upper', bound: turnover, setting: turnover })
    rows.push({ coefficients: null, lower: -Infinity, upper: turnover })
  }
  return { rows, limits: sides }
}

/** The sum an aggregate row bounds, at weights `w`. */
export function activity(row: AggregateRow, w: Float64Array, held: Float64Array): number {
  return row.coefficients === null ? twoSidedTurnover(w, held) : dot(row.coefficients, w)
}

export function twoSidedTurnover(w: Float64Array, held: Float64Array): number {
  return w.reduce((sum, weight, i) => sum + Math.abs(weight - held[i]), 0)
}

export function dot(a: ArrayLike<number>, b: Float64Array): number {
  return b.reduce((sum, value, i) => sum + a[i] * value, 0)
}
