import { monthOf, yearOf } from '../domain/date.ts'
import type { Performance, Rolling } from '../domain/performance.ts'
import { growth } from '../statistics.ts'
import { difference, runs } from './days.ts'
import { deepestDrawdowns } from './drawdown.ts'
import { daysOf } from './period.ts'
import { rollingStatistics } from './rolling.ts'
import { type PerformanceInput, performanceRow } from './row.ts'

/** Rows of the drawdown tables. */
const DRAWDOWNS = 5

/**
 * All of methods 5: the full period, each calendar year on its own days (rule P6), the months, the deepest drawdowns and
 * the figures of every year of days.
 */
export function performance(input: PerformanceInput): Performance {
  const days = Array.from(input.dates)
  return {
    full: performanceRow(input),
    years: runs(days, yearOf).map(({ key, from, to }) => ({
      year: key,
      ...performanceRow(daysOf(input, from, to)),
    })),
    months: runs(days, monthOf).map(({ key, from, to }) => {
      const portfolio = input.portfolio.subarray(from, to)
      const benchmark = input.benchmark.subarray(from, to)
      return {
        month: key,
        portfolio: growth(portfolio) - 1,
        benchmark: growth(benchmark) - 1,
        excess: growth(difference(portfolio, benchmark)) - 1,
      }
    }),
    drawdowns: deepestDrawdowns(days, input.portfolio, DRAWDOWNS),
    excessDrawdowns: deepestDrawdowns(days, difference(input.portfolio, input.benchmark), DRAWDOWNS),
    rolling: yearOfDays(input),
  }
}

/** Of every Y days; null under Y days. */
function yearOfDays(input: PerformanceInput): Rolling | null {
  const found = rollingStatistics(input, input.tradingDaysPerYear)
  return (
    found && {
      window: found.window,
      trackingError: found.trackingError,
      informationRatio: found.informationRatio,
    }
  )
}
