import { Standing } from '../standing.ts'
import type { BarrierForm } from './barrierForm.ts'
import { Boxed } from './boxed.ts'

/**
 * A primal-dual point of the interior point: variables inside their bounds, multipliers, and what follows from them.
 */
export class Iterate {
  readonly form: BarrierForm
  /** The trades, and the slack columns after them. */
  readonly trades: Boxed
  /** Activities of the ranged constraints. */
  readonly ranged: Boxed
  /** Multiplier of each constraint; that of a ranged one follows from its sides' multipliers. */
  readonly v: Float64Array
  /** Per free stock. */
  readonly weights: Float64Array
  /** Of each constraint, slack columns included. */
  readonly activity: Float64Array
  /** Of the Lagrangian, by each free stock's weight. */
  readonly gradient: Float64Array
  readonly standing: Standing

  constructor(form: BarrierForm) {
    this.form = form
    const { n, constraints } = form.reduced
    this.trades = new Boxed(new Float64Array(form.room.length), form.room)
    this.ranged = new Boxed(form.rangedLow, form.rangedHigh)
    this.v = new Float64Array(constraints)
    this.weights = new Float64Array(n)
    this.activity = new Float64Array(constraints)
    this.gradient = new Float64Array(n)
    this.standing = new Standing(form.reduced)
  }

  /** Weights, activities and gradient of the trades and multipliers as they now are. */
  evaluate(): void {
    const { ranged, v, weights, activity, gradient, standing } = this
    const { reduced, rangedRow, slackRow, slackSign } = this.form
    const { n, pairs, origin, sign, turnover, turnoverAt, capAt } = reduced
    for (let k = 0; k < ranged.length; k++) v[rangedRow[k]] = ranged.zLow[k] - ranged.zHigh[k]
    const x = this.trades.value
    let traded = 0
    for (let i = 0; i < n; i++) {
      weights[i] = origin[i] + sign[i] * x[i]
      traded += x[i]
    }
    for (let i = 0; i < pairs; i++) {
      weights[i] -= x[n + i]
      traded += x[n + i]
    }
    standing.take(weights)
    activity.set(standing.activity)
    if (turnover !== null) activity[turnoverAt] = turnover.base + traded
    if (capAt >= 0) activity[capAt] = standing.variance / 2
    for (let s = 0; s < slackRow.length; s++) {
      activity[slackRow[s]] += slackSign[s] * x[n + pairs + s]
    }
    standing.gradient(v, gradient)
  }

  /** Sum of multiplier x distance over all bounds, after a step of this length along the variables' directions. */
  complementarity(step: number): number {
    return this.trades.complementarity(step) + this.ranged.complementarity(step)
  }

  /** The longest step along the directions that leaves no bound. */
  longestStep(): number {
    return Math.min(this.trades.longestStep(), this.ranged.longestStep())
  }

  /** Takes the step; `dv`: direction of the equations' multipliers, per constraint. */
  move(step: number, dv: Float64Array): void {
    const { v, form } = this
    this.trades.move(step)
    this.ranged.move(step)
    for (let row = 0; row < v.length; row++) if (form.equation[row] === 1) v[row] += step * dv[row]
  }
}
