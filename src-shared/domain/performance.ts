import { z } from 'zod'
import { dateInt } from './date.ts'

/** Results of methods.md section 5. Undefined quantities are null (rule P2); fractions, never percent. */
const value = z.number().nullable()
/** Null in results of earlier versions too. */
const later = value.default(null)

export const drawdown = z.object({
  /** Largest 1 - NAV / running maximum, >= 0. */
  value: z.number(),
  /** Last day at the running maximum; null when that is the base before the first day, or there is no drawdown. */
  start: dateInt.nullable(),
  bottom: dateInt.nullable(),
  recovery: dateInt.nullable(),
})
export type Drawdown = z.infer<typeof drawdown>

export const performanceRow = z.object({
  first: dateInt,
  last: dateInt,
  days: z.int(),
  totalReturn: z.number(),
  benchmarkTotalReturn: z.number(),
  /** prod(1 + d) - 1, d = portfolio less benchmark return. */
  excessTotal: z.number(),
  annualisedReturn: z.number(),
  benchmarkAnnualisedReturn: z.number(),
  volatility: value,
  benchmarkVolatility: value,
  sharpe: value,
  annualisedExcess: value,
  trackingError: value,
  informationRatio: value,
  excessCalmar: value,
  drawdown,
  benchmarkDrawdown: drawdown,
  excessDrawdown: drawdown,
  monthlyWinRate: value,
  months: z.int(),
  turnoverPerRebalance: value,
  turnoverPerYear: value,
  /** Slope of the portfolio's daily return on the benchmark's. */
  beta: later,
  /** Annualised root mean square of the daily losses, target 0; over it the annualised return. */
  downsideDeviation: later,
  sortino: later,
  /** Annualised return over the maximum drawdown of the portfolio. */
  calmar: later,
  /** Root mean square of the daily drawdowns of the portfolio. */
  ulcerIndex: later,
  /** Loss of one day that the worst 5 % or 1 % of the days reach, and their mean loss; null where that is less than one day. */
  valueAtRisk95: later,
  expectedShortfall95: later,
  valueAtRisk99: later,
  expectedShortfall99: later,
  /** Gain that the best 5 % of the days reach over the loss that the worst reach. */
  tailRatio: later,
  /** Share of the days, and of the calendar years, with a positive excess. */
  dailyWinRate: later,
  yearlyWinRate: later,
  /** Highest and lowest return of the portfolio: of a day, a calendar month, a calendar year, partial ones included. */
  bestDay: later,
  worstDay: later,
  bestMonth: later,
  worstMonth: later,
  bestYear: later,
  worstYear: later,
})
export type PerformanceRow = z.infer<typeof performanceRow>

/** Over the last `window` days up to each date; the first window - 1 dates have none. */
export const rolling = z.object({
  window: z.int(),
  trackingError: z.array(value),
  informationRatio: z.array(value),
})
export type Rolling = z.infer<typeof rolling>

export const performance = z.object({
  full: performanceRow,
  years: z.array(performanceRow.extend({ year: z.int() })),
  /** Calendar months: prod(1 + r) - 1 of portfolio, benchmark and excess. month = yyyymm. */
  months: z.array(
    z.object({ month: z.int(), portfolio: z.number(), benchmark: z.number(), excess: z.number() }),
  ),
  /** The deepest five that do not overlap, deepest first, of the portfolio and of its excess. */
  drawdowns: z.array(drawdown).default([]),
  excessDrawdowns: z.array(drawdown).default([]),
  /** Null in results of earlier versions and under one window of days. */
  rolling: rolling.nullable().default(null),
})
export type Performance = z.infer<typeof performance>
