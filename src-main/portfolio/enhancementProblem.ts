import type { PortfolioLimits } from '../../src-shared/domain/study.ts'
import { total } from '../../src-shared/statistics.ts'
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
  /** Exposure to the style size; null switches the limit off. */
  readonly size: Float64Array | null
  /** Drifted holdings; what is missing to 1 is cash. All 0 = first build, which has no turnover limit. */
  readonly held: Float64Array
  /** 1 = cannot trade: keeps its held weight, whatever its band. */
  readonly frozen: Uint8Array
  /** Styles other than size; each has the limit `styleActiveMax`. */
  readonly styles: readonly { readonly name: string; readonly exposure: Float64Array }[]
  /**
   * Weights a stock may have in place of its band, NaN = its band, and 1 = that is the 0 of the list `sell`; null: no stock has a
   * rule of its own.
   */
  readonly stockRange: {
    readonly lower: Float64Array
    readonly upper: Float64Array
    readonly sold: Uint8Array
  } | null
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
  /**
   * As in methods 6 and the results: `industry:+X`, `industry:-X`, `size:+`, `size:-`, `style:+X`, `style:-X`, `members`,
   * `turnover`.
   */
  readonly name: string
  /** Limits that bound the same sum from two sides share a row. */
  readonly row: number
  readonly side: 'upper' | 'lower'
  readonly bound: number
  /** The value of the user's setting it comes from; both sides of an active limit share one. */
  readonly setting: number
  /** Soft: what a unit of slack takes from the objective. Null = hard: gives only when the limits cannot all hold. */
  readonly price: number | null
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

/**
 * The stock's own range [lower, upper] of weights, N of each.
 *
 * - Outside universe and benchmark: sold, but for the least weight its `stockRange` asks for. Otherwise its `stockRange`, or
 *   the band around its benchmark weight; long only.
 * - Without alpha and outside the benchmark: not bought, except up to the least weight its range asks for.
 * - `tradeMax`: the part of that within reach of the held weight. A holding too far outside for one trade moves as far as it
 *   may, so both bounds are the nearest weight it can reach.
 * - Frozen: the held weight, whatever the above.
 */
export function weightBounds(problem: EnhancementProblem): { lower: Float64Array; upper: Float64Array } {
  const { alpha, benchmark, member, universe, held, frozen, stockRange, tradeMax, limits } = problem
  const lower = new Float64Array(held.length)
  const upper = new Float64Array(held.length)
  held.forEach((weight, i) => {
    if (frozen[i] === 1) {
      lower[i] = weight
      upper[i] = weight
      return
    }
    const inBenchmark = member[i] === 1 || benchmark[i] > 0
    if (inBenchmark || universe[i] === 1) {
      lower[i] = Math.max(0, ownOr(stockRange?.lower[i], benchmark[i] - limits.stockActiveMax))
      upper[i] = ownOr(stockRange?.upper[i], benchmark[i] + limits.stockActiveMax)
      if (!inBenchmark && Number.isNaN(alpha[i])) upper[i] = Math.min(upper[i], Math.max(weight, lower[i]))
    } else {
      lower[i] = ownOr(stockRange?.lower[i], 0)
      upper[i] = lower[i]
    }
    if (tradeMax !== null) {
      const reach = (bound: number): number =>
        Math.min(Math.max(bound, weight - tradeMax[i]), weight + tradeMax[i])
      lower[i] = reach(lower[i])
      upper[i] = reach(upper[i])
    }
  })
  return { lower, upper }
}

const ownOr = (own: number | undefined, band: number): number =>
  own === undefined || Number.isNaN(own) ? band : own

/**
 * The aggregate limits that apply: industries in the order of `industries`, unknown, size, styles, members, turnover. Under a
 * limit of participation a portfolio takes weeks to build, so that investing its cash does not count in turnover
 * (docs/decisions/0014).
 */
export function aggregateLimits(problem: EnhancementProblem): Aggregates {
  const { benchmark, member, industry, industries, size, styles, held, tradeMax, limits } = problem
  const price = (kind: keyof PortfolioLimits['soft']): number | null => limits.soft[kind] ?? null
  const rows: AggregateRow[] = []
  const sides: AggregateLimit[] = []
  const active = (
    kind: 'industry' | 'size' | 'style',
    name: string,
    coefficients: Float64Array,
    setting: number,
  ): void => {
    const centre = dot(coefficients, benchmark)
    const [lower, upper] = [centre - setting, centre + setting]
    const shared = { row: rows.length, setting, price: price(kind) }
    sides.push({ name: `${kind}:+${name}`, side: 'upper', bound: upper, ...shared })
    sides.push({ name: `${kind}:-${name}`, side: 'lower', bound: lower, ...shared })
    rows.push({ coefficients, lower, upper })
  }
  const oneSided = (
    kind: 'members' | 'turnover',
    coefficients: Float64Array | null,
    side: AggregateLimit['side'],
    bound: number,
    setting: number,
  ): void => {
    sides.push({ name: kind, row: rows.length, side, bound, setting, price: price(kind) })
    const [lower, upper] = side === 'lower' ? [bound, Infinity] : [-Infinity, bound]
    rows.push({ coefficients, lower, upper })
  }

  if (industry !== null && limits.industryActiveMax !== null) {
    for (const [name, coefficients] of industryGroups(industry, industries)) {
      active('industry', name, coefficients, limits.industryActiveMax)
    }
  }
  if (size !== null && limits.sizeActiveMax !== null) active('size', '', size, limits.sizeActiveMax)
  if (limits.styleActiveMax !== null) {
    for (const { name, exposure } of styles) active('style', name, exposure, limits.styleActiveMax)
  }
  const { memberWeightMin, turnoverMax } = limits
  oneSided('members', Float64Array.from(member), 'lower', memberWeightMin, memberWeightMin)
  const toInvest = tradeMax === null ? 0 : Math.max(0, 1 - total(held))
  if (!isFirstBuild(problem)) oneSided('turnover', null, 'upper', turnoverMax + toInvest, turnoverMax)
  return { rows, limits: sides }
}

/** 1 for the stocks of a group; groups without a stock are left out. */
function industryGroups(industry: Int32Array, industries: readonly string[]): [string, Float64Array][] {
  const groups: (Float64Array | undefined)[] = []
  for (let i = 0; i < industry.length; i++) {
    const at = industry[i] < 0 ? industries.length : industry[i]
    groups[at] ??= new Float64Array(industry.length)
    groups[at][i] = 1
  }
  return [...industries, 'unknown'].flatMap((name, at) => {
    const coefficients = groups[at]
    return coefficients === undefined ? [] : [[name, coefficients]]
  })
}

/** The sum an aggregate row bounds, at weights `w`. */
export function activity(row: AggregateRow, w: Float64Array, held: Float64Array): number {
  return row.coefficients === null ? twoSidedTurnover(w, held) : dot(row.coefficients, w)
}

export function twoSidedTurnover(w: Float64Array, held: Float64Array): number {
  let sum = 0
  for (let i = 0; i < w.length; i++) sum += Math.abs(w[i] - held[i])
  return sum
}

export function dot(a: ArrayLike<number>, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < b.length; i++) sum += a[i] * b[i]
  return sum
}
