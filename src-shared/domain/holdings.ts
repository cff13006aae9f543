import { z } from 'zod'
import { dateInt } from './date.ts'
import { portfolioReport } from './portfolio.ts'

/** What a portfolio held at one close. Weights are fractions of the portfolio, cash included; of the benchmark, of its stocks. */
const value = z.number().nullable()

export const heldStock = z.object({
  symbol: z.string(),
  /** Empty where the store has none. */
  name: z.string(),
  /** As known on the day; null where none is stored. */
  industry: z.string().nullable(),
  weight: z.number(),
  benchmarkWeight: z.number(),
  /** Close to close before, adjusted; null where it did not trade, or never before. */
  dayReturn: value,
  /** In currency; null in a study without a capital. */
  value,
  /** Raw shares at the day's adjustment factor (rule B1); null in a study without a capital. */
  shares: value,
})
export type HeldStock = z.infer<typeof heldStock>

export const dayHoldings = z.object({
  model: z.string(),
  index: z.string(),
  /** The last trading day on or before the date asked for. */
  date: dateInt,
  /** 1 before the first fill. */
  nav: z.number(),
  cashWeight: z.number(),
  benchmarkWeights: portfolioReport.shape.benchmarkWeights,
  /** The last rebalance by then. */
  fillDate: dateInt,
  /** Held, or in the benchmark with a weight; the heaviest first. */
  stocks: z.array(heldStock),
})
export type DayHoldings = z.infer<typeof dayHoldings>
