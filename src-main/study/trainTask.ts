import type { EngineKind } from '../../src-shared/domain/compute.ts'
import type { EpochRecord, Handover } from '../../src-shared/domain/training.ts'
import { CATALOGUE, type EngineSource } from '../compute/catalogue.ts'
import { readSamples } from '../market/sampleFile.ts'
import { FIELDS } from '../market/samples.ts'
import type { CrossSection, Engine } from '../nn/engine.ts'
import type { ModelConfig } from '../../src-shared/domain/study.ts'
import { type TrainedModel, type TrainSettings, train } from '../train/trainer.ts'
import { openEngine } from './engine.ts'
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
}

/** What the process answers: the model, and its prediction of every stock on every test day. */
export interface TrainAnswer extends TrainedModel {
  /** Per test day, beside the panel columns they stand for. */
  readonly predictions: readonly { readonly stocks: Int32Array; readonly values: Float64Array }[]
  /** Devices lost on the way. */
  readonly handovers: readonly Handover[]
}

export async function runTrainTask(
  { samples, model, settings, engines, threads }: TrainTask,
  onEpoch: (record: EpochRecord) => void,
  catalogue: readonly EngineSource[] = CATALOGUE,
): Promise<TrainAnswer> {
  const { hiddenSize, layers, dropout } = model
  const gru = { inputSize: FIELDS.length, hiddenSize, layers, dropout }
  const handovers: Handover[] = []
  let epoch = 0
  const engine = await openEngine(
    engines,
    gru,
    { loss: { kind: settings.loss }, threads },
    (handover) => handovers.push({ epoch, ...handover }),
    catalogue,
  )
  try {
    const parts = {
      train: readSamples(samples.train).map((sample) => sample.crossSection),
      valid: readSamples(samples.valid).map((sample) => sample.crossSection),
    }
    epoch = 1
    const trained = await train(engine, gru, parts, settings, {
      onEpoch: ({ record }) => {
        epoch = record.epoch + 1
        onEpoch(record)
      },
    })
    // Predicting belongs to the last one.
    epoch = trained.epochs.length
    const predictions: TrainAnswer['predictions'][number][] = []
    for (const { stocks, crossSection } of readSamples(samples.predict)) {
      // A test day may have no stock with a full window; an engine takes no empty cross-section.
      const values =
        stocks.length === 0 ? new Float64Array(0) : await predict(engine, trained.weights, crossSection)
      // Copied out of the file's buffer: what is sent to another process is sent whole.
      predictions.push({ stocks: stocks.slice(), values })
    }
    return { ...trained, predictions, handovers }
  } finally {
    engine.close()
  }
}

async function predict(engine: Engine, weights: Float64Array, section: CrossSection): Promise<Float64Array> {
  const handle = engine.upload(section)
  const values = await engine.predict(weights, handle)
  engine.release(handle)
  return values
}
