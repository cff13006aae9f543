import type { FactorReport, LayerPerformance } from '../../src-shared/domain/factor.ts'
import type { PerformanceRow } from '../../src-shared/domain/performance.ts'
import { failure } from '../../src-shared/failure.ts'
import { marketErrors } from '../../src-shared/locales/errors/market.ts'
import { annualDeviation, ratio } from '../../src-shared/performance/annual.ts'
import { difference } from '../../src-shared/performance/days.ts'
import { maxDrawdown } from '../../src-shared/performance/drawdown.ts'
import { performanceRow } from '../../src-shared/performance/row.ts'
import { annualise, spearman } from '../../src-shared/statistics.ts'
import { icSummary, informationCoefficient } from './informationCoefficient.ts'
import { crossSection, dateArrays } from './input.ts'
import type { FactorTestInput } from './input.ts'
import { LayerPortfolios } from './layers.ts'
import type { LayerSeries, PortfolioSeries } from './layers.ts'

/**
 * Single-factor test of methods 4, rules F1 to F11.
 * Errors: data_insufficient when no layer earns a day: no test date has `layers` stocks and two trading days after it.
 */
export function factorTest(input: FactorTestInput): FactorReport {
  const portfolios = new LayerPortfolios(input)
  const arrays = dateArrays(input)
  // Date by date, so that what one reads is at hand and only its numbers are kept.
  const tested = input.testDates.map((_, test) => {
    const section = crossSection(input, test, arrays)
    portfolios.rebalance(section)
    const { day, stocks, dropped } = section
    return { day, stocks: stocks.length, dropped, ...informationCoefficient(input, section, arrays) }
  })
  const series = portfolios.series()
  if (series === null || series.returnDates.length === 0) {
    throw failure(marketErrors.tooFewToLayer, { factor: input.name, layers: input.layers })
  }
  const rankIc = tested.map(({ rankIc }) => rankIc)
  const ic = tested.map(({ ic }) => ic)
  const dropped = (reason: 'no_factor' | 'not_buyable' | 'no_price') =>
    tested.reduce((sum, date) => sum + date.dropped[reason], 0)
  const reasons = (['no_factor', 'not_buyable', 'no_price'] as const).map((reason) => ({
    reason,
    count: dropped(reason),
  }))
  const valued = tested.findLast(({ stocks, dropped }) => stocks + dropped.not_buyable + dropped.no_price > 0)
  const kept = tested.reduce((sum, { stocks }) => sum + stocks, 0)
  return {
    name: input.name,
    testDates: input.testDates.map((day) => input.dates[day]),
    rankIc,
    ic,
    pairs: tested.map(({ pairs }) => pairs),
    rankIcSummary: icSummary(rankIc, input.testDates, input.horizon),
    icSummary: icSummary(ic, input.testDates, input.horizon),
    skippedDates: rankIc.filter((value) => value === null).length,
    dropped: reasons,
    universeStockDates: kept + reasons.reduce((sum, { count }) => sum + count, 0),
    lastValueDate: valued === undefined ? null : input.dates[valued.day],
    rebalances: series.benchmark.rebalances.length,
    ...layerReport(series, input),
  }
}

type LayerReport = Pick<
  FactorReport,
  | 'returnDates'
  | 'layerReturns'
  | 'benchmarkReturns'
  | 'layers'
  | 'benchmark'
  | 'topMinusBottom'
  | 'monotonicity'
>

/** Rules F9 and F11. */
function layerReport(
  series: LayerSeries,
  { tradingDaysPerYear, annualisedExcess }: Pick<FactorTestInput, 'tradingDaysPerYear' | 'annualisedExcess'>,
): LayerReport {
  const { returnDates, layers, benchmark } = series
  const row = (portfolio: PortfolioSeries): PerformanceRow =>
    performanceRow({
      dates: returnDates,
      portfolio: portfolio.returns,
      benchmark: benchmark.returns,
      rebalances: portfolio.rebalances,
      tradingDaysPerYear,
      annualisedExcess,
    })
  const rows = layers.map((layer, at) => layerPerformance(at + 1, row(layer)))
  const market = row(benchmark)
  const spread = difference(layers[0].returns, layers[layers.length - 1].returns)
  const spreadReturn = annualise(spread, tradingDaysPerYear)
  const spreadVolatility = annualDeviation(spread, tradingDaysPerYear)
  return {
    returnDates: [...returnDates],
    layerReturns: layers.map((layer) => Array.from(layer.returns)),
    benchmarkReturns: Array.from(benchmark.returns),
    layers: rows,
    benchmark: {
      totalReturn: market.totalReturn,
      annualisedReturn: market.annualisedReturn,
      volatility: market.volatility,
      maxDrawdown: market.drawdown.value,
      turnoverPerRebalance: market.turnoverPerRebalance,
    },
    topMinusBottom: {
      annualised: spreadReturn,
      volatility: spreadVolatility,
      ratio: ratio(spreadReturn, spreadVolatility),
      maxDrawdown: maxDrawdown(returnDates, spread).value,
    },
    monotonicity: spearman(
      rows.map(({ layer }) => -layer),
      rows.map(({ annualisedReturn }) => annualisedReturn),
    ),
  }
}

function layerPerformance(layer: number, row: PerformanceRow): LayerPerformance {
  return {
    layer,
    totalReturn: row.totalReturn,
    annualisedReturn: row.annualisedReturn,
    volatility: row.volatility,
    maxDrawdown: row.drawdown.value,
    annualisedExcess: row.annualisedExcess,
    trackingError: row.trackingError,
    informationRatio: row.informationRatio,
    monthlyWinRate: row.monthlyWinRate,
    excessMaxDrawdown: row.excessDrawdown.value,
    turnoverPerRebalance: row.turnoverPerRebalance,
    turnoverPerYear: row.turnoverPerYear,
  }
}
