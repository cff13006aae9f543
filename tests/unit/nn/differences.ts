import type { TensorLayout } from '../../../src-main/nn/layout.ts'
import { createRandom } from '../../../src-shared/random.ts'

/** A random direction inside one tensor of a flat vector of `length`, of unit expected length. */
export function directionIn({ shape, offset }: TensorLayout, length: number, seed: number): Float64Array {
  const random = createRandom(seed, offset)
  const size = shape.reduce((product, extent) => product * extent, 1)
  const direction = new Float64Array(length)
  for (let i = 0; i < size; i++) direction[offset + i] = random.normal() / Math.sqrt(size)
  return direction
}

/** Derivative of `f` at `at` along `direction` by the five-point rule: error of order step^4. */
export async function derivative(
  at: Float64Array,
  direction: Float64Array,
  f: (x: Float64Array) => number | Promise<number>,
): Promise<number> {
  const step = 1e-3
  const valueAt = (distance: number) => f(at.map((x, i) => x + distance * direction[i]))
  const near = (await valueAt(step)) - (await valueAt(-step))
  const far = (await valueAt(2 * step)) - (await valueAt(-2 * step))
  return (8 * near - far) / (12 * step)
}
