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
  const { order } = ranking
  const layerOf = new Uint8Array(symbols.length)
  const sizes = layerSizes(order.length, layers)
  for (let layer = 1, end = order.length; layer <= layers; layer++) {
    const first = end - sizes[layer]
    for (let k = first; k < end; k++) layerOf[stocks[order[k]]] = layer
    end = first
  }
  for (let layer = 1, end = order.length; layer < layers; layer++) {
    end -= sizes[layer]
    shareTieAt(end, section, symbols, layerOf)
  }
  return layerOf
}

/** Hands out by symbol the places of the stocks of equal factor on both sides of `end`, where one layer ends; other ties are inside a layer. */
function shareTieAt(
  end: number,
  { stocks, ranking: { order, ranks } }: CrossSection,
  symbols: readonly string[],
  layerOf: Uint8Array,
): void {
  const tied = (a: number, b: number): boolean => ranks[order[a]] === ranks[order[b]]
  if (end === 0 || !tied(end - 1, end)) return
  let first = end - 1
  while (first > 0 && tied(first - 1, end)) first--
  let after = end + 1
  while (after < order.length && tied(after, end)) after++
  const tie = Array.from(order.subarray(first, after), (at) => stocks[at])
  const places = Uint8Array.from(tie, (stock) => layerOf[stock]).sort()
  tie.sort((a, b) => (symbols[a] < symbols[b] ? -1 : 1)).forEach((stock, k) => (layerOf[stock] = places[k]))
}

/** Per layer, [0] = 0: stocks that it has of `count`. */
function layerSizes(count: number, layers: number): Float64Array {
  const sizes = new Float64Array(layers + 1).fill(Math.floor(count / layers), 1)
  for (let layer = 1; layer <= count % layers; layer++) sizes[layer]++
  return sizes
}

interface Recorded extends PortfolioSeries {
  readonly rebalances: { date: DateInt; turnover: number; initial: boolean }[]
}

/**
 * The layers and their benchmark, walked through the data test date by test date (rules F7, F8, F10): each sets equal weights at
 * vwap(t+1), which then drift on adjusted vwap; a missing vwap is carried forward. The day of a fill is earned by the old holdings.
 *
 * All begin with equal weights on the same day and share no other trade, so that what 1 invested in each stock at the fill has become
 * says the drifted weights of its layer and of the benchmark alike: its share of all such values.
 */
export class LayerPortfolios {
  readonly #layers: readonly Recorded[]
  readonly #benchmark: Recorded
  readonly #input: FactorTestInput
  /** Days of the first and the latest fill, -1 before any. */
  #firstFill = -1
  #fill = -1
  /** Per stock, 0 = not held. */
  #layerOf: Uint8Array
  /** Per stock held: what 1 invested at the fill has become. */
  readonly #value: Float64Array
  /** Per layer, [0] unused: value of its stocks. */
  #total: Float64Array

  constructor(input: FactorTestInput) {
    // By day of the data; `series` leaves those before the first fill out.
    const recorded = (): Recorded => ({ returns: new Float64Array(input.dates.length), rebalances: [] })
    this.#layers = Array.from({ length: input.layers }, recorded)
    this.#benchmark = recorded()
    this.#input = input
    this.#layerOf = new Uint8Array(input.symbols.length)
    this.#value = new Float64Array(input.symbols.length)
    this.#total = new Float64Array(input.layers + 1)
  }

  /**
   * Earns the days up to the fill of a cross-section, then sets equal weights in each of its layers. Cross-sections come in the order of
   * their days; one with fewer stocks than layers trades nothing.
   */
  rebalance(section: CrossSection): void {
    const { stocks } = section
    const { symbols, dates, layers } = this.#input
    if (stocks.length < layers) return
    const day = section.day + 1
    const initial = this.#fill < 0
    if (initial) this.#firstFill = day
    else this.#earn(day)
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
    }
    this.#fill = day
    this.#layerOf = layerOf
    this.#total = sizes
    const date = dates[day]
    this.#layers.forEach(({ rebalances }, layer) =>
      rebalances.push({ date, turnover: turnover[layer + 1], initial }),
    )
    this.#benchmark.rebalances.push({ date, turnover: ofBenchmark, initial })
  }

  /** Earns the days up to `lastLayerDay`; null when no test date had enough stocks. Called once, after the last rebalance. */
  series(): LayerSeries | null {
    if (this.#fill < 0) return null
    const { dates, lastLayerDay = dates.length - 1 } = this.#input
    this.#earn(lastLayerDay)
    const first = this.#firstFill + 1
    const earned = ({ returns, rebalances }: Recorded): PortfolioSeries => ({
      returns: returns.subarray(first, lastLayerDay + 1),
      rebalances,
    })
    return {
      returnDates: Array.from(dates).slice(first, lastLayerDay + 1),
      layers: this.#layers.map(earned),
      benchmark: earned(this.#benchmark),
    }
  }

  /** Earns the returns of the days after the latest fill, whose prices are there (rule F2), up to `last`; the weights drift. */
  #earn(last: number): void {
    const { adjVwap, symbols } = this.#input
    const [fill, layerOf, value, total] = [this.#fill, this.#layerOf, this.#value, this.#total]
    // Day by day, per layer.
    const gains = new Float64Array((last - fill) * total.length)
    for (let stock = 0; stock < layerOf.length; stock++) {
      const layer = layerOf[stock]
      if (layer === 0) continue
      let cell = fill * symbols.length + stock
      let before = adjVwap[cell]
      const units = 1 / before
      for (let gain = layer; gain < gains.length; gain += total.length) {
        cell += symbols.length
        const now = adjVwap[cell]
        if (!Number.isFinite(now)) continue
        gains[gain] += units * (now - before)
        before = now
      }
      value[stock] = units * before
    }
    for (let day = fill + 1, start = 0; day <= last; day++, start += total.length) {
      const ofDay = gains.subarray(start, start + total.length)
      this.#benchmark.returns[day] = sum(ofDay) / sum(total)
      this.#layers.forEach(({ returns }, layer) => (returns[day] = ofDay[layer + 1] / total[layer + 1]))
      for (let layer = 0; layer < total.length; layer++) total[layer] += ofDay[layer]
    }
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
