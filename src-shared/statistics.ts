import { ascendingOrder } from './sortOrder.ts'

/**
 * Statistics shared by performance, factor tests and composites. Samples are plain number sequences without missing
 * values unless said; every standard deviation has ddof 1.
 */
export type Sample = ArrayLike<number>

/** A spread below this is rounding noise and counts as 0 (methods 9, rules P2 and F3). */
export const NOISE = 1e-12

export function total(x: Sample): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]
  return sum
}

export function mean(x: Sample): number {
  return total(x) / x.length
}

/** Standard deviation, ddof 1; null with fewer than two values, 0 when it is rounding noise (rule P2). */
export function standardDeviation(x: Sample): number | null {
  if (x.length < 2) return null
  const value = Math.sqrt(squaredDeviations(x, mean(x)) / (x.length - 1))
  return value < NOISE ? 0 : value
}

/** prod(1 + x) of a return series. */
export function growth(returns: Sample): number {
  let value = 1
  for (let i = 0; i < returns.length; i++) value *= 1 + returns[i]
  return value
}

/** prod(1 + x)^(Y/T) - 1, T = number of returns (methods 5). */
export function annualise(returns: Sample, tradingDaysPerYear: number): number {
  return growth(returns) ** (tradingDaysPerYear / returns.length) - 1
}

/**
 * Pearson correlation, whatever the units of the sides. Null when either side has no variance: the population deviation is not above
 * 1e-12 of the largest absolute value. For values of the order of 1 that is rule F3's 1e-12, and a side that is constant up to
 * rounding has none in any unit. Sums of the values have to be finite.
 */
export function pearson(x: Sample, y: Sample): number | null {
  const [centreX, scaleX, sizeX] = spread(x)
  const [centreY, scaleY, sizeY] = spread(y)
  let squaresX = 0
  let squaresY = 0
  let products = 0
  for (let i = 0; i < x.length; i++) {
    const deviationX = (x[i] - centreX) * scaleX
    const deviationY = (y[i] - centreY) * scaleY
    squaresX += deviationX * deviationX
    squaresY += deviationY * deviationY
    products += deviationX * deviationY
  }
  const varies = (squares: number, size: number): boolean => Math.sqrt(squares / x.length) > NOISE * size
  if (!varies(squaresX, sizeX) || !varies(squaresY, sizeY)) return null
  return products / Math.sqrt(squaresX * squaresY)
}

/**
 * Mean, a scale that brings the largest deviation from it near 1, so that squares neither underflow nor overflow, and the largest
 * absolute value in that scale. A power of two, the scale rounds nothing.
 */
function spread(x: Sample): readonly [centre: number, scale: number, size: number] {
  let sum = 0
  let least = Infinity
  let most = -Infinity
  for (let i = 0; i < x.length; i++) {
    const value = x[i]
    sum += value
    if (value < least) least = value
    if (value > most) most = value
  }
  const centre = sum / x.length
  const scale =
    2 ** Math.min(LARGEST_EXPONENT, -Math.floor(Math.log2(Math.max(centre - least, most - centre))))
  return [centre, scale, Math.max(Math.abs(least), Math.abs(most)) * scale]
}

/** Of a double. */
const LARGEST_EXPONENT = 1023

/**
 * Slope of the least-squares line of y on x, cov(x, y) / var(x): a portfolio's beta on its benchmark. Null under two pairs, and where x has
 * no spread (rule P2).
 */
export function slope(y: Sample, x: Sample): number | null {
  if (!standardDeviation(x)) return null
  const [centreX, centreY] = [mean(x), mean(y)]
  let products = 0
  let squares = 0
  for (let i = 0; i < x.length; i++) {
    products += (x[i] - centreX) * (y[i] - centreY)
    squares += (x[i] - centreX) ** 2
  }
  return products / squares
}

/** Ranks from 1, ties sharing the mean of their ranks. */
export function averageRanks(x: Sample): Float64Array {
  const values = Float64Array.from(x)
  return ranksAlong(ascendingOrder(values), values)
}

/**
 * Average ranks of the positions `order` of `x`, ascending by value, among themselves; 0 at all others.
 *
 * @param into Where they are put, at least as long as `x`.
 */
export function ranksAlong(
  order: Uint32Array,
  x: Float64Array,
  into: Float64Array = new Float64Array(x.length),
): Float64Array {
  const n = order.length
  const ranks = into.subarray(0, x.length)
  if (n < x.length) ranks.fill(0)
  const share = (first: number, end: number): void => {
    for (let k = first; k < end; k++) ranks[order[k]] = (first + 1 + end) / 2
  }
  let first = 0
  let previous = Number.NaN
  for (let k = 0; k < n; k++) {
    const at = order[k]
    ranks[at] = k + 1
    if (x[at] === previous) continue
    if (k - first > 1) share(first, k)
    first = k
    previous = x[at]
  }
  if (n - first > 1) share(first, n)
  return ranks
}

/** Spearman correlation: Pearson of average ranks (rule F3); null without variance. */
export function spearman(x: Sample, y: Sample): number | null {
  return pearson(averageRanks(x), averageRanks(y))
}

export interface NeweyWest {
  /** Lag used: min(maxLag, n - 1). */
  readonly lag: number
  /** mean / sqrt(S / n); null when S <= 0. */
  readonly t: number | null
}

/** Newey-West t of the mean with Bartlett weights, no small-sample correction (rule F5). Null for an empty sample. */
export function neweyWest(x: Sample, maxLag: number): NeweyWest | null {
  const n = x.length
  if (n === 0) return null
  const lag = Math.min(maxLag, n - 1)
  const centre = mean(x)
  let longRunVariance = squaredDeviations(x, centre) / n
  for (let j = 1; j <= lag; j++) {
    let covariance = 0
    for (let i = j; i < n; i++) covariance += (x[i] - centre) * (x[i - j] - centre)
    longRunVariance += (2 * (1 - j / (lag + 1)) * covariance) / n
  }
  // A constant sample leaves a variance of rounding noise, which is no variance.
  return { lag, t: longRunVariance < NOISE * NOISE ? null : centre / Math.sqrt(longRunVariance / n) }
}

function squaredDeviations(x: Sample, centre: number): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] - centre) ** 2
  return sum
}
