import type { Random } from '../../src-shared/random.ts'
import type { Listing } from './listing.ts'
import type { Recipe } from './recipe.ts'

/** An ex-rights day: cash per share as a yield on the last close, and new shares per old one. */
export interface ExRights {
  readonly dividendYield: number
  readonly splitRatio: number
}

/** What happens to one stock, by trading day. */
export interface StockEvents {
  readonly suspended: Uint8Array
  readonly st: Uint8Array
  readonly exRights: ReadonlyMap<number, ExRights>
}

/** Draw suspensions, ST episodes and ex-rights days of every stock. */
export function drawEvents(
  recipe: Recipe,
  dates: Int32Array,
  listings: readonly Listing[],
  random: Random,
): StockEvents[] {
  const { events } = recipe
  const days = dates.length
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * random.uniform()
  const stStocks = new Set(random.permutation(listings.length).subarray(0, events.stStocks))

  return listings.map((listing, i) => {
    // A newly listed stock trades its first month without incident.
    const start = listing.listedAt < 0 ? 0 : listing.listedAt + 20
    const suspended = new Uint8Array(days)
    for (let t = start + 1; t < days; t++) {
      if (random.uniform() >= events.suspensionsPerDay) continue
      const length = events.suspensionMedianDays * Math.exp(events.suspensionSpread * random.normal())
      const end = Math.min(days, t + Math.min(60, Math.ceil(length)))
      suspended.fill(1, t, end)
      t = end
    }

    const st = new Uint8Array(days)
    if (stStocks.has(i)) {
      const from = start + random.below(Math.max(1, days - start))
      st.fill(1, from, from + Math.round(between(events.stDays)))
    }

    const exRights = new Map<number, ExRights>()
    for (let first = 0; first < days;) {
      const year = Math.floor(dates[first] / 10000)
      const next = dates.findIndex((date) => date > year * 10000 + 1231)
      const end = next === -1 ? days : next
      // Dividends and splits fall in May to July, as annual reports are out by the end of April.
      const season = dates.findIndex((date) => date > year * 10000 + 430)
      const day = season + random.below(60)
      const dividendYield = random.uniform() < events.dividendShare ? between(events.dividendYield) : 0
      const splitRatio =
        random.uniform() < events.splitShare ? events.splitRatios[random.below(events.splitRatios.length)] : 1
      const trades = season >= 0 && day > start && day < end && suspended[day] === 0
      if (trades && (dividendYield > 0 || splitRatio > 1)) exRights.set(day, { dividendYield, splitRatio })
      first = end
    }
    return { suspended, st, exRights }
  })
}
