import type { DateInt } from '../../src-shared/domain/date.ts'

/** Prices and trading states a backtest reads, day x stock. NaN = missing. */
export interface TradingData {
  readonly dates: ArrayLike<DateInt>
  readonly symbols: readonly string[]
  /** Raw. */
  readonly close: Float64Array
  /** Raw, the stand-in already in place where one is allowed. */
  readonly vwap: Float64Array
  /** Cumulative adjustment factor: adjusted = raw x factor. */
  readonly factor: Float64Array
  /** 1 = traded that day. */
  readonly traded: Uint8Array
  /** 1 = the whole day at the limit price. */
  readonly oneWordUp: Uint8Array
  readonly oneWordDown: Uint8Array
}

/** What is held between days: adjusted units per stock (rule B1) and cash, as shares of the initial capital. */
export interface Holdings {
  readonly units: Float64Array
  readonly cash: number
}

/** Holdings at adjusted prices (rule B1), into `values` per stock; returns the value of all with cash. */
export function valueAt({ units, cash }: Holdings, price: Float64Array, values: Float64Array): number {
  let total = cash
  for (let stock = 0; stock < units.length; stock++) {
    values[stock] = units[stock] > 0 ? units[stock] * price[stock] : 0
    total += values[stock]
  }
  return total
}
