import type { StudyStage } from '../../src-shared/contract/study.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import type { Part } from './estimateParts.ts'
import { landscapesCost } from './landscapeCost.ts'
import { trainingCost } from './trainingCost.ts'

/** Expected share of the work that is done when a stage begins. */
type StageStarts = Readonly<Record<StudyStage, number>>

/** Training and landscapes share what the others leave, by the evaluations they take. */
function stageStarts(config: StudyConfig, keys: readonly RunKey[], parts: readonly Part[]): StageStarts {
  const [first, last] = [0.03, 0.95]
  const trained = keys.reduce((sum, key) => sum + trainingCost(config, key, parts), 0)
  const groups = config.models.map(() => config.optimizers.length)
  const looked =
    config.landscape === null ? 0 : landscapesCost(config.landscape, config.training.maxEpochs, groups)
  const landscapes = first + ((last - first) * trained) / (trained + looked)
  return { samples: 0, training: first, landscapes, factors: last, portfolios: 0.96, saving: 0.99 }
}

/** Share of the whole study's expected work, 0 to 1, that is done when a share of a stage is. */
export function studyShare(
  config: StudyConfig,
  keys: readonly RunKey[],
  parts: readonly Part[],
): (stage: StudyStage, share: number) => number {
  const starts = stageStarts(config, keys, parts)
  const inOrder = Object.values(starts)
  return (stage, share) => {
    const start = starts[stage]
    const end = inOrder[inOrder.indexOf(start) + 1] ?? 1
    return start + (end - start) * share
  }
}
