import { PlateauError } from '../../../src-shared/errors.ts'
import { icAndGradient } from './ic.ts'
import type { LossInput, LossValue } from './lossInput.ts'
import { meanSquaredError } from './mse.ts'

/**
 * The loss of a cross-section, on the predictions of every stock.
 * - `ic`: minus the IC (methods.md 3), the mean over the model's outputs; with two outputs, plus `correlationPenalty` x
 *   the squared correlation of the two, so that the second learns what the first does not say.
 * - `mse`: the mean squared error over stocks and outputs.
 * Sample weights turn every mean, variance and covariance into its weighted counterpart.
 */
export type Loss = { readonly kind: 'ic'; readonly correlationPenalty?: number } | { readonly kind: 'mse' }

export const NEGATIVE_IC: Loss = { kind: 'ic' }

/** Of predictions computed in float32 by sums whose order may differ from stock to stock: a few units in the last place. */
export const SINGLE_ROUNDING = 2 ** -21

/** Whether an evaluation failed because the loss is undefined on its date (methods.md 3): an IC without variance. */
export function isUndefinedLoss(error: unknown): boolean {
  return error instanceof PlateauError && error.code === 'data_insufficient'
}

/**
 * Non-finite predictions give a NaN loss.
 * @throws PlateauError data_insufficient when an IC is undefined: no variance beyond rounding, or no stock with weight
 */
export function evaluateLoss(loss: Loss, input: LossInput): LossValue {
  if (loss.kind === 'mse') return meanSquaredError(input)
  const { predictions, labels, sampleWeights, outputs, rounding } = input
  if (outputs === 1) {
    const { ic, gradient } = icAndGradient(predictions, labels, sampleWeights, rounding)
    return { loss: -ic, gradient: gradient.map((value) => -value) }
  }
  const columns = Array.from({ length: outputs }, (_, k) => column(predictions, k, outputs))
  const total = { loss: 0, gradient: new Float64Array(predictions.length) }
  const add = (k: number, factor: number, gradient: Float64Array): void =>
    gradient.forEach((value, i) => (total.gradient[i * outputs + k] += factor * value))
  columns.forEach((values, k) => {
    const { ic, gradient } = icAndGradient(values, column(labels, k, outputs), sampleWeights, rounding)
    total.loss -= ic / outputs
    add(k, -1 / outputs, gradient)
  })
  const penalty = loss.correlationPenalty ?? 0
  if (penalty !== 0 && outputs === 2) {
    const [first, second] = columns
    const forward = icAndGradient(first, second, sampleWeights)
    total.loss += penalty * forward.ic ** 2
    add(0, 2 * penalty * forward.ic, forward.gradient)
    add(1, 2 * penalty * forward.ic, icAndGradient(second, first, sampleWeights).gradient)
  }
  return total
}

/** @throws PlateauError usage when the loss makes no sense for a model of that many outputs */
export function checkLoss(loss: Loss, outputs: number): void {
  const penalty = loss.kind === 'ic' ? (loss.correlationPenalty ?? 0) : 0
  if (!(penalty >= 0 && Number.isFinite(penalty)))
    throw new PlateauError('usage', `A correlation penalty is a number from 0 on, not ${penalty}.`)
  if (penalty !== 0 && outputs !== 2)
    throw new PlateauError('usage', 'A correlation penalty needs a model of two outputs.', {
      remedy: 'Give the model two outputs, or the penalty 0.',
    })
}

function column(matrix: Float64Array, k: number, outputs: number): Float64Array {
  if (outputs === 1) return matrix
  return Float64Array.from({ length: matrix.length / outputs }, (_, i) => matrix[i * outputs + k])
}
