import { availableParallelism } from 'node:os'
import { compositionOf, type OptimizerConfig, relativeCost } from '../../src-shared/domain/optimizer/index.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { EpochRecord, RunKey, TrainingRun } from '../../src-shared/domain/training.ts'
import { runPool } from '../jobs/pool.ts'
import { runJob } from '../jobs/process.ts'
import type { Prepared } from './prepare.ts'
import type { StudyEngine } from './engine.ts'
import type { TrainAnswer, TrainTask } from './trainTask.ts'
import type { WindowSamples } from './windowSamples.ts'

/** A trained run of a study. */
export interface StudyRun extends TrainAnswer {
  readonly key: RunKey
  readonly record: TrainingRun
}

export interface TrainingHooks {
  readonly onEpoch: (key: RunKey, record: EpochRecord) => void
  /** Share of the expected training work done, 0 to 1, and runs finished. */
  readonly onProgress: (share: number, runsDone: number) => void
  readonly signal: AbortSignal
}

/** Every run of a study, in the order of its results: window, frequency, optimizer, seed. */
export function planRuns(config: StudyConfig, windows: number): RunKey[] {
  return Array.from({ length: windows }, (_, window) =>
    config.models.flatMap(({ frequency }) =>
      config.optimizers.flatMap(({ name: optimizer }) =>
        config.training.seeds.map((seed) => ({ window, frequency, optimizer, seed })),
      ),
    ),
  ).flat()
}

/** Runs that share a GPU: while one prepares its next evaluation, another one keeps the device at work. */
const RUNS_PER_GPU = 2

/**
 * Train every run in a worker process of its own, all on one engine, as many at a time as there are cores; cores left
 * over become threads. `samples(key)` names the files written for it.
 */
export async function trainRuns(
  config: StudyConfig,
  prepared: Prepared,
  samples: (key: RunKey) => WindowSamples,
  engine: StudyEngine,
  workerEntry: URL,
  { onEpoch, onProgress, signal }: TrainingHooks,
): Promise<StudyRun[]> {
  const keys = planRuns(config, prepared.windows.length)
  const { maxEpochs, patience, loss } = config.training
  const shares = expectedShares(config, keys)
  const doneShare = new Float64Array(keys.length)
  let runsDone = 0
  const progress = (): void =>
    onProgress(
      Math.min(
        1,
        doneShare.reduce((sum, share) => sum + share, 0),
      ),
      runsDone,
    )

  const cores = availableParallelism()
  const width = Math.min(engine.processor === 'gpu' ? RUNS_PER_GPU : cores, cores, keys.length)
  const threads = Math.floor(cores / width)
  return runPool(keys.length, width, signal, async (index, jobSignal) => {
    const key = keys[index]
    const files = samples(key)
    const task: TrainTask = {
      kind: 'train',
      samples: files,
      model: modelOf(config, key),
      engines: engine.order,
      threads,
      settings: { optimizer: optimizerOf(config, key), loss, seed: key.seed, maxEpochs, patience },
    }
    const answer = await runJob<TrainTask, EpochRecord, TrainAnswer>(workerEntry, task, {
      signal: jobSignal,
      onProgress: (record) => {
        doneShare[index] = (shares[index] * record.epoch) / maxEpochs
        onEpoch(key, record)
        progress()
      },
    })
    doneShare[index] = shares[index]
    runsDone++
    progress()
    const { trainDates, validDates, skippedDates } = files
    return {
      ...answer,
      key,
      record: {
        key,
        epochs: [...answer.epochs],
        bestEpoch: answer.bestEpoch,
        stopReason: answer.stopReason,
        trainDates,
        validDates,
        skippedDates,
        handovers: [...answer.handovers],
      },
    }
  })
}

/** Expected share of each run in the whole training: bars per window x evaluations per date. */
function expectedShares(config: StudyConfig, keys: readonly RunKey[]): number[] {
  const costs = keys.map(
    (key) => modelOf(config, key).sequenceLength * relativeCost(compositionOf(optimizerOf(config, key))),
  )
  const total = costs.reduce((sum, cost) => sum + cost, 0)
  return costs.map((cost) => cost / total)
}

function modelOf(config: StudyConfig, key: RunKey): StudyConfig['models'][number] {
  return config.models.find((model) => model.frequency === key.frequency)!
}

function optimizerOf(config: StudyConfig, key: RunKey): OptimizerConfig {
  return config.optimizers.find((optimizer) => optimizer.name === key.optimizer)!
}
