import { createRandom, fillNormal, seedRandom } from '../../src-shared/random.ts'
import { mean, standardDeviation } from '../../src-shared/statistics.ts'
import { symmetricEigen } from '../../src-shared/symmetricEigen.ts'
import { addScaled, dot, norm, scale } from '../optim/vector.ts'
import type { LossSurface } from './surface.ts'

/** Fill `out` with H v, v a unit vector; false where a gradient it takes is undefined. */
export type HessianVectorProduct = (v: Float64Array, out: Float64Array) => Promise<boolean>

/** Relative rounding of gradients that an engine computes in float32. */
export const SINGLE_GRADIENT_ROUNDING = 2 ** -23

/**
 * Products with the Hessian of the loss at `weights` by the central difference of two gradients, h away on either side along the
 * unit vector v. Gradients rounded by a share `rounding` leave an error of some h^2 (of the third derivatives) + rounding / h
 * (of the rounding), least where h is near the cube root of the rounding: 0.005 in float32. The step of a square root, right for
 * one-sided differences, would drown in float32's rounding; one that grows with |weights| leaves the scale on which an IC
 * bends: of a small GRU it was off by 2e-2 along its gradient, where this one is by 4e-4 and by 1e-4 along random vectors.
 * Where the two gradients are means over different numbers of dates their difference is no derivative: undefined. As many
 * dates are taken for the same ones.
 */
export function createHessianVectorProduct(
  surface: LossSurface,
  weights: Float64Array,
  rounding = SINGLE_GRADIENT_ROUNDING,
): HessianVectorProduct {
  const h = Math.cbrt(rounding)
  const point = new Float64Array(weights.length)
  return async (v, out) => {
    addScaled(point, weights, h, v)
    const ahead = await surface.gradient(point)
    addScaled(point, weights, -h, v)
    const behind = await surface.gradient(point)
    if (ahead.loss === null || behind.loss === null || ahead.dates !== behind.dates) return false
    addScaled(out, ahead.gradient, -1, behind.gradient)
    // A difference that is no more than rounding is none.
    scale(out, norm(out) <= rounding * norm(ahead.gradient) ? 0 : 0.5 / h, out)
    return true
  }
}

export interface TopEigenpair {
  readonly value: number
  /** |H y - value y| of its unit vector y, by a product of its own: what Lanczos and differences together leave. */
  readonly residual: number
  readonly vector: Float64Array
}

/** Share of the eigenvalue that its residual comes down to: the value itself is off by the square of it. */
const CONVERGED = 1e-6

/**
 * The largest algebraic eigenvalue of H and its vector, by Lanczos from a random vector with full reorthogonalisation (Golub &
 * Van Loan, Matrix Computations, 10.3): power iteration would find the largest magnitude, which may be the most negative one.
 * At most `products` products, 2 or more, the last of them for the residual; the value is the Rayleigh quotient of that last
 * one, so it is below the largest eigenvalue, and some eigenvalue lies within the residual of it. With a unit vector `beside`,
 * the largest among the vectors orthogonal to it: beside the first eigenvector the second, an equal eigenvalue too; of two
 * weights or more. Null where a product is undefined.
 */
export async function topEigenpair(
  product: HessianVectorProduct,
  size: number,
  {
    products,
    seed,
    beside: given,
  }: { readonly products: number; readonly seed: number; readonly beside?: Float64Array },
): Promise<TopEigenpair | null> {
  const apart = given === undefined ? [] : [given]
  const start = new Float64Array(size)
  fillNormal(seedRandom(seed, STREAM.lanczos), start)
  orthogonalise(start, apart)
  scale(start, 1 / norm(start), start)

  const basis = [start]
  const diagonal: number[] = []
  const beside: number[] = []
  const steps = Math.min(products - 1, size - apart.length)
  let ritz: Ritz
  /** The Ritz vector is looked at after steps that grow by an eighth: its cost is that of all steps before, cubed. */
  let look = 1
  for (;;) {
    const last = basis[basis.length - 1]
    const next = new Float64Array(size)
    if (!(await product(last, next))) return null
    diagonal.push(dot(last, next))
    orthogonalise(next, [...apart, ...basis])
    const rest = norm(next)
    const magnitude = Math.max(...diagonal.map(Math.abs), ...beside)
    const ended = diagonal.length === steps || !(rest > CONVERGED * magnitude)
    if (ended || diagonal.length >= look) {
      look = Math.ceil(diagonal.length * 1.125)
      ritz = largestRitz(diagonal, beside)
      if (ended || rest * Math.abs(ritz.vector[diagonal.length - 1]) <= CONVERGED * Math.abs(ritz.value))
        break
    }
    beside.push(rest)
    scale(next, 1 / rest, next)
    basis.push(next)
  }

  const vector = new Float64Array(size)
  basis.forEach((v, k) => addScaled(vector, vector, ritz.vector[k], v))
  scale(vector, 1 / norm(vector), vector)
  const image = new Float64Array(size)
  if (!(await product(vector, image))) return null
  const value = dot(vector, image)
  addScaled(image, image, -value, vector)
  return { value, residual: norm(image), vector }
}

/** Twice is enough (Parlett, The Symmetric Eigenvalue Problem, 6.9). In place. */
function orthogonalise(vector: Float64Array, others: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++)
    for (const other of others) addScaled(vector, vector, -dot(vector, other), other)
}

interface Ritz {
  readonly value: number
  /** On the basis. */
  readonly vector: Float64Array
}

/** Of the tridiagonal matrix with these elements on and beside its diagonal. */
function largestRitz(diagonal: readonly number[], beside: readonly number[]): Ritz {
  const n = diagonal.length
  const matrix = new Float64Array(n * n)
  diagonal.forEach((value, k) => (matrix[k * n + k] = value))
  beside.forEach((value, k) => {
    matrix[k * n + k + 1] = value
    matrix[(k + 1) * n + k] = value
  })
  const { values, vectors } = symmetricEigen(matrix, n)
  return { value: values[0], vector: vectors.subarray(0, n) }
}

/** A mean over draws and its standard error. */
export interface Estimate {
  readonly mean: number
  readonly error: number
}

/**
 * Hutchinson's estimate of the trace of H: the mean of z'Hz over `draws` vectors z of independent signs, 2 draws or more, without
 * error where H is diagonal. Null where a product is undefined.
 */
export async function hessianTrace(
  product: HessianVectorProduct,
  size: number,
  { draws, seed }: { readonly draws: number; readonly seed: number },
): Promise<Estimate | null> {
  const random = createRandom(seed, STREAM.trace)
  const image = new Float64Array(size)
  const values: number[] = []
  for (let draw = 0; draw < draws; draw++) {
    const length = Math.sqrt(size)
    const v = Float64Array.from({ length: size }, () => (random.uniform() < 0.5 ? -1 : 1) / length)
    if (!(await product(v, image))) return null
    values.push(size * dot(v, image))
  }
  return estimate(values)
}

/** What each number draws from a seed. */
export const STREAM = {
  ball: 60,
  radius: 61,
  lanczos: 62,
  trace: 63,
  firstDirection: 64,
  secondDirection: 65,
} as const

export function estimate(values: readonly number[]): Estimate {
  return { mean: mean(values), error: (standardDeviation(values) ?? 0) / Math.sqrt(values.length) }
}
