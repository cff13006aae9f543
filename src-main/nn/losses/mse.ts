import { failure } from '../../../src-shared/failure.ts'
import { lossErrors } from '../../../src-shared/locales/errors/training.ts'
import type { LossInput, LossValue } from './lossInput.ts'

/**
 * Mean squared error: sum_i w_i sum_k (p_ik - y_ik)^2 / (outputs x sum_i w_i), and its gradient.
 * @throws PlateauError data_insufficient when no stock has weight
 */
export function meanSquaredError({ predictions, labels, sampleWeights, outputs }: LossInput): LossValue {
  const stocks = predictions.length / outputs
  const totalWeight = sampleWeights === null ? stocks : sampleWeights.reduce((sum, w) => sum + w, 0)
  if (!(totalWeight > 0)) throw failure(lossErrors.noSampleWeight, { stocks })
  const gradient = new Float64Array(predictions.length)
  let loss = 0
  for (let i = 0; i < predictions.length; i++) {
    const weight = sampleWeights === null ? 1 : sampleWeights[Math.floor(i / outputs)]
    // A stock left out may have no number.
    if (weight === 0) continue
    const share = weight / totalWeight / outputs
    const error = predictions[i] - labels[i]
    loss += share * error * error
    gradient[i] = 2 * share * error
  }
  return { loss, gradient }
}
