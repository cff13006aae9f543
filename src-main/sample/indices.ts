import type { DateInt } from '../../src-shared/domain/date.ts'
import type { Recipe } from './recipe.ts'
import type { Simulation } from './simulate.ts'

/** A float-cap price index over the simulated stocks. */
export interface SampleIndex {
  readonly symbol: string
  readonly name: string
  /** Per stay of a stock (column of the panel): member on d if from <= d < to; null = still in. */
  readonly membership: readonly {
    readonly stock: number
    readonly from: DateInt
    readonly to: DateInt | null
  }[]
  /** Last trading day of each month; weights in millionths that sum to 1,000,000. */
  readonly weights: readonly { readonly date: DateInt; readonly members: ReadonlyMap<number, number> }[]
  /** Per trading day, in index points; volume in shares. */
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

/** Trading days a stock must have been listed before it may enter. */
const MIN_LISTED_DAYS = 60

/** Membership, monthly weights and the published price series of one index. */
export function buildIndex(definition: Recipe['indices'][number], simulation: Simulation): SampleIndex {
  const { panel, floatShares } = simulation
  const { dates } = panel
  const width = panel.symbols.length
  const series = () => new Float64Array(dates.length)
  const index = { open: series(), high: series(), low: series(), close: series(), volume: series() }
  const membership: { stock: number; from: DateInt; to: DateInt | null }[] = []
  const weights: SampleIndex['weights'][number][] = []
  const since = new Map<number, DateInt>()
  let members: number[] = []
  let level = definition.base

  for (let t = 0; t < dates.length; t++) {
    if (t === 0 || isReview(dates, t)) {
      const chosen = review(definition, simulation, t, new Set(members))
      const stays = new Set(chosen)
      for (const stock of members.filter((m) => !stays.has(m))) {
        membership.push({ stock, from: since.get(stock) ?? dates[0], to: dates[t] })
        since.delete(stock)
      }
      for (const stock of chosen) if (!since.has(stock)) since.set(stock, dates[t])
      members = chosen
    }

    // The base is yesterday's value at yesterday's shares: a split changes nothing, a cash dividend lowers a price index.
    let base = 0
    const value = { open: 0, high: 0, low: 0, close: 0 }
    for (const stock of members) {
      const at = t * width + stock
      const shares = floatShares[at]
      base += t === 0 ? shares * panel.preclose[at] : floatShares[at - width] * panel.close[at - width]
      const [open, close] = [panel.open[at], panel.close[at]]
      value.open += shares * open
      value.close += shares * close
      // Stocks do not peak together: the index reaches half of the way its members reach.
      value.high += (shares * (Math.max(open, close) + panel.high[at])) / 2
      value.low += (shares * (Math.min(open, close) + panel.low[at])) / 2
      index.volume[t] += panel.volume[at]
    }
    for (const field of ['open', 'high', 'low', 'close'] as const)
      index[field][t] = (level * value[field]) / base
    level = index.close[t]
    if (t === dates.length - 1 || month(dates[t + 1]) !== month(dates[t]))
      weights.push({
        date: dates[t],
        members: millionths(members, (stock) => panel.floatCap[t * width + stock]),
      })
  }
  for (const [stock, from] of since) membership.push({ stock, from, to: null })
  return { symbol: definition.symbol, name: definition.name, membership, weights, ...index }
}

/** First trading day from the 15th of June and of December. */
function isReview(dates: Int32Array, t: number): boolean {
  const inSecondHalf = (date: DateInt) => month(date) % 6 === 0 && date % 100 >= 15
  return inSecondHalf(dates[t]) && !(inSecondHalf(dates[t - 1]) && month(dates[t - 1]) === month(dates[t]))
}

/** The largest eligible stocks by yesterday's float cap, ascending by column; members get `buffer` ranks ahead. */
function review(
  definition: Recipe['indices'][number],
  { panel }: Simulation,
  t: number,
  members: ReadonlySet<number>,
): number[] {
  const width = panel.symbols.length
  const row = Math.max(0, t - 1) * width
  const ranked = panel.symbols
    .map((_, stock) => stock)
    .filter((stock) => {
      const listedAt = panel.listedAt[stock]
      return (listedAt < 0 || t - listedAt >= MIN_LISTED_DAYS) && panel.st[row + stock] === 0
    })
    .sort((a, b) => panel.floatCap[row + b] - panel.floatCap[row + a] || a - b)
  const head = definition.buffer * definition.members
  return ranked
    .map((stock, rank) => ({ stock, place: members.has(stock) ? rank - head : rank }))
    .sort((a, b) => a.place - b.place || a.stock - b.stock)
    .slice(0, definition.members)
    .map(({ stock }) => stock)
    .sort((a, b) => a - b)
}

/** Shares of a total in millionths by largest remainder, so that they sum to exactly one million. */
function millionths(members: readonly number[], valueOf: (stock: number) => number): Map<number, number> {
  const total = members.reduce((sum, stock) => sum + valueOf(stock), 0)
  const exact = members.map((stock) => (1e6 * valueOf(stock)) / total)
  const floors = exact.map(Math.floor)
  const left = 1e6 - floors.reduce((sum, value) => sum + value, 0)
  const order = exact
    .map((value, k) => ({ k, remainder: value - floors[k] }))
    .sort((a, b) => b.remainder - a.remainder || a.k - b.k)
  for (const { k } of order.slice(0, left)) floors[k]++
  return new Map(members.map((stock, k) => [stock, floors[k]]))
}

function month(date: DateInt): number {
  return Math.floor(date / 100) % 100
}
