import { PlateauError } from '../../../src-shared/errors.ts'

/**
 * Loss of a cross-section: minus the Pearson correlation of prediction and label (methods.md 3), and its gradient
 * with respect to the predictions: d IC / d p_i = (yc_i / |yc| - IC pc_i / |pc|) / |pc|, c = centred. The gradient
 * sums to 0 and is orthogonal to the centred predictions, for shift and scale of the predictions leave the IC alone.
 * Non-finite predictions give a NaN loss.
 * Throws PlateauError `data_insufficient` when either side has no variance beyond rounding.
 */
export function negativeIc(
  predictions: Float64Array,
  labels: Float64Array,
): { loss: number; gradient: Float64Array } {
  const p = centre(predictions)
  const y = centre(labels)
  if (p.constant || y.constant) {
    throw new PlateauError(
      'data_insufficient',
      `The IC is undefined: the ${y.constant ? 'labels' : 'predictions'} of ${predictions.length} stocks have no variance.`,
      { remedy: 'Leave this date out.' },
    )
  }
  const ic = correlation(p, y)
  const gradient = p.centred.map((value, i) => (ic * (value / p.norm) - y.centred[i] / y.norm) / p.norm)
  return { loss: -ic, gradient }
}

/** Pearson correlation of predictions and labels; null when either side has no variance beyond rounding. */
export function icOf(predictions: Float64Array, labels: Float64Array): number | null {
  const p = centre(predictions)
  const y = centre(labels)
  return p.constant || y.constant ? null : correlation(p, y)
}

interface Centred {
  readonly centred: Float64Array
  /** Euclidean norm of `centred`. */
  readonly norm: number
  readonly constant: boolean
}

function centre(values: Float64Array): Centred {
  // Relative to the first value, equal values centre to exactly 0 whatever the rounding of their mean.
  const origin = values.length === 0 ? 0 : values[0]
  let sum = 0
  let scale = 0
  for (const value of values) {
    sum += value - origin
    scale = Math.max(scale, Math.abs(value))
  }
  const mean = sum / values.length
  const centred = values.map((value) => value - origin - mean)
  let squares = 0
  for (const value of centred) squares += value * value
  const norm = Math.sqrt(squares)
  return { centred, norm, constant: norm <= Number.EPSILON * scale * Math.sqrt(values.length) }
}

function correlation(p: Centred, y: Centred): number {
  let product = 0
  for (let i = 0; i < p.centred.length; i++) product += p.centred[i] * y.centred[i]
  return product / p.norm / y.norm
}
