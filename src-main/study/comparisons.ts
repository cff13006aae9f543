import type { Comparisons } from '../../src-shared/domain/comparison.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { PAIRED_BOOTSTRAP, pairedDifference, rankIcDifference } from '../portfolio/pairedDifference.ts'

/** Every optimizer after the first against the first: composite RankIC, then the portfolios of each index. */
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
  }
}
