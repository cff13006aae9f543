import { z } from 'zod'

const numbers = z.instanceof(Float64Array)

/**
 * The stored prices of one stock on the exchange days from its first bar to its last, T of them; raw, NaN = missing.
 */
export const stockPrices = z.object({
  symbol: z.string(),
  name: z.string(),
  /** T days. */
  dates: z.instanceof(Int32Array),
  /** Codes of DAY_STATE (coverage.ts). Prices of a day that is not traded are no observation (methods.md M3). */
  states: z.instanceof(Uint8Array),
  open: numbers,
  high: numbers,
  low: numbers,
  close: numbers,
  /** Official ex-rights previous close. */
  preclose: numbers,
  /** Shares. */
  volume: numbers,
  /** Currency. */
  amount: numbers,
  /** Cumulative adjustment factor in force: adjusted = raw x factor (methods.md 1). */
  factor: numbers,
  /** 1 = the close is at the upper price limit, -1 = at the lower one (methods.md M1). */
  limits: z.instanceof(Int8Array),
  /** Bars on no exchange day, which are left out. */
  barsOutside: z.int(),
})
export type StockPrices = z.infer<typeof stockPrices>

/**
 * `forward` puts earlier prices into terms of the last day: raw x factor / factor of the last day. `backward` puts later
 * prices into terms of the first day of the factors: raw x factor, which is what studies compute with.
 */
export const ADJUSTMENTS = ['raw', 'forward', 'backward'] as const
export type Adjustment = (typeof ADJUSTMENTS)[number]

/** Per day, what a raw price is multiplied by. */
export function adjustmentRatios(factor: Float64Array, adjustment: Adjustment): Float64Array {
  const base = adjustment === 'forward' ? (factor.at(-1) ?? 1) : 1
  return factor.map((value) => (adjustment === 'raw' ? 1 : value / base))
}

/** Positions of the days on which the factor changes, the first day excepted. */
export function exDays({ factor }: Pick<StockPrices, 'factor'>): number[] {
  return Array.from(factor.keys()).filter((t) => t > 0 && factor[t] !== factor[t - 1])
}
