/**
 * Solve A x = b in place of `b` for a small symmetric positive definite n x n matrix, row-major, whose lower half is overwritten by
 * its Cholesky factor.
 */
export function solvePositive(a: Float64Array, b: Float64Array): void {
  const n = b.length
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) for (let i = j; i < n; i++) a[i * n + j] -= a[i * n + k] * a[j * n + k]
    const pivot = Math.sqrt(a[j * n + j])
    for (let i = j; i < n; i++) a[i * n + j] /= pivot
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i] -= a[i * n + k] * b[k]
    b[i] /= a[i * n + i]
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i] -= a[k * n + i] * b[k]
    b[i] /= a[i * n + i]
  }
}
