export interface Eigen {
  /** Descending. */
  readonly values: Float64Array
  /** n x n: row k is the unit vector of value k. */
  readonly vectors: Float64Array
}

/** Beyond it a matrix has numbers that are not finite. */
const SWEEPS = 60

/**
 * Eigenvalues and eigenvectors of a symmetric n x n matrix, row-major, by cyclic Jacobi rotations (Golub & Van Loan, Matrix
 * Computations, 8.5): accurate to float64's rounding of the matrix's norm, orthogonal to the same, some ten sweeps of 6 n^3.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice()
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++) v[i * n + i] = 1
  const negligible = (Number.EPSILON / (8 * n)) * Math.sqrt(a.reduce((sum, value) => sum + value * value, 0))

  let rotated = true
  for (let sweep = 0; rotated && sweep < SWEEPS; sweep++) {
    rotated = false
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = a[p * n + q]
        if (!(Math.abs(off) > negligible)) continue
        rotated = true
        const ratio = (a[q * n + q] - a[p * n + p]) / (2 * off)
        const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1))
        const cosine = 1 / Math.sqrt(tangent * tangent + 1)
        const sine = tangent * cosine
        rotate(a, p, q, 1, n, n, cosine, sine)
        rotate(a, p, q, n, 1, n, cosine, sine)
        rotate(v, p, q, n, 1, n, cosine, sine)
        a[p * n + q] = 0
        a[q * n + p] = 0
      }
    }
  }

  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i])
  const vectors = new Float64Array(n * n)
  order.forEach((from, to) => vectors.set(v.subarray(from * n, (from + 1) * n), to * n))
  return { values: Float64Array.from(order, (i) => a[i * n + i]), vectors }
}

/** Turn two rows (`stride` n, `step` 1) or two columns (1, n) of `count` elements into each other. */
function rotate(
  m: Float64Array,
  p: number,
  q: number,
  stride: number,
  step: number,
  count: number,
  cosine: number,
  sine: number,
): void {
  let i = p * stride
  let j = q * stride
  for (let k = 0; k < count; k++, i += step, j += step) {
    const first = m[i]
    const second = m[j]
    m[i] = cosine * first - sine * second
    m[j] = sine * first + cosine * second
  }
}
