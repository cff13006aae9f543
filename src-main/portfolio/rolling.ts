import { NOISE } from '../../src-shared/statistics.ts'
import type { Sample } from '../../src-shared/statistics.ts'

/**
 * Standard deviation (ddof 1, rule P2) of the last `window` >= 2 values up to each position; NaN at the first
 * window - 1. O(n), and as exact as computing every window by itself: no sum is ever subtracted from.
 */
export function slidingDeviation(x: Sample, window: number): Float64Array {
  const moments = Array.from(x, (mean): Moments => ({ count: 1, mean, squares: 0 }))
  return Float64Array.from(sliding(moments, window, combineMoments), (found) => {
    if (found === null) return Number.NaN
    const value = Math.sqrt(found.squares / (window - 1))
    return value < NOISE ? 0 : value
  })
}

/** prod(1 + x) of the last `window` returns up to each position; NaN at the first window - 1. O(n). */
export function slidingGrowth(returns: Sample, window: number): Float64Array {
  const growths = Array.from(returns, (value) => 1 + value)
  return Float64Array.from(
    sliding(growths, window, (a, b) => a * b),
    (found) => found ?? Number.NaN,
  )
}

interface Moments {
  readonly count: number
  readonly mean: number
  /** Sum of squared deviations from the mean. */
  readonly squares: number
}

/** Moments of two samples together (Chan, Golub and LeVeque 1983, equation 2.1). */
function combineMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count
  const gap = b.mean - a.mean
  return {
    count,
    mean: a.mean + (gap * b.count) / count,
    squares: a.squares + b.squares + (gap * gap * a.count * b.count) / count,
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
