import type { DateInt } from '../../src-shared/domain/date.ts'
import type { CrossSection, FactorTestInput } from './input.ts'

/** Daily returns and turnover of the equal-weight layers and of their benchmark, without cost (rules F6 to F10). */
export interface LayerSeries {
  /** From the day after the first fill to `lastLayerDay`. */
  readonly returnDates: readonly DateInt[]
  /** Per layer, TOP first. */
  readonly layers: readonly PortfolioSeries[]
  readonly benchmark: PortfolioSeries
}

export interface PortfolioSeries {
  readonly returns: Float64Array
  /** Per rebalance the sum of |w_new - w_drifted| at the fill; `initial` on the first, which has no old weights. */
  readonly rebalances: readonly { date: DateInt; turnover: number; initial: boolean }[]
}

/**
 * Layer of each stock, 1 = TOP, 0 = in none (rule F6): factor descending, then symbol in code-point order; the first
 * (n mod layers) layers hold one more.
 */
export function assignLayers(section: CrossSection, symbols: readonly string[], layers: number): Uint8Array {
  const order = descending(section, symbols)
  const layerOf = new Uint8Array(symbols.length)
  const size = Math.floor(order.length / layers)
  const larger = order.length % layers
  for (let layer = 1, rank = 0; layer <= layers; layer++) {
    for (const end = rank + size + (layer <= larger ? 1 : 0); rank < end; rank++) layerOf[order[rank]] = layer
  }
  return layerOf
}

/** Stocks by factor, descending, equal ones by symbol. */
function descending({ stocks, ranking }: CrossSection, symbols: readonly string[]): Uint32Array {
  const { order: ascending, ranks } = ranking
  const n = ascending.length
  const order = new Uint32Array(n)
  for (let first = 0; first < n;) {
    const rank = ranks[ascending[n - 1 - first]]
    let end = first
    for (; end < n && ranks[ascending[n - 1 - end]] === rank; end++)
      order[end] = stocks[ascending[n - 1 - end]]
    if (end > first + 1) order.subarray(first, end).sort((a, b) => (symbols[a] < symbols[b] ? -1 : 1))
    first = end
  }
  return order
}

/**
 * Walks the layers through the data (rules F7, F8, F10): each test date with at least `layers` stocks sets equal
 * weights at vwap(t+1), which then drift on adjusted vwap; a missing vwap is carried forward. The day of a fill is
 * earned by the old holdings. The walk ends with `lastLayerDay`. Null when no test date has enough stocks.
 */
export function simulateLayers(
  input: FactorTestInput,
  sections: readonly CrossSection[],
): LayerSeries | null {
  const fills = new Map<number, number>()
  sections.forEach(({ day, stocks }, test) => {
    if (stocks.length >= input.layers) fills.set(day + 1, test)
  })
  const firstFill = Math.min(...fills.keys())
  if (!Number.isFinite(firstFill)) return null

  const lastDay = input.lastLayerDay ?? input.dates.length - 1
  const portfolios = new LayerPortfolios(input, lastDay - firstFill)
  for (let day = firstFill; day <= lastDay; day++) {
    if (day > firstFill) portfolios.earn(day, day - firstFill - 1)
    const test = fills.get(day)
    if (test !== undefined) portfolios.rebalance(day, sections[test])
  }
  return {
    returnDates: Array.from(input.dates).slice(firstFill + 1, lastDay + 1),
    layers: portfolios.layers,
    benchmark: portfolios.benchmark,
  }
}

interface Recorded extends PortfolioSeries {
  readonly rebalances: { date: DateInt; turnover: number; initial: boolean }[]
}

/**
 * The layers and their benchmark. All begin with equal weights on the same day and share no other trade, so that the growth of each
 * stock since the fill says the drifted weights of its layer and of the benchmark alike: its share of the growth of all of them.
 */
