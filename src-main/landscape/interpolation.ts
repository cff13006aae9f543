import { combine } from '../optim/vector.ts'
import { evaluateEach, type EvaluateOptions } from './evaluate.ts'

/** What is known of the loss between two runs, less who they are. */
export interface LineLosses {
  /** 0 is the first run's weights, 1 the second's. */
  readonly at: number[]
  readonly loss: (number | null)[]
  readonly barrier: number | null
}

/** `count` evenly spaced places from 0 to 1, both included. */
export function linePlaces(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i / (count - 1))
}

/** (1 - at) from + at to, exact at both ends. */
export function weightsBetween(from: Float64Array, to: Float64Array, at: number): Float64Array {
  const weights = new Float64Array(from.length)
  combine(weights, 1 - at, from, at, to)
  return weights
}

/**
 * Losses on the straight line between two vectors of weights, at `places` (linePlaces), and their barrier. Hidden units can be
 * reordered without changing the model, so that two runs from different initial weights may have a barrier between equal models.
 * One that is cancelled comes back as far as it got.
 */
export async function evaluateLine(
  from: Float64Array,
  to: Float64Array,
  places: readonly number[],
  evaluate: (weights: Float64Array) => Promise<number | null>,
  options?: EvaluateOptions,
): Promise<LineLosses> {
  const at = [...places]
  const loss = await evaluateEach(at, (place) => evaluate(weightsBetween(from, to, place)), options)
  return { at, loss, barrier: barrierOf(at, loss) }
}

/**
 * Largest excess of the loss over the line between the losses at the first place and the last (Frankle et al. 2020, linear mode
 * connectivity); 0 where it never rises above. Null where either end has no loss.
 */
export function barrierOf(at: readonly number[], loss: readonly (number | null)[]): number | null {
  const first = loss[0]
  const last = loss[loss.length - 1]
  if (first === null || last === null) return null
  const width = at[at.length - 1] - at[0]
  return at.reduce((most, place, i) => {
    const value = loss[i]
    const share = (place - at[0]) / width
    return value === null ? most : Math.max(most, value - ((1 - share) * first + share * last))
  }, 0)
}
