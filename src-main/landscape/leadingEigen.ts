import { createRandom } from '../../src-shared/random.ts'
import { type Eigen, symmetricEigen } from '../../src-shared/symmetricEigen.ts'
import { addScaled, dot, norm, scale } from '../optim/vector.ts'

/** Up to here all eigenvalues are found as fast. */
const SMALL = 64
/** Vectors a block starts with: two, so that the second of two equal eigenvalues is found too. */
const BLOCK = 2
/** Of the largest eigenvalue: how far A v may be from value v. */
const RESIDUAL = 1e-13
/** Shorter than that share of what it was made of, a vector is the rounding of those it was made orthogonal to. */
const VANISHED = 1e-14

/**
 * The two leading eigenvalues and their unit vectors, at least, of a symmetric positive semi-definite n x n matrix, row-major:
 * all of a small one, else by block Lanczos steps with full reorthogonalisation (Golub & Van Loan, Matrix Computations,
 * 10.3), some n^2 each, until both residuals are RESIDUAL x the largest eigenvalue; by the full solver where half of all
 * steps are not enough. The same numbers whenever it is called.
 */
export function leadingEigen(matrix: Float64Array, n: number): Eigen {
  if (n <= SMALL) return symmetricEigen(matrix, n)
  const random = createRandom(0, 0)
  const basis: Float64Array[] = []
  /** A x each of them. */
  const images: Float64Array[] = []
  let block = Array.from({ length: BLOCK }, () => Float64Array.from({ length: n }, () => random.normal()))
  for (let check = 16; check <= n / 2;) {
    const fresh = block.filter((vector) => orthonormal(vector, basis))
    for (const vector of fresh) images.push(times(matrix, n, vector))
    const invariant = fresh.length === 0
    if (invariant || basis.length >= check) {
      const found = ritz(basis, images)
      if (invariant || found.residual <= RESIDUAL * found.eigen.values[0]) return found.eigen
      check *= 2
    }
    block = images.slice(-fresh.length).map((image) => image.slice())
  }
  return symmetricEigen(matrix, n)
}

/** `vector` made orthogonal to `basis`, of length 1, and added to it; false where nothing of it is left. In place. */
function orthonormal(vector: Float64Array, basis: Float64Array[]): boolean {
  const before = norm(vector)
  // Once more for what the rounding of the first pass leaves.
  for (let pass = 0; pass < 2; pass++)
    for (const other of basis) addScaled(vector, vector, -dot(vector, other), other)
  const length = norm(vector)
  if (!(length > VANISHED * before)) return false
  scale(vector, 1 / length, vector)
  basis.push(vector)
  return true
}

function times(matrix: Float64Array, n: number, vector: Float64Array): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => dot(matrix.subarray(i * n, (i + 1) * n), vector))
}

/** The two leading eigenvectors within the span of `basis`, and the larger of their residuals. */
function ritz(
  basis: readonly Float64Array[],
  images: readonly Float64Array[],
): { readonly eigen: Eigen; readonly residual: number } {
  const m = basis.length
  const n = basis[0].length
  const inner = new Float64Array(m * m)
  for (let i = 0; i < m; i++)
    for (let j = 0; j <= i; j++) inner[i * m + j] = inner[j * m + i] = dot(basis[i], images[j])
  const { values, vectors } = symmetricEigen(inner, m)
  const leading = new Float64Array(2 * n)
  let residual = 0
  for (let k = 0; k < 2; k++) {
    const vector = leading.subarray(k * n, (k + 1) * n)
    const rest = new Float64Array(n)
    for (let i = 0; i < m; i++) {
      addScaled(vector, vector, vectors[k * m + i], basis[i])
      addScaled(rest, rest, vectors[k * m + i], images[i])
    }
    addScaled(rest, rest, -values[k], vector)
    residual = Math.max(residual, norm(rest))
  }
  return { eigen: { values: values.slice(0, 2), vectors: leading }, residual }
}
