import type { FactorForm } from './form.ts'
import type { InteriorPoint } from './interiorPoint.ts'
import type { Reduced } from './reduced.ts'
import { Schur } from './schur.ts'
import { Standing } from './standing.ts'

/** Where a stock stands: free to move, or on a bound or its held weight. */
const FREE = 0
const AT_LOWER = 1
const AT_UPPER = 2
const AT_HELD = 3
/** Where a row stands: inside, on a side, or, when soft, beyond one at its price. */
const INSIDE = 0
const ON_LOWER = 1
const ON_UPPER = 2
const BEYOND_LOWER = 3
const BEYOND_UPPER = 4
const EQUATION = 5

const STEPS = 15
const CAREFUL_STEPS = 200
/** Violations of weights and rows, and of marginal gains over their scale, that are rounding. */
const ROUNDING = 1e-12
const DUAL_ROUNDING = 1e-9
const CONVERGED = 1e-11
/** High prices take digits from the gains: the share of one that counts as scale. */
const PRICE_ROUNDING = 1e-4
/** Where no side changes, a residual that falls by less will not fall to that. */
const STALLED = 0.8
/**
 * Curvature of a stock, over the scale of gains, below which its weight would be all rounding. Held at this (a
 * proximal step), the equations of a vertex are still met at once, and there are hardly others where risk weighs so
 * little.
 */
const LEAST_CURVATURE = 1e-4

/**
 * Takes the interior point's answer to the optimum itself. The bounds, held weights and rows on which the point all
 * but stands are taken for equations and those are solved by Newton's method (with the cap's curvature, a few steps);
 * what then violates a bound or has a multiplier of the wrong sign changes side, until nothing does (primal-dual
 * active set: Hintermueller, Ito & Kunisch 2003). Stocks on a bound or at their held weight are there exactly.
 */
export class ActiveSet {
  readonly weights: Float64Array
  /** Per row, turnover, cap; as in the interior point. */
  readonly v: Float64Array
  private readonly form: FactorForm
  private readonly reduced: Reduced
  private readonly schur: Schur
  private readonly standing: Standing
  private readonly scale: number
  /** What residuals of gains are measured by. */
  private readonly unit: number
  private readonly place: Uint8Array
  /** Derivative of |w - held| where the stock is free. */
  private readonly slope: Float64Array
  private readonly rowPlace: Uint8Array
  private readonly low: Float64Array
  private readonly high: Float64Array
  private readonly lowerPrice: Float64Array
  private readonly upperPrice: Float64Array
  private readonly activity: Float64Array
  private readonly gradient: Float64Array
  private readonly direct: Float64Array
  private readonly cross: Float64Array
  private readonly perStock: Float64Array
  private readonly give: Float64Array
  private readonly dv: Float64Array
  private readonly ofRows: Float64Array
  private readonly coefficients: Float64Array
  private curvature = 0

  constructor(form: FactorForm, reduced: Reduced, point: InteriorPoint) {
    this.form = form
    this.reduced = reduced
    this.schur = new Schur(reduced, form.varianceMax !== null)
    this.standing = new Standing(reduced)
    this.scale = point.scale
    const { n, rows, turnover, loadings } = reduced
    this.weights = point.weights.slice()
    this.v = point.v.slice()
    this.place = new Uint8Array(n)
    this.slope = reduced.sign.slice()
    this.rowPlace = new Uint8Array(this.v.length)
    const { turnover: turnoverRow, cap } = this.schur
    const pad = (values: number[], ofTurnover: number, ofCap: number): Float64Array =>
      Float64Array.from([...values, ...(turnoverRow >= 0 ? [ofTurnover] : []), ...(cap >= 0 ? [ofCap] : [])])
    const max = turnover?.max ?? 0
    this.low = pad(
      rows.map(({ lower }) => lower),
      -Infinity,
      -Infinity,
    )
    this.high = pad(
      rows.map(({ upper }) => upper),
      max,
      (form.varianceMax ?? 0) / 2,
    )
    this.lowerPrice = pad(
      rows.map(({ lowerPrice }) => lowerPrice),
      Infinity,
      Infinity,
    )
    this.upperPrice = pad(
      rows.map(({ upperPrice }) => upperPrice),
      turnover?.price ?? Infinity,
      Infinity,
    )
    this.activity = new Float64Array(this.v.length)
    this.gradient = new Float64Array(n)
    this.direct = new Float64Array(n)
    this.cross = new Float64Array(n)
    this.perStock = new Float64Array(n)
    this.give = new Float64Array(this.schur.size)
    this.dv = new Float64Array(this.schur.size)
    this.ofRows = new Float64Array(this.schur.size)
    this.coefficients = new Float64Array(loadings.width)
    const prices = [...this.lowerPrice, ...this.upperPrice].filter((price) => price < Infinity)
    this.unit = Math.max(this.scale, PRICE_ROUNDING * Math.max(0, ...prices))
    this.identify(point)
  }

