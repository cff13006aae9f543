import type { Reduced } from './reduced.ts'

/** What weights of the free stocks amount to: active weights, risk and the activities of the rows. */
export class Standing {
  /** a = w - benchmark, and D a. */
  readonly active: Float64Array
  readonly specificPart: Float64Array
  /** L'B'a and F B'a, fixed stocks included. */
  readonly rootFactors: Float64Array
  readonly factorPart: Float64Array
  readonly activity: Float64Array
  /** a'Va. */
  variance = 0
  private readonly reduced: Reduced
  private readonly sums: Float64Array

  constructor(reduced: Reduced) {
    this.reduced = reduced
    this.active = new Float64Array(reduced.n)
    this.specificPart = new Float64Array(reduced.n)
    this.rootFactors = new Float64Array(reduced.factors)
    this.factorPart = new Float64Array(reduced.factors)
    this.activity = new Float64Array(reduced.rows.length)
    this.sums = new Float64Array(reduced.loadings.width)
  }

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

  /** curvature x F B'a on the factors' columns less `v` on the rows', into coefficients of the loadings' columns. */
  gradientCoefficients(curvature: number, v: Float64Array, out: Float64Array): void {
    const { rows, rowColumn, factorColumn, factors } = this.reduced
    out.fill(0)
    for (let r = 0; r < rows.length; r++) out[rowColumn[r]] -= v[r]
    for (let k = 0; k < factors; k++) out[factorColumn[k]] += curvature * this.factorPart[k]
  }
}
