import type { Loss } from './loss.ts'

/**
 * Fill `losses` with what each stock adds to the loss of its date, for methods that choose among samples. `mse`: the squared
 * error. `ic`: half the squared difference of standardised prediction and label, whose mean over the date is 1 - IC
 * (standard deviations with divisor n): the IC of a date has no other parts. Of models with one output. A side without
 * variance has standardised values of 0.
 */
export function rowLosses(
  loss: Loss,
  predictions: Float64Array,
  labels: Float64Array,
  losses: Float64Array,
): void {
  if (loss.kind === 'mse') {
    for (let i = 0; i < losses.length; i++) losses[i] = (predictions[i] - labels[i]) ** 2
    return
  }
  const p = moments(predictions)
  const y = moments(labels)
  for (let i = 0; i < losses.length; i++) {
    const difference = (predictions[i] - p.mean) * p.inverse - (labels[i] - y.mean) * y.inverse
    losses[i] = 0.5 * difference * difference
  }
}

function moments(values: Float64Array): { mean: number; inverse: number } {
  // Relative to one of them: equal values are then their mean, whatever it is rounded to.
  const [origin] = values
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] - origin
  const mean = origin + sum / values.length
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2
  return { mean, inverse: squares === 0 ? 0 : Math.sqrt(values.length / squares) }
}
