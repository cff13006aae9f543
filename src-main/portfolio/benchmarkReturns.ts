import { type DateInt, formatDate } from '../../src-shared/domain/date.ts'
import type { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { portfolioErrors } from '../../src-shared/locales/errors/portfolios.ts'
import type { IndexData } from '../market/panel.ts'
import type { BenchmarkWeights } from './benchmarkWeights.ts'

export interface BenchmarkReturns {
  /** `published`: index close to close. `weights`: the benchmark weights of the day before times the stocks' returns. */
  readonly source: 'published' | 'weights'
  /** Per day; NaN up to and including day `from`. A day without a published close returns 0 and the next one catches up. */
  readonly returns: Float64Array
  /** Days after `from` without a published close that one before and one after enclose; none when made of weights. */
  readonly gaps: ReadonlySet<number>
}

/**
 * Daily benchmark returns after day `from` (methods 7): published when the index has a close on or before `from`, else
 * those of its weights.
 *
 * Errors: data_insufficient when the published closes end before the last day: nothing later would catch up.
 *
 * @param dates The days, ascending.
 * @param returns Close-to-close returns, day x stock, NaN = no trade (rule M3).
 */
export function benchmarkReturns(
  index: IndexData,
  weights: BenchmarkWeights,
  returns: Float64Array,
  dates: ArrayLike<DateInt>,
  from: number,
): BenchmarkReturns {
  const days = dates.length
  const series = new Float64Array(days).fill(Number.NaN)
  const first = index.close?.subarray(0, from + 1).findLast(Number.isFinite)
  if (index.close !== null && first !== undefined) {
    const last = index.close.findLastIndex(Number.isFinite)
    if (last < days - 1) throw closesEnd(index.symbol, dates[last], dates[days - 1])
    let close = first
    const gaps = new Set<number>()
    for (let day = from + 1; day < days; day++) {
      const known = Number.isFinite(index.close[day])
      if (!known) gaps.add(day)
      const next = known ? index.close[day] : close
      series[day] = next / close - 1
      close = next
    }
    return { source: 'published', returns: series, gaps }
  }
  for (let day = from + 1; day < days; day++) {
    const before = weights.at(day - 1).weights
    series[day] = before.reduce((sum, weight, stock) => {
      const earned = returns[day * before.length + stock]
      return Number.isFinite(earned) ? sum + weight * earned : sum
    }, 0)
  }
  return { source: 'weights', returns: series, gaps: new Set() }
}

function closesEnd(symbol: string, last: DateInt, end: DateInt): PlateauError {
  return failure(
    portfolioErrors.closesEnd,
    { symbol, last: formatDate(last), end: formatDate(end) },
    { place: { field: 'period.predictEnd' } },
  )
}
