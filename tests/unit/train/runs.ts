import type { CrossSection, Engine } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../../src-main/train/checkpoint.ts'
import { train, type TrainedModel, type TrainSettings } from '../../../src-main/train/trainer.ts'
import type { TrainingState } from '../../../src-main/train/trainingState.ts'
import type { EpochRecord } from '../../../src-shared/domain/training.ts'
import { createRandom } from '../../../src-shared/random.ts'

export const MODEL = { inputSize: 2, hiddenSize: 2, layers: 1 }
/** Dropout acts between layers. */
export const DROPPED = { ...MODEL, layers: 2, dropout: 0.4 }
export type Model = typeof MODEL & { readonly dropout?: number }

export const KEY = '0123456789abcdef'.repeat(4)

const STOCKS = 8
const STEPS = 2

/** A date whose label is the last value of the first feature, beside `noise`; with `flat` labels its IC is undefined. */
function date(seed: number, noise: number, flat: boolean): CrossSection {
  const random = createRandom(seed)
  const inputs = Float64Array.from({ length: STOCKS * STEPS * 2 }, () => random.normal())
  const labels = Float64Array.from({ length: STOCKS }, (_, stock) =>
    flat ? 1 : inputs[(stock * STEPS + STEPS - 1) * 2] + noise * random.normal(),
  )
  return { stocks: STOCKS, steps: STEPS, features: 2, inputs, labels }
}

/** Small parts; one train date takes no step. */
export const partsOf = (noise: number) => ({
  train: [1, 2, 3, 4, 5].map((seed) => date(seed, noise, seed === 3)),
  valid: [11, 12, 13].map((seed) => date(seed, noise, false)),
})

/** What is told of a run: its answer, and each epoch's record, steps and state, the state as a checkpoint. */
export interface Told {
  readonly answer: TrainedModel
  readonly records: readonly EpochRecord[]
  readonly steps: readonly Float64Array[]
  readonly checkpoints: readonly Uint8Array[]
}

export async function runOf(
  model: Model,
  settings: TrainSettings,
  {
    parts = partsOf(0.5),
    resume = null,
    engine = createReferenceEngine(model, { loss: { kind: settings.loss } }),
  }: {
    readonly parts?: Parameters<typeof train>[2]
    readonly resume?: TrainingState | null
    readonly engine?: Engine
  } = {},
): Promise<Told> {
  const records: EpochRecord[] = []
  const steps: Float64Array[] = []
  const checkpoints: Uint8Array[] = []
  const answer = await train(engine, model, parts, settings, {
    resume,
    onEpoch(report) {
      records.push(report.record)
      steps.push(report.steps)
      checkpoints.push(encodeCheckpoint(report.state, KEY))
    },
  })
  return { answer, records, steps, checkpoints }
}

/** The state of a checkpoint that is whole. */
export function stateOf(checkpoint: Uint8Array): TrainingState {
  const state = decodeCheckpoint(checkpoint, KEY)
  if (state === null) throw new Error('The checkpoint is not whole.')
  return state
}
