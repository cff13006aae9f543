import { failure } from '../../../src-shared/failure.ts'
import { lossErrors } from '../../../src-shared/locales/errors/training.ts'

/**
 * The IC of a cross-section, the Pearson correlation of prediction and label (methods.md 3), and its gradient with
 * respect to the predictions: d IC / d p_i = w_i (yc_i / |yc| - IC pc_i / |pc|) / |pc|, c = centred, norms and means
 * weighted. The gradient sums to 0 and is orthogonal to the centred predictions, for shift and scale of the predictions
 * leave the IC alone. Non-finite predictions give a NaN, but a stock of weight 0 is left out whatever its numbers are.
 * Throws PlateauError `data_insufficient` when either side has no variance beyond rounding: that of float64, or for the
 * predictions `rounding`, relative to their largest.
 */
export function icAndGradient(
  predictions: Float64Array,
  labels: Float64Array,
  sampleWeights: Float64Array | null = null,
  rounding = Number.EPSILON,
): { ic: number; gradient: Float64Array } {
  const p = centre(predictions, sampleWeights, rounding)
  const y = centre(labels, sampleWeights)
  if (p.constant || y.constant) {
    throw failure(y.constant ? lossErrors.constantLabels : lossErrors.constantPredictions, {
      stocks: predictions.length,
    })
  }
  const ic = correlation(p, y, sampleWeights)
  const gradient = p.centred.map((value, i) => {
    const weight = sampleWeights === null ? 1 : sampleWeights[i]
    return weight === 0 ? 0 : weight * ((y.centred[i] / y.norm - ic * (value / p.norm)) / p.norm)
  })
  return { ic, gradient }
}

/** Pearson correlation of predictions and labels; null when either side has no variance beyond rounding. */
export function icOf(
  predictions: Float64Array,
  labels: Float64Array,
  sampleWeights: Float64Array | null = null,
  rounding = Number.EPSILON,
): number | null {
  const p = centre(predictions, sampleWeights, rounding)
  const y = centre(labels, sampleWeights)
  return p.constant || y.constant ? null : correlation(p, y, sampleWeights)
}

interface Centred {
  readonly centred: Float64Array
  /** Euclidean norm of `centred`, each square times its weight. */
  readonly norm: number
  readonly constant: boolean
}

function centre(values: Float64Array, weights: Float64Array | null, rounding = Number.EPSILON): Centred {
  // Relative to one of the values, equal values centre to exactly 0 whatever the rounding of their mean. A stock
  // without weight must not be that value: it may be anything.
  const first = weights === null ? 0 : weights.findIndex((weight) => weight > 0)
  const origin = first in values ? values[first] : 0
  let sum = 0
  let total = 0
  let scale = 0
  for (let i = 0; i < values.length; i++) {
    const weight = weights === null ? 1 : weights[i]
    if (weight === 0) continue
    sum += weight * (values[i] - origin)
    total += weight
    scale = Math.max(scale, Math.abs(values[i]))
  }
  const mean = sum / total
  const centred = values.map((value) => value - origin - mean)
  let squares = 0
  for (let i = 0; i < centred.length; i++) {
    const weight = weights === null ? 1 : weights[i]
    if (weight !== 0) squares += weight * centred[i] * centred[i]
  }
  const norm = Math.sqrt(squares)
  return { centred, norm, constant: !(total > 0) || norm <= rounding * scale * Math.sqrt(total) }
}

function correlation(p: Centred, y: Centred, weights: Float64Array | null): number {
  let product = 0
  for (let i = 0; i < p.centred.length; i++) {
    const weight = weights === null ? 1 : weights[i]
    if (weight !== 0) product += weight * p.centred[i] * y.centred[i]
  }
  return product / p.norm / y.norm
}
