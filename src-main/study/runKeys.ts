import type { OptimizerConfig } from '../../src-shared/domain/optimizer/index.ts'
import type { ModelConfig, StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { FIELDS } from '../market/samples.ts'
import { gruLayout, type WeightLayout } from '../nn/layout.ts'

/** Every run of a study that trains in so many windows, in the order of its results: window, frequency, optimizer, seed. */
export function planRuns(config: StudyConfig, windows: number): RunKey[] {
  return Array.from({ length: windows }, (_, window) =>
    config.models.flatMap(({ frequency }) =>
      config.optimizers.flatMap(({ name: optimizer }) =>
        config.training.seeds.map((seed) => ({ window, frequency, optimizer, seed })),
      ),
    ),
  ).flat()
}

/** Whether two keys name one run. */
export const sameRun = (a: RunKey, b: RunKey): boolean =>
  a.window === b.window && a.frequency === b.frequency && a.optimizer === b.optimizer && a.seed === b.seed

/** Where the tensors of a run's model stand in its weights. */
export function layoutOf(config: StudyConfig, key: RunKey): WeightLayout {
  const { hiddenSize, layers } = modelOf(config, key)
  return gruLayout({ inputSize: FIELDS.length, hiddenSize, layers })
}

/** The model that a run trains. */
export function modelOf(config: StudyConfig, key: RunKey): ModelConfig {
  return config.models.find((model) => model.frequency === key.frequency)!
}

/** The optimizer that trains it. */
export function optimizerOf(config: StudyConfig, key: RunKey): OptimizerConfig {
  return config.optimizers.find((optimizer) => optimizer.name === key.optimizer)!
}
