import { beforeAll, expect, it } from 'vitest'
import { crossSection } from '../../src-main/factor/input.ts'
import type { FactorTestInput } from '../../src-main/factor/input.ts'
import { assignLayers, LayerPortfolios } from '../../src-main/factor/layers.ts'
import { factorTest } from '../../src-main/factor/test.ts'
import { factorReport } from '../../src-shared/domain/factor.ts'
import type { FactorReport } from '../../src-shared/domain/factor.ts'
import { day, describeGolden, differences, flat, golden } from '../unit/portfolio/golden.ts'
import type { Tolerance } from '../unit/portfolio/golden.ts'

type Numbers = (number | null)[]
type GoldenSummary = Record<
  'n' | 'mean' | 'std' | 'ir' | 'share_positive' | 't' | 'newey_west_lag' | 'newey_west_t',
  number
>
interface Golden {
  tolerance: Tolerance
  layers_n: number
  Y: number
  symbols: string[]
  dates: string[]
  test_dates: string[]
  vwap_adjusted: Numbers[]
  factor: Numbers[]
  untradable: string[][]
  expected: {
    rank_ic: Numbers
    ic: Numbers
    pairs: number[]
    rank_ic_summary: GoldenSummary
    ic_summary: GoldenSummary
    skipped_dates: number
    layer_of: number[][]
    rebalances: { fill_date: string; turnover: Numbers; benchmark_turnover: number | null }[]
    return_dates: string[]
    layer_returns: number[][]
    benchmark_returns: number[]
    layers: Record<string, number>[]
    benchmark: Record<string, number>
    top_minus_bottom: Record<string, number>
    monotonicity: number
  }
}

function testInput(file: Golden): FactorTestInput {
  const size = file.dates.length * file.symbols.length
  const canBuy = new Uint8Array(size).fill(1)
  const testDates = file.test_dates.map((date) => file.dates.indexOf(date))
  file.untradable.forEach((symbols, test) => {
    for (const symbol of symbols) {
      canBuy[(testDates[test] + 1) * file.symbols.length + file.symbols.indexOf(symbol)] = 0
    }
  })
  return {
    name: 'golden',
    dates: file.dates.map(day),
    symbols: file.symbols,
    adjVwap: flat(file.vwap_adjusted),
    testDates,
    factor: file.factor.map((row) => flat([row])),
    universe: new Uint8Array(size).fill(1),
    canBuy,
    layers: file.layers_n,
    horizon: 5,
    tradingDaysPerYear: file.Y,
    annualisedExcess: 'compound',
  }
}

const summaryOf = (summary: GoldenSummary) => ({
  n: summary.n,
  mean: summary.mean,
  std: summary.std,
  ir: summary.ir,
  sharePositive: summary.share_positive,
  t: summary.t,
  neweyWestLag: summary.newey_west_lag,
  neweyWestT: summary.newey_west_t,
})

describeGolden('factor.json, rules F1 to F11', () => {
  let file: Golden
  let input: FactorTestInput
  let report: FactorReport
  beforeAll(() => {
    file = golden<Golden>('factor.json')
    input = testInput(file)
    report = factorReport.parse(factorTest(input))
  })
  const check = (actual: unknown, expected: unknown) =>
    expect(differences(actual, expected, file.tolerance)).toEqual([])

  it('RankIC, IC and their summaries', () => {
    const { expected } = file
    check(report, {
      rankIc: expected.rank_ic,
      ic: expected.ic,
      pairs: expected.pairs,
      rankIcSummary: summaryOf(expected.rank_ic_summary),
      icSummary: summaryOf(expected.ic_summary),
      skippedDates: expected.skipped_dates,
    })
  })

  it('layer of every stock on every test date that is sorted', () => {
    file.expected.layer_of.forEach((row, test) => {
      const section = crossSection(input, test)
      const layers =
        section.stocks.length < input.layers
          ? new Uint8Array(row.length)
          : assignLayers(section, input.symbols, input.layers)
      expect(Array.from(layers)).toEqual(row)
    })
  })

  it('daily returns of layers and benchmark', () => {
    check(report, {
      returnDates: file.expected.return_dates.map(day),
      layerReturns: file.expected.layer_returns,
      benchmarkReturns: file.expected.benchmark_returns,
    })
  })

  it('turnover of every rebalance', () => {
    const portfolios = new LayerPortfolios(input)
    input.testDates.forEach((_, test) => portfolios.rebalance(crossSection(input, test)))
    const series = portfolios.series()
    file.expected.rebalances.forEach((rebalance, at) => {
      const initial = at === 0
      const turnover = [...(series?.layers ?? []), series?.benchmark].map((portfolio) => {
        const entry = portfolio?.rebalances[at]
        expect(entry?.date).toBe(day(rebalance.fill_date))
        expect(entry?.initial).toBe(initial)
        return initial ? null : entry?.turnover
      })
      check(turnover, [...rebalance.turnover, rebalance.benchmark_turnover])
    })
  })

  it('layer statistics, top minus bottom, monotonicity', () => {
    const { expected } = file
    check(report, {
      layers: expected.layers.map((layer, at) => ({
        layer: at + 1,
        totalReturn: layer.total_return,
        annualisedReturn: layer.annualised_return,
        volatility: layer.volatility,
        maxDrawdown: layer.max_drawdown,
        annualisedExcess: layer.annualised_excess,
        trackingError: layer.tracking_error,
        informationRatio: layer.information_ratio,
        monthlyWinRate: layer.monthly_win_rate,
        excessMaxDrawdown: layer.excess_max_drawdown,
        turnoverPerRebalance: layer.turnover_mean,
        turnoverPerYear: layer.turnover_per_year,
      })),
      benchmark: {
        totalReturn: expected.benchmark.total_return,
        annualisedReturn: expected.benchmark.annualised_return,
        volatility: expected.benchmark.volatility,
        maxDrawdown: expected.benchmark.max_drawdown,
        turnoverPerRebalance: expected.benchmark.turnover_mean,
      },
      topMinusBottom: {
        annualised: expected.top_minus_bottom.annualised,
        volatility: expected.top_minus_bottom.volatility,
        ratio: expected.top_minus_bottom.ratio,
        maxDrawdown: expected.top_minus_bottom.max_drawdown,
      },
      monotonicity: expected.monotonicity,
    })
  })
})
