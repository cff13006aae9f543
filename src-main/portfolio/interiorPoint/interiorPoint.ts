import { Boxed } from './boxed.ts'
import type { FactorForm } from './form.ts'
import type { Reduced } from './reduced.ts'
import { Schur } from './schur.ts'
import { Standing } from './standing.ts'

/** Share of the way to the boundary that a step may go. */
const TO_BOUNDARY = 0.995
/** A start keeps this share of a range from its ends, of trades no more than this over their number ... */
const INSIDE = 0.3
const MARGINS = 3
/** ... and has this complementarity, over marginal gain x mean range: what took the fewest iterations. */
const START = 0.1
const START_CAPPED = 0.5
/** Differences of marginal gains, over the gains, that are rounding. */
const NOISE = 1e-10
/** Rows with a narrower range are equations. */
const EQUATION = 1e-12
/** Gap at which the iteration is given up, over the largest of scale and prices. */
const DIVERGED = 1e5
/** Several times what a problem with a solution takes. */
const MAX_ITERATIONS = 80

/**
 * Predictor-corrector primal-dual interior point (Mehrotra 1992) on the reduced problem, as a minimisation, from an
 * infeasible start. The variables are the trades, with the slack columns of soft rows after them, and the activities
 * of all rows that are not equations; a'Va / 2 is the activity of the cap's row. A row's multiplier v is that of its
 * lower less that of its upper side. Nothing is allocated between iterations. The state is kept: `run` can be called
 * again for a smaller gap.
 */
export class InteriorPoint {
  iterations = 0
  readonly trades: Boxed
  /** Row of each slack column, and whether it lifts (1) or lowers (-1) the activity. */
  readonly slackRow: Int32Array
  readonly slackSign: Float64Array
  /** Activities of the rows `rangedRow`. */
  readonly ranged: Boxed
  readonly rangedRow: Int32Array
  /** Per row: budget and limits, turnover, the cap. */
  readonly v: Float64Array
  readonly weights: Float64Array
  /** Typical size of a stock's marginal gain. */
  readonly scale: number
  private readonly form: FactorForm
  private readonly reduced: Reduced
  private readonly schur: Schur
  private readonly standing: Standing
  private readonly cost: Float64Array
  /** Where equations stand. */
  private readonly target: Float64Array
  private readonly equation: Uint8Array
  private readonly gradient: Float64Array
  private readonly residual: Float64Array
  private readonly push: Float64Array
  private readonly theta: Float64Array
  private readonly rangedPush: Float64Array
  private readonly rangedTheta: Float64Array
  private readonly rowResidual: Float64Array
  private readonly activity: Float64Array
  private readonly determinant: Float64Array
  private readonly direct: Float64Array
  private readonly cross: Float64Array
  private readonly give: Float64Array
  private readonly dv: Float64Array
  private readonly perStock: Float64Array
  private readonly coefficients: Float64Array
  private readonly ofRows: Float64Array
  private readonly rowScale: Float64Array
  private curvature = 0

