import type { EpochRecord } from '../../src-shared/domain/training.ts'
import { readSamples } from '../market/sampleFile.ts'
import { FIELDS } from '../market/samples.ts'
import type { CrossSection, Engine } from '../nn/engine.ts'
import { initialWeights } from '../nn/initialise.ts'
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
  /** Of the engine. */
  readonly threads: number
}

/** What the process answers: the model, and its prediction of every stock on every test day. */
export interface TrainAnswer extends TrainedModel {
  /** Per test day, beside the panel columns they stand for. */
  readonly predictions: readonly { readonly stocks: Int32Array; readonly values: Float64Array }[]
}

export async function runTrainTask(
  { samples, model, settings, threads }: TrainTask,
  onEpoch: (record: EpochRecord) => void,
): Promise<TrainAnswer> {
  const gru = { inputSize: FIELDS.length, hiddenSize: model.hiddenSize, layers: model.layers }
  const engine = openEngine(gru, threads)
  try {
    const parts = {
      train: readSamples(samples.train).map((sample) => sample.crossSection),
      valid: readSamples(samples.valid).map((sample) => sample.crossSection),
    }
    const trained = await train(engine, initialWeights(gru, settings.seed), parts, settings, onEpoch)
    const predictions: TrainAnswer['predictions'][number][] = []
    for (const { stocks, crossSection } of readSamples(samples.predict)) {
      // A test day may have no stock with a full window; an engine takes no empty cross-section.
      const values =
        stocks.length === 0 ? new Float64Array(0) : await predict(engine, trained.weights, crossSection)
      // Copied out of the file's buffer: what is sent to another process is sent whole.
      predictions.push({ stocks: stocks.slice(), values })
    }
    return { ...trained, predictions }
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
