/** A pivot below this share of its diagonal is rounding: the row depends on earlier ones. */
const DEPENDENT = 1e-14

/**
 * Lower factor of a positive semidefinite `matrix` (size x size, row-major, lower triangle read) in place. A
 * dependent row gets the pivot `ofDependent` and no entries below it: Infinity leaves its unknown at 0, 0 gives the
 * factor of a singular matrix.
 */
export function cholesky(matrix: Float64Array, size: number, ofDependent: number): void {
  for (let j = 0; j < size; j++) {
    const rowJ = j * size
    let pivot = matrix[rowJ + j]
    const floor = DEPENDENT * Math.abs(pivot)
    for (let k = 0; k < j; k++) pivot -= matrix[rowJ + k] * matrix[rowJ + k]
    const independent = pivot > floor
    const root = independent ? Math.sqrt(pivot) : ofDependent
    matrix[rowJ + j] = root
    for (let i = j + 1; i < size; i++) {
      const rowI = i * size
      if (!independent) {
        matrix[rowI + j] = 0
        continue
      }
      let sum = matrix[rowI + j]
      for (let k = 0; k < j; k++) sum -= matrix[rowI + k] * matrix[rowJ + k]
      matrix[rowI + j] = sum / root
    }
  }
}

/** Solves L L' x = right side in place. */
export function choleskySolve(factor: Float64Array, size: number, x: Float64Array): void {
  for (let i = 0; i < size; i++) {
    const row = i * size
    let sum = x[i]
    for (let k = 0; k < i; k++) sum -= factor[row + k] * x[k]
    x[i] = sum / factor[row + i]
  }
  for (let i = size - 1; i >= 0; i--) {
    const row = i * size
    const value = x[i] / factor[row + i]
    x[i] = value
    for (let k = 0; k < i; k++) x[k] -= factor[row + k] * value
  }
}
