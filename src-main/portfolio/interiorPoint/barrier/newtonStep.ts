import { Schur } from '../schur.ts'
import type { Iterate } from './iterate.ts'
import type { Residuals } from './residuals.ts'

/**
 * Newton's step of the perturbed equations of optimality at an iterate. The trades are eliminated stock by stock, for
 * H without factors is block diagonal: 2 x 2 for the buy and the sell of a pair, 1 x 1 for all others. What is left
 * is the Schur complement. Nothing is allocated between steps.
 */
export class NewtonStep {
  /** Direction of the multipliers, then of the factors' unknowns; those of the variables stand in the iterate. */
  readonly dv: Float64Array
  private readonly iterate: Iterate
  private readonly residuals: Residuals
  private readonly schur: Schur
  /** Curvature of the barrier, of trades and ranged activities. */
  private readonly theta: Float64Array
  private readonly rangedTheta: Float64Array
  /** Right sides of the same. */
  private readonly push: Float64Array
  private readonly rangedPush: Float64Array
  /** Of each pair's block of H. */
  private readonly determinant: Float64Array
  private readonly direct: Float64Array
  private readonly cross: Float64Array
  private readonly give: Float64Array
  private readonly perStock: Float64Array
  private readonly coefficients: Float64Array
  private readonly ofRows: Float64Array

  constructor(iterate: Iterate, residuals: Residuals) {
    this.iterate = iterate
    this.residuals = residuals
    const { trades, ranged, form } = iterate
    const { n, pairs, loadings, constraints } = form.reduced
    this.schur = new Schur(form.reduced)
    this.dv = new Float64Array(this.schur.size)
    this.theta = new Float64Array(trades.length)
    this.rangedTheta = new Float64Array(ranged.length)
    this.push = new Float64Array(trades.length)
    this.rangedPush = new Float64Array(ranged.length)
    this.determinant = new Float64Array(pairs)
    this.direct = new Float64Array(n)
    this.cross = new Float64Array(n)
    this.give = new Float64Array(this.schur.size).fill(1, constraints)
    this.perStock = new Float64Array(n)
    this.coefficients = new Float64Array(loadings.width)
    this.ofRows = new Float64Array(this.schur.size)
  }

  /** H of the trades, stock by stock, and the Schur complement; once per iteration, for both of its directions. */
  factorise(): void {
    const { trades, ranged, standing, form } = this.iterate
    const { reduced, rangedRow, slackRow } = form
    const { n, pairs, sign, specific, constraints } = reduced
    const { theta, rangedTheta, direct, cross, determinant, give, schur } = this
    const { curvature } = standing
    trades.curvature(theta)
    ranged.curvature(rangedTheta)
    let traded = 0
    for (let i = 0; i < pairs; i++) {
      const d = curvature * specific[i]
      const buy = theta[i]
      const sell = theta[n + i]
      determinant[i] = d * (buy + sell) + buy * sell
      direct[i] = (buy + sell) / determinant[i]
      cross[i] = (sell - buy) / determinant[i]
      traded += (4 * d + buy + sell) / determinant[i]
    }
    for (let i = pairs; i < n; i++) {
      direct[i] = 1 / (curvature * specific[i] + theta[i])
      cross[i] = sign[i] * direct[i]
      traded += direct[i]
    }
    for (let row = 0; row < constraints; row++) give[row] = 0
    for (let k = 0; k < ranged.length; k++) give[rangedRow[k]] = 1 / rangedTheta[k]
    for (let s = 0; s < slackRow.length; s++) give[slackRow[s]] += 1 / theta[n + pairs + s]
    schur.place(curvature, standing.specificPart, standing.rootFactors)
    schur.factorise(direct, cross, traded, give)
  }

  /**
   * Direction towards complementarity `mu` of every bound; `corrected`: with the second order of the direction that
   * was computed before.
   */
  direction(mu: number, corrected: boolean): void {
    const { trades, ranged, form } = this.iterate
    const { push, rangedPush } = this
    trades.aim(mu, corrected, push)
    ranged.aim(mu, corrected, rangedPush)
    for (let j = 0; j < push.length; j++) push[j] += this.residuals.dual[j]
    this.solveTrades()
    this.solveMultipliers()
    this.addMultipliers()
    this.solveTrades()
    for (let k = 0; k < ranged.length; k++) {
      ranged.d[k] = (rangedPush[k] - this.dv[form.rangedRow[k]]) / this.rangedTheta[k]
    }
    trades.follow()
    ranged.follow()
  }

  /** d = H^-1 push. */
  private solveTrades(): void {
    const { trades, standing, form } = this.iterate
    const { n, pairs, specific } = form.reduced
    const { theta, push, determinant } = this
    const { curvature } = standing
    const { d } = trades
    for (let i = 0; i < pairs; i++) {
      const shared = curvature * specific[i] * (push[i] + push[n + i])
      d[i] = (shared + theta[n + i] * push[i]) / determinant[i]
      d[n + i] = (shared + theta[i] * push[n + i]) / determinant[i]
    }
    for (let i = pairs; i < n; i++) d[i] = push[i] / (curvature * specific[i] + theta[i])
    for (let at = n + pairs; at < d.length; at++) d[at] = push[at] / theta[at]
  }

  /** dv, from the constraints' right sides less what H^-1 push gives them. */
  private solveMultipliers(): void {
    const { trades, ranged, form } = this.iterate
    const { reduced, rangedRow, slackRow, slackSign } = form
    const { n, pairs, sign, loadings, constraints, turnoverAt } = reduced
    const { theta, rangedTheta, push, rangedPush, determinant, perStock, coefficients, ofRows, schur, dv } =
      this
    const { d } = trades
    let traded = 0
    for (let i = 0; i < pairs; i++) {
      // The difference of two large trades, without taking it.
      perStock[i] = (theta[n + i] * push[i] - theta[i] * push[n + i]) / determinant[i]
      traded += d[i] + d[n + i]
    }
    for (let i = pairs; i < n; i++) {
      perStock[i] = sign[i] * d[i]
      traded += d[i]
    }
    loadings.sums(perStock, coefficients)
    schur.rowsOf(coefficients, 0, ofRows, 0)
    if (turnoverAt >= 0) ofRows[turnoverAt] = traded
    for (let s = 0; s < slackRow.length; s++) ofRows[slackRow[s]] += slackSign[s] * d[n + pairs + s]
    for (let row = 0; row < schur.size; row++) dv[row] = -ofRows[row]
    for (let row = 0; row < constraints; row++) dv[row] += this.residuals.primal[row]
    for (let k = 0; k < ranged.length; k++) dv[rangedRow[k]] += rangedPush[k] / rangedTheta[k]
    schur.solve(dv)
  }

  /** push + E'dv. */
  private addMultipliers(): void {
    const { reduced, slackRow, slackSign } = this.iterate.form
    const { n, pairs, sign, loadings, turnoverAt } = reduced
    const { push, perStock, coefficients, schur, dv } = this
    schur.coefficients(dv, coefficients)
    loadings.along(coefficients, perStock)
    const perTrade = turnoverAt >= 0 ? dv[turnoverAt] : 0
    for (let i = 0; i < pairs; i++) {
      push[i] = push[i] + perStock[i] + perTrade
      push[n + i] = push[n + i] - perStock[i] + perTrade
    }
    for (let i = pairs; i < n; i++) push[i] = push[i] + sign[i] * perStock[i] + perTrade
    for (let s = 0; s < slackRow.length; s++) push[n + pairs + s] += slackSign[s] * dv[slackRow[s]]
  }
}
