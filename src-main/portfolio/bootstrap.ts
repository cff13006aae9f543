import type { BootstrapSettings } from '../../src-shared/domain/comparison.ts'
import { createRandom } from '../../src-shared/random.ts'
import type { Sample } from '../../src-shared/statistics.ts'

/**
 * Means of resampled series by the stationary block bootstrap (Politis & Romano 1994): blocks of a circular series,
 * starts uniform, lengths geometric with mean `expectedBlock`. One mean per draw. The blocks depend on the seed and
 * on the length of the series alone, so that equal seeds keep several series paired.
 */
export function stationaryBootstrapMeans(
  x: Sample,
  { expectedBlock, draws, seed }: BootstrapSettings,
): Float64Array {
  const n = x.length
  // A block is a difference of two running sums over the series written twice, whatever its length.
  const sums = new Float64Array(2 * n + 1)
  for (let i = 0; i < 2 * n; i++) sums[i + 1] = sums[i] + x[i % n]
  const random = createRandom(seed)
  const logStay = Math.log1p(-1 / expectedBlock)
  const means = new Float64Array(draws)
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0
    for (let left = n; left > 0;) {
      const start = random.below(n)
      const length = Math.min(left, 1 + Math.floor(Math.log(1 - random.uniform()) / logStay))
      sum += sums[start + length] - sums[start]
      left -= length
    }
    means[draw] = sum / n
  }
  return means
}

/** The central `level` of the draws: empirical quantiles, linear between order statistics. */
export function percentileInterval(draws: Float64Array, level: number): { lower: number; upper: number } {
  const sorted = draws.toSorted()
  const quantile = (probability: number): number => {
    const at = probability * (sorted.length - 1)
    const below = Math.floor(at)
    const above = Math.min(below + 1, sorted.length - 1)
    return sorted[below] + (at - below) * (sorted[above] - sorted[below])
  }
  const tail = (1 - level) / 2
  return { lower: quantile(tail), upper: quantile(1 - tail) }
}