  constructor(form: FactorForm, reduced: Reduced) {
    this.form = form
    this.reduced = reduced
    const { n, rows, turnover, loadings } = reduced
    this.schur = new Schur(reduced, form.varianceMax !== null)
    this.standing = new Standing(reduced)
    const rowCount = this.schur.factor

    const columns: { row: number; sign: number; room: number; price: number }[] = []
    rows.forEach(({ lowerPrice, upperPrice, beyondLower, beyondUpper }, row) => {
      if (lowerPrice < Infinity && beyondLower > 0) {
        columns.push({ row, sign: 1, room: beyondLower, price: lowerPrice })
      }
      if (upperPrice < Infinity && beyondUpper > 0) {
        columns.push({ row, sign: -1, room: beyondUpper, price: upperPrice })
      }
    })
    const low = rows.map(({ lower }) => lower)
    const high = rows.map(({ upper }) => upper)
    if (turnover !== null) {
      const most = reduced.room.reduce((sum, room) => sum + room, turnover.base)
      if (turnover.price < Infinity) {
        const room = Math.max(0, most - turnover.max) + 0.1
        columns.push({ row: rows.length, sign: -1, room, price: turnover.price })
      }
      low.push(Math.min(0, turnover.max) - 0.1)
      high.push(turnover.max)
    }
    if (form.varianceMax !== null) {
      // Half a variance is never below 0: a lower side far from it stays out of the way.
      low.push(-1e3 * form.varianceMax)
      high.push(form.varianceMax / 2)
    }
    this.slackRow = Int32Array.from(columns, ({ row }) => row)
    this.slackSign = Float64Array.from(columns, ({ sign }) => sign)
    const room = Float64Array.from([...reduced.room, ...columns.map((column) => column.room)])
    this.cost = new Float64Array(room.length).fill(form.tradeCost)
    columns.forEach(({ price }, at) => (this.cost[reduced.room.length + at] = price))
    this.trades = new Boxed(new Float64Array(room.length), room)

    this.equation = Uint8Array.from(low, (lower, row) => (high[row] - lower < EQUATION ? 1 : 0))
    this.target = Float64Array.from(low, (lower, row) => (lower + high[row]) / 2)
    this.rangedRow = Int32Array.from(Array.from(low.keys()).filter((row) => this.equation[row] === 0))
    this.ranged = new Boxed(
      Float64Array.from(this.rangedRow, (row) => low[row]),
      Float64Array.from(this.rangedRow, (row) => high[row]),
    )
    this.rowScale = Float64Array.from(low, (lower, row) =>
      row === this.schur.cap ? high[row] : Math.max(1e-3, Math.min(1, high[row] - lower)),
    )
    this.v = new Float64Array(rowCount)
    this.weights = new Float64Array(n)
    this.gradient = new Float64Array(n)
    this.residual = new Float64Array(room.length)
    this.push = new Float64Array(room.length)
    this.theta = new Float64Array(room.length)
    this.rangedPush = new Float64Array(this.rangedRow.length)
    this.rangedTheta = new Float64Array(this.rangedRow.length)
    this.rowResidual = new Float64Array(rowCount)
    this.activity = new Float64Array(rowCount)
    this.determinant = new Float64Array(reduced.pairs)
    this.direct = new Float64Array(n)
    this.cross = new Float64Array(n)
    this.give = new Float64Array(this.schur.size).fill(0).fill(1, this.schur.factor)
    this.dv = new Float64Array(this.schur.size)
    this.perStock = new Float64Array(n)
    this.coefficients = new Float64Array(loadings.width)
    this.ofRows = new Float64Array(this.schur.size)
    this.scale = this.start()
  }

  /**
   * Weights at the holdings, as far inside their ranges; multipliers of the size of the marginal gains, those of
   * slack columns at their prices. Returns that size.
   */
  private start(): number {
    const { n, sign, pairs, held, origin, room } = this.reduced
    const { trades, ranged, gradient, cost } = this
    const place = (mu: number): void => {
      for (let j = 0; j < n + pairs; j++) {
        const margin = Math.min(INSIDE * room[j], MARGINS / n)
        trades.start(j, j < pairs || j >= n ? 0 : sign[j] * (held[j] - origin[j]), margin / room[j], mu)
      }
      for (let j = n + pairs; j < trades.length; j++) {
        trades.start(j, Math.min(mu / cost[j], INSIDE * trades.high[j]), 0, mu)
      }
    }
    place(0)
    this.stand()
    this.curvature = this.form.riskAversion
    this.marginalGains()
    let centre = 0
    let spread = 0
    for (let i = 0; i < n; i++) centre += gradient[i] / n
    for (let i = 0; i < n; i++) spread += Math.abs(gradient[i] - centre) / n
    spread += this.form.tradeCost
    // Where all stocks gain alike, the differences are rounding.
    const scale = spread > NOISE * Math.abs(centre) ? spread : Math.abs(centre) || 1
    const meanRoom = room.reduce((sum, value) => sum + value, 0) / Math.max(1, room.length)
    const start = this.schur.cap < 0 ? START : START_CAPPED
    const mu = start * scale * Math.min(meanRoom, MARGINS / n / INSIDE)
    place(mu)
    this.rangedRow.forEach((row, k) => {
      // The cap's lower side says nothing about its scale; its upper side does.
      const share = row === this.schur.cap ? ranged.high[k] / (ranged.high[k] - ranged.low[k]) : 1
      ranged.start(k, this.activity[row], INSIDE * share, mu)
    })
    return scale
  }

