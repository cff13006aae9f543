import { compositionOf, relativeCost } from '../../src-shared/domain/optimizer/index.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { modelOf, optimizerOf } from './runKeys.ts'

/** Expected share of each run in the whole training: bars per window x cost. */
export function expectedShares(config: StudyConfig, keys: readonly RunKey[]): number[] {
  const costs = keys.map((key) => modelOf(config, key).sequenceLength * trainingCost(config, key))
  const total = costs.reduce((sum, cost) => sum + cost, 0)
  return costs.map((cost) => cost / total)
}

/** What an epoch scores beside its steps: train and valid dates, a forward pass each. */
const SCORES = 1.25

/** Of one run that never stops early, in losses over all train dates: a gradient counts as three of them. */
export function trainingCost(config: StudyConfig, key: RunKey): number {
  return config.training.maxEpochs * (3 * relativeCost(compositionOf(optimizerOf(config, key))) + SCORES)
}
