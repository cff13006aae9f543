import type { IndexData } from '../market/panel.ts'
import type { BenchmarkWeights } from './benchmarkWeights.ts'

export interface BenchmarkReturns {
  /** `published`: index close to close. `weights`: the benchmark weights of the day before times the stocks' returns. */
  readonly source: 'published' | 'weights'
  /** Per day; NaN up to and including day `from`. A day without a published close returns 0 and the next one catches up. */
  readonly returns: Float64Array
}

/**
 * Daily benchmark returns after day `from` (methods 7): published when the index has a close on or before `from`, else
 * those of its weights.
 *
 * @param returns Close-to-close returns, day x stock, NaN = no trade (rule M3).
 */
export function benchmarkReturns(
  index: IndexData,
  weights: BenchmarkWeights,
  returns: Float64Array,
  days: number,
  from: number,
): BenchmarkReturns {
  const series = new Float64Array(days).fill(Number.NaN)
  const first = index.close?.subarray(0, from + 1).findLast(Number.isFinite)
  if (index.close !== null && first !== undefined) {
    let close = first
    for (let day = from + 1; day < days; day++) {
      const next = Number.isFinite(index.close[day]) ? index.close[day] : close
      series[day] = next / close - 1
      close = next
    }
    return { source: 'published', returns: series }
  }
  for (let day = from + 1; day < days; day++) {
    const before = weights.at(day - 1).weights
    series[day] = before.reduce((sum, weight, stock) => {
      const earned = returns[day * before.length + stock]
      return Number.isFinite(earned) ? sum + weight * earned : sum
    }, 0)
  }
  return { source: 'weights', returns: series }
}
