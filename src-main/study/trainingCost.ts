import { compositionOf, trainingEvaluations } from '../../src-shared/domain/optimizer/index.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { type Part, partOf } from './estimateParts.ts'
import { optimizerOf } from './runKeys.ts'

/** Expected share of each run in the whole training: bars per window x cost. */
export function expectedShares(
  config: StudyConfig,
  keys: readonly RunKey[],
  parts: readonly Part[],
): number[] {
  const costs = keys.map((key) => partOf(parts, key).model.sequenceLength * trainingCost(config, key, parts))
  const total = costs.reduce((sum, cost) => sum + cost, 0)
  return costs.map((cost) => cost / total)
}

/** What an epoch scores beside its steps: train and valid dates, a forward pass each. */
const SCORES = 1.25

/** Of one run that never stops early, in losses over all train dates: a gradient counts as three of them. */
export function trainingCost(config: StudyConfig, key: RunKey, parts: readonly Part[]): number {
  const epochs = config.training.maxEpochs
  const dates = partOf(parts, key).trainDates
  const evaluations = trainingEvaluations(compositionOf(optimizerOf(config, key)), { dates, epochs })
  return (3 * evaluations) / dates + epochs * SCORES
}
