import { PlateauError } from '../../../src-shared/errors.ts'
import type { CrossSection, CrossSectionHandle, Engine } from '../engine.ts'
import { gruLayout, type GruConfig } from '../layout.ts'
import { negativeIc } from '../losses/ic.ts'
import { createGruNetwork } from './gruNetwork.ts'

const MEBIBYTE = 2 ** 20

/**
 * The engine every other engine is checked against: float64, hand-derived gradient, one thread, the same bits on
 * every machine. `activationBytes` bounds the memory kept between the forward and the backward pass.
 */
export function createReferenceEngine(config: GruConfig, activationBytes = 256 * MEBIBYTE): Engine {
  const { size } = gruLayout(config)
  const uploaded = new Map<CrossSectionHandle, CrossSection>()
  let network = createGruNetwork(config, activationBytes)

  const batchOf = (handle: CrossSectionHandle): CrossSection => {
    const batch = uploaded.get(handle)
    if (batch === undefined)
      throw new PlateauError('internal', 'This engine does not hold the cross-section.')
    return batch
  }
  const checkWeights = (weights: Float64Array): void => {
    if (weights.length !== size) {
      throw new PlateauError('internal', `Expected ${size} weights, got ${weights.length}.`)
    }
  }

  return {
    name: 'reference',
    upload(crossSection) {
      checkShape(crossSection, config)
      const handle = { stocks: crossSection.stocks }
      uploaded.set(handle, crossSection)
      return handle
    },
    release(handle) {
      uploaded.delete(handle)
    },
    async predict(weights, handle) {
      const batch = batchOf(handle)
      checkWeights(weights)
      const predictions = new Float64Array(batch.stocks)
      network.forward(weights, batch, predictions, false)
      return predictions
    },
    async lossAndGradient(weights, handle) {
      const batch = batchOf(handle)
      checkWeights(weights)
      if (batch.labels === null) throw new PlateauError('internal', 'The cross-section has no labels.')
      const predictions = new Float64Array(batch.stocks)
      network.forward(weights, batch, predictions, true)
      const { loss, gradient: predictionGradient } = negativeIc(predictions, batch.labels)
      const gradient = new Float64Array(size)
      network.backward(weights, batch, predictionGradient, gradient)
      return { loss, gradient }
    },
    close() {
      uploaded.clear()
      network = createGruNetwork(config, activationBytes)
    },
  }
}

function checkShape({ stocks, steps, features, inputs, labels }: CrossSection, config: GruConfig): void {
  if (
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