  /**
   * Iterates until the gap is below `tolerance` x scale and the residuals are small; false when it gets no further,
   * as happens when there is no solution.
   */
  run(tolerance: number): boolean {
    const most = this.cost.reduce((max, cost) => Math.max(max, cost), this.scale)
    const sides = 2 * (this.trades.length + this.ranged.length)
    for (;;) {
      const { primal, dual } = this.residuals()
      const gap = this.trades.complementarity(0) + this.ranged.complementarity(0)
      // Multipliers grow without end where there is no solution.
      if (!(gap <= DIVERGED * most && dual + primal < Infinity)) return false
      if (gap <= tolerance * this.scale && primal <= 1e-9 && dual <= 10 * tolerance) return true
      if (this.iterations++ >= MAX_ITERATIONS) return false
      this.factorise()
      const mu = gap / sides
      this.direction(0, false)
      const affine = Math.min(1, this.longestStep())
      const after =
        Math.max(0, this.trades.complementarity(affine) + this.ranged.complementarity(affine)) / gap
      const centring = Math.min(1, Math.max(1e-6, after ** 3))
      // The gap does not run ahead of the residuals, of which the cap's falls by squares only.
      this.direction(Math.max(centring * mu, Math.min(mu, (0.1 * tolerance * this.scale) / sides)), true)
      const step = Math.min(1, TO_BOUNDARY * this.longestStep())
      if (!(step > 1e-10)) return false
      this.trades.move(step)
      this.ranged.move(step)
      for (let row = 0; row < this.v.length; row++)
        if (this.equation[row] === 1) this.v[row] += step * this.dv[row]
    }
  }

  /** Weights of the trades, and what they amount to. */
  private stand(): void {
    const { n, pairs, origin, sign, turnover } = this.reduced
    const { weights, activity, schur, standing } = this
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
    if (turnover !== null) activity[schur.turnover] = turnover.base + traded
    if (schur.cap >= 0) activity[schur.cap] = standing.variance / 2
    for (let s = 0; s < this.slackRow.length; s++) {
      activity[this.slackRow[s]] += this.slackSign[s] * x[n + pairs + s]
    }
  }

  /** Derivative of the Lagrangian by each stock's weight. */
  private marginalGains(): void {
    const { n, gain } = this.reduced
    const { gradient, standing, curvature } = this
    standing.gradientCoefficients(curvature, this.v, this.coefficients)
    this.reduced.loadings.along(this.coefficients, gradient)
    for (let i = 0; i < n; i++) gradient[i] += curvature * standing.specificPart[i] - gain[i]
  }

  /** Largest residuals, relative to the rows' ranges and to the scale of gains. */
  private residuals(): { primal: number; dual: number } {
    const { n, pairs, sign } = this.reduced
    const { trades, ranged, rangedRow, v, residual, rowResidual, gradient, cost, schur } = this
    for (let k = 0; k < ranged.length; k++) v[rangedRow[k]] = ranged.zLow[k] - ranged.zHigh[k]
    this.curvature = this.form.riskAversion + (schur.cap >= 0 ? Math.max(0, -v[schur.cap]) : 0)
    this.stand()
    this.marginalGains()
    const perTrade = schur.turnover >= 0 ? v[schur.turnover] : 0
    for (let i = 0; i < n; i++) residual[i] = sign[i] * gradient[i] - perTrade
    for (let i = 0; i < pairs; i++) residual[n + i] = -gradient[i] - perTrade
    for (let s = 0; s < this.slackRow.length; s++) {
      residual[n + pairs + s] = -this.slackSign[s] * v[this.slackRow[s]]
    }
    let dual = 0
    for (let j = 0; j < trades.length; j++) {
      residual[j] = trades.zLow[j] - trades.zHigh[j] - cost[j] - residual[j]
      dual = Math.max(dual, Math.abs(residual[j]))
    }
    for (let row = 0; row < rowResidual.length; row++)
      rowResidual[row] = this.target[row] - this.activity[row]
    for (let k = 0; k < ranged.length; k++) {
      rowResidual[rangedRow[k]] = ranged.value[k] - this.activity[rangedRow[k]]
    }
    let primal = 0
    for (let row = 0; row < rowResidual.length; row++) {
      primal = Math.max(primal, Math.abs(rowResidual[row]) / this.rowScale[row])
    }
    return { primal, dual: dual / this.scale }
  }

