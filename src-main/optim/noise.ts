import { norm } from './vector.ts'

/** Below this share of the gradient a difference of gradients in float32 is rounding noise: none. */
const NOISE = 2 ** -23

/** Make a difference of gradients zeros where it is no more than their rounding. */
export function dropNoise(
  difference: Float64Array,
  gradientNorm: number,
  from = 0,
  to = difference.length,
): void {
  if (norm(difference, from, to) <= NOISE * gradientNorm) difference.fill(0, from, to)
}