  /**
   * Whether the optimum was found. At first every side that is wrong changes at once, which settles in a few steps
   * where the point showed nearly the right sides. `careful`: from a feasible point, no further than the first bound
   * that is met, one side at a time, as the primal active-set method does (Nocedal & Wright 2006, section 16.5).
   */
  solve(careful: boolean): boolean {
    const steps = careful ? CAREFUL_STEPS : STEPS
    this.evaluate()
    let before = Infinity
    for (let step = 0; step < steps; step++) {
      if (!(this.curvature > 0)) return false
      this.newton()
      const fraction = careful ? this.untilBlocked() : 1
      this.advance(fraction)
      if (fraction < 1) this.settle()
      this.evaluate()
      const residual = this.residual()
      if (!Number.isFinite(residual)) return false
      const changed = fraction < 1 || (careful ? residual <= CONVERGED && this.release() : this.changeSides())
      if (changed) this.evaluate()
      else if (residual <= CONVERGED) return true
      else if (!careful && residual > STALLED * before) return false
      before = changed ? Infinity : residual
    }
    return false
  }

  /** A variable is on its bound when its distance is less than its multiplier, each over its own scale. */
  private identify({ trades, ranged, rangedRow, slackRow, slackSign }: InteriorPoint): void {
    const { n, pairs, room, sign } = this.reduced
    const { place, slope, rowPlace, schur } = this
    const perUnit = this.scale / (room.reduce((sum, value) => sum + value, 0) / Math.max(1, room.length))
    const { value, low, high, zLow, zHigh } = trades
    const atZero = (j: number): boolean => (value[j] - low[j]) * perUnit < zLow[j]
    const atRoom = (j: number): boolean => (high[j] - value[j]) * perUnit < zHigh[j]
    for (let i = 0; i < pairs; i++) {
      const [buy, sell] = [i, n + i]
      if (atRoom(buy)) place[i] = AT_UPPER
      else if (atRoom(sell)) place[i] = AT_LOWER
      else if (atZero(buy) && atZero(sell)) place[i] = AT_HELD
      slope[i] = value[buy] >= value[sell] ? 1 : -1
    }
    for (let i = pairs; i < n; i++) {
      const buys = sign[i] > 0
      if (atZero(i)) place[i] = buys ? AT_LOWER : AT_UPPER
      else if (atRoom(i)) place[i] = buys ? AT_UPPER : AT_LOWER
    }
    for (let row = 0; row < rowPlace.length; row++) {
      // A soft equation has two sides, each at its price.
      const soft = this.lowerPrice[row] < Infinity || this.upperPrice[row] < Infinity
      rowPlace[row] = !soft ? EQUATION : this.v[row] > 0 ? ON_LOWER : ON_UPPER
    }
    rangedRow.forEach((row, k) => {
      // A row's range says its scale; the cap's lower side is out of the way.
      const range = row === schur.cap ? ranged.high[k] : ranged.high[k] - ranged.low[k]
      const perActivity = this.scale / range
      const onLow = (ranged.value[k] - ranged.low[k]) * perActivity < ranged.zLow[k]
      const onHigh = (ranged.high[k] - ranged.value[k]) * perActivity < ranged.zHigh[k]
      rowPlace[row] = onHigh ? ON_UPPER : onLow ? ON_LOWER : INSIDE
    })
    slackRow.forEach((row, s) => {
      const j = n + pairs + s
      if (value[j] * this.scale > zLow[j] && rowPlace[row] !== INSIDE) {
        rowPlace[row] = slackSign[s] > 0 ? BEYOND_LOWER : BEYOND_UPPER
      }
    })
    this.settle()
  }

