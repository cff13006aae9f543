import { type DateInt, dateOfEpochDay, epochDay, weekday } from '../../src-shared/domain/date.ts'
import type { Random } from '../../src-shared/random.ts'
import type { Recipe } from './recipe.ts'

/** One synthetic company: what stays the same over the whole period. */
export interface Listing {
  readonly symbol: string
  readonly name: string
  /** Position in the recipe's industries. */
  readonly industry: number
  readonly listDate: DateInt
  /** Index of the first trading day; -1 when it was listed before the period. */
  readonly listedAt: number
  readonly beta: number
  /** Daily volatility of its own return outside storms. */
  readonly volatility: number
  /** Price at the first bar, in whole cents. */
  readonly firstCents: number
  readonly floatShares: number
  /** Usual daily volume over float shares. */
  readonly turnover: number
}

/** Draw the companies, in order of symbol. */
export function drawListings(recipe: Recipe, dates: Int32Array, random: Random): Listing[] {
  const { stocks, returns } = recipe
  const logNormal = (median: number, spread: number) => median * Math.exp(spread * random.normal())
  const listings = recipe.boards.flatMap((board) => {
    const newStocks = Math.round(board.stocks * board.newShare)
    const newFrom = dates.findIndex((date) => date >= board.newFrom)
    // The last listings still have a year of bars.
    const newUntil = Math.max(newFrom + 1, dates.length - 240)
    return Array.from({ length: board.stocks }, (_, k) => {
      const isNew = k >= board.stocks - newStocks
      const listedAt = isNew ? newFrom + random.below(newUntil - newFrom) : -1
      return {
        symbol: `${String(board.firstCode + k).padStart(6, '0')}.${board.exchange}`,
        industry: random.below(recipe.industries.length),
        listedAt,
        listDate: isNew ? dates[listedAt] : weekdayBefore(dates[0], 90 + random.below(7000)),
        beta: 1 + stocks.betaSpread * random.normal(),
        volatility: logNormal(returns.idiosyncraticVolatility, stocks.volatilitySpread),
        firstCents: Math.max(200, Math.round(100 * logNormal(stocks.priceMedian, stocks.priceSpread))),
        floatShares: Math.round(logNormal(stocks.floatSharesMedian, stocks.floatSharesSpread) / 1000) * 1000,
        turnover: logNormal(stocks.turnoverMedian, stocks.turnoverSpread),
      }
    })
  })
  return listings
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
    .map((listing, k) => ({ ...listing, name: `合成${String(k + 1).padStart(3, '0')}` }))
}

function weekdayBefore(date: DateInt, days: number): DateInt {
  const day = epochDay(date) - days
  return dateOfEpochDay(day - Math.max(0, weekday(dateOfEpochDay(day)) - 4))
}
