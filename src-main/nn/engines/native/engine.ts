import { PlateauError } from '../../../../src-shared/errors.ts'
import type { CrossSection, CrossSectionHandle, Engine } from '../../engine.ts'
import { gruLayout, type GruConfig } from '../../layout.ts'
import { negativeIc } from '../../losses/ic.ts'
import type { NativeBinding, NativeNetwork } from './binding.ts'

const MEBIBYTE = 2 ** 20

export interface NativeOptions {
  /** Threads of one evaluation; the machine's physical cores unless given. The result's bits do not depend on it. */
  readonly threads?: number
  /** Memory kept between the forward and the backward pass; stocks beyond it are computed twice, to equal bits. */
  readonly activationBytes?: number
  /** One of the binding's levels; the best one unless given. */
  readonly level?: string
}

/** A cross-section in the addon's precision. Float32 inputs are referenced, others copied once. */
interface Held {
  readonly stocks: number
  readonly steps: number
  readonly inputs: Float32Array
  readonly labels: Float64Array | null
}

/**
 * The GRU in float32 on all cores; the loss in float64. Predictions are within 1e-6 of the reference engine's, loss and
 * gradient (by its largest component) within 1e-5; these two lose digits where the predictions hardly differ, as the
 * IC looks at their differences only: 1e-3 where they differ by 1e-5. Evaluations of one engine run one after the
 * other, off the JavaScript thread.
 */
export function createNativeEngine(
  binding: NativeBinding,
  config: GruConfig,
  {
    threads = binding.cores,
    activationBytes = 512 * MEBIBYTE,
    level = binding.levels[0],
  }: NativeOptions = {},
): Engine {
  const { inputSize, hiddenSize, layers } = config
  const { size } = gruLayout(config)
  const held = new Map<CrossSectionHandle, Held>()
  let network: NativeNetwork | null = null
  /** Settles when the evaluations asked for so far have ended. */
  let idle: Promise<unknown> = Promise.resolve()

  const heldOf = (handle: CrossSectionHandle): Held => {
    const section = held.get(handle)
    if (section === undefined)
      throw new PlateauError('internal', 'This engine does not hold the cross-section.')
    return section
  }
  /** A copy, so that the caller may change its weights while an evaluation waits. */
  const singleWeights = (weights: Float64Array): Float32Array => {
    if (weights.length !== size)
      throw new PlateauError('internal', `Expected ${size} weights, got ${weights.length}.`)
    return Float32Array.from(weights)
  }
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const answer = idle.then(work)
    idle = answer.catch(() => {})
    return answer
  }

  const forward = async (
    weights: Float32Array,
    section: Held,
    keep: boolean,
  ): Promise<[NativeNetwork, Float64Array]> => {
    network ??= binding.create(level, inputSize, hiddenSize, layers, threads, activationBytes)
    const { stocks, steps, inputs } = section
    const predictions = new Float64Array(stocks)
    await binding.forward(network, weights, inputs, stocks, steps, keep, predictions)
    return [network, predictions]
  }

  return {
    name: 'native',
    upload(crossSection) {
      checkShape(crossSection, config)
      const { stocks, steps, inputs, labels } = crossSection
      const handle = { stocks }
      const single = inputs instanceof Float32Array ? inputs : Float32Array.from(inputs)
      held.set(handle, { stocks, steps, inputs: single, labels })
      return handle
    },
    release(handle) {
      held.delete(handle)
    },
    async predict(weights, handle) {
      const section = heldOf(handle)
      const single = singleWeights(weights)
      return inTurn(async () => (await forward(single, section, false))[1])
    },
    async lossAndGradient(weights, handle) {
      const section = heldOf(handle)
      const single = singleWeights(weights)
      const { inputs, labels } = section
      if (labels === null) throw new PlateauError('internal', 'The cross-section has no labels.')
      return inTurn(async () => {
        const [at, predictions] = await forward(single, section, true)
        const { loss, gradient: predictionGradient } = negativeIc(predictions, labels)
        const gradient = new Float64Array(size)
        await binding.backward(at, inputs, predictionGradient, gradient)
        return { loss, gradient }
      })
    },
    close() {
      held.clear()
      void inTurn(async () => {
        if (network !== null) binding.close(network)
        network = null
      })
    },
  }
}

function checkShape({ stocks, steps, features, inputs, labels }: CrossSection, config: GruConfig): void {
  if (
    stocks < 1 ||
    steps < 1 ||
    features !== config.inputSize ||
    inputs.length !== stocks * steps * features ||
    (labels !== null && labels.length !== stocks)
  ) {
    throw new PlateauError(
      'internal',
      `A cross-section of ${stocks} stocks x ${steps} steps x ${features} features with ${inputs.length} inputs ` +
        `and ${labels?.length ?? 'no'} labels does not fit a model of ${config.inputSize} features.`,
    )
  }
}
