import type { Reduced } from './reduced.ts'

/**
 * What weights of the free stocks amount to: risk, activities of the rows, and the gradient of the Lagrangian there.
 * V = B F B' + diag(D), F = L L', a = w - benchmark (methods 6); fixed stocks are included.
 */
export class Standing {
  /** D a, per free stock. */
  readonly specificPart: Float64Array
  /** L'B'a, per factor. */
  readonly rootFactors: Float64Array
  /** Of each row. */
  readonly activity: Float64Array
  /** a'Va, per day. */
  variance = 0
  /** What multiplies V in the Lagrangian's Hessian: risk aversion, and the cap's multiplier. */
  curvature = 0
  private readonly reduced: Reduced
  private readonly active: Float64Array
  /** F B'a. */
  private readonly factorPart: Float64Array
  /** Per column of the loadings. */
  private readonly sums: Float64Array

  constructor(reduced: Reduced) {
    this.reduced = reduced
    this.specificPart = new Float64Array(reduced.n)
    this.rootFactors = new Float64Array(reduced.factors)
    this.activity = new Float64Array(reduced.rows.length)
    this.active = new Float64Array(reduced.n)
    this.factorPart = new Float64Array(reduced.factors)
    this.sums = new Float64Array(reduced.loadings.width)
  }

  /** Stands at these weights. */
  take(weights: Float64Array): void {
    const { n, benchmark, specific, loadings, rows, rowColumn, factorColumn, factors, root, fixedFactors } =
      this.reduced
    const { active, specificPart, rootFactors, factorPart, activity, sums } = this
    let variance = this.reduced.fixedVariance
    for (let i = 0; i < n; i++) {
      const a = weights[i] - benchmark[i]
      active[i] = a
      specificPart[i] = specific[i] * a
      variance += specificPart[i] * a
    }
    loadings.sums(active, sums)
    for (let r = 0; r < rows.length; r++) activity[r] = rows[r].base + sums[rowColumn[r]]
    for (let k = 0; k < factors; k++) {
      let sum = 0
      for (let j = k; j < factors; j++)
        sum += root[j * factors + k] * (sums[factorColumn[j]] + fixedFactors[j])
      rootFactors[k] = sum
      variance += sum * sum
    }
    for (let j = 0; j < factors; j++) {
      let sum = 0
      for (let k = 0; k <= j; k++) sum += root[j * factors + k] * rootFactors[k]
      factorPart[j] = sum
    }
    this.variance = variance
  }

  /**
   * Derivative of the Lagrangian, as a minimisation, by each free stock's weight, with these multipliers: curvature V
   * a - gain - sum v_row loading. Trading's price and turnover are not in it: they are on trades, not on weights.
   */
  gradient(v: Float64Array, out: Float64Array): void {
    const { n, gain, loadings, rows, rowColumn, factorColumn, factors, riskAversion, capAt } = this.reduced
    const { specificPart, factorPart, sums } = this
    const curvature = riskAversion + (capAt >= 0 ? Math.max(0, -v[capAt]) : 0)
    this.curvature = curvature
    sums.fill(0)
    for (let r = 0; r < rows.length; r++) sums[rowColumn[r]] -= v[r]
    for (let k = 0; k < factors; k++) sums[factorColumn[k]] += curvature * factorPart[k]
    loadings.along(sums, out)
    for (let i = 0; i < n; i++) out[i] += curvature * specificPart[i] - gain[i]
  }
}
