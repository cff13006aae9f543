import { type Loss, SINGLE_ROUNDING } from './loss.ts'

/** Labels whose loss, times `scale`, has the gradient of a date's loss and its agreement with other outputs together. */
export interface Agreement {
  readonly labels: Float64Array
  readonly scale: number
}

/**
 * The loss of a date plus `strength` x the disagreement of the predictions p with `outputs` r, by labels alone, so that every
 * engine computes it as it is. The published term, T^2 KL of class distributions softened by T, tends to half the variance of
 * the difference of the logits as T grows; of the one output per stock this is
 * - `ic`, which leaves shift and scale free: half the mean squared difference of the standardised outputs, 1 - corr(p, r).
 *   With unit vectors y, r of labels and outputs, -p'y - strength p'r = -|m| corr(p, m) for m = y + strength r.
 * - `mse`: half the mean squared difference. (p - y)^2 + strength (p - r)^2 / 2 is, up to a constant,
 *   (1 + strength / 2) (p - m)^2 for m = (y + strength r / 2) / (1 + strength / 2).
 * Null when labels or outputs have no variance: then there is nothing to agree with.
 */
export function agreement(
  loss: Loss,
  labels: Float64Array,
  outputs: Float64Array,
  strength: number,
): Agreement | null {
  if (loss.kind === 'mse') {
    const scale = 1 + strength / 2
    return { labels: labels.map((y, i) => (y + (strength / 2) * outputs[i]) / scale), scale }
  }
  const y = unitVector(labels)
  const r = unitVector(outputs)
  if (y === null || r === null) return null
  const mixed = y.map((value, i) => value + strength * r[i])
  return { labels: mixed, scale: Math.sqrt(mixed.reduce((sum, value) => sum + value * value, 0)) }
}

/** Centred, of length 1; null without variance. */
function unitVector(values: Float64Array): Float64Array | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const centred = values.map((value) => value - mean)
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0))
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  // Outputs come in float32: a spread of that precision's rounding is none.
  if (length <= SINGLE_ROUNDING * largest * Math.sqrt(values.length)) return null
  return centred.map((value) => value / length)
}
