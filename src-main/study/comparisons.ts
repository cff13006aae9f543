import type { Comparisons } from '../../src-shared/domain/comparison.ts'
import type { PortfolioReport } from '../../src-shared/domain/portfolio.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { PAIRED_BOOTSTRAP, pairedDifference, rankIcDifference } from '../portfolio/pairedDifference.ts'
import { deflatedSharpe, expectedMaximumSharpe, probabilisticSharpe } from '../portfolio/sharpeRatios.ts'

/** Every optimizer after the first against the first: composite RankIC, the portfolios of each index, and what chance leaves of each Sharpe. */
export function compareModels(
  config: StudyConfig,
  { factors, portfolios }: Pick<StudyResult, 'factors' | 'portfolios'>,
): Comparisons {
  const [baseline, ...models] = config.optimizers.map(({ name }) => name)
  const composite = (optimizer: string) =>
    factors.find((factor) => factor.optimizer === optimizer && factor.frequency === 'composite')!
  const portfolio = (model: string, index: string) =>
    portfolios.find((report) => report.model === model && report.index === index)!
  return {
    baseline,
    bootstrap: PAIRED_BOOTSTRAP,
    portfolios: config.portfolio.indices.flatMap((index) =>
      models.map((model) => ({
        model,
        index,
        ...pairedDifference(portfolio(model, index), portfolio(baseline, index), config.backtest),
      })),
    ),
    rankIc: models.map((model) => ({
      model,
      ...rankIcDifference(composite(model), composite(baseline)),
    })),
    sharpe: config.portfolio.indices.flatMap((index) =>
      sharpeSignificances([baseline, ...models].map((model) => portfolio(model, index))),
    ),
  }
}

/** Probabilistic and deflated Sharpe of the daily excess of every portfolio of one index; together they are the trials. */
function sharpeSignificances(reports: readonly PortfolioReport[]): Comparisons['sharpe'] {
  const excess = reports.map(({ returns, benchmarkReturns }) =>
    returns.map((value, day) => value - benchmarkReturns[day]),
  )
  const tests = excess.map((series) => probabilisticSharpe(series, 0))
  const trials = tests.flatMap((test) => test?.dailySharpe ?? [])
  return reports.map(({ model, index }, at) => ({
    model,
    index,
    dailySharpe: tests[at]?.dailySharpe ?? null,
    skewness: tests[at]?.skewness ?? null,
    kurtosis: tests[at]?.kurtosis ?? null,
    probabilisticSharpe: tests[at]?.probability ?? null,
    trials: trials.length,
    expectedMaximumSharpe: expectedMaximumSharpe(trials),
    deflatedSharpe: deflatedSharpe(excess[at], trials)?.probability ?? null,
  }))
}
