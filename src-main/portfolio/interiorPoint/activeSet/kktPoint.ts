import type { Reduced } from '../reduced.ts'
import { Standing } from '../standing.ts'
import { AT_HELD, FREE, ON_LOWER, ON_UPPER, type WorkingSet } from './workingSet.ts'

/** Gains of the objective, over their scale, that are rounding. */
const DUAL_ROUNDING = 1e-9
/** High prices take digits from the gains: the share of one that counts as scale. */
const PRICE_ROUNDING = 1e-4

/**
 * Weights and multipliers under a working set, and how far the conditions of optimality hold there (Karush, Kuhn,
 * Tucker): the equations by `residual`, the signs of the multipliers by `pull` and `rowPull`.
 */
export class KktPoint {
  /** Per free stock. */
  readonly weights: Float64Array
  /** Per constraint. */
  readonly v: Float64Array
  /** Per constraint, and of the Lagrangian by each free stock's weight; both as of the last `evaluate`. */
  readonly activity: Float64Array
  readonly gradient: Float64Array
  readonly standing: Standing
  readonly set: WorkingSet
  readonly reduced: Reduced
  /** What residuals of gains are measured by. */
  private readonly unit: number

  /**
   * Starts from copies of weights and multipliers.
   *
   * @param scale Typical size of a stock's marginal gain.
   */
  constructor(reduced: Reduced, set: WorkingSet, weights: Float64Array, v: Float64Array, scale: number) {
    this.reduced = reduced
    this.set = set
    this.weights = weights.slice()
    this.v = v.slice()
    this.activity = new Float64Array(v.length)
    this.gradient = new Float64Array(weights.length)
    this.standing = new Standing(reduced)
    const prices = [...set.lowerPrice, ...set.upperPrice].filter((price) => price < Infinity)
    this.unit = Math.max(scale, PRICE_ROUNDING * Math.max(0, ...prices))
  }

  evaluate(): void {
    const { n, held, tradeBase, origin, turnoverAt, capAt } = this.reduced
    const { standing, weights, activity } = this
    standing.take(weights)
    activity.set(standing.activity)
    if (turnoverAt >= 0) {
      let traded = tradeBase
      for (let i = 0; i < n; i++) traded += Math.abs(weights[i] - held[i]) - Math.abs(origin[i] - held[i])
      activity[turnoverAt] = traded
    }
    if (capAt >= 0) activity[capAt] = standing.variance / 2
    standing.gradient(this.v, this.gradient)
  }

  /** What trading a unit of weight costs: its price and turnover's multiplier. */
  perTrade(): number {
    const { tradeCost, turnoverAt } = this.reduced
    return tradeCost - (turnoverAt >= 0 ? this.v[turnoverAt] : 0)
  }

  /** What the activity of a constraint is measured by: the cap's is a variance. */
  unitOf(row: number): number {
    return row === this.reduced.capAt ? this.set.high[row] : 1
  }

  /**
   * Largest residual of the equations: gains of free stocks, activities of active constraints; each over its unit.
   */
  residual(): number {
    const { set, weights, gradient, v, activity } = this
    const cost = this.perTrade()
    let worst = 0
    for (let i = 0; i < weights.length; i++) {
      if (set.place[i] !== FREE) continue
      worst = Math.max(worst, Math.abs(gradient[i] + set.slope[i] * cost) / this.unit)
    }
    for (let row = 0; row < v.length; row++) {
      if (!set.isActive(row)) continue
      worst = Math.max(worst, Math.abs(set.target(row) - activity[row]) / this.unitOf(row))
    }
    return worst
  }

  /**
   * What the objective gains per unit by which a stock leaves its bound or held weight; 0 when nothing beyond
   * rounding.
   */
  pull(i: number): number {
    const { set, gradient } = this
    const cost = this.perTrade()
    const gain =
      set.place[i] === FREE
        ? 0
        : set.place[i] === AT_HELD
          ? Math.abs(gradient[i]) - cost
          : -set.inward(i) * (gradient[i] + set.slopeInward(i) * cost)
    return gain > DUAL_ROUNDING * this.unit ? gain : 0
  }

  /**
   * The same of a constraint on one of its sides: its multiplier's wrong sign, or its excess over the price; over the
   * scale of the constraint's unit.
   */
  rowPull(row: number): number {
    const { set, v } = this
    const upper = set.rowPlace[row] === ON_UPPER
    if (!upper && set.rowPlace[row] !== ON_LOWER) return 0
    const multiplier = upper ? -v[row] : v[row]
    const price = (upper ? set.upperPrice : set.lowerPrice)[row]
    const gain = Math.max(-multiplier, multiplier - price) * this.unitOf(row)
    return gain > DUAL_ROUNDING * this.unit ? gain : 0
  }

  /** Lets a stock leave its bound, or its held weight to the side that gains. */
  free(i: number): void {
    this.set.free(i, this.gradient[i])
  }

  /** Lets a constraint leave its side, inside or beyond as its multiplier has it. */
  freeRow(row: number): void {
    this.set.freeRow(row, this.v[row])
  }

  /**
   * Puts the weights of stocks that are not free, and the multipliers of constraints that are not active, where they
   * stand.
   */
  settle(): void {
    this.set.settle(this.weights, this.v)
  }

  /** Takes a share of a step: directions per free stock and per constraint. */
  move(fraction: number, dw: Float64Array, dv: Float64Array): void {
    const { weights, v } = this
    for (let i = 0; i < weights.length; i++) weights[i] += fraction * dw[i]
    for (let row = 0; row < v.length; row++) v[row] += fraction * dv[row]
  }
}
