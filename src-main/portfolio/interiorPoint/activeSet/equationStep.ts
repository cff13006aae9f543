import { Schur } from '../schur.ts'
import type { KktPoint } from './kktPoint.ts'
import { FREE } from './workingSet.ts'

/**
 * Curvature of a stock, over the scale of gains, below which its weight would be all rounding. Held at this (a
 * proximal step), the equations of a vertex are still met at once, and there are hardly others where risk weighs so
 * little.
 */
const LEAST_CURVATURE = 1e-4

/**
 * Newton's step of the equations of a working set: of the program that is left when stocks that are not free stay and
 * constraints that are not active are left out.
 */
export class EquationStep {
  /**
   * Directions of the weights, per free stock, and of the multipliers, per constraint (then of the factors'
   * unknowns).
   */
  readonly dw: Float64Array
  readonly dv: Float64Array
  private readonly point: KktPoint
  private readonly schur: Schur
  private readonly leastCurvature: number
  private readonly direct: Float64Array
  private readonly cross: Float64Array
  private readonly give: Float64Array
  private readonly coefficients: Float64Array
  private readonly ofRows: Float64Array

  /** @param scale Typical size of a stock's marginal gain. */
  constructor(point: KktPoint, scale: number) {
    const { n, loadings } = point.reduced
    this.point = point
    this.schur = new Schur(point.reduced)
    this.leastCurvature = LEAST_CURVATURE * scale
    this.dw = new Float64Array(n)
    this.dv = new Float64Array(this.schur.size)
    this.direct = new Float64Array(n)
    this.cross = new Float64Array(n)
    this.give = new Float64Array(this.schur.size)
    this.coefficients = new Float64Array(loadings.width)
    this.ofRows = new Float64Array(this.schur.size)
  }

  /** The step at the point as it was last evaluated. */
  solve(): void {
    const { point, schur, direct, dw, dv, coefficients } = this
    const { reduced, set, gradient, activity } = point
    const { n, loadings, constraints, turnoverAt } = reduced
    const { slope } = set
    this.factorise()
    const cost = point.perTrade()
    for (let i = 0; i < n; i++) dw[i] = -direct[i] * (gradient[i] + slope[i] * cost)
    const ofRows = this.alongRows()
    for (let row = 0; row < schur.size; row++) dv[row] = -ofRows[row]
    for (let row = 0; row < constraints; row++) {
      dv[row] = set.isActive(row) ? dv[row] + set.target(row) - activity[row] : 0
    }
    schur.solve(dv)
    schur.coefficients(dv, coefficients)
    loadings.along(coefficients, dw)
    const perTrade = turnoverAt >= 0 ? dv[turnoverAt] : 0
    for (let i = 0; i < n; i++) {
      dw[i] = direct[i] * (dw[i] + slope[i] * perTrade - gradient[i] - slope[i] * cost)
    }
  }

  /** By how much `dw` changes each activity, to the first order; good until the next call. */
  alongRows(): Float64Array {
    const { schur, dw, coefficients, ofRows } = this
    const { reduced, set } = this.point
    const { loadings, turnoverAt } = reduced
    loadings.sums(dw, coefficients)
    schur.rowsOf(coefficients, 0, ofRows, 0)
    if (turnoverAt >= 0) {
      let traded = 0
      for (let i = 0; i < dw.length; i++) traded += set.slope[i] * dw[i]
      ofRows[turnoverAt] = traded
    }
    return ofRows
  }

  private factorise(): void {
    const { schur, direct, cross, give, leastCurvature } = this
    const { reduced, set, standing } = this.point
    const { n, specific, constraints } = reduced
    let traded = 0
    for (let i = 0; i < n; i++) {
      direct[i] = set.place[i] === FREE ? 1 / Math.max(standing.curvature * specific[i], leastCurvature) : 0
      cross[i] = set.slope[i] * direct[i]
      traded += direct[i]
    }
    give.fill(1)
    for (let row = 0; row < constraints; row++) give[row] = set.isActive(row) ? 0 : Infinity
    schur.place(standing.curvature, standing.specificPart, standing.rootFactors)
    schur.factorise(direct, cross, traded, give)
  }
}
