import type { Iterate } from './iterate.ts'

/** How far an iterate is from the equations of optimality, complementarity apart. */
export class Residuals {
  /** Of each trade and slack column: what its multipliers lack to balance the Lagrangian's derivative. */
  readonly dual: Float64Array
  /** Of each constraint: what its activity lacks to its target or its variable. */
  readonly primal: Float64Array
  private readonly iterate: Iterate

  constructor(iterate: Iterate) {
    this.iterate = iterate
    this.dual = new Float64Array(iterate.trades.length)
    this.primal = new Float64Array(iterate.v.length)
  }

  /**
   * Takes them at the iterate as it stands.
   *
   * @param scale Unit of the dual ones.
   * @returns The largest of each, relative to the constraints' ranges and to `scale`.
   */
  take(scale: number): { readonly primal: number; readonly dual: number } {
    return { primal: this.takePrimal(), dual: this.takeDual() / scale }
  }

  private takeDual(): number {
    const { trades, v, gradient, form } = this.iterate
    const { reduced, cost, slackRow, slackSign } = form
    const { n, pairs, sign, turnoverAt } = reduced
    const { dual } = this
    const perTrade = turnoverAt >= 0 ? v[turnoverAt] : 0
    for (let i = 0; i < n; i++) dual[i] = sign[i] * gradient[i] - perTrade
    for (let i = 0; i < pairs; i++) dual[n + i] = -gradient[i] - perTrade
    for (let s = 0; s < slackRow.length; s++) dual[n + pairs + s] = -slackSign[s] * v[slackRow[s]]
    let largest = 0
    for (let j = 0; j < trades.length; j++) {
      dual[j] = trades.zLow[j] - trades.zHigh[j] - cost[j] - dual[j]
      largest = Math.max(largest, Math.abs(dual[j]))
    }
    return largest
  }

  private takePrimal(): number {
    const { ranged, activity, form } = this.iterate
    const { target, rangedRow, rowScale } = form
    const { primal } = this
    for (let row = 0; row < primal.length; row++) primal[row] = target[row] - activity[row]
    for (let k = 0; k < ranged.length; k++) primal[rangedRow[k]] = ranged.value[k] - activity[rangedRow[k]]
    let largest = 0
    for (let row = 0; row < primal.length; row++) {
      largest = Math.max(largest, Math.abs(primal[row]) / rowScale[row])
    }
    return largest
  }
}
