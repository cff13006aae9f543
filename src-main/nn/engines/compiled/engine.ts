import { failure } from '../../../../src-shared/failure.ts'
import { engineErrors } from '../../../../src-shared/locales/errors/engines.ts'
import { dropoutThreshold } from '../../dropout.ts'
import type { Engine } from '../../engine.ts'
import { gruLayout, type GruConfig } from '../../layout.ts'
import { checkLoss, evaluateLoss, type Loss, NEGATIVE_IC } from '../../losses/loss.ts'
import { cancelledEvaluation, checkCancelled, createHoldings, targetsOf } from '../holdings.ts'
import { createTurns } from '../turns.ts'
import { type CompiledBinding, type CompiledNetwork, type Dropout, OUT_OF_MEMORY } from './binding.ts'
import { ACTIVATION_BYTES } from './sizes.ts'

const NO_DROPOUT: Dropout = { seed: 0, threshold: 0 }

export interface CompiledOptions {
  readonly loss?: Loss
  /** Threads of one evaluation; the machine's physical cores unless given. The result's bits do not depend on it. */
  readonly threads?: number
  /** Memory kept between the forward and the backward pass; stocks beyond it are computed twice, to equal bits. */
  readonly activationBytes?: number
  /** One of the binding's levels; the best one unless given. */
  readonly level?: string
}

const isExhausted = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === OUT_OF_MEMORY

/** A cross-section in the engine's precision. Float32 inputs are referenced, others copied once. */
interface Held {
  readonly stocks: number
  readonly steps: number
  readonly inputs: Float32Array
  readonly labels: Float64Array | null
  readonly sampleWeights: Float64Array | null
}

/**
 * The GRU of csrc/ in float32 on all cores, as a Node addon (`native`) or in WebAssembly (`wasm`); the loss in float64.
 * Predictions are within 1e-6 of the reference engine's, loss and gradient (by its largest component) within 1e-5;
 * these two lose digits where the predictions hardly differ, as the IC looks at their differences only: 1e-3 where they
 * differ by 1e-5. Evaluations of one engine run one after the other, off the JavaScript thread; one that finds too little
 * memory rejects with PlateauError memory_limit.
 */
export function createCompiledEngine(
  binding: CompiledBinding,
  config: GruConfig,
  {
    loss = NEGATIVE_IC,
    threads = binding.cores,
    activationBytes = ACTIVATION_BYTES,
    level = binding.levels[0],
  }: CompiledOptions = {},
): Engine {
  const { inputSize, hiddenSize, layers, outputs = 1 } = config
  checkLoss(loss, outputs)
  const { size } = gruLayout(config)
  const threshold = dropoutThreshold(config.dropout ?? 0)
  const holdings = createHoldings<Held>(config)
  let network: CompiledNetwork | null = null
  const turns = createTurns()

  /** A copy, so that the caller may change its weights while an evaluation waits. */
  const singleWeights = (weights: Float64Array): Float32Array => {
    holdings.checkWeights(weights)
    return new Float32Array(weights)
  }
  /** Run `work` after what was asked for before; when `signal` aborts, what is at work in the binding stops. */
  const inTurn = <T>(
    signal: AbortSignal | undefined,
    work: (at: CompiledNetwork) => Promise<T>,
  ): Promise<T> =>
    turns.take(signal, async () => {
      const cancel = (): void => {
        if (network !== null) binding.cancel(network)
      }
      try {
        network ??= binding.create(
          level,
          { features: inputSize, hidden: hiddenSize, layers, outputs },
          threads,
          activationBytes,
        )
        signal?.addEventListener('abort', cancel)
        return await work(network)
      } catch (error) {
        if (signal?.aborted === true) throw cancelledEvaluation()
        throw isExhausted(error) ? failure(engineErrors.exhausted, { engine: binding.name }) : error
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    })
  const dropoutOf = (seed: number | undefined): Dropout =>
    seed === undefined ? NO_DROPOUT : { seed, threshold }
  const forward = async (
    at: CompiledNetwork,
    weights: Float32Array,
    { inputs, stocks, steps }: Held,
    keep: boolean,
    dropout: Dropout,
  ): Promise<Float64Array> => {
    const predictions = new Float64Array(stocks * outputs)
    await binding.forward(at, weights, inputs, { stocks, steps }, keep, dropout, predictions)
    return predictions
  }

  return {
    name: binding.name,
    upload: (crossSection) =>
      holdings.add(crossSection, ({ stocks, steps, inputs, labels, sampleWeights = null }) => ({
        stocks,
        steps,
        inputs: inputs instanceof Float32Array ? inputs : new Float32Array(inputs),
        labels,
        sampleWeights,
      })),
    release(handle) {
      const released = holdings.release(handle)
      if (binding.release === undefined || released === undefined) return
      void turns.take(undefined, () => {
        if (network !== null) binding.release?.(network, released.inputs)
      })
    },
    async predict(weights, handle, { dropoutSeed, signal } = {}) {
      const section = holdings.get(handle)
      const single = singleWeights(weights)
      const dropout = dropoutOf(dropoutSeed)
      return inTurn(signal, (at) => forward(at, single, section, false, dropout))
    },
    async lossAndGradient(weights, handle, { dropoutSeed, signal, ...overrides } = {}) {
      const section = holdings.get(handle)
      const single = singleWeights(weights)
      const targets = targetsOf(section, holdings.overridesOf(handle, overrides))
      const dropout = dropoutOf(dropoutSeed)
      return inTurn(signal, async (at) => {
        const predictions = await forward(at, single, section, true, dropout)
        checkCancelled(signal)
        const value = evaluateLoss(loss, { ...targets, predictions, outputs })
        const gradient = new Float64Array(size)
        await binding.backward(at, section.inputs, value.gradient, gradient)
        return { loss: value.loss, gradient, predictions }
      })
    },
    close() {
      holdings.clear()
      void turns.take(undefined, () => {
        if (network !== null) binding.close(network)
        network = null
      })
    },
  }
}