  /** Puts what is not free where it stands. */
  private settle(): void {
    const { n, lower, upper, held } = this.reduced
    const { place, weights, v, rowPlace, lowerPrice, upperPrice } = this
    for (let i = 0; i < n; i++) {
      if (place[i] === AT_LOWER) weights[i] = lower[i]
      else if (place[i] === AT_UPPER) weights[i] = upper[i]
      else if (place[i] === AT_HELD) weights[i] = held[i]
    }
    for (let row = 0; row < v.length; row++) {
      if (rowPlace[row] === INSIDE) v[row] = 0
      else if (rowPlace[row] === BEYOND_LOWER) v[row] = lowerPrice[row]
      else if (rowPlace[row] === BEYOND_UPPER) v[row] = -upperPrice[row]
    }
  }

  private evaluate(): void {
    const { n, gain, held, tradeBase, origin } = this.reduced
    const { standing, weights, activity, schur, v, gradient, coefficients } = this
    this.curvature = this.form.riskAversion + (schur.cap >= 0 ? Math.max(0, -v[schur.cap]) : 0)
    standing.take(weights)
    activity.set(standing.activity)
    if (schur.turnover >= 0) {
      let traded = tradeBase
      for (let i = 0; i < n; i++) traded += Math.abs(weights[i] - held[i]) - Math.abs(origin[i] - held[i])
      activity[schur.turnover] = traded
    }
    if (schur.cap >= 0) activity[schur.cap] = standing.variance / 2
    standing.gradientCoefficients(this.curvature, v, coefficients)
    this.reduced.loadings.along(coefficients, gradient)
    for (let i = 0; i < n; i++) gradient[i] += this.curvature * standing.specificPart[i] - gain[i]
  }

  private perTrade(): number {
    const { turnover } = this.schur
    return this.form.tradeCost - (turnover >= 0 ? this.v[turnover] : 0)
  }

  /** Moves to its other side whatever violates a bound or pulls away from where it stands; whether anything did. */
  private changeSides(): boolean {
    const { n, pairs, lower, upper, held } = this.reduced
    const { place, slope, weights, rowPlace, activity, low, high } = this
    let changed = false
    for (let i = 0; i < n; i++) {
      const was = place[i]
      if (was !== FREE) {
        if (this.pull(i) > 0) this.free(i)
      } else if (weights[i] < lower[i] - ROUNDING) place[i] = AT_LOWER
      else if (weights[i] > upper[i] + ROUNDING) place[i] = AT_UPPER
      else if (i < pairs && slope[i] * (weights[i] - held[i]) < -ROUNDING) place[i] = AT_HELD
      if (place[i] !== was) changed = true
    }
    for (let row = 0; row < rowPlace.length; row++) {
      const was = rowPlace[row]
      const rounding = row === this.schur.cap ? ROUNDING * high[row] : ROUNDING
      if (
        (was === INSIDE || was === BEYOND_LOWER) &&
        activity[row] > (was === INSIDE ? high : low)[row] + rounding
      ) {
        rowPlace[row] = was === INSIDE ? ON_UPPER : ON_LOWER
      } else if (
        (was === INSIDE || was === BEYOND_UPPER) &&
        activity[row] < (was === INSIDE ? low : high)[row] - rounding
      ) {
        rowPlace[row] = was === INSIDE ? ON_LOWER : ON_UPPER
      } else if (this.rowPull(row) > 0) this.freeRow(row)
      if (rowPlace[row] !== was) changed = true
    }
    if (changed) this.settle()
    return changed
  }

