import type { Panel } from '../market/panel.ts'

/** Windows in days with their shares: a month, a quarter, a year (CNE5: STOM, STOQ, STOA). */
const WINDOWS = [21, 63, 252] as const
const SHARES = [0.35, 0.35, 0.3] as const

/**
 * Liquidity: weighted mean of the log mean daily turnover over 21, 63 and 252 days (CNE5 descriptors STOM, STOQ, STOA), moved on day by
 * day. Turnover = traded value / float capitalisation, value = amount, or volume x close where it is missing; means are over days
 * with trade. A window with trade on less than half of its days is left out and the others' shares grow. Where the panel has no
 * capitalisation at all, the value itself stands for turnover: then the style is trading value, and holds size as well.
 */
export class TradingActivity {
  readonly #panel: Panel
  readonly #perCap: boolean
  /** Turnover of the last 252 days, a ring of days. */
  readonly #ring: Float64Array
  readonly #sums: readonly Float64Array[]
  readonly #days: readonly Int32Array[]
  #day = -1

  constructor(panel: Panel) {
    const stocks = panel.symbols.length
    this.#panel = panel
    this.#perCap = panel.floatCap.some((cap) => cap > 0)
    this.#ring = new Float64Array(WINDOWS[2] * stocks).fill(NaN)
    this.#sums = WINDOWS.map(() => new Float64Array(stocks))
    this.#days = WINDOWS.map(() => new Int32Array(stocks))
  }

  /** Take in the next day. */
  advance(): void {
    const { traded, amount, volume, close, floatCap, symbols } = this.#panel
    const stocks = symbols.length
    const day = ++this.#day
    WINDOWS.forEach((window, k) => this.#take(day - window, k, -1))
    const into = (day % WINDOWS[2]) * stocks
    for (let i = 0, at = day * stocks; i < stocks; i++, at++) {
      const value = amount[at] > 0 ? amount[at] : volume[at] * close[at]
      this.#ring[into + i] = traded[at] === 0 ? NaN : this.#perCap ? value / floatCap[at] : value
    }
    WINDOWS.forEach((_, k) => this.#take(day, k, 1))
  }

  /** Per stock; NaN when no window has trade on half of its days. */
  estimate(): Float64Array {
    const stocks = this.#sums[0].length
    return Float64Array.from({ length: stocks }, (_, i) => {
      let sum = 0
      let share = 0
      WINDOWS.forEach((window, k) => {
        const days = this.#days[k][i]
        if (days < window / 2) return
        sum += SHARES[k] * Math.log(this.#sums[k][i] / days)
        share += SHARES[k]
      })
      return share === 0 ? NaN : sum / share
    })
  }

  #take(day: number, window: number, sign: number): void {
    if (day < 0) return
    const stocks = this.#sums[0].length
    const sums = this.#sums[window]
    const days = this.#days[window]
    for (let i = 0, at = (day % WINDOWS[2]) * stocks; i < stocks; i++, at++) {
      const value = this.#ring[at]
      if (!Number.isFinite(value)) continue
      sums[i] += sign * value
      days[i] += sign
    }
  }
}
