import type { Panel } from '../market/panel.ts'

/** Windows in days with their shares: a month, a quarter, a year (CNE5: STOM, STOQ, STOA). */
const WINDOWS = [21, 63, 252] as const
const SHARES = [0.35, 0.35, 0.3] as const

/**
 * Position of the day from whose close on liquidity is turnover: that by which some stock has had a capitalisation on half of the
 * shortest window's days; the number of days where there is none.
 */
export function turnoverFrom({
  dates,
  symbols,
  floatCap,
}: Pick<Panel, 'dates' | 'symbols' | 'floatCap'>): number {
  const stocks = symbols.length
  let known = 0
  const first = dates.findIndex((_, day) => {
    if (floatCap.subarray(day * stocks, (day + 1) * stocks).some((cap) => cap > 0)) known++
    return known >= WINDOWS[0] / 2
  })
  return first === -1 ? dates.length : first
}

/**
 * Liquidity: weighted mean of the log mean daily turnover over 21, 63 and 252 days (CNE5 descriptors STOM, STOQ, STOA), moved on day by
 * day. Turnover = traded value / float capitalisation, value = amount, or volume x close where it is missing; means are over days
 * with trade. A window with trade on less than half of its days is left out and the others' shares grow. Until capitalisations have
 * been known for half of the shortest window, or where none ever is, the value itself stands for turnover: then the style is trading
 * value, and holds size as well. A day's estimate thus knows no later capitalisation.
 */
export class TradingActivity {
  readonly #panel: Panel
  readonly #turnover: WindowMeans
  /** Null once turnover has taken its place. */
  #value: WindowMeans | null
  readonly #turnoverFrom: number
  #day = -1

  constructor(panel: Panel) {
    this.#panel = panel
    this.#turnover = new WindowMeans(panel.symbols.length)
    this.#value = new WindowMeans(panel.symbols.length)
    this.#turnoverFrom = turnoverFrom(panel)
  }

  /** Take in the next day. */
  advance(): void {
    const { traded, amount, volume, close, floatCap, symbols } = this.#panel
    const stocks = symbols.length
    const first = ++this.#day * stocks
    const valueAt = (at: number): number =>
      traded[at] === 0 ? NaN : amount[at] > 0 ? amount[at] : volume[at] * close[at]
    this.#value?.advance((stock) => valueAt(first + stock))
    this.#turnover.advance((stock) => valueAt(first + stock) / floatCap[first + stock])
    if (this.#day >= this.#turnoverFrom) this.#value = null
  }

  /** Per stock; NaN when no window has trade on half of its days. */
  estimate(): Float64Array {
    const means = this.#value ?? this.#turnover
    return Float64Array.from({ length: this.#panel.symbols.length }, (_, stock) => {
      let sum = 0
      let share = 0
      WINDOWS.forEach((window, k) => {
        if (means.days(k, stock) < window / 2) return
        sum += SHARES[k] * Math.log(means.mean(k, stock))
        share += SHARES[k]
      })
      return share === 0 ? NaN : sum / share
    })
  }
}

/** Means of a daily value per stock over each of the windows, moved on day by day. */
class WindowMeans {
  readonly #stocks: number
  /** Values of the last 252 days, a ring of days; NaN = none. */
  readonly #ring: Float64Array
  readonly #sums: readonly Float64Array[]
  readonly #days: readonly Int32Array[]
  #day = -1

  constructor(stocks: number) {
    this.#stocks = stocks
    this.#ring = new Float64Array(WINDOWS[2] * stocks).fill(NaN)
    this.#sums = WINDOWS.map(() => new Float64Array(stocks))
    this.#days = WINDOWS.map(() => new Int32Array(stocks))
  }

  advance(valueOf: (stock: number) => number): void {
    const day = ++this.#day
    WINDOWS.forEach((window, k) => this.#take(day - window, k, -1))
    const into = (day % WINDOWS[2]) * this.#stocks
    for (let stock = 0; stock < this.#stocks; stock++) this.#ring[into + stock] = valueOf(stock)
    WINDOWS.forEach((_, k) => this.#take(day, k, 1))
  }

  /** Days of the window with a value. */
  days(window: number, stock: number): number {
    return this.#days[window][stock]
  }

  mean(window: number, stock: number): number {
    return this.#sums[window][stock] / this.#days[window][stock]
  }

  #take(day: number, window: number, sign: number): void {
    if (day < 0) return
    const sums = this.#sums[window]
    const days = this.#days[window]
    for (let i = 0, at = (day % WINDOWS[2]) * this.#stocks; i < this.#stocks; i++, at++) {
      const value = this.#ring[at]
      if (!Number.isFinite(value)) continue
      sums[i] += sign * value
      days[i] += sign
    }
  }
}