  /** Frees the stock or the row that pulls most; whether any does. */
  private release(): boolean {
    let most = 0
    let stock = -1
    let row = -1
    for (let i = 0; i < this.place.length; i++) {
      const pull = this.pull(i)
      if (pull > most) [most, stock] = [pull, i]
    }
    for (let at = 0; at < this.rowPlace.length; at++) {
      const pull = this.rowPull(at)
      if (pull > most) [most, row] = [pull, at]
    }
    if (row >= 0) this.freeRow(row)
    else if (stock >= 0) this.free(stock)
    else return false
    this.settle()
    return true
  }

  /**
   * What the objective gains per unit by which a stock leaves its bound or held weight; 0 when nothing beyond
   * rounding.
   */
  private pull(i: number): number {
    const { place, gradient } = this
    const cost = this.perTrade()
    const gain =
      place[i] === FREE
        ? 0
        : place[i] === AT_HELD
          ? Math.abs(gradient[i]) - cost
          : -this.inward(i) * (gradient[i] + this.slopeInward(i) * cost)
    return gain > DUAL_ROUNDING * this.unit ? gain : 0
  }

  private free(i: number): void {
    const { place, slope, gradient } = this
    slope[i] = place[i] === AT_HELD ? -Math.sign(gradient[i]) : this.slopeInward(i)
    place[i] = FREE
  }

  private inward(i: number): number {
    return this.place[i] === AT_LOWER ? 1 : -1
  }

  /** Into the range of a pair is towards its held weight. */
  private slopeInward(i: number): number {
    return i < this.reduced.pairs ? -this.inward(i) : this.reduced.sign[i]
  }

  /**
   * The same of a row on one of its sides: its multiplier's wrong sign, or its excess over the price; over the scale
   * of the row's unit.
   */
  private rowPull(row: number): number {
    const { rowPlace, v, lowerPrice, upperPrice, schur, high } = this
    const upper = rowPlace[row] === ON_UPPER
    if (!upper && rowPlace[row] !== ON_LOWER) return 0
    const multiplier = upper ? -v[row] : v[row]
    const excess = Math.max(-multiplier, multiplier - (upper ? upperPrice : lowerPrice)[row])
    const gain = excess * (row === schur.cap ? high[row] : 1)
    return gain > DUAL_ROUNDING * this.unit ? gain : 0
  }

  private freeRow(row: number): void {
    const { rowPlace, v } = this
    const upper = rowPlace[row] === ON_UPPER
    if (upper === v[row] > 0) rowPlace[row] = INSIDE
    else rowPlace[row] = upper ? BEYOND_UPPER : BEYOND_LOWER
  }

  /**
   * The share of the step up to the first bound, held weight or side of a row that it meets, which then holds; 1 when
   * it meets none.
   */
  private untilBlocked(): number {
    const { n, pairs, lower, upper, held, loadings } = this.reduced
    const { place, slope, weights, perStock, schur, rowPlace, activity, low, high, ofRows, coefficients } =
      this
    let fraction = 1
    let stock = -1
    let row = -1
    let to = FREE
    const meets = (distance: number, speed: number): boolean => {
      if (!(speed > 0) || distance >= fraction * speed) return false
      fraction = Math.max(0, distance) / speed
      return true
    }
    let ofTurnover = 0
    for (let i = 0; i < n; i++) {
      if (place[i] !== FREE) continue
      ofTurnover += slope[i] * perStock[i]
      const towardsHeld = i < pairs ? -slope[i] * perStock[i] : 0
      if (meets(upper[i] - weights[i], perStock[i])) [stock, to] = [i, AT_UPPER]
      if (meets(weights[i] - lower[i], -perStock[i])) [stock, to] = [i, AT_LOWER]
      if (meets(slope[i] * (weights[i] - held[i]), towardsHeld)) [stock, to] = [i, AT_HELD]
    }
    loadings.sums(perStock, coefficients)
    schur.rowsOf(coefficients, 0, ofRows, 0)
    if (schur.turnover >= 0) ofRows[schur.turnover] = ofTurnover
    for (let at = 0; at < rowPlace.length; at++) {
      const from = rowPlace[at]
      if (from === INSIDE || from === BEYOND_LOWER) {
        const bound = from === INSIDE ? high[at] : low[at]
        if (meets(bound - activity[at], ofRows[at]))
          [stock, row, to] = [-1, at, from === INSIDE ? ON_UPPER : ON_LOWER]
      }
      if (from === INSIDE || from === BEYOND_UPPER) {
        const bound = from === INSIDE ? low[at] : high[at]
        if (meets(activity[at] - bound, -ofRows[at]))
          [stock, row, to] = [-1, at, from === INSIDE ? ON_LOWER : ON_UPPER]
      }
    }
    if (row >= 0) rowPlace[row] = to
    else if (stock >= 0) place[stock] = to
    return fraction
  }

