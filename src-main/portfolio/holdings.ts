import { type DateInt, formatDate } from '../../src-shared/domain/date.ts'
import type { Rebalance } from '../../src-shared/domain/portfolio.ts'
import { failure } from '../../src-shared/failure.ts'
import { portfolioErrors } from '../../src-shared/locales/errors/portfolios.ts'
import { lastKnown } from './lastKnown.ts'
import { type Holdings, type TradingData, valueAt } from './trading.ts'

/** The prices at which holdings are valued, day x stock. */
export type Prices = Pick<TradingData, 'dates' | 'symbols' | 'close' | 'factor' | 'traded'>

/** What is held from the close of `day` (index into the dates) until the next position. */
export interface Position extends Holdings {
  readonly day: number
}

/** A portfolio at one close. The arrays of `values` and `close` are those of the next close as well: copy what is kept. */
export interface Close {
  readonly day: number
  readonly cash: number
  /** Value per stock, in shares of the initial capital. */
  readonly values: Float64Array
  /** Adjusted close of the last traded day per stock; NaN before the first. */
  readonly close: Float64Array
  /** Values and cash together: the NAV. */
  readonly total: number
}

/** Moves `close` on to the adjusted closes of `day`; a stock that did not trade keeps its last one (rule B3). */
export function carryCloses(
  { symbols, close: raw, factor, traded }: Prices,
  day: number,
  close: Float64Array,
): void {
  const first = day * symbols.length
  for (let stock = 0; stock < symbols.length; stock++) {
    const at = first + stock
    if (traded[at] === 1 && Number.isFinite(raw[at])) close[stock] = raw[at] * factor[at]
  }
}

/** The portfolio at every close of the data, from positions in order of days; all cash, 1, before the first. */
export function* closes(prices: Prices, positions: readonly Position[]): Generator<Close> {
  const count = prices.symbols.length
  const close = new Float64Array(count).fill(Number.NaN)
  const values = new Float64Array(count)
  let held: Holdings = nothingHeld(count)
  let next = 0
  for (let day = 0; day < prices.dates.length; day++) {
    if (next < positions.length && positions[next].day === day) held = positions[next++]
    carryCloses(prices, day, close)
    const total = valueAt(held, close, values)
    yield { day, cash: held.cash, values, close, total }
  }
}

export const nothingHeld = (stocks: number): Holdings => ({ units: new Float64Array(stocks), cash: 1 })

/**
 * The positions a ledger left behind, one per rebalance.
 *
 * Errors: not_found for a stock or a day of the ledger that the prices lack.
 */
export function replay(prices: Prices, ledger: readonly Rebalance[]): Position[] {
  const { dates, symbols, factor } = prices
  const stockOf = new Map(symbols.map((symbol, stock) => [symbol, stock]))
  const days = Array.from(dates)
  let { units } = nothingHeld(symbols.length)
  return ledger.map(({ fillDate, orders, cashAfter }) => {
    const day = days.indexOf(fillDate)
    if (day < 0) throw failure(portfolioErrors.fillDayUnknown, { date: formatDate(fillDate) })
    units = units.slice()
    for (const { symbol, side, filledValue, fillPrice, weightAfter } of orders) {
      if (fillPrice === null) continue
      const stock = stockOf.get(symbol)
      if (stock === undefined)
        throw failure(portfolioErrors.fillStockUnknown, { symbol, date: formatDate(fillDate) })
      if (side === 'sell' && weightAfter === 0) units[stock] = 0
      else units[stock] += filledValue / (fillPrice * factor[day * symbols.length + stock])
    }
    return { day, units, cash: cashAfter }
  })
}

/** One stock held on a day. */
export interface Holding {
  readonly symbol: string
  readonly weight: number
  /** In currency where a capital is given, else in shares of the initial capital. */
  readonly value: number
  /**
   * Raw shares at the day's adjustment factor, null without a capital. The factor reinvests dividends, so that the
   * number grows on an ex-rights day and need not be whole after it (rule B1).
   */
  readonly shares: number | null
}

export interface HoldingsOn {
  /** The last trading day on or before the date asked for. */
  readonly date: DateInt
  /** In the unit of the values. */
  readonly total: number
  readonly cash: number
  /** Largest weight first. */
  readonly holdings: readonly Holding[]
}

/**
 * What a portfolio held at the close of a date, by replaying its ledger (rules B1 to B3): cash alone before the first
 * fill. `capital`: initial capital in currency.
 *
 * Errors: data_insufficient for a date before the first day of the prices; not_found as `replay`.
 */
export function holdingsOn(
  prices: Prices,
  ledger: readonly Rebalance[],
  date: DateInt,
  capital: number | null,
): HoldingsOn {
  const { dates, symbols, factor } = prices
  const day = Array.from(dates).findLastIndex((known) => known <= date)
  if (day < 0) throw failure(portfolioErrors.beforePrices, { date: formatDate(date) })
  const filled = ledger.filter(({ fillDate }) => fillDate <= date)
  const held = replay(prices, filled).at(-1) ?? nothingHeld(symbols.length)
  const unit = capital ?? 1
  const close = new Float64Array(symbols.length).fill(Number.NaN)
  for (let past = 0; past <= day; past++) carryCloses(prices, past, close)
  const values = new Float64Array(symbols.length)
  const total = valueAt(held, close, values)
  const holdings = symbols.flatMap((symbol, stock): Holding[] => {
    if (!(held.units[stock] > 0)) return []
    const shares = held.units[stock] * lastKnown(factor, symbols.length, day, stock) * unit
    return [
      {
        symbol,
        weight: values[stock] / total,
        value: values[stock] * unit,
        shares: capital === null ? null : shares,
      },
    ]
  })
  return {
    date: dates[day],
    total: total * unit,
    cash: held.cash * unit,
    holdings: holdings.sort((a, b) => b.weight - a.weight),
  }
}
