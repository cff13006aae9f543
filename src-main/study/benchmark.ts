import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { annualise } from '../../src-shared/statistics.ts'
import { type BenchmarkReturns, benchmarkReturns } from '../portfolio/benchmarkReturns.ts'
import { type BenchmarkWeights, benchmarkWeights } from '../portfolio/benchmarkWeights.ts'
import { sizeExposure } from '../portfolio/sizeExposure.ts'
import { dividendBias } from './dividendBias.ts'
import type { BenchmarkFacts } from './notes.ts'
import type { Prepared } from './prepare.ts'

/** An index as a study holds portfolios against it. */
export interface Benchmark {
  readonly weights: BenchmarkWeights
  readonly returns: BenchmarkReturns
  readonly facts: BenchmarkFacts
}

export function openBenchmark(
  config: StudyConfig,
  { market, derived, testDays }: Prepared,
  symbol: string,
): Benchmark {
  const { panel } = market
  const index = market.indices.get(symbol)!
  const from = testDays.flat()[0]
  const weights = benchmarkWeights(index, panel, derived.adjClose, from)
  const returns = benchmarkReturns(index, weights, derived.returns, panel.dates.length, from)
  const days = Array.from({ length: panel.dates.length - from - 1 }, (_, k) => from + 1 + k)
  const ownReturns = benchmarkReturns(
    { ...index, close: null },
    weights,
    derived.returns,
    panel.dates.length,
    from,
  ).returns
  const perYear = (series: Float64Array): number =>
    annualise(series.subarray(from + 1), config.backtest.tradingDaysPerYear)
  const priceIndex = returns.source === 'published' && !index.totalReturn
  const bias = priceIndex
    ? dividendBias(panel, (t) => weights.at(t).weights, days, config.backtest.tradingDaysPerYear)
    : 0
  return {
    weights,
    returns,
    facts: {
      index: symbol,
      weights: weights.source,
      usedPublishedClose: returns.source === 'published',
      dividendBias: bias > 0 ? bias : null,
      proxyGap:
        weights.source === 'published' || returns.source === 'weights'
          ? null
          : perYear(ownReturns) - perYear(returns.returns),
      sizeKnown: sizeExposure(panel, from, weights.at(from).member) !== null,
    },
  }
}
