import { z } from 'zod'
import { dateInt } from './date.ts'

/** Results of methods.md section 4, rules F1 to F11. */
const value = z.number().nullable()

export const icSummary = z.object({
  n: z.int(),
  mean: value,
  std: value,
  /** mean / std, not annualised. */
  ir: value,
  sharePositive: value,
  t: value,
  /** As many dates as the return of one overlaps, at least 4 (rule F5), at most n - 1. */
  neweyWestLag: z.int().nullable(),
  neweyWestT: value,
})
export type IcSummary = z.infer<typeof icSummary>

export const layerPerformance = z.object({
  /** 1 = TOP. */
  layer: z.int(),
  totalReturn: z.number(),
  annualisedReturn: z.number(),
  volatility: value,
  maxDrawdown: z.number(),
  annualisedExcess: value,
  trackingError: value,
  informationRatio: value,
  monthlyWinRate: value,
  excessMaxDrawdown: z.number(),
  turnoverPerRebalance: value,
  turnoverPerYear: value,
})
export type LayerPerformance = z.infer<typeof layerPerformance>

export const factorReport = z.object({
  /** Row label: an optimizer's composite, or `AdamW / daily` for one frequency. */
  name: z.string(),
  testDates: z.array(dateInt),
  rankIc: z.array(value),
  ic: z.array(value),
  /** Stocks with factor and period return on each test date. */
  pairs: z.array(z.int()),
  rankIcSummary: icSummary,
  icSummary,
  /** Test dates without a RankIC (under 10 pairs or no variance). */
  skippedDates: z.int(),
  /** Stock-dates of the universe that left the test, by reason. */
  dropped: z.array(z.object({ reason: z.enum(['no_factor', 'not_buyable', 'no_price']), count: z.int() })),
  universeStockDates: z.int(),
  /** Last test date with a factor value in the universe; null without one, and in results from before it was told. */
  lastValueDate: dateInt.nullable().default(null),
  /** Fills of the layers, the first build included; null in results from before it was told. */
  rebalances: z.int().nullable().default(null),
  returnDates: z.array(dateInt),
  /** [layer][return date], daily. */
  layerReturns: z.array(z.array(z.number())),
  benchmarkReturns: z.array(z.number()),
  layers: z.array(layerPerformance),
  benchmark: z.object({
    totalReturn: z.number(),
    annualisedReturn: z.number(),
    volatility: value,
    maxDrawdown: z.number(),
    turnoverPerRebalance: value,
  }),
  topMinusBottom: z.object({ annualised: value, volatility: value, ratio: value, maxDrawdown: z.number() }),
  monotonicity: value,
})
export type FactorReport = z.infer<typeof factorReport>
