import { NOISE, type Sample } from '../statistics.ts'
import { excessPerYear, perYear, ratio } from './annual.ts'
import { difference } from './days.ts'
import type { PerformanceInput } from './row.ts'

/** Per day what a row of performance of the `window` days up to it says; null on the first window - 1 days. */
export interface RollingStatistics {
  readonly window: number
  readonly volatility: (number | null)[]
  readonly sharpe: (number | null)[]
  readonly beta: (number | null)[]
  readonly annualisedExcess: (number | null)[]
  readonly trackingError: (number | null)[]
  readonly informationRatio: (number | null)[]
}
export type RollingMeasure = Exclude<keyof RollingStatistics, 'window'>

/**
 * Figures over the last `window` >= 2 days up to each day (methods 5, rule P2); null under `window` days. O(n), and as exact as a row of
 * every window by itself: no sum is ever subtracted from.
 */
export function rollingStatistics(
  {
    portfolio,
    benchmark,
    tradingDaysPerYear,
    annualisedExcess: convention,
  }: Pick<PerformanceInput, 'portfolio' | 'benchmark' | 'tradingDaysPerYear' | 'annualisedExcess'>,
  window: number,
): RollingStatistics | null {
  if (portfolio.length < window) return null
  const excess = difference(portfolio, benchmark)
  const [p, b, d] = [portfolio, benchmark, excess].map((returns) => slidingGrowth(returns, window))
  const ofPortfolio = slidingMoments(portfolio, benchmark, window)
  const ofExcess = slidingMoments(excess, benchmark, window)
  const power = tradingDaysPerYear / window
  const deviation = (squares: number): number => {
    const daily = Math.sqrt(squares / (window - 1))
    return daily < NOISE ? 0 : daily * Math.sqrt(tradingDaysPerYear)
  }
  const volatility = ofPortfolio.map((found) => found && deviation(found.squares))
  const trackingError = ofExcess.map((found) => found && deviation(found.squares))
  const annualisedExcess = ofExcess.map(
    (found, day) =>
      found && excessPerYear(convention, { portfolio: p[day], benchmark: b[day], excess: d[day] }, power),
  )
  return {
    window,
    volatility,
    sharpe: volatility.map((spread, day) => ratio(perYear(p[day], power), spread)),
    beta: ofPortfolio.map((found) =>
      found === null || deviation(found.otherSquares) === 0 ? null : found.products / found.otherSquares,
    ),
    annualisedExcess,
    trackingError,
    informationRatio: annualisedExcess.map((gain, day) =>
      gain === null ? null : ratio(gain, trackingError[day]),
    ),
  }
}

/** prod(1 + x) of the last `window` returns up to each position; NaN where there are fewer. */
function slidingGrowth(returns: Sample, window: number): Float64Array {
  const growths = Array.from(returns, (value) => 1 + value)
  return Float64Array.from(
    sliding(growths, window, (a, b) => a * b),
    (found) => found ?? Number.NaN,
  )
}

/** Of pairs of values: sums of squared deviations from the mean, and of the products of both deviations. */
interface Moments {
  readonly count: number
  readonly mean: number
  readonly otherMean: number
  readonly squares: number
  readonly otherSquares: number
  readonly products: number
}

/** Moments of the last `window` pairs up to each position; null where there are fewer. */
function slidingMoments(x: Sample, other: Sample, window: number): (Moments | null)[] {
  const single = Array.from(x, (mean, at): Moments => ({
    count: 1,
    mean,
    otherMean: other[at],
    squares: 0,
    otherSquares: 0,
    products: 0,
  }))
  return sliding(single, window, combineMoments)
}

/** Moments of two samples together (Chan, Golub and LeVeque 1983, equation 2.1). */
function combineMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count
  const gap = b.mean - a.mean
  const otherGap = b.otherMean - a.otherMean
  const share = (a.count * b.count) / count
  return {
    count,
    mean: a.mean + (gap * b.count) / count,
    otherMean: a.otherMean + (otherGap * b.count) / count,
    squares: a.squares + b.squares + gap * gap * share,
    otherSquares: a.otherSquares + b.otherSquares + otherGap * otherGap * share,
    products: a.products + b.products + gap * otherGap * share,
  }
}

/**
 * The last `window` items up to each position, combined; null where there are fewer. `combine` is associative.
 * In blocks of `window` items, a window is the tail of one block and the head of the next (van Herk 1992).
 */
function sliding<T>(items: readonly T[], window: number, combine: (a: T, b: T) => T): (T | null)[] {
  const heads = items.slice()
  const tails = items.slice()
  for (let at = 0; at < items.length; at++) {
    if (at % window !== 0) heads[at] = combine(heads[at - 1], items[at])
  }
  for (let at = items.length - 2; at >= 0; at--) {
    if ((at + 1) % window !== 0) tails[at] = combine(items[at], tails[at + 1])
  }
  return heads.map((head, end) => {
    const start = end - window + 1
    if (start < 0) return null
    return start % window === 0 ? head : combine(tails[start], head)
  })
}
