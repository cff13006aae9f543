import type { Derived } from '../market/derive.ts'

/** Days summed, days left out before the exposure's day, half-life of the weights (CNE5, RSTR). */
const WINDOW = 504
const LAG = 21
const HALF_LIFE = 126
/** Days since the first return that an exposure needs, the lag left out. */
export const MOMENTUM_DAYS = 126

const DECAY = 0.5 ** (1 / HALF_LIFE)
const LEAVING = DECAY ** WINDOW

/**
 * Momentum: exponentially weighted sum of log returns over 504 days that end 21 days ago, half-life 126 (CNE5 descriptor RSTR, without a
 * risk-free rate), moved on day by day. The sum is divided by the weights of the days since a stock's first return, so that a
 * shorter history is on the same scale. A day without trade has log return 0; the return after a suspension is that day's.
 */
export class RelativeStrength {
  readonly #returns: Float64Array
  readonly #days: Int32Array
  readonly #sum: Float64Array
  readonly #weight: Float64Array
  /** Per stock: day of its first return; Infinity before it. */
  readonly #first: Float64Array
  #day = -1

  constructor({ returns }: Derived, stocks: number) {
    this.#returns = returns
    this.#days = new Int32Array(stocks)
    this.#sum = new Float64Array(stocks)
    this.#weight = new Float64Array(stocks)
    this.#first = new Float64Array(stocks).fill(Infinity)
  }

  advance(): void {
    const entering = ++this.#day - LAG
    for (let i = 0; i < this.#sum.length; i++) {
      this.#sum[i] *= DECAY
      this.#weight[i] *= DECAY
    }
    if (entering >= 0) this.#add(entering, 1, 1)
    if (entering >= WINDOW) this.#add(entering - WINDOW, -LEAVING, -1)
  }

  /** Per stock; NaN under 126 days since its first return, the lag left out. */
  estimate(): Float64Array {
    return this.#sum.map((sum, i) => (this.#days[i] < MOMENTUM_DAYS ? NaN : sum / this.#weight[i]))
  }

  #add(day: number, weight: number, count: number): void {
    for (let i = 0, at = day * this.#sum.length; i < this.#sum.length; i++, at++) {
      const value = Math.log1p(this.#returns[at])
      const there = Number.isFinite(value)
      if (there && day < this.#first[i]) this.#first[i] = day
      if (day < this.#first[i]) continue
      this.#days[i] += count
      this.#weight[i] += weight
      if (there) this.#sum[i] += weight * value
    }
  }
}
