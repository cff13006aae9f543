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

const MAX_STEPS = 40
/** Violations of weights and rows, and of marginal gains over their scale, that are rounding. */
const ROUNDING = 1e-12
const DUAL_ROUNDING = 1e-9
const CONVERGED = 1e-11

/**
 * Takes the interior point's answer to the optimum itself. The bounds, held weights and rows on which the point all but stands
 * are taken for equations and those are solved by Newton's method (with the cap's curvature, a few steps); what then violates
 * a bound or has a multiplier of the wrong sign changes side, until nothing does (primal-dual active set: Hintermueller,
 * Ito & Kunisch 2003). Stocks on a bound or at their held weight are there exactly.
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
    this.identify(point)
  }

  /** Whether the optimum was found. */
  solve(): boolean {
    for (let step = 0; step < MAX_STEPS; step++) {
      this.evaluate()
      const changed = step > 0 && this.changeSides()
      if (!changed && step > 0 && this.residual() <= CONVERGED) return true
      if (!(this.curvature > 0)) return false
      this.newton()
      if (!Number.isFinite(this.weights.reduce((sum, weight) => sum + weight, 0))) return false
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

  /** Moves to its other side whatever violates a bound or has a multiplier of the wrong sign; whether anything did. */
  private changeSides(): boolean {
    const { n, pairs, lower, upper, held } = this.reduced
    const { place, slope, weights, gradient, rowPlace, activity, low, high, lowerPrice, upperPrice, v } = this
    const dual = DUAL_ROUNDING * this.scale
    const cost = this.perTrade()
    let changed = false
    for (let i = 0; i < n; i++) {
      const was = place[i]
      const isPair = i < pairs
      if (was === FREE) {
        if (weights[i] < lower[i] - ROUNDING) place[i] = AT_LOWER
        else if (weights[i] > upper[i] + ROUNDING) place[i] = AT_UPPER
        else if (isPair && slope[i] * (weights[i] - held[i]) < -ROUNDING) {
          // Without a price of trading the held weight is a weight like others.
          if (cost > dual) place[i] = AT_HELD
          else slope[i] = -slope[i]
        }
      } else if (was === AT_HELD) {
        if (gradient[i] > cost + dual) slope[i] = -1
        else if (gradient[i] < -cost - dual) slope[i] = 1
        else continue
        place[i] = FREE
      } else {
        // Into the range from a bound, towards the held weight where that lies inside.
        const inward = was === AT_LOWER ? 1 : -1
        const direction = isPair ? -inward : slope[i]
        if (inward * (gradient[i] + direction * cost) < -dual) {
          place[i] = FREE
          slope[i] = direction
        }
      }
      if (place[i] !== was) changed = true
    }
    for (let row = 0; row < v.length; row++) {
      const was = rowPlace[row]
      const rounding = row === this.schur.cap ? ROUNDING * high[row] : ROUNDING
      if (was === EQUATION) continue
      if (was === INSIDE) {
        if (activity[row] > high[row] + rounding) rowPlace[row] = ON_UPPER
        else if (activity[row] < low[row] - rounding) rowPlace[row] = ON_LOWER
      } else if (was === ON_UPPER) {
        if (v[row] > this.rowRounding(row)) rowPlace[row] = INSIDE
        else if (v[row] < -upperPrice[row] - this.rowRounding(row)) rowPlace[row] = BEYOND_UPPER
      } else if (was === ON_LOWER) {
        if (v[row] < -this.rowRounding(row)) rowPlace[row] = INSIDE
        else if (v[row] > lowerPrice[row] + this.rowRounding(row)) rowPlace[row] = BEYOND_LOWER
      } else if (was === BEYOND_UPPER) {
        if (activity[row] < high[row] - rounding) rowPlace[row] = ON_UPPER
      } else if (activity[row] > low[row] + rounding) rowPlace[row] = ON_LOWER
      if (rowPlace[row] !== was) changed = true
    }
    if (changed) {
      this.settle()
      this.evaluate()
    }
    return changed
  }

  /** A multiplier of the cap has the unit of gains over variance. */
  private rowRounding(row: number): number {
    const unit = row === this.schur.cap ? this.high[row] : 1
    return (DUAL_ROUNDING * this.scale) / unit
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
      worst = Math.max(worst, Math.abs(this.gradient[i] + this.slope[i] * cost) / this.scale)
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
    const {
      schur,
      direct,
      cross,
      give,
      perStock,
      gradient,
      slope,
      place,
      dv,
      ofRows,
      coefficients,
      v,
      weights,
    } = this
    const cost = this.perTrade()
    let traded = 0
    for (let i = 0; i < n; i++) {
      direct[i] = place[i] === FREE ? 1 / (this.curvature * specific[i]) : 0
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
      weights[i] += direct[i] * (perStock[i] + slope[i] * perTrade - gradient[i] - slope[i] * cost)
    }
    for (let row = 0; row < v.length; row++) v[row] += dv[row]
  }
}
