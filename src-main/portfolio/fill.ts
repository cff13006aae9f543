import type { DateInt } from '../../src-shared/domain/date.ts'
import type { Order, Rebalance } from '../../src-shared/domain/portfolio.ts'

/** Prices and trading states a backtest reads, day x stock. NaN = missing. */
export interface TradingData {
  readonly dates: ArrayLike<DateInt>
  readonly symbols: readonly string[]
  /** Raw. */
  readonly close: Float64Array
  /** Raw, the stand-in already in place where one is allowed. */
  readonly vwap: Float64Array
  /** Cumulative adjustment factor: adjusted = raw x factor. */
  readonly factor: Float64Array
  /** 1 = traded that day. */
  readonly traded: Uint8Array
  /** 1 = the whole day at the limit price. */
  readonly oneWordUp: Uint8Array
  readonly oneWordDown: Uint8Array
}

/** What is held between days: adjusted units per stock (rule B1) and cash, as shares of the initial capital. */
export interface Holdings {
  readonly units: Float64Array
  readonly cash: number
}

/** Orders and cash below this share of the portfolio are rounding noise (rules B4 and B6). */
const NOISE = 1e-12

/**
 * One rebalance at the vwap of `day` (rules B4 to B8), decided at the close of the day before.
 * `target`: weight per stock, >= 0; what is missing to 1 is cash. `lastClose`: adjusted close of each stock's last traded
 * day before `day`, at which a stock without a fill price is valued (rule B3).
 */
export function rebalanceAt(
  data: TradingData,
  day: number,
  holdings: Holdings,
  lastClose: Float64Array,
  target: Float64Array,
  costRate: number,
): { holdings: Holdings; rebalance: Rebalance } {
  const count = data.symbols.length
  const at = (stock: number): number => day * count + stock
  const hasPrice = (stock: number): boolean =>
    data.traded[at(stock)] === 1 && Number.isFinite(data.vwap[at(stock)])
  const price = lastClose.map((last, stock) =>
    hasPrice(stock) ? data.vwap[at(stock)] * data.factor[at(stock)] : last,
  )
  const value = holdings.units.map((units, stock) => (units > 0 ? units * price[stock] : 0))
  const valueBefore = value.reduce((sum, part) => sum + part, holdings.cash)

  const refusal = (stock: number, buy: boolean): Order['reason'] => {
    if (data.traded[at(stock)] !== 1) return 'suspended'
    if (buy && data.oneWordUp[at(stock)] === 1) return 'limit_up'
    if (!buy && data.oneWordDown[at(stock)] === 1) return 'limit_down'
    return hasPrice(stock) ? null : 'no_price'
  }
  const wanted: { stock: number; value: number; reason: Order['reason'] }[] = []
  for (let stock = 0; stock < count; stock++) {
    const order = target[stock] * valueBefore - value[stock]
    if (Math.abs(order) > NOISE * valueBefore) {
      wanted.push({ stock, value: order, reason: refusal(stock, order > 0) })
    }
  }

  const fillable = wanted.filter(({ reason }) => reason === null)
  const soldValue = fillable.reduce((sum, order) => sum - Math.min(order.value, 0), 0)
  const buyValue = fillable.reduce((sum, order) => sum + Math.max(order.value, 0), 0)
  const cashToSpend = holdings.cash + soldValue * (1 - costRate)
  const buyScale = buyValue > 0 ? Math.min(1, cashToSpend / (buyValue * (1 + costRate))) : null
  const boughtValue = buyValue * (buyScale ?? 0)
  const cashLeft = cashToSpend - boughtValue * (1 + costRate)
  const cashAfter = cashLeft < NOISE * valueBefore ? 0 : cashLeft
  const cost = costRate * (soldValue + boughtValue)
  const valueAfter = valueBefore - cost

  const units = holdings.units.slice()
  const orders = wanted.map(({ stock, value: orderValue, reason }): Order => {
    const scale = orderValue > 0 ? (buyScale ?? 0) : 1
    const filledValue = reason === null ? orderValue * scale : 0
    // A holding sold out is exactly none, not what rounding leaves of it.
    if (filledValue < 0 && target[stock] === 0) units[stock] = 0
    else if (filledValue !== 0) units[stock] += filledValue / price[stock]
    return {
      symbol: data.symbols[stock],
      side: orderValue > 0 ? 'buy' : 'sell',
      targetWeight: target[stock],
      weightBefore: value[stock] / valueBefore,
      orderValue,
      filledValue,
      status: reason !== null ? 'refused' : scale < 1 ? 'scaled' : 'filled',
      reason,
      fillPrice: reason === null ? data.vwap[at(stock)] : null,
      cost: costRate * Math.abs(filledValue),
      weightAfter: units[stock] > 0 ? (units[stock] * price[stock]) / valueAfter : 0,
    }
  })
  return {
    holdings: { units, cash: cashAfter },
    rebalance: {
      decisionDate: data.dates[day - 1],
      fillDate: data.dates[day],
      valueBefore,
      cashBefore: holdings.cash,
      buyScale,
      soldValue,
      boughtValue,
      cost,
      turnover: (soldValue + boughtValue) / valueBefore,
      cashAfter,
      valueAfter,
      orders,
    },
  }
}
