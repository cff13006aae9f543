import type { DateInt } from '../../src-shared/domain/date.ts'
import { ascendingOrder } from '../../src-shared/sortOrder.ts'
import type { CrossSection, FactorTestInput } from './input.ts'

/** Daily returns and turnover of the equal-weight layers and of their benchmark, without cost (rules F6 to F10). */
export interface LayerSeries {
  /** From the day after the first fill to the last day of the data. */
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
export function assignLayers(
  factor: Float64Array,
  stocks: ArrayLike<number>,
  symbols: readonly string[],
  layers: number,
): Uint8Array {
  const order = descending(factor, stocks, symbols)
  const layerOf = new Uint8Array(symbols.length)
  const size = Math.floor(order.length / layers)
  const larger = order.length % layers
  for (let layer = 1, rank = 0; layer <= layers; layer++) {
    for (const end = rank + size + (layer <= larger ? 1 : 0); rank < end; rank++) layerOf[order[rank]] = layer
  }
  return layerOf
}

/** `stocks` by factor, descending, equal ones by symbol. */
function descending(
  factor: Float64Array,
  stocks: ArrayLike<number>,
  symbols: readonly string[],
): Uint32Array {
  const negative = Float64Array.from(stocks, (stock) => -factor[stock])
  const order = ascendingOrder(negative).map((at) => stocks[at])
  for (let first = 0; first < order.length;) {
    let end = first + 1
    while (end < order.length && factor[order[end]] === factor[order[first]]) end++
    if (end > first + 1) order.subarray(first, end).sort((a, b) => (symbols[a] < symbols[b] ? -1 : 1))
    first = end
  }
  return order
}

/**
 * Walks the layers through the data (rules F7, F8, F10): each test date with at least `layers` stocks sets equal
 * weights at vwap(t+1), which then drift on adjusted vwap; a missing vwap is carried forward. The day of a fill is
 * earned by the old holdings. Null when no test date has enough stocks.
 */
export function simulateLayers(
  input: FactorTestInput,
  sections: readonly CrossSection[],
): LayerSeries | null {
  const count = input.symbols.length
  const fills = new Map<number, Uint8Array>()
  sections.forEach((section, test) => {
    if (section.stocks.length < input.layers) return
    fills.set(section.day + 1, assignLayers(input.factor[test], section.stocks, input.symbols, input.layers))
  })
  const firstFill = Math.min(...fills.keys())
  if (!Number.isFinite(firstFill)) return null

  const days = input.dates.length - firstFill - 1
  const layered = new EqualWeightPortfolios(count, input.layers, days)
  const benchmark = new EqualWeightPortfolios(count, 1, days)
  const price = carriedPrices(input, firstFill)
  const change = new Float64Array(count)
  for (let day = firstFill; day < input.dates.length; day++) {
    if (day > firstFill) {
      for (let stock = 0; stock < count; stock++) {
        const next = input.adjVwap[day * count + stock]
        const known = Number.isFinite(next)
        change[stock] = known && Number.isFinite(price[stock]) ? next / price[stock] - 1 : 0
        if (known) price[stock] = next
      }
      layered.earn(change, day - firstFill - 1)
      benchmark.earn(change, day - firstFill - 1)
    }
    const layerOf = fills.get(day)
    if (layerOf === undefined) continue
    layered.rebalance(layerOf, input.dates[day])
    benchmark.rebalance(
      layerOf.map((layer) => (layer > 0 ? 1 : 0)),
      input.dates[day],
    )
  }
  return {
    returnDates: Array.from(input.dates).slice(firstFill + 1),
    layers: layered.series,
    benchmark: benchmark.series[0],
  }
}

/** Latest adjusted vwap of each stock on or before `day`. */
function carriedPrices(input: FactorTestInput, day: number): Float64Array {
  const count = input.symbols.length
  const price = new Float64Array(count).fill(Number.NaN)
  for (let at = 0; at < (day + 1) * count; at++) {
    if (Number.isFinite(input.adjVwap[at])) price[at % count] = input.adjVwap[at]
  }
  return price
}

/** Portfolios that share no stock, so that one weight per stock describes all of them. */
class EqualWeightPortfolios {
  readonly series: {
    returns: Float64Array
    rebalances: { date: DateInt; turnover: number; initial: boolean }[]
  }[]
  private portfolioOf: Uint8Array
  private readonly weight: Float64Array

  constructor(stocks: number, portfolios: number, days: number) {
    this.portfolioOf = new Uint8Array(stocks)
    this.weight = new Float64Array(stocks)
    this.series = Array.from({ length: portfolios }, () => ({
      returns: new Float64Array(days),
      rebalances: [],
    }))
  }

  /** Earns the day's stock returns and lets the weights drift. */
  earn(change: Float64Array, day: number): void {
    const { portfolioOf, weight } = this
    const earned = new Float64Array(this.series.length)
    for (let stock = 0; stock < weight.length; stock++) {
      if (portfolioOf[stock] > 0) earned[portfolioOf[stock] - 1] += weight[stock] * change[stock]
    }
    for (let stock = 0; stock < weight.length; stock++) {
      if (portfolioOf[stock] > 0) weight[stock] *= (1 + change[stock]) / (1 + earned[portfolioOf[stock] - 1])
    }
    this.series.forEach(({ returns }, portfolio) => (returns[day] = earned[portfolio]))
  }

  /** Sets equal weights inside each portfolio; 0 in `portfolioOf` is no holding. */
  rebalance(portfolioOf: Uint8Array, date: DateInt): void {
    const sizes = new Uint32Array(this.series.length)
    for (const portfolio of portfolioOf) if (portfolio > 0) sizes[portfolio - 1]++
    const turnover = new Float64Array(this.series.length)
    portfolioOf.forEach((next, stock) => {
      const previous = this.portfolioOf[stock]
      const before = this.weight[stock]
      const after = next > 0 ? 1 / sizes[next - 1] : 0
      if (next === previous) {
        if (next > 0) turnover[next - 1] += Math.abs(after - before)
      } else {
        if (previous > 0) turnover[previous - 1] += before
        if (next > 0) turnover[next - 1] += after
      }
      this.weight[stock] = after
    })
    this.portfolioOf = portfolioOf
    this.series.forEach(({ rebalances }, portfolio) => {
      rebalances.push({ date, turnover: turnover[portfolio], initial: rebalances.length === 0 })
    })
  }
}
