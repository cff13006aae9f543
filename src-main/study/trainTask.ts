import type { EngineKind } from '../../src-shared/domain/compute.ts'
import {
  type EpochClock,
  type EpochRecord,
  type Handover,
  STEP_COLUMNS,
} from '../../src-shared/domain/training.ts'
import type { ModelConfig } from '../../src-shared/domain/study.ts'
import { CATALOGUE, type EngineSource } from '../compute/catalogue.ts'
import { crashPoint } from '../files/crashPoint.ts'
import { readSamples } from '../market/sampleFile.ts'
import { FIELDS } from '../market/samples.ts'
import type { CrossSection, Engine } from '../nn/engine.ts'
import { initialWeights } from '../nn/initialise.ts'
import { currentOwner, type Owner } from '../files/owner.ts'
import type { DayPrediction } from '../store/runFiles.ts'
import { type TrainedModel, type TrainSettings, train } from '../train/trainer.ts'
import { openEngine } from './engine.ts'
import { holdFolder } from './folderLock.ts'
import { keepEpoch, type KeptEpoch, keptWeights, lastProgress } from './workFolder.ts'
import type { WindowSamples } from './windowSamples.ts'

/** One training run as it is sent to its process. */
export interface TrainTask {
  readonly kind: 'train'
  readonly samples: Pick<WindowSamples, 'train' | 'valid' | 'predict'>
  readonly model: ModelConfig
  readonly settings: TrainSettings
  /** The study's engine, then those that go on when its device is lost. */
  readonly engines: readonly EngineKind[]
  /** Of the engine. */
  readonly threads: number
  /** Of the run's checkpoints and epochs. */
  readonly folder: string
  /** Names all that the run's numbers depend on: no other run's checkpoint is taken for one of it. */
  readonly checkpointKey: string
  /** Epochs that have been reported before and are not again. */
  readonly epochsStored: number
  readonly keepTrajectory: boolean
}

export type TrainProgress =
  | { readonly type: 'run_started'; readonly owner: Owner }
  | {
      readonly type: 'epoch'
      readonly record: EpochRecord
      readonly clock: EpochClock
      /** Rows x STEP_COLUMNS. */
      readonly steps: Float64Array
    }

/** What the process answers: the model, and its prediction of every stock on every test day. */
export interface TrainAnswer extends TrainedModel {
  /** Per test day, beside the panel columns they stand for. */
  readonly predictions: readonly DayPrediction[]
  /** Weights after epoch 0, 1, 2, ... as engines round them; null where they are not kept. */
  readonly trajectory: readonly Float32Array[] | null
  /** Devices lost on the way. */
  readonly handovers: readonly Handover[]
}

/** Train one run, from its last checkpoint where it has one. */
export async function runTrainTask(
  task: TrainTask,
  report: (progress: TrainProgress) => void,
  catalogue: readonly EngineSource[] = CATALOGUE,
): Promise<TrainAnswer> {
  const { samples, settings, folder, checkpointKey, keepTrajectory } = task
  const { hiddenSize, layers, dropout } = task.model
  const gru = { inputSize: FIELDS.length, hiddenSize, layers, dropout }
  const release = await holdFolder(folder)
  crashPoint('run.held')
  const before = lastProgress(folder, checkpointKey)
  const handovers: Handover[] = [...(before?.epochs.at(-1)?.handovers ?? [])]
  let epoch = before?.epochs.length ?? 0
  report({ type: 'run_started', owner: currentOwner() })
  for (const { record, clock, steps } of before?.epochs.slice(task.epochsStored) ?? [])
    report({ type: 'epoch', record, clock, steps })

  const engine = await openEngine(
    task.engines,
    gru,
    { loss: { kind: settings.loss }, threads: task.threads },
    (handover) => handovers.push({ epoch, ...handover }),
    catalogue,
    // A device that was lost may be back. The numbers must not depend on where the run was stopped.
    before?.epochs.at(-1)?.engine,
  )
  try {
    const parts = {
      train: readSamples(samples.train).map((sample) => sample.crossSection),
      valid: readSamples(samples.valid).map((sample) => sample.crossSection),
    }
    epoch++
    let began = performance.now()
    const trained = await train(engine, gru, parts, settings, {
      resume: before?.state ?? null,
      async onEpoch({ record, steps, samples, state }) {
        const weights = keepTrajectory ? Float32Array.from(state.weights) : null
        const clock = clockOf(steps, samples, (performance.now() - began) / 1000)
        const goesOn = engine.name as EngineKind
        const done: KeptEpoch = { record, clock, steps, weights, handovers: [...handovers], engine: goesOn }
        await keepEpoch(folder, checkpointKey, state, done)
        epoch = record.epoch + 1
        if (record.epoch > task.epochsStored) report({ type: 'epoch', record, clock, steps })
        began = performance.now()
      },
    })
    // Predicting belongs to the last one.
    epoch = trained.epochs.length
    const predictions: DayPrediction[] = []
    for (const { stocks, crossSection } of readSamples(samples.predict)) {
      // A test day may have no stock with a full window; an engine takes no empty cross-section.
      const values =
        stocks.length === 0 ? new Float64Array(0) : await predict(engine, trained.weights, crossSection)
      // Copied out of the file's buffer: what is sent to another process is sent whole.
      predictions.push({ stocks: stocks.slice(), values })
    }
    crashPoint('run.predicted')
    const trajectory = keepTrajectory
      ? [
          Float32Array.from(initialWeights(gru, settings.seed)),
          ...keptWeights(folder, checkpointKey, trained.epochs.length),
        ]
      : null
    return { ...trained, predictions, trajectory, handovers }
  } finally {
    engine.close()
    release()
  }
}

/** Of an epoch that has just ended; `steps` are rows x STEP_COLUMNS, `seconds` those of the whole epoch. */
export function clockOf(steps: Float64Array, samples: number, seconds: number): EpochClock {
  const width = STEP_COLUMNS.length
  const column = (name: 'seconds' | 'memory'): Float64Array =>
    steps.filter((_, at) => at % width === STEP_COLUMNS.indexOf(name))
  return {
    endedAt: new Date().toISOString(),
    seconds,
    stepSeconds: column('seconds').reduce((sum, value) => sum + value, 0),
    steps: steps.length / width,
    samples,
    memory: column('memory').reduce((most, value) => Math.max(most, value), 0),
  }
}

async function predict(engine: Engine, weights: Float64Array, section: CrossSection): Promise<Float64Array> {
  const handle = engine.upload(section)
  const values = await engine.predict(weights, handle)
  engine.release(handle)
  return values
}
