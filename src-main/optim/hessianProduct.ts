import { dropNoise } from './noise.ts'
import { addScaled, norm, scale } from './vector.ts'
import type { Work } from './work.ts'

/**
 * Fill `out` with H(at) v / |v|, H the Hessian of the batch's loss, by the central difference of two gradients
 * `differenceStep` away on either side. `length` is |v|; a zero v gives zeros, and so does a difference that is rounding.
 */
export type HessianProduct = (
  work: Work,
  at: Float64Array,
  v: Float64Array,
  length: number,
  out: Float64Array,
) => Promise<void>

export function createHessianProduct(differenceStep: number, size: number): HessianProduct {
  const ahead = new Float64Array(size)
  const point = new Float64Array(size)
  return async (work, at, v, length, out) => {
    if (length === 0) {
      out.fill(0)
      return
    }
    const h = differenceStep / length
    addScaled(point, at, h, v)
    await work.evaluate(point, ahead)
    addScaled(point, at, -h, v)
    await work.evaluate(point, out)
    const gradient = norm(ahead)
    addScaled(out, ahead, -1, out)
    dropNoise(out, gradient)
    scale(out, 0.5 / differenceStep, out)
  }
}
