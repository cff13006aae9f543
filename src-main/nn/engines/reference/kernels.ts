/**
 * Dense float64 matrix kernels, row-major. They add to C, so a caller fills C first with what it wants below the
 * product (zeros, a bias, a running sum). Each `at` is the offset of a matrix in its array. Every element of C is
 * summed in the order of depth, wherever it stands in C: results do not depend on the position of a row.
 */

/** C[rows][columns] += A[rows][depth] B[depth][columns]. */
export function addProduct(
  c: Float64Array,
  cAt: number,
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bAt: number,
  rows: number,
  columns: number,
  depth: number,
): void {
  addStridedProduct(c, cAt, a, aAt, depth, 1, b, bAt, rows, columns, depth)
}

/** C[rows][columns] += transpose of A[depth][rows] times B[depth][columns]. */
export function addTransposedProduct(
  c: Float64Array,
  cAt: number,
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bAt: number,
  rows: number,
  columns: number,
  depth: number,
): void {
  addStridedProduct(c, cAt, a, aAt, 1, rows, b, bAt, rows, columns, depth)
}

/** target[columns][rows] = transpose of source[rows][columns]. */
export function transpose(
  target: Float64Array,
  source: Float64Array,
  sourceAt: number,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) target[j * rows + i] = source[sourceAt + i * columns + j]
  }
}

/** Every row of target[rows][columns] = the row at `rowAt`. */
export function fillRows(
  target: Float64Array,
  row: Float64Array,
  rowAt: number,
  rows: number,
  columns: number,
): void {
  for (let j = 0; j < columns; j++) target[j] = row[rowAt + j]
  for (let filled = columns; filled < rows * columns; filled *= 2) {
    target.copyWithin(filled, 0, Math.min(filled, rows * columns - filled))
  }
}

/** sums[columns] += the sum of the rows of A[rows][columns]. */
export function addColumnSums(
  sums: Float64Array,
  sumsAt: number,
  a: Float64Array,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) sums[sumsAt + j] += a[i * columns + j]
  }
}

/**
 * The product behind both kernels; element (i, l) of A stands at aAt + i rowStride + l depthStride. Blocks of 4 x 4
 * sums live in registers, so that 8 loads feed 16 multiply-adds.
 */
function addStridedProduct(
  c: Float64Array,
  cAt: number,
  a: Float64Array,
  aAt: number,
  rowStride: number,
  depthStride: number,
  b: Float64Array,
  bAt: number,
  rows: number,
  columns: number,
  depth: number,
): void {
  const blockRows = rows - (rows % 4)
  const blockColumns = columns - (columns % 4)
  const twoRows = 2 * rowStride
  const threeRows = 3 * rowStride
  for (let i = 0; i < blockRows; i += 4) {
    for (let j = 0; j < blockColumns; j += 4) {
      let c00 = 0
      let c01 = 0
      let c02 = 0
      let c03 = 0
      let c10 = 0
      let c11 = 0
      let c12 = 0
      let c13 = 0
      let c20 = 0
      let c21 = 0
      let c22 = 0
      let c23 = 0
      let c30 = 0
      let c31 = 0
      let c32 = 0
      let c33 = 0
      let p = aAt + i * rowStride
      const end = bAt + j + depth * columns
      for (let q = bAt + j; q < end; q += columns) {
        const b0 = b[q]
        const b1 = b[q + 1]
        const b2 = b[q + 2]
        const b3 = b[q + 3]
        const a0 = a[p]
        c00 += a0 * b0
        c01 += a0 * b1
        c02 += a0 * b2
        c03 += a0 * b3
        const a1 = a[p + rowStride]
        c10 += a1 * b0
        c11 += a1 * b1
        c12 += a1 * b2
        c13 += a1 * b3
        const a2 = a[p + twoRows]
        c20 += a2 * b0
        c21 += a2 * b1
        c22 += a2 * b2
        c23 += a2 * b3
        const a3 = a[p + threeRows]
        c30 += a3 * b0
        c31 += a3 * b1
        c32 += a3 * b2
        c33 += a3 * b3
        p += depthStride
      }
      let o = cAt + i * columns + j
      c[o] += c00
      c[o + 1] += c01
      c[o + 2] += c02
      c[o + 3] += c03
      o += columns
      c[o] += c10
      c[o + 1] += c11
      c[o + 2] += c12
      c[o + 3] += c13
      o += columns
      c[o] += c20
      c[o + 1] += c21
      c[o + 2] += c22
      c[o + 3] += c23
      o += columns
      c[o] += c30
      c[o + 1] += c31
      c[o + 2] += c32
      c[o + 3] += c33
    }
  }
  // What 4 x 4 blocks leave over: the last columns of the block rows, then the last rows.
  for (let i = 0; i < rows; i++) {
    for (let j = i < blockRows ? blockColumns : 0; j < columns; j++) {
      let sum = 0
      let p = aAt + i * rowStride
      const end = bAt + j + depth * columns
      for (let q = bAt + j; q < end; q += columns) {
        sum += a[p] * b[q]
        p += depthStride
      }
      c[cAt + i * columns + j] += sum
    }
  }
}
