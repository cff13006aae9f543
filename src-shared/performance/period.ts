import type { Period } from '../charts/period.ts'
import type { PerformanceRow } from '../domain/performance.ts'
import type { PortfolioReport } from '../domain/portfolio.ts'
import type { StudyConfig } from '../domain/study.ts'
import { lowerBound } from '../sorted.ts'
import { type PerformanceInput, performanceRow } from './row.ts'

type Conventions = Pick<StudyConfig['backtest'], 'tradingDaysPerYear' | 'annualisedExcess'>

/** Rule P6: fewer trading days say nothing of a year. */
export const DAYS_TO_ANNUALISE = 60

/** What statistics of a portfolio are computed from: its stored daily returns and the turnover of its fills. */
export function performanceInput(
  { dates, returns, benchmarkReturns, ledger }: PortfolioReport,
  { tradingDaysPerYear, annualisedExcess }: Conventions,
): PerformanceInput {
  return {
    dates,
    portfolio: Float64Array.from(returns),
    benchmark: Float64Array.from(benchmarkReturns),
    // The compared days begin on the day after the first build.
    rebalances: ledger.map(({ fillDate, turnover }) => ({
      date: fillDate,
      turnover,
      initial: fillDate < dates[0],
    })),
    tradingDaysPerYear,
    annualisedExcess,
  }
}

/** The row of performance of the days of a period, both ends included, or of all days where there is none; null without a day in it. */
export function periodRow(input: PerformanceInput, period: Period | null): PerformanceRow | null {
  const from = period === null ? 0 : lowerBound(input.dates, period.first)
  const to = period === null ? input.dates.length : lowerBound(input.dates, period.last + 1)
  return to <= from ? null : performanceRow(daysOf(input, from, to))
}

/** The days at the positions [from, to). */
export function daysOf(input: PerformanceInput, from: number, to: number): PerformanceInput {
  return {
    ...input,
    dates: Array.from(input.dates).slice(from, to),
    portfolio: input.portfolio.subarray(from, to),
    benchmark: input.benchmark.subarray(from, to),
  }
}
