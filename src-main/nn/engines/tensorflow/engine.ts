import { PlateauError } from '../../../../src-shared/errors.ts'
import { failure } from '../../../../src-shared/failure.ts'
import { deviceErrors } from '../../../../src-shared/locales/errors/devices.ts'
import { dropoutOf, dropoutThreshold } from '../../dropout.ts'
import type { Engine } from '../../engine.ts'
import type { GruConfig } from '../../layout.ts'
import { checkLoss, evaluateLoss, type Loss, NEGATIVE_IC, SINGLE_ROUNDING } from '../../losses/loss.ts'
import { createBreather } from '../breath.ts'
import { createHoldings, targetsOf } from '../holdings.ts'
import { createTurns } from '../turns.ts'
import { createGruNetwork, type UploadedInputs } from './gruNetwork.ts'
import type { TensorFlow } from './tensorScope.ts'

const MEBIBYTE = 2 ** 20

export interface TensorflowOptions {
  readonly loss?: Loss
  /** Device memory kept between the forward and the backward pass; stocks beyond it are computed twice. */
  readonly activationBytes?: number
}

interface Held {
  readonly inputs: UploadedInputs
  readonly labels: Float64Array | null
  readonly sampleWeights: Float64Array | null
}

/**
 * The GRU as TensorFlow.js operations in float32, its gradient by hand, the loss in float64; on the backend that `tf`
 * has active. Predictions of ordinary models are within 1e-6 of the reference engine's, loss and gradient (by its largest
 * component) within 1e-5.
 * Whatever TensorFlow throws in an evaluation is its device's failure (`device_lost`): the operations and their shapes
 * are always the same ones.
 */
export function createTensorflowEngine(
  tf: TensorFlow,
  config: GruConfig,
  { loss = NEGATIVE_IC, activationBytes = 512 * MEBIBYTE }: TensorflowOptions = {},
): Engine {
  const { outputs = 1, dropout: rate = 0 } = config
  dropoutThreshold(rate)
  checkLoss(loss, outputs)
  const holdings = createHoldings<Held>(config)
  const network = createGruNetwork(tf, config, activationBytes)
  const turns = createTurns()

  /** A copy, so that the caller may change its weights while an evaluation waits. */
  const singleWeights = (weights: Float64Array): Float32Array => {
    holdings.checkWeights(weights)
    return Float32Array.from(weights)
  }
  const inTurn = <T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> =>
    turns.take(signal, async () => {
      try {
        return await work()
      } catch (error) {
        throw error instanceof PlateauError ? error : lostDevice(error)
      }
    })
  /** In its turn, since evaluations that wait may need the inputs; of a lost device there is nothing left to free. */
  const dispose = ({ inputs }: Held): void => {
    turns.take(undefined, () => network.dispose(inputs)).catch(() => {})
  }

  return {
    name: 'tensorflow',
    upload: (crossSection) =>
      holdings.add(crossSection, (section) => ({
        inputs: network.upload(section),
        labels: section.labels,
        sampleWeights: section.sampleWeights ?? null,
      })),
    release(handle) {
      const held = holdings.release(handle)
      if (held !== undefined) dispose(held)
    },
    async predict(weights, handle, { dropoutSeed, signal } = {}) {
      const { inputs } = holdings.get(handle)
      const single = singleWeights(weights)
      const dropout = dropoutOf(rate, dropoutSeed)
      return inTurn(signal, () => network.predict(single, inputs, dropout, createBreather(signal)))
    },
    async lossAndGradient(weights, handle, { dropoutSeed, signal, ...overrides } = {}) {
      const held = holdings.get(handle)
      const single = singleWeights(weights)
      const targets = targetsOf(held, holdings.overridesOf(handle, overrides))
      const dropout = dropoutOf(rate, dropoutSeed)
      return inTurn(signal, async () => {
        let value = NaN
        const slope = (predictions: Float64Array): Float64Array => {
          const answer = evaluateLoss(loss, { ...targets, predictions, outputs, rounding: SINGLE_ROUNDING })
          value = answer.loss
          return answer.gradient
        }
        const answer = await network.gradient(single, held.inputs, dropout, slope, createBreather(signal))
        return { loss: value, ...answer }
      })
    },
    close() {
      for (const held of holdings.clear()) dispose(held)
    },
  }
}

function lostDevice(error: unknown): PlateauError {
  const detail = error instanceof Error ? error.message : String(error)
  return failure(deviceErrors.tensorflowFailed, { detail }, { cause: error })
}
