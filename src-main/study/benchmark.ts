import { epochDay, formatDate } from '../../src-shared/domain/date.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { failure } from '../../src-shared/failure.ts'
import { portfolioErrors } from '../../src-shared/locales/errors/portfolios.ts'
import { formatPercent } from '../../src-shared/format.ts'
import { annualise } from '../../src-shared/statistics.ts'
import type { IndexData } from '../market/panel.ts'
import { type BenchmarkReturns, benchmarkReturns } from '../portfolio/benchmarkReturns.ts'
import { type BenchmarkWeights, benchmarkWeights } from '../portfolio/benchmarkWeights.ts'
import { dividendBias } from './dividendBias.ts'
import type { BenchmarkFacts } from './notes.ts'
import type { Prepared } from './prepare.ts'

/** An index as a study holds portfolios against it. */
export interface Benchmark {
  readonly weights: BenchmarkWeights
  readonly returns: BenchmarkReturns
  readonly facts: BenchmarkFacts
}

/** A benchmark of which a larger share is missing is another portfolio than the index. */
const MISSING_MOST = 0.5

/**
 * An index over the study's prediction. Everything it lacks shows here, so that it can be opened before anything is trained.
 *
 * Errors: data_insufficient when its closes, weights or members do not cover the prediction, or more than half of the
 * benchmark cannot be weighted on a test day.
 */
export function openBenchmark(
  config: StudyConfig,
  { market, derived, testDays }: Prepared,
  symbol: string,
): Benchmark {
  const { panel } = market
  const index = market.indices.get(symbol)!
  const tests = testDays.flat()
  const from = tests[0]
  const weights = benchmarkWeights(index, panel, derived.adjClose, from)
  const missing = tests.map((t) => weights.at(t).missing)
  requireMost(symbol, panel.dates, tests, missing)
  // Exposures are measured on the last day as well.
  weights.at(panel.dates.length - 1)
  const returns = benchmarkReturns(index, weights, derived.returns, panel.dates, from)
  const days = Array.from({ length: panel.dates.length - from - 1 }, (_, k) => from + 1 + k)
  const ownReturns = benchmarkReturns(
    { ...index, close: null },
    weights,
    derived.returns,
    panel.dates,
    from,
  ).returns
  const perYear = (series: Float64Array): number =>
    annualise(series.subarray(from + 1), config.backtest.tradingDaysPerYear)
  const priceIndex = returns.source === 'published' && !index.totalReturn
  return {
    weights,
    returns,
    facts: {
      index: symbol,
      weights: weights.source,
      oldestWeights: weights.source === 'published' ? oldestWeights(index, panel.dates, tests) : null,
      usedPublishedClose: returns.source === 'published',
      closesFilled: returns.gaps.size,
      missing: {
        mean: missing.reduce((sum, share) => sum + share, 0) / missing.length,
        largest: missing.reduce((most, share) => Math.max(most, share), 0),
      },
      dividendBias: priceIndex
        ? dividendBias(panel, (t) => weights.at(t).weights, days, config.backtest.tradingDaysPerYear)
        : null,
      proxyGap:
        weights.source === 'published' || returns.source === 'weights'
          ? null
          : perYear(ownReturns) - perYear(returns.returns),
    },
  }
}

/** Calendar days between a test day and the snapshot that it goes by, at most. */
function oldestWeights({ weights }: IndexData, dates: Int32Array, tests: readonly number[]): number {
  const ages = tests.map((day) => {
    const { date } = weights!.findLast((snapshot) => snapshot.date <= dates[day])!
    return epochDay(dates[day]) - epochDay(date)
  })
  return Math.max(...ages)
}

function requireMost(
  symbol: string,
  dates: Int32Array,
  tests: readonly number[],
  missing: readonly number[],
): void {
  const at = missing.findIndex((share) => share > MISSING_MOST)
  if (at === -1) return
  throw failure(
    portfolioErrors.benchmarkMissing,
    { share: formatPercent(missing[at]), symbol, date: formatDate(dates[tests[at]]) },
    { place: { field: 'portfolio.indices' } },
  )
}