class LayerPortfolios {
  readonly layers: Recorded[]
  readonly benchmark: Recorded
  readonly #input: FactorTestInput
  #held: Int32Array = new Int32Array(0)
  #layerOf: Uint8Array
  /** Per stock held: value of 1 invested at the fill, and the latest price. */
  readonly #growth: Float64Array
  readonly #price: Float64Array
  /** Per layer, [0] unused: growth of its stocks in all. */
  #total: Float64Array

  constructor(input: FactorTestInput, days: number) {
    const stocks = input.symbols.length
    const series = (): Recorded => ({ returns: new Float64Array(days), rebalances: [] })
    this.layers = Array.from({ length: input.layers }, series)
    this.benchmark = series()
    this.#input = input
    this.#layerOf = new Uint8Array(stocks)
    this.#growth = new Float64Array(stocks)
    this.#price = new Float64Array(stocks)
    this.#total = new Float64Array(input.layers + 1)
  }

  /** Earns the returns of `day`, the `at`-th of the series; the weights drift. */
  earn(day: number, at: number): void {
    const { adjVwap, symbols } = this.#input
    const today = day * symbols.length
    const [held, layerOf, growth, price, total] = [
      this.#held,
      this.#layerOf,
      this.#growth,
      this.#price,
      this.#total,
    ]
    const gains = new Float64Array(total.length)
    for (let k = 0; k < held.length; k++) {
      const stock = held[k]
      const next = adjVwap[today + stock]
      if (!Number.isFinite(next)) continue
      const gain = growth[stock] * (next / price[stock] - 1)
      gains[layerOf[stock]] += gain
      growth[stock] += gain
      price[stock] = next
    }
    this.benchmark.returns[at] = sum(gains) / sum(total)
    this.layers.forEach(({ returns }, layer) => (returns[at] = gains[layer + 1] / total[layer + 1]))
    for (let layer = 0; layer < total.length; layer++) total[layer] += gains[layer]
  }

  /** Sets equal weights in each layer of a cross-section, whose prices of `day` are there (rule F2). */
  rebalance(day: number, section: CrossSection): void {
    const { stocks } = section
    const { adjVwap, symbols, dates, layers } = this.#input
    const growth = this.#growth
    const price = this.#price
    const held = this.#held
    const oldLayerOf = this.#layerOf
    const layerOf = assignLayers(section, symbols, layers)
    const sizes = new Float64Array(layers + 1)
    for (let k = 0; k < stocks.length; k++) sizes[layerOf[stocks[k]]]++
    // Weights of a stock after the fill, and before it per unit of growth.
    const after = sizes.map((size) => 1 / size)
    const before = this.#total.map((total) => 1 / total)
    const afterInAll = 1 / stocks.length
    const beforeInAll = 1 / sum(this.#total)
    const turnover = new Float64Array(layers + 1)
    let ofBenchmark = 0
    for (let k = 0; k < stocks.length; k++) {
      const stock = stocks[k]
      const layer = layerOf[stock]
      const old = oldLayerOf[stock]
      turnover[layer] += layer === old ? Math.abs(after[layer] - growth[stock] * before[old]) : after[layer]
      ofBenchmark += old > 0 ? Math.abs(afterInAll - growth[stock] * beforeInAll) : afterInAll
    }
    for (let k = 0; k < held.length; k++) {
      const stock = held[k]
      const old = oldLayerOf[stock]
      if (layerOf[stock] !== old) turnover[old] += growth[stock] * before[old]
      if (layerOf[stock] === 0) ofBenchmark += growth[stock] * beforeInAll
    }
    for (let k = 0; k < stocks.length; k++) {
      const stock = stocks[k]
      growth[stock] = 1
      price[stock] = adjVwap[day * symbols.length + stock]
    }
    this.#held = stocks
    this.#layerOf = layerOf
    this.#total = sizes
    const initial = held.length === 0
    const date = dates[day]
    this.layers.forEach(({ rebalances }, layer) =>
      rebalances.push({ date, turnover: turnover[layer + 1], initial }),
    )
    this.benchmark.rebalances.push({ date, turnover: ofBenchmark, initial })
  }
}

function sum(values: Float64Array): number {
  let total = 0
  for (let at = 0; at < values.length; at++) total += values[at]
  return total
}
