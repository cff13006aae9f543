import { type DateInt, monthOf, yearOf } from '../../src-shared/domain/date.ts'
import type { Performance, PerformanceRow, Rolling } from '../../src-shared/domain/performance.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { growth, NOISE, standardDeviation } from '../../src-shared/statistics.ts'
import { deepestDrawdowns, maxDrawdown } from './drawdown.ts'
import { slidingDeviation, slidingGrowth } from './rolling.ts'

export interface PerformanceInput {
  /** Trading days, ascending, with the net portfolio and the benchmark return of each; no day is missing. */
  readonly dates: ArrayLike<DateInt>
  readonly portfolio: Float64Array
  readonly benchmark: Float64Array
  /** Two-sided turnover per rebalance; `initial` marks the first build, which no turnover figure counts (rule P7). */
  readonly rebalances: readonly {
    readonly date: DateInt
    readonly turnover: number
    readonly initial: boolean
  }[]
  readonly tradingDaysPerYear: number
  readonly annualisedExcess: StudyConfig['backtest']['annualisedExcess']
}

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
      ...performanceRow(slice(input, from, to)),
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
    rolling: rolling(input),
  }
}

/** Tracking error and information ratio over the last Y days up to each date (methods 5); null under Y days. */
function rolling({
  portfolio,
  benchmark,
  tradingDaysPerYear: window,
  annualisedExcess: convention,
}: PerformanceInput): Rolling | null {
  if (portfolio.length < window) return null
  const excess = difference(portfolio, benchmark)
  const errors = slidingDeviation(excess, window).map((daily) => daily * Math.sqrt(window))
  const growths = {
    excess: slidingGrowth(excess, window),
    portfolio: slidingGrowth(portfolio, window),
    benchmark: slidingGrowth(benchmark, window),
  }
  const known = (day: number): boolean => day >= window - 1
  return {
    window,
    trackingError: Array.from(errors, (error, day) => (known(day) ? error : null)),
    informationRatio: Array.from(errors, (error, day) => {
      if (!known(day)) return null
      const grown = {
        excess: growths.excess[day],
        portfolio: growths.portfolio[day],
        benchmark: growths.benchmark[day],
      }
      return ratio(excessPerYear(convention, grown, 1), error)
    }),
  }
}

/**
 * One row of performance over at least one day: methods 5 with rules P1 to P7, undefined quantities null. Rebalances
 * count when their date lies within the row.
 */
export function performanceRow(input: PerformanceInput): PerformanceRow {
  const { dates, portfolio, benchmark, tradingDaysPerYear: year } = input
  const days = portfolio.length
  const excess = difference(portfolio, benchmark)
  const grown = { excess: growth(excess), portfolio: growth(portfolio), benchmark: growth(benchmark) }
  const power = year / days
  const annualisedReturn = perYear(grown.portfolio, power)
  const annualisedExcess = excessPerYear(input.annualisedExcess, grown, power)
  const volatility = annualDeviation(portfolio, year)
  const trackingError = annualDeviation(excess, year)
  const excessDrawdown = maxDrawdown(dates, excess)

  const first = dates[0]
  const last = dates[days - 1]
  const turnovers = input.rebalances
    .filter(({ date, initial }) => !initial && date >= first && date <= last)
    .map(({ turnover }) => turnover)
  const traded = turnovers.reduce((sum, turnover) => sum + turnover, 0)
  const months = runs(Array.from(dates), monthOf)
  const wonMonths = months.filter(({ from, to }) => growth(excess.subarray(from, to)) > 1).length

  return {
    first,
    last,
    days,
    totalReturn: grown.portfolio - 1,
    benchmarkTotalReturn: grown.benchmark - 1,
    excessTotal: grown.excess - 1,
    annualisedReturn,
    benchmarkAnnualisedReturn: perYear(grown.benchmark, power),
    volatility,
    benchmarkVolatility: annualDeviation(benchmark, year),
    sharpe: ratio(annualisedReturn, volatility),
    annualisedExcess,
    trackingError,
    informationRatio: ratio(annualisedExcess, trackingError),
    // Calmar is a ratio on the excess curve, undefined like the others on a single day (rule P2).
    excessCalmar: days < 2 ? null : ratio(annualisedExcess, excessDrawdown.value),
    drawdown: maxDrawdown(dates, portfolio),
    benchmarkDrawdown: maxDrawdown(dates, benchmark),
    excessDrawdown,
    monthlyWinRate: wonMonths / months.length,
    months: months.length,
    turnoverPerRebalance: turnovers.length === 0 ? null : traded / turnovers.length,
    turnoverPerYear: turnovers.length === 0 ? null : (traded * year) / days,
  }
}

/** prod(1 + r) over each of the series: d, p and b. */
interface Growths {
  readonly excess: number
  readonly portfolio: number
  readonly benchmark: number
}

/** Annualised excess by one of the three conventions (methods 5, rule P3). */
function excessPerYear(
  convention: PerformanceInput['annualisedExcess'],
  { excess, portfolio, benchmark }: Growths,
  power: number,
): number {
  switch (convention) {
    case 'compound':
      return perYear(excess, power)
    case 'difference':
      return perYear(portfolio, power) - perYear(benchmark, power)
    case 'ratio':
      return perYear(portfolio / benchmark, power)
  }
}

/** growth^(Y/T) - 1, power = Y/T. */
const perYear = (grown: number, power: number): number => grown ** power - 1

/** Daily standard deviation (ddof 1) times sqrt(Y); null under two days. */
export function annualDeviation(returns: Float64Array, tradingDaysPerYear: number): number | null {
  const daily = standardDeviation(returns)
  return daily === null ? null : daily * Math.sqrt(tradingDaysPerYear)
}

/** numerator / denominator; null when the denominator is undefined or below 1e-12 (rule P2). */
export function ratio(numerator: number, denominator: number | null): number | null {
  return denominator === null || denominator < NOISE ? null : numerator / denominator
}

/** d = p - b, day by day (rule P1). */
export function difference(portfolio: Float64Array, benchmark: Float64Array): Float64Array {
  return portfolio.map((value, day) => value - benchmark[day])
}

/** Runs of days with equal key, [from, to). */
function runs(
  dates: readonly DateInt[],
  keyOf: (date: DateInt) => number,
): { key: number; from: number; to: number }[] {
  const found: { key: number; from: number; to: number }[] = []
  dates.forEach((date, day) => {
    const key = keyOf(date)
    const open = found.at(-1)
    if (open?.key === key) open.to = day + 1
    else found.push({ key, from: day, to: day + 1 })
  })
  return found
}

function slice(input: PerformanceInput, from: number, to: number): PerformanceInput {
  return {
    ...input,
    dates: Array.from(input.dates).slice(from, to),
    portfolio: input.portfolio.subarray(from, to),
    benchmark: input.benchmark.subarray(from, to),
  }
}
