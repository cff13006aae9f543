import type { Derived } from '../market/derive.ts'
import type { Panel } from '../market/panel.ts'
import { oneDayReturns } from './oneDayReturns.ts'

/** Days of the regression, and the half-life of their weights (CNE5, BETA). */
const WINDOW = 252
const HALF_LIFE = 63
/** Days with a return that a regression needs. */
export const BETA_DAYS = 63

const DECAY = 0.5 ** (1 / HALF_LIFE)
const LEAVING = DECAY ** WINDOW

/**
 * Regression of each stock's one-day returns on the market's, r = alpha + beta r_m + e, over the last 252 days with exponential weights of
 * half-life 63 (CNE5 descriptors BETA and HSIGMA, without a risk-free rate), moved on day by day.
 */
export class HistoricalBeta {
  readonly #panel: Panel
  readonly #derived: Derived
  /** Market return per day passed. */
  readonly #market: number[] = []
  readonly #row: Float64Array
  readonly #days: Int32Array
  /** Weighted sums per stock, x the market's return and y the stock's. */
  readonly #w: Float64Array
  readonly #x: Float64Array
  readonly #y: Float64Array
  readonly #xx: Float64Array
  readonly #xy: Float64Array
  readonly #yy: Float64Array

  constructor(panel: Panel, derived: Derived) {
    const stocks = panel.symbols.length
    this.#panel = panel
    this.#derived = derived
    this.#row = new Float64Array(stocks)
    this.#days = new Int32Array(stocks)
    this.#w = new Float64Array(stocks)
    this.#x = new Float64Array(stocks)
    this.#y = new Float64Array(stocks)
    this.#xx = new Float64Array(stocks)
    this.#xy = new Float64Array(stocks)
    this.#yy = new Float64Array(stocks)
  }

  /** Take in the next day: the market's return on it, NaN when there is none. */
  advance(marketReturn: number): void {
    for (const sum of [this.#w, this.#x, this.#y, this.#xx, this.#xy, this.#yy])
      for (let i = 0; i < sum.length; i++) sum[i] *= DECAY
    const day = this.#market.push(marketReturn) - 1
    this.#add(day, 1, 1)
    if (day >= WINDOW) this.#add(day - WINDOW, -LEAVING, -1)
  }

  /** Per stock: beta and the standard deviation of the residuals; NaN under 63 days with a return. */
  estimate(): { readonly beta: Float64Array; readonly residualVolatility: Float64Array } {
    const stocks = this.#days.length
    const beta = new Float64Array(stocks).fill(NaN)
    const residualVolatility = new Float64Array(stocks).fill(NaN)
    for (let i = 0; i < stocks; i++) {
      if (this.#days[i] < BETA_DAYS) continue
      const w = this.#w[i]
      const meanX = this.#x[i] / w
      const meanY = this.#y[i] / w
      const varX = this.#xx[i] / w - meanX * meanX
      const covXy = this.#xy[i] / w - meanX * meanY
      const varY = this.#yy[i] / w - meanY * meanY
      if (!(varX > 0)) continue
      beta[i] = covXy / varX
      residualVolatility[i] = Math.sqrt(Math.max(0, varY - (covXy * covXy) / varX))
    }
    return { beta, residualVolatility }
  }

  #add(day: number, weight: number, count: number): void {
    const x = this.#market[day]
    if (!Number.isFinite(x)) return
    oneDayReturns(this.#panel, this.#derived, day, this.#row)
    for (let i = 0; i < this.#row.length; i++) {
      const y = this.#row[i]
      if (!Number.isFinite(y)) continue
      this.#days[i] += count
      this.#w[i] += weight
      this.#x[i] += weight * x
      this.#y[i] += weight * y
      this.#xx[i] += weight * x * x
      this.#xy[i] += weight * x * y
      this.#yy[i] += weight * y * y
    }
  }
}
