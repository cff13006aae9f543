import { mean } from '../../src-shared/statistics.ts'
import { zScore } from '../market/standardise.ts'

/** What a factor is freed of on one date, per stock; a null part is left in. */
export interface NeutraliseBy {
  /** Industry of each stock, -1 unknown. */
  readonly industry: Int32Array | null
  /** Size of each stock in any linear unit, log of the float capitalisation say; NaN unknown. */
  readonly size: Float64Array | null
}

export interface Neutralised {
  /** z-scores of the residuals, NaN where the factor is. */
  readonly values: Float64Array
  /** Stocks with a factor but without an industry: these make one industry of their own. */
  readonly withoutIndustry: number
  /** Stocks with a factor but without a size: they count as of their industry's mean size, which moves no slope. */
  readonly withoutSize: number
}

/** A residual spread below this share of the factor's is rounding noise, as is a size's below this share of the largest. */
const ROUNDING = 1e-10

/**
 * Residuals of the least-squares regression of a date's factor on dummies of the industries, or a constant without them, and
 * on size, then z-scored. By Frisch, Waugh and Lovell that is the regression inside the industries: factor and size less their
 * industry's means, one slope for all.
 */
export function neutralise(factor: Float64Array, { industry, size }: NeutraliseBy): Neutralised {
  const has = (stock: number): boolean => !Number.isNaN(factor[stock])
  const group = (stock: number): number => (industry === null ? 0 : Math.max(industry[stock], -1) + 1)
  const centred = lessGroupMeans(factor, group, has)
  const centredSize = size === null ? null : lessGroupMeans(size, group, has)
  const hasSlope = size !== null && centredSize !== null && spread(centredSize) > ROUNDING * largest(size)
  const residual = hasSlope ? lessSlope(centred, centredSize) : centred
  const count = (missing: (stock: number) => boolean): number =>
    factor.reduce((sum, _, stock) => sum + (has(stock) && missing(stock) ? 1 : 0), 0)
  return {
    values:
      spread(residual) <= ROUNDING * spread(factor) ? residual.map((value) => value * 0) : zScore(residual),
    withoutIndustry: industry === null ? 0 : count((stock) => industry[stock] < 0),
    withoutSize: size === null ? 0 : count((stock) => Number.isNaN(size[stock])),
  }
}

/** Values less the mean of their group over the stocks of `among`; NaN elsewhere and where a value is. */
function lessGroupMeans(
  values: Float64Array,
  group: (stock: number) => number,
  among: (stock: number) => boolean,
): Float64Array {
  const sums: number[] = []
  const counts: number[] = []
  const counted = (stock: number): boolean => among(stock) && !Number.isNaN(values[stock])
  values.forEach((value, stock) => {
    if (!counted(stock)) return
    const at = group(stock)
    sums[at] = (sums[at] ?? 0) + value
    counts[at] = (counts[at] ?? 0) + 1
  })
  return values.map((value, stock) =>
    counted(stock) ? value - sums[group(stock)] / counts[group(stock)] : Number.NaN,
  )
}

/** `y` less its regression on `x`, both centred; where `x` is missing it counts as 0. */
function lessSlope(y: Float64Array, x: Float64Array): Float64Array {
  let xx = 0
  let xy = 0
  y.forEach((value, at) => {
    if (Number.isNaN(x[at])) return
    xx += x[at] ** 2
    xy += x[at] * value
  })
  return y.map((value, at) => (Number.isNaN(x[at]) ? value : value - (xy / xx) * x[at]))
}

/** Standard deviation, however small the unit of the values is; 0 of fewer than two. */
function spread(values: Float64Array): number {
  const present = values.filter((value) => !Number.isNaN(value))
  if (present.length < 2) return 0
  const centre = mean(present)
  return Math.sqrt(present.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (present.length - 1))
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => (Math.abs(value) > most ? Math.abs(value) : most), 0)
}
