import { cholesky } from './cholesky.ts'
import type { FactorForm, FormRow } from './form.ts'
import { Loadings } from './loadings.ts'

/** Ranges narrower than this are one value. */
export const POINT = 1e-13

/**
 * The problem of form.ts in its free stocks, those whose trade may go either way first. n free stocks, `pairs` of
 * them with lower < held < upper where trading has a price; arrays without another shape are per free stock.
 *
 *   w_i = origin_i + sign_i x_i           a stock that only buys (sign 1) or only sells (sign -1)
 *   w_i = held_i + x_i - x_{n + i}        a pair
 *   activity of row r = base_r + sum loading_ir a_i,   a = w - benchmark
 *
 * Constraints, and so their multipliers v, are in this order: the rows (budget first, then those of the form),
 * turnover, the cap; the last two only where they exist. A multiplier is that of the lower less that of the upper
 * side; the cap's activity is a'Va / 2.
 */
export interface Reduced {
  readonly n: number
  readonly pairs: number
  /** Position of each free stock in the form. */
  readonly stock: Int32Array
  readonly gain: Float64Array
  readonly benchmark: Float64Array
  readonly held: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly specific: Float64Array
  readonly origin: Float64Array
  readonly sign: Float64Array
  /** Ranges [0, room] of the n + pairs trades. */
  readonly room: Float64Array
  readonly tradeCost: number
  readonly riskAversion: number
  /** Per day; null: any. */
  readonly varianceMax: number | null
  /** Of each row; turnover and the cap are none. */
  readonly rows: readonly ReducedRow[]
  /** sum |w - held| = base + sum x; null without a limit on it. */
  readonly turnover: { readonly base: number; readonly max: number; readonly price: number } | null
  /** |w - held| of all stocks before any trade x. */
  readonly tradeBase: number
  /** How many constraints there are, and the positions of turnover and the cap among them; -1 where there is none. */
  readonly constraints: number
  readonly turnoverAt: number
  readonly capAt: number
  readonly loadings: Loadings
  /** Column of each row, and of each factor, in the loadings. */
  readonly rowColumn: Int32Array
  readonly factorColumn: Int32Array
  readonly factors: number
  /** Lower factor L of F = L L', factors x factors. */
  readonly root: Float64Array
  /** What fixed stocks add to B'a and to sum D a^2. */
  readonly fixedFactors: Float64Array
  readonly fixedVariance: number
}

export interface ReducedRow {
  readonly base: number
  /** Finite: a side that does not apply lies beyond what the ranges reach. */
  readonly lower: number
  readonly upper: number
  readonly lowerPrice: number
  readonly upperPrice: number
  /** More than each side can be passed by within the ranges; 0 for a side that does not apply. */
  readonly beyondLower: number
  readonly beyondUpper: number
}

/** The form without its fixed stocks, what they amount to in the bases. */
export function reduce(form: FactorForm): Reduced {
  const { lower, upper, held, benchmark, risk, tradeCost, riskAversion, varianceMax } = form
  const priced = form.turnover !== null || tradeCost > 0
  const free: number[] = []
  const fixed: number[] = []
  lower.forEach((low, i) => (upper[i] - low > POINT ? free : fixed).push(i))
  const twoSided = (i: number): boolean => priced && held[i] - lower[i] > POINT && upper[i] - held[i] > POINT
  const stock = Int32Array.from([...free.filter(twoSided), ...free.filter((i) => !twoSided(i))])
  const n = stock.length
  const pairs = free.reduce((count, i) => count + (twoSided(i) ? 1 : 0), 0)
  const pick = (values: Float64Array, width = 1, column = 0): Float64Array => {
    const picked = new Float64Array(n)
    for (let at = 0; at < n; at++) picked[at] = values[stock[at] * width + column]
    return picked
  }

  const origin = new Float64Array(n)
  const sign = new Float64Array(n).fill(1)
  const room = new Float64Array(n + pairs)
  stock.forEach((i, at) => {
    if (at < pairs) {
      origin[at] = held[i]
      room[at] = upper[i] - held[i]
      room[n + at] = held[i] - lower[i]
    } else {
      const sells = held[i] - upper[i] > -POINT
      origin[at] = sells ? upper[i] : lower[i]
      sign[at] = sells ? -1 : 1
      room[at] = upper[i] - lower[i]
    }
  })
  let tradeBase = fixed.reduce((sum, i) => sum + Math.abs(lower[i] - held[i]), 0)
  stock.forEach((i, at) => (tradeBase += Math.abs(origin[at] - held[i])))

  const factors = risk.factors.length
  const fixedFactors = new Float64Array(factors)
  let fixedVariance = 0
  for (const i of fixed) {
    const active = lower[i] - benchmark[i]
    fixedVariance += risk.specific[i] * active * active
    for (let k = 0; k < factors; k++) fixedFactors[k] += risk.exposure[i * factors + k] * active
  }
  const root = Float64Array.from(risk.covariance)
  cholesky(root, factors, 0)

  const row = ({ coefficients, lower: low, upper: high, ...prices }: FormRow): ReducedRow => {
    let base = 0
    for (const i of fixed) base += coefficients[i] * lower[i]
    let least = base
    let most = base
    for (let at = 0; at < n; at++) {
      const i = stock[at]
      const coefficient = coefficients[i]
      if (coefficient === 0) continue
      base += coefficient * benchmark[i]
      least += coefficient * (coefficient > 0 ? lower[i] : upper[i])
      most += coefficient * (coefficient > 0 ? upper[i] : lower[i])
    }
    const margin = 0.1 * (most - least) + 0.01
    return {
      base,
      lower: Number.isFinite(low) ? low : Math.min(least, high) - margin,
      upper: Number.isFinite(high) ? high : Math.max(most, low) + margin,
      ...prices,
      beyondLower: Number.isFinite(low) ? Math.max(0, low - least) + margin : 0,
      beyondUpper: Number.isFinite(high) ? Math.max(0, most - high) + margin : 0,
    }
  }
  const ones = new Float64Array(lower.length).fill(1)
  const columns = [
    pick(ones),
    ...form.rows.map(({ coefficients }) => pick(coefficients)),
    ...Array.from({ length: factors }, (_, k) => pick(risk.exposure, factors, k)),
  ]
  const loadings = new Loadings(columns, n)
  const turnoverAt = form.turnover === null ? -1 : form.rows.length + 1
  const beforeCap = form.rows.length + (form.turnover === null ? 1 : 2)
  return {
    n,
    pairs,
    stock,
    gain: pick(form.gain),
    benchmark: pick(benchmark),
    held: pick(held),
    lower: pick(lower),
    upper: pick(upper),
    specific: pick(risk.specific),
    origin,
    sign,
    room,
    tradeCost,
    riskAversion,
    varianceMax,
    rows: [
      row({ coefficients: ones, lower: 1, upper: 1, lowerPrice: Infinity, upperPrice: Infinity }),
      ...form.rows.map(row),
    ],
    turnover: form.turnover === null ? null : { base: tradeBase, ...form.turnover },
    tradeBase,
    constraints: beforeCap + (varianceMax === null ? 0 : 1),
    turnoverAt,
    capAt: varianceMax === null ? -1 : beforeCap,
    loadings,
    rowColumn: loadings.position.slice(0, form.rows.length + 1),
    factorColumn: loadings.position.slice(form.rows.length + 1),
    factors,
    root,
    fixedFactors,
    fixedVariance,
  }
}
