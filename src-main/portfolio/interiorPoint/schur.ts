import { cholesky, choleskySolve } from './cholesky.ts'
import type { Reduced } from './reduced.ts'

/**
 * The equations of one Newton step after its trades are eliminated (Schur complement; Nocedal & Wright 2006, section
 * 16.2), of `size` unknowns: the multipliers of the reduced problem's constraints, then the factors. With H the
 * trades' own curvature (risk without factors, barriers) and E the constraints' gradients,
 *
 *   (E H^-1 E' + diag(give)) v = right side.
 *
 * A row is a combination of the loadings' columns, so E H^-1 E' comes from one weighted Gram matrix of these. Factors
 * enter as rows sqrt(curvature) L'B' with give 1 (Woodbury).
 */
export class Schur {
  readonly size: number
  private readonly reduced: Reduced
  private readonly gram: Float64Array
  /** Columns of the loadings x unknowns. */
  private readonly mixed: Float64Array
  private readonly matrix: Float64Array
  private readonly column: Float64Array
  private readonly ofFactors: Float64Array
  private curvatureRoot = 0
  private readonly capFactors: Float64Array

  constructor(reduced: Reduced) {
    this.reduced = reduced
    const { constraints, factors, loadings } = reduced
    this.size = constraints + factors
    this.gram = new Float64Array(loadings.width * loadings.width)
    this.mixed = new Float64Array(loadings.width * this.size)
    this.matrix = new Float64Array(this.size * this.size)
    this.column = new Float64Array(loadings.width)
    this.ofFactors = new Float64Array(factors)
    this.capFactors = new Float64Array(factors)
  }

  /**
   * Where the constraints stand: `curvature` multiplies V in the Hessian; `specificPart` = D a of the free stocks and
   * `rootFactors` = L'B'a make the cap's gradient.
   */
  place(curvature: number, specificPart: Float64Array, rootFactors: Float64Array): void {
    const { factors, root, loadings, capAt } = this.reduced
    this.curvatureRoot = Math.sqrt(curvature)
    if (capAt < 0) return
    loadings.setColumn0(specificPart)
    for (let j = 0; j < factors; j++) {
      let sum = 0
      for (let k = 0; k <= j; k++) sum += root[j * factors + k] * rootFactors[k]
      this.capFactors[j] = sum
    }
  }

  /**
   * Factorises. Per free stock, of its part of H^-1: `direct` for rows on w, `cross` between w and trades, and
   * `trades`, the sum over all stocks for turnover with itself. `give`: per unknown; Infinity takes a constraint out.
   */
  factorise(direct: Float64Array, cross: Float64Array, trades: number, give: Float64Array): void {
    const { size, matrix, mixed, gram } = this
    const { loadings, rowColumn, factorColumn, factors, root, constraints, turnoverAt, capAt } = this.reduced
    const { width } = loadings
    loadings.gram(direct, gram)
    for (let g = 0; g < width; g++) this.rowsOf(gram, g * width, mixed, g * size)
    matrix.fill(0)
    const add = (row: number, column: number, scale: number): void => {
      const [to, from] = [row * size, column * size]
      for (let s = 0; s < size; s++) matrix[to + s] += scale * mixed[from + s]
    }
    rowColumn.forEach((column, row) => add(row, column, 1))
    if (capAt >= 0) {
      add(capAt, 0, 1)
      for (let k = 0; k < factors; k++) add(capAt, factorColumn[k], this.capFactors[k])
    }
    for (let k = 0; k < factors; k++) {
      for (let j = k; j < factors; j++) {
        add(constraints + k, factorColumn[j], this.curvatureRoot * root[j * factors + k])
      }
    }
    if (turnoverAt >= 0) {
      const row = turnoverAt * size
      loadings.sums(cross, this.column)
      this.rowsOf(this.column, 0, matrix, row)
      matrix[row + turnoverAt] = trades
      for (let s = turnoverAt + 1; s < size; s++) matrix[s * size + turnoverAt] = matrix[row + s]
    }
    for (let s = 0; s < size; s++) {
      if (give[s] === Infinity) {
        for (let other = 0; other < size; other++) {
          matrix[s * size + other] = 0
          matrix[other * size + s] = 0
        }
        matrix[s * size + s] = 1
      } else matrix[s * size + s] += give[s]
    }
    cholesky(matrix, size, Infinity)
  }

  /** Solves in place; the right side of a constraint that was taken out must be 0. */
  solve(rightSide: Float64Array): void {
    choleskySolve(this.matrix, this.size, rightSide)
  }

  /** E'v as coefficients of the loadings' columns; turnover apart. */
  coefficients(v: Float64Array, out: Float64Array): void {
    const { rowColumn, factorColumn, factors, root, constraints, capAt } = this.reduced
    out.fill(0)
    rowColumn.forEach((column, row) => (out[column] += v[row]))
    if (capAt >= 0) {
      out[0] += v[capAt]
      for (let k = 0; k < factors; k++) out[factorColumn[k]] += v[capAt] * this.capFactors[k]
    }
    for (let j = 0; j < factors; j++) {
      let sum = 0
      for (let k = 0; k <= j; k++) sum += root[j * factors + k] * v[constraints + k]
      out[factorColumn[j]] += this.curvatureRoot * sum
    }
  }

  /** E of sums over the loadings' columns, from `at`, into the unknowns' places; turnover's place becomes 0. */
  rowsOf(sums: Float64Array, at: number, out: Float64Array, to: number): void {
    const { rowColumn, factorColumn, factors, root, constraints, turnoverAt, capAt } = this.reduced
    const { ofFactors } = this
    for (let row = 0; row < rowColumn.length; row++) out[to + row] = sums[at + rowColumn[row]]
    if (turnoverAt >= 0) out[to + turnoverAt] = 0
    for (let k = 0; k < factors; k++) ofFactors[k] = sums[at + factorColumn[k]]
    if (capAt >= 0) {
      let sum = sums[at]
      for (let k = 0; k < factors; k++) sum += this.capFactors[k] * ofFactors[k]
      out[to + capAt] = sum
    }
    for (let k = 0; k < factors; k++) {
      let sum = 0
      for (let j = k; j < factors; j++) sum += root[j * factors + k] * ofFactors[j]
      out[to + constraints + k] = this.curvatureRoot * sum
    }
  }
}
