import type { DateInt } from '../../src-shared/domain/date.ts'

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
  readonly tradingDaysPerYear: number
}

export interface CrossSection {
  /** Position of the test date in `dates`. */
  readonly day: number
  /** Stocks of the layers and the benchmark (rule F2): position in `symbols`, ascending. */
  readonly stocks: readonly number[]
  /** Stocks of the universe left out, each under the first reason that applies. */
  readonly dropped: { no_factor: number; not_buyable: number; no_price: number }
}

/** The cross-section of one test date (rule F2). On the last day of the data nothing can be bought or priced. */
export function crossSection(input: FactorTestInput, test: number): CrossSection {
  const count = input.symbols.length
  const day = input.testDates[test]
  const today = day * count
  const tomorrow = today + count
  const stocks: number[] = []
  const dropped = { no_factor: 0, not_buyable: 0, no_price: 0 }
  for (let stock = 0; stock < count; stock++) {
    if (input.universe[today + stock] !== 1) continue
    if (!Number.isFinite(input.factor[test][stock])) dropped.no_factor++
    else if (tomorrow >= input.adjVwap.length) dropped.no_price++
    else if (input.canBuy[tomorrow + stock] !== 1) dropped.not_buyable++
    else if (!Number.isFinite(input.adjVwap[tomorrow + stock])) dropped.no_price++
    else stocks.push(stock)
  }
  return { day, stocks, dropped }
}
