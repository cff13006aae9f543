import type { DateInt } from '../../src-shared/domain/date.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { type Ranking, ranking, type Sorted } from './ranking.ts'

/** What one single-factor test reads (methods 4). Matrices are day x stock, row-major: (t, i) at t * N + i. */
export interface FactorTestInput {
  readonly name: string
  readonly dates: ArrayLike<DateInt>
  readonly symbols: readonly string[]
  /** Adjusted vwap, NaN = missing. */
  readonly adjVwap: Float64Array
  /** Positions in `dates`, ascending. */
  readonly testDates: readonly number[]
  /** Per test date the factor of each stock, NaN = none. */
  readonly factor: readonly Float64Array[]
  /** 1 = in the universe on that day. */
  readonly universe: Uint8Array
  /** 1 = can be bought on that day (traded, no one-word limit-up); read on the day after a test date. */
  readonly canBuy: Uint8Array
  /** N of methods 4. */
  readonly layers: number
  /** Trading days from the fill to the end of the period return. */
  readonly horizon: number
  /**
   * Position in `dates` of the last day that the layers earn, not before the last fill; without it they are held to the end of the
   * data. IC and decay read prices beyond it.
   */
  readonly lastLayerDay?: number
  readonly tradingDaysPerYear: number
  /** How the excess of the layers is annualised (rule P3). */
  readonly annualisedExcess: StudyConfig['backtest']['annualisedExcess']
}

export interface CrossSection {
  /** Position of the test date in `dates`. */
  readonly day: number
  /** Stocks of the layers and the benchmark (rule F2): position in `symbols`, ascending. */
  readonly stocks: Int32Array
  /** The factor of these stocks, in their order. */
  readonly ranking: Ranking
  /** Stocks of the universe left out, each under the first reason that applies. */
  readonly dropped: { no_factor: number; not_buyable: number; no_price: number }
}

/**
 * Arrays for the numbers of one test date, each as long as there are stocks. A test lays one date after another into the same ones: new
 * memory for every date would take a sixth of its time.
 */
export interface DateArrays {
  readonly stocks: Int32Array
  readonly factor: Ranking
  readonly returns: Sorted
}

export function dateArrays({ symbols: { length } }: FactorTestInput): DateArrays {
  const sorted = (): Sorted => ({ values: new Float64Array(length), order: new Uint32Array(length) })
  return {
    stocks: new Int32Array(length),
    factor: { ...sorted(), ranks: new Float64Array(length) },
    returns: sorted(),
  }
}

/**
 * The cross-section of one test date (rule F2). On the last day of the data nothing can be bought or priced.
 *
 * @param arrays Where it is put, over the date that was there.
 */
export function crossSection(
  input: FactorTestInput,
  test: number,
  { stocks, factor: into }: DateArrays = dateArrays(input),
): CrossSection {
  const count = input.symbols.length
  const day = input.testDates[test]
  const today = day * count
  const tomorrow = today + count
  const { universe, canBuy, adjVwap } = input
  const factor = input.factor[test]
  let sorted = 0
  const dropped = { no_factor: 0, not_buyable: 0, no_price: 0 }
  for (let stock = 0; stock < count; stock++) {
    if (universe[today + stock] !== 1) continue
    if (!Number.isFinite(factor[stock])) dropped.no_factor++
    else if (tomorrow >= adjVwap.length) dropped.no_price++
    else if (canBuy[tomorrow + stock] !== 1) dropped.not_buyable++
    else if (!Number.isFinite(adjVwap[tomorrow + stock])) dropped.no_price++
    else {
      stocks[sorted] = stock
      into.values[sorted++] = factor[stock]
    }
  }
  return {
    day,
    stocks: stocks.subarray(0, sorted),
    ranking: ranking(into.values.subarray(0, sorted), into),
    dropped,
  }
}

/**
 * Adjusted vwap on day `to` over that on day `from`, less 1, per stock of `stocks`; NaN where either is missing or `to` is no day of the
 * data.
 *
 * @param into Where they are put, at least as long as `stocks`.
 */
export function vwapReturns(
  input: FactorTestInput,
  stocks: Int32Array,
  from: number,
  to: number,
  into: Float64Array = new Float64Array(stocks.length),
): Float64Array {
  const { adjVwap } = input
  const count = input.symbols.length
  const returns = into.subarray(0, stocks.length)
  if (to >= input.dates.length) return returns.fill(Number.NaN)
  for (let k = 0; k < stocks.length; k++) {
    const change = adjVwap[to * count + stocks[k]] / adjVwap[from * count + stocks[k]] - 1
    returns[k] = Number.isFinite(change) ? change : Number.NaN
  }
  return returns
}
