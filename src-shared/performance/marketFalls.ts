import type { DateInt } from '../domain/date.ts'
import { growth } from '../statistics.ts'
import { difference } from './days.ts'
import { deepestDrawdowns } from './drawdown.ts'

/** A fall of the market, and what a portfolio did in it; returns as fractions over the same days. */
export interface MarketFall {
  /** Last day at the running maximum of the benchmark; null: the base before the first day. */
  readonly start: DateInt | null
  readonly bottom: DateInt
  /** Trading days from start to bottom. */
  readonly days: number
  readonly benchmark: number
  readonly portfolio: number
  /** prod(1 + daily excess) - 1, as the excess NAV. */
  readonly excess: number
}

/**
 * The deepest `count` drawdowns of the benchmark (rule P4), deepest first, each from the day after its start to its bottom, with the
 * portfolio over just these days.
 */
export function marketFalls(
  dates: readonly DateInt[],
  portfolio: Float64Array,
  benchmark: Float64Array,
  count: number,
): MarketFall[] {
  return deepestDrawdowns(dates, benchmark, count).map(({ start, bottom }) => {
    const from = start === null ? 0 : dates.indexOf(start) + 1
    const to = dates.indexOf(bottom!) + 1
    const [own, market] = [portfolio.subarray(from, to), benchmark.subarray(from, to)]
    return {
      start,
      bottom: bottom!,
      days: to - from,
      benchmark: growth(market) - 1,
      portfolio: growth(own) - 1,
      excess: growth(difference(own, market)) - 1,
    }
  })
}