  private target(row: number): number {
    return this.rowPlace[row] === ON_UPPER ? this.high[row] : this.low[row]
  }

  private isActive(row: number): boolean {
    const place = this.rowPlace[row]
    return place === ON_LOWER || place === ON_UPPER || place === EQUATION
  }

  private residual(): number {
    const cost = this.perTrade()
    let worst = 0
    for (let i = 0; i < this.weights.length; i++) {
      if (this.place[i] !== FREE) continue
      worst = Math.max(worst, Math.abs(this.gradient[i] + this.slope[i] * cost) / this.unit)
    }
    for (let row = 0; row < this.v.length; row++) {
      if (!this.isActive(row)) continue
      const unit = row === this.schur.cap ? this.high[row] : 1
      worst = Math.max(worst, Math.abs(this.target(row) - this.activity[row]) / unit)
    }
    return worst
  }

  private newton(): void {
    const { n, specific, loadings } = this.reduced
    const { schur, direct, cross, give, perStock, gradient, slope, place, dv, ofRows, coefficients, v } = this
    const cost = this.perTrade()
    const least = LEAST_CURVATURE * this.scale
    let traded = 0
    for (let i = 0; i < n; i++) {
      direct[i] = place[i] === FREE ? 1 / Math.max(this.curvature * specific[i], least) : 0
      cross[i] = slope[i] * direct[i]
      traded += direct[i]
    }
    give.fill(1)
    for (let row = 0; row < v.length; row++) give[row] = this.isActive(row) ? 0 : Infinity
    schur.place(this.curvature, this.standing.specificPart, this.standing.rootFactors)
    schur.factorise(direct, cross, traded, give)
    let ofTurnover = 0
    for (let i = 0; i < n; i++) {
      perStock[i] = -direct[i] * (gradient[i] + slope[i] * cost)
      ofTurnover += slope[i] * perStock[i]
    }
    loadings.sums(perStock, coefficients)
    schur.rowsOf(coefficients, 0, ofRows, 0)
    if (schur.turnover >= 0) ofRows[schur.turnover] = ofTurnover
    for (let row = 0; row < schur.size; row++) dv[row] = -ofRows[row]
    for (let row = 0; row < v.length; row++) {
      dv[row] = this.isActive(row) ? dv[row] + this.target(row) - this.activity[row] : 0
    }
    schur.solve(dv)
    schur.coefficients(dv, coefficients)
    loadings.along(coefficients, perStock)
    const perTrade = schur.turnover >= 0 ? dv[schur.turnover] : 0
    for (let i = 0; i < n; i++) {
      perStock[i] = direct[i] * (perStock[i] + slope[i] * perTrade - gradient[i] - slope[i] * cost)
    }
  }

  private advance(fraction: number): void {
    const { weights, perStock, v, dv } = this
    for (let i = 0; i < weights.length; i++) weights[i] += fraction * perStock[i]
    for (let row = 0; row < v.length; row++) v[row] += fraction * dv[row]
  }
}
