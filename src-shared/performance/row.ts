import { type DateInt, monthOf, yearOf } from '../domain/date.ts'
import type { PerformanceRow } from '../domain/performance.ts'
import type { StudyConfig } from '../domain/study.ts'
import { growth, slope } from '../statistics.ts'
import { annualDeviation, downsideDeviation, excessPerYear, perYear, ratio } from './annual.ts'
import { type DayRun, difference, runs } from './days.ts'
import { maxDrawdown, ulcerIndex } from './drawdown.ts'
import { ascending, expectedShortfall, tailRatio, valueAtRisk } from './tails.ts'

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

/**
 * One row of performance over at least one day: methods 5 with rules P1 to P7, undefined quantities null; what each field is,
 * domain/performance.ts says. Rebalances count when their date lies within the row.
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
  const downside = downsideDeviation(portfolio, year)
  const trackingError = annualDeviation(excess, year)
  const drawdown = maxDrawdown(dates, portfolio)
  const excessDrawdown = maxDrawdown(dates, excess)
  // Calmar is a ratio on a curve, undefined like the others on a single day (rule P2).
  const calmar = (gain: number, fall: number): number | null => (days < 2 ? null : ratio(gain, fall))

  const first = dates[0]
  const last = dates[days - 1]
  const turnovers = input.rebalances
    .filter(({ date, initial }) => !initial && date >= first && date <= last)
    .map(({ turnover }) => turnover)
  const traded = turnovers.reduce((sum, turnover) => sum + turnover, 0)

  const months = runs(dates, monthOf)
  const years = runs(dates, yearOf)
  const grownOver = (returns: Float64Array, parts: readonly DayRun[]): number[] =>
    parts.map(({ from, to }) => growth(returns.subarray(from, to)))
  const won = (parts: readonly DayRun[]): number =>
    grownOver(excess, parts).filter((value) => value > 1).length / parts.length
  const sorted = ascending(portfolio)
  const [monthly, yearly] = [months, years].map((parts) => ascending(grownOver(portfolio, parts)))

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
    excessCalmar: calmar(annualisedExcess, excessDrawdown.value),
    drawdown,
    benchmarkDrawdown: maxDrawdown(dates, benchmark),
    excessDrawdown,
    monthlyWinRate: won(months),
    months: months.length,
    turnoverPerRebalance: turnovers.length === 0 ? null : traded / turnovers.length,
    turnoverPerYear: turnovers.length === 0 ? null : (traded * year) / days,
    beta: slope(portfolio, benchmark),
    downsideDeviation: downside,
    sortino: ratio(annualisedReturn, downside),
    calmar: calmar(annualisedReturn, drawdown.value),
    ulcerIndex: ulcerIndex(portfolio),
    valueAtRisk95: valueAtRisk(sorted, 5),
    expectedShortfall95: expectedShortfall(sorted, 5),
    valueAtRisk99: valueAtRisk(sorted, 1),
    expectedShortfall99: expectedShortfall(sorted, 1),
    tailRatio: tailRatio(sorted, 5),
    dailyWinRate: excess.filter((value) => value > 0).length / days,
    yearlyWinRate: won(years),
    bestDay: sorted[days - 1],
    worstDay: sorted[0],
    bestMonth: monthly[monthly.length - 1] - 1,
    worstMonth: monthly[0] - 1,
    bestYear: yearly[yearly.length - 1] - 1,
    worstYear: yearly[0] - 1,
  }
}