  /** H of the trades, stock by stock, and the Schur complement. */
  private factorise(): void {
    const { n, pairs, sign, specific } = this.reduced
    const { trades, ranged, theta, rangedTheta, direct, cross, determinant, give, schur, curvature } = this
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
    for (let row = 0; row < schur.factor; row++) give[row] = 0
    for (let k = 0; k < ranged.length; k++) give[this.rangedRow[k]] = 1 / rangedTheta[k]
    for (let s = 0; s < this.slackRow.length; s++) give[this.slackRow[s]] += 1 / theta[n + pairs + s]
    schur.place(curvature, this.standing.specificPart, this.standing.rootFactors)
    schur.factorise(direct, cross, traded, give)
  }

  /** Newton direction towards complementarity `mu`. */
  private direction(mu: number, corrected: boolean): void {
    const { n, pairs, sign, specific, loadings } = this.reduced
    const {
      trades,
      ranged,
      rangedRow,
      theta,
      rangedTheta,
      push,
      rangedPush,
      residual,
      perStock,
      determinant,
    } = this
    const { schur, dv, ofRows, coefficients, curvature, slackRow, slackSign } = this
    trades.aim(mu, corrected, push)
    ranged.aim(mu, corrected, rangedPush)
    const { d } = trades
    // H^-1 of the push, then the rows' right sides less what it gives them.
    let traded = 0
    for (let j = 0; j < trades.length; j++) push[j] += residual[j]
    for (let i = 0; i < pairs; i++) {
      const shared = curvature * specific[i] * (push[i] + push[n + i])
      d[i] = (shared + theta[n + i] * push[i]) / determinant[i]
      d[n + i] = (shared + theta[i] * push[n + i]) / determinant[i]
      perStock[i] = (theta[n + i] * push[i] - theta[i] * push[n + i]) / determinant[i]
      traded += d[i] + d[n + i]
    }
    for (let i = pairs; i < n; i++) {
      d[i] = push[i] / (curvature * specific[i] + theta[i])
      perStock[i] = sign[i] * d[i]
      traded += d[i]
    }
    loadings.sums(perStock, coefficients)
    schur.rowsOf(coefficients, 0, ofRows, 0)
    if (schur.turnover >= 0) ofRows[schur.turnover] = traded
    for (let s = 0; s < slackRow.length; s++) {
      const at = n + pairs + s
      d[at] = push[at] / theta[at]
      ofRows[slackRow[s]] += slackSign[s] * d[at]
    }
    for (let row = 0; row < schur.size; row++) dv[row] = -ofRows[row]
    for (let row = 0; row < schur.factor; row++) dv[row] += this.rowResidual[row]
    for (let k = 0; k < ranged.length; k++) dv[rangedRow[k]] += rangedPush[k] / rangedTheta[k]
    schur.solve(dv)
    // d = H^-1 (push + E'dv).
    schur.coefficients(dv, coefficients)
    loadings.along(coefficients, perStock)
    const perTrade = schur.turnover >= 0 ? dv[schur.turnover] : 0
    for (let i = 0; i < pairs; i++) {
      const buy = push[i] + perStock[i] + perTrade
      const sell = push[n + i] - perStock[i] + perTrade
      const shared = curvature * specific[i] * (buy + sell)
      d[i] = (shared + theta[n + i] * buy) / determinant[i]
      d[n + i] = (shared + theta[i] * sell) / determinant[i]
    }
    for (let i = pairs; i < n; i++) {
      d[i] = (push[i] + sign[i] * perStock[i] + perTrade) / (curvature * specific[i] + theta[i])
    }
    for (let s = 0; s < slackRow.length; s++) {
      const at = n + pairs + s
      d[at] = (push[at] + slackSign[s] * dv[slackRow[s]]) / theta[at]
    }
    for (let k = 0; k < ranged.length; k++) {
      ranged.d[k] = (rangedPush[k] - dv[rangedRow[k]]) / rangedTheta[k]
    }
    trades.follow()
    ranged.follow()
  }

  private longestStep(): number {
    return Math.min(this.trades.longestStep(), this.ranged.longestStep())
  }
}
