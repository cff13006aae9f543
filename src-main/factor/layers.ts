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
  const { stocks, ranking } = section
  const descending = ranking.order.toReversed()
  const layerOf = new Uint8Array(symbols.length)
  const sizes = layerSizes(descending.length, layers)
  for (let layer = 1, rank = 0; layer <= layers; layer++) {
    const end = rank + sizes[layer]
    sortTieAt(end, descending, section, symbols)
    for (; rank < end; rank++) layerOf[stocks[descending[rank]]] = layer
  }
  return layerOf
}

/** Orders by symbol the positions of equal factor on both sides of `end`, where one layer ends; other ties are inside a layer. */
function sortTieAt(
  end: number,
  descending: Uint32Array,
  { stocks, ranking: { ranks } }: CrossSection,
  symbols: readonly string[],
): void {
  const tied = (a: number, b: number): boolean => ranks[descending[a]] === ranks[descending[b]]
  if (end === 0 || end === descending.length || !tied(end - 1, end)) return
  let first = end - 1
  while (first > 0 && tied(first - 1, end)) first--
  let after = end + 1
  while (after < descending.length && tied(after, end)) after++
  descending.subarray(first, after).sort((a, b) => (symbols[stocks[a]] < symbols[stocks[b]] ? -1 : 1))
}

/** Per layer, [0] = 0: stocks that it has of `count`. */
function layerSizes(count: number, layers: number): Float64Array {
  const sizes = new Float64Array(layers + 1).fill(Math.floor(count / layers), 1)
  for (let layer = 1; layer <= count % layers; layer++) sizes[layer]++
  return sizes
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
  const fills = sections
    .filter(({ stocks }) => stocks.length >= input.layers)
    .map((section) => ({ day: section.day + 1, section }))
  if (fills.length === 0) return null

  const firstFill = fills[0].day
  const lastDay = input.lastLayerDay ?? input.dates.length - 1
  const portfolios = new LayerPortfolios(input, lastDay - firstFill)
  fills.forEach(({ day, section }, at) => {
    portfolios.rebalance(day, section)
    portfolios.earn(day + 1, at + 1 < fills.length ? fills[at + 1].day : lastDay, day - firstFill)
  })
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
 * The layers and their benchmark. All begin with equal weights on the same day and share no other trade, so that what 1 invested in
 * each stock at the fill has become says the drifted weights of its layer and of the benchmark alike: its share of all such values.
 */
class LayerPortfolios {
  readonly layers: Recorded[]
  readonly benchmark: Recorded
  readonly #input: FactorTestInput
  #held: Int32Array = new Int32Array(0)
  #layerOf: Uint8Array
  /** Per stock held: what 1 buys at the fill, and its value at the latest price. */
  readonly #units: Float64Array
  readonly #value: Float64Array
  /** Per layer, [0] unused: value of its stocks. */
  #total: Float64Array

  constructor(input: FactorTestInput, days: number) {
    const stocks = input.symbols.length
    const series = (): Recorded => ({ returns: new Float64Array(days), rebalances: [] })
    this.layers = Array.from({ length: input.layers }, series)
    this.benchmark = series()
    this.#input = input
    this.#layerOf = new Uint8Array(stocks)
    this.#units = new Float64Array(stocks)
    this.#value = new Float64Array(stocks)
    this.#total = new Float64Array(input.layers + 1)
  }

  /** Earns the returns of the days from `first` to `last`, which are the `at`-th and later ones of the series; the weights drift. */
  earn(first: number, last: number, at: number): void {
    const { adjVwap, symbols } = this.#input
    const [held, layerOf, units, value, total] = [
      this.#held,
      this.#layerOf,
      this.#units,
      this.#value,
      this.#total,
    ]
    // Day by day, per layer.
    const gains = new Float64Array((last - first + 1) * total.length)
    for (let k = 0; k < held.length; k++) {
      const stock = held[k]
      const unit = units[stock]
      let before = value[stock]
      let cell = first * symbols.length + stock
      for (let gain = layerOf[stock]; gain < gains.length; gain += total.length) {
        const now = unit * adjVwap[cell]
        cell += symbols.length
        if (!Number.isFinite(now)) continue
        gains[gain] += now - before
        before = now
      }
      value[stock] = before
    }
    for (let start = 0; start < gains.length; start += total.length, at++) {
      const ofDay = gains.subarray(start, start + total.length)
      this.benchmark.returns[at] = sum(ofDay) / sum(total)
      this.layers.forEach(({ returns }, layer) => (returns[at] = ofDay[layer + 1] / total[layer + 1]))
      for (let layer = 0; layer < total.length; layer++) total[layer] += ofDay[layer]
    }
  }

  /** Sets equal weights in each layer of a cross-section, whose prices of `day` are there (rule F2). */
  rebalance(day: number, section: CrossSection): void {
    const { stocks } = section
    const { adjVwap, symbols, dates, layers } = this.#input
    const today = day * symbols.length
    const initial = this.#held.length === 0
    const units = this.#units
    const value = this.#value
    const oldLayerOf = this.#layerOf
    const layerOf = assignLayers(section, symbols, layers)
    const sizes = layerSizes(stocks.length, layers)
    // By layer, weights of a stock in it and in the benchmark: after the fill, and before it per unit of value.
    const after = inverses(sizes)
    const before = inverses(this.#total)
    const afterInAll = new Float64Array(layers + 1).fill(1 / stocks.length, 1)
    const beforeInAll = new Float64Array(layers + 1).fill(1 / sum(this.#total), 1)
    const turnover = new Float64Array(layers + 1)
    let ofBenchmark = 0
    for (let stock = 0; stock < layerOf.length; stock++) {
      const layer = layerOf[stock]
      const old = oldLayerOf[stock]
      const oldValue = value[stock]
      if (layer === old) turnover[layer] += Math.abs(after[layer] - oldValue * before[layer])
      else {
        turnover[layer] += after[layer]
        turnover[old] += oldValue * before[old]
      }
      ofBenchmark += Math.abs(afterInAll[layer] - oldValue * beforeInAll[old])
      if (layer === 0) continue
      const price = adjVwap[today + stock]
      units[stock] = 1 / price
      // 1 but for rounding, with which a price that stays earns nothing.
      value[stock] = units[stock] * price
    }
    this.#held = stocks
    this.#layerOf = layerOf
    this.#total = sizes
    const date = dates[day]
    this.layers.forEach(({ rebalances }, layer) =>
      rebalances.push({ date, turnover: turnover[layer + 1], initial }),
    )
    this.benchmark.rebalances.push({ date, turnover: ofBenchmark, initial })
  }
}

/** Of each value, [0] = 0. */
function inverses(values: Float64Array): Float64Array {
  return values.map((value, at) => (at === 0 ? 0 : 1 / value))
}

function sum(values: Float64Array): number {
  let total = 0
  for (let at = 0; at < values.length; at++) total += values[at]
  return total
}
