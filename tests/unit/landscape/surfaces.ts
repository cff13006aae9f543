import type { LossSurface } from '../../../src-main/landscape/surface.ts'
import { createRandom } from '../../../src-shared/random.ts'

/** A loss in closed form, as a surface of one date. */
export function closedForm(
  size: number,
  loss: (w: Float64Array) => number,
  gradient: (w: Float64Array) => Float64Array,
): LossSurface {
  const one = { dates: 1, skipped: 0 }
  return {
    size,
    loss: (w) => Promise.resolve({ ...one, loss: loss(w) }),
    gradient: (w) => Promise.resolve({ ...one, loss: loss(w), gradient: gradient(w) }),
  }
}

/** w'Hw / 2 with H = Q diag(eigenvalues) Q', Q a product of random reflections. */
export function quadratic(eigenvalues: readonly number[], seed: number): LossSurface {
  const size = eigenvalues.length
  const reflections = Array.from({ length: 3 }, (_, k) => randomVector(seed * 10 + k, size))
  const reflect = (w: Float64Array, by: Float64Array): Float64Array => {
    const factor = (2 * inner(w, by)) / inner(by, by)
    return w.map((value, i) => value - factor * by[i])
  }
  const gradient = (w: Float64Array): Float64Array => {
    const turned = reflections.reduce(reflect, w).map((value, i) => eigenvalues[i] * value)
    return reflections.toReversed().reduce(reflect, turned)
  }
  return closedForm(size, (w) => inner(w, gradient(w)) / 2, gradient)
}

export function randomVector(seed: number, size: number): Float64Array {
  const random = createRandom(seed, 9)
  return Float64Array.from({ length: size }, () => random.normal())
}

export function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
