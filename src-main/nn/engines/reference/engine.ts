import { dropoutOf, dropoutThreshold } from '../../dropout.ts'
import type { CrossSection, Engine } from '../../engine.ts'
import { gruLayout, type GruConfig } from '../../layout.ts'
import { checkLoss, evaluateLoss, type Loss, NEGATIVE_IC } from '../../losses/loss.ts'
import { createBreather } from '../breath.ts'
import { createHoldings, targetsOf } from '../holdings.ts'
import { createTurns } from '../turns.ts'
import { createGruNetwork } from './gruNetwork.ts'

const MEBIBYTE = 2 ** 20

export interface ReferenceOptions {
  readonly loss?: Loss
  /** Bounds the memory kept between the forward and the backward pass. */
  readonly activationBytes?: number
}

/**
 * The engine every other engine is checked against: float64, hand-derived gradient, one thread, the same bits on
 * every machine.
 */
export function createReferenceEngine(
  config: GruConfig,
  { loss = NEGATIVE_IC, activationBytes = 256 * MEBIBYTE }: ReferenceOptions = {},
): Engine {
  const { size } = gruLayout(config)
  const { outputs = 1, dropout: rate = 0 } = config
  dropoutThreshold(rate)
  checkLoss(loss, outputs)
  const holdings = createHoldings<CrossSection>(config)
  let network = createGruNetwork(config, activationBytes)
  /** Evaluations share the network's buffers. */
  const turns = createTurns()

  return {
    name: 'reference',
    upload: (crossSection) => holdings.add(crossSection, (section) => section),
    release: (handle) => void holdings.release(handle),
    async predict(weights, handle, { dropoutSeed, signal } = {}) {
      const section = holdings.get(handle)
      holdings.checkWeights(weights)
      const at = weights.slice()
      const dropout = dropoutOf(rate, dropoutSeed)
      return turns.take(signal, async () => {
        const predictions = new Float64Array(section.stocks * outputs)
        await network.forward(at, section, predictions, { keep: false, dropout }, createBreather(signal))
        return predictions
      })
    },
    async lossAndGradient(weights, handle, { dropoutSeed, signal, ...overrides } = {}) {
      const section = holdings.get(handle)
      holdings.checkWeights(weights)
      const targets = targetsOf(section, holdings.overridesOf(handle, overrides))
      const at = weights.slice()
      const dropout = dropoutOf(rate, dropoutSeed)
      return turns.take(signal, async () => {
        const breathe = createBreather(signal)
        const predictions = new Float64Array(section.stocks * outputs)
        await network.forward(at, section, predictions, { keep: true, dropout }, breathe)
        const { loss: value, gradient: predictionGradient } = evaluateLoss(loss, {
          ...targets,
          predictions,
          outputs,
        })
        const gradient = new Float64Array(size)
        await network.backward(at, section, predictionGradient, gradient, dropout, breathe)
        return { loss: value, gradient, predictions }
      })
    },
    close() {
      holdings.clear()
      void turns.take(undefined, () => {
        network = createGruNetwork(config, activationBytes)
      })
    },
  }
}
