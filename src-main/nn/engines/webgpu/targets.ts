import { PlateauError } from '../../../../src-shared/errors.ts'
import { failure } from '../../../../src-shared/failure.ts'
import { lossErrors } from '../../../../src-shared/locales/errors/training.ts'
import { icAndGradient } from '../../losses/ic.ts'
import type { Loss } from '../../losses/loss.ts'

/** The host's half of the loss: what depends on labels and sample weights alone, once, in float64. */
export interface Targets {
  /** Labels, stocks x outputs, then weights that sum to 1, stocks. For the IC the labels have mean 0 and variance 1. */
  readonly values: Float32Array<ArrayBuffer>
  /** The first stock with weight. */
  readonly origin: number
  /** Why the loss is undefined whatever the predictions; null when it is not. */
  readonly problem: PlateauError | null
}

/** How long `values` is. */
export const targetElements = (stocks: number, outputs: number): number => stocks * (outputs + 1)

export function createTargets(
  loss: Loss,
  outputs: number,
  labels: Float64Array,
  sampleWeights: Float64Array | null,
): Targets {
  const stocks = labels.length / outputs
  const heaviest = sampleWeights === null ? 1 : sampleWeights.reduce((most, w) => Math.max(most, w), 0)
  if (heaviest === 0)
    return { values: new Float32Array(0), origin: 0, problem: failure(lossErrors.noSampleWeight, { stocks }) }
  // Relative to the heaviest, the sum of weights of any size stays finite.
  const relative = Float64Array.from({ length: stocks }, (_, i) =>
    sampleWeights === null ? 1 : sampleWeights[i] / heaviest,
  )
  const sum = relative.reduce((total, w) => total + w, 0)
  const weights = Float32Array.from(relative, (w) => w / sum)
  const values = new Float32Array(targetElements(stocks, outputs))
  values.set(weights, stocks * outputs)
  let problem: PlateauError | null = null
  for (let k = 0; k < outputs; k++) {
    const column = Float64Array.from({ length: stocks }, (_, i) => labels[i * outputs + k])
    // A stock without weight may have any label, one beyond float32 included.
    let standardised: Float64Array = column.map((value, i) => (relative[i] === 0 ? 0 : value))
    if (loss.kind === 'ic') {
      try {
        // Of the labels with themselves, which is 1 or undefined.
        icAndGradient(column, column, sampleWeights)
        standardised = standardise(column, relative, sum)
      } catch (error) {
        problem = PlateauError.from(error)
      }
    }
    standardised.forEach((value, i) => (values[i * outputs + k] = value))
  }
  return { values, origin: weights.findIndex((w) => w > 0), problem }
}

/** The predictions' half of the same condition, which the device finds. */
export function constantPredictions(stocks: number): PlateauError {
  return failure(lossErrors.constantPredictions, { stocks })
}

function standardise(values: Float64Array, weights: Float64Array, sum: number): Float64Array {
  const average = (of: (i: number) => number): number =>
    weights.reduce((total, w, i) => (w === 0 ? total : total + w * of(i)), 0) / sum
  const mean = average((i) => values[i])
  const deviation = Math.sqrt(average((i) => (values[i] - mean) ** 2))
  return values.map((value, i) => (weights[i] === 0 ? 0 : (value - mean) / deviation))
}
