import type { Order, Rebalance } from '../../src-shared/domain/portfolio.ts'
import { lotRule, valueInLots } from './lots.ts'
import { type Holdings, type TradingData, valueAt } from './trading.ts'

/** On what terms orders are filled. */
export interface TradingTerms {
  /** Cost of one fill as a share of its value, buy or sell. */
  readonly costRate: number
  /**
   * Initial capital in currency, of which every fill is whole lots of the exchange (lots.ts); null or absent: fills of
   * any size.
   */
  readonly lotCapital?: number | null
}

/** What a decision asks of the fill. */
export interface Ordered {
  /** Weight per stock, >= 0; what is missing to 1 is cash. NaN: the stock is not to be traded, whatever its drift since. */
  readonly target: Float64Array
  /** Largest value of each stock's order as a share of the initial capital, known at the decision; null: no limit. */
  readonly orderMax: Float64Array | null
}

/** Orders and cash below this share of the portfolio are rounding noise (rules B4 and B6). */
const NOISE = 1e-12

/**
 * One rebalance at the vwap of `day` (rules B4 to B8), decided at the close of the day before.
 * `lastClose`: adjusted close of each stock's last traded day before `day`, at which a stock without a fill price is valued
 * (rule B3).
 *
 * Orders beyond `orderMax` are clipped to it before buys are scaled to the cash at hand: prices moved since the decision, so
 * that the orders differ from the trades it allowed. A limit of 0 refuses them as `participation`.
 *
 * With a lot capital, sells are rounded down to lots before, and buys after they are scaled to the cash at hand; what
 * that saves stays in cash. An order of less than a lot is refused as `below_lot`.
 */
export function rebalanceAt(
  data: TradingData,
  day: number,
  holdings: Holdings,
  lastClose: Float64Array,
  { target, orderMax }: Ordered,
  { costRate, lotCapital = null }: TradingTerms,
): { holdings: Holdings; rebalance: Rebalance } {
  const count = data.symbols.length
  const at = (stock: number): number => day * count + stock
  const price = lastClose.map((last, stock) =>
    hasFillPrice(data, at(stock)) ? data.vwap[at(stock)] * data.factor[at(stock)] : last,
  )
  const value = new Float64Array(count)
  const valueBefore = valueAt(holdings, price, value)

  const wanted: {
    stock: number
    value: number
    /** What of the value `orderMax` allows. */
    allowed: number
    filled: number
    reason: Order['reason']
  }[] = []
  for (let stock = 0; stock < count; stock++) {
    if (Number.isNaN(target[stock])) continue
    const order = target[stock] * valueBefore - value[stock]
    if (Math.abs(order) <= NOISE * valueBefore) continue
    const most = orderMax?.[stock] ?? Number.POSITIVE_INFINITY
    const allowed = Math.abs(order) > most + NOISE * valueBefore ? Math.sign(order) * most : order
    const reason = refusal(data, at(stock), order > 0) ?? (allowed === 0 ? 'participation' : null)
    wanted.push({ stock, value: order, allowed, filled: 0, reason })
  }

  const fillable = wanted.filter(({ reason }) => reason === null)
  const sells = fillable.filter((order) => order.value < 0)
  const buys = fillable.filter((order) => order.value > 0)
  /** Fills the orders as far as lots allow; returns the value that changed hands. */
  const fill = (orders: typeof wanted, scale: number): number => {
    let sum = 0
    for (const order of orders) {
      const { stock } = order
      const scaled = order.allowed * scale
      order.filled =
        lotCapital === null
          ? scaled
          : valueInLots(scaled, value[stock], data.vwap[at(stock)] / lotCapital, lotRule(data.symbols[stock]))
      if (lotCapital !== null && order.filled === 0) order.reason = 'below_lot'
      sum += Math.abs(order.filled)
    }
    return sum
  }
  const soldValue = fill(sells, 1)
  const cashToSpend = holdings.cash + soldValue * (1 - costRate)
  const buyValue = buys.reduce((sum, order) => sum + order.allowed, 0)
  const buyScale = buyValue > 0 ? Math.min(1, cashToSpend / (buyValue * (1 + costRate))) : null
  const boughtValue = fill(buys, buyScale ?? 0)
  const cashLeft = cashToSpend - boughtValue * (1 + costRate)
  const cashAfter = cashLeft < NOISE * valueBefore ? 0 : cashLeft
  const cost = costRate * (soldValue + boughtValue)
  const valueAfter = valueBefore - cost

  const units = holdings.units.slice()
  const orders = wanted.map(({ stock, value: orderValue, allowed, filled, reason }): Order => {
    const clipped = allowed !== orderValue
    // A holding sold out is exactly none, not what rounding leaves of it.
    if (filled < 0 && target[stock] === 0 && !clipped) units[stock] = 0
    else if (filled !== 0) units[stock] += filled / price[stock]
    return {
      symbol: data.symbols[stock],
      side: orderValue > 0 ? 'buy' : 'sell',
      targetWeight: target[stock],
      weightBefore: value[stock] / valueBefore,
      orderValue,
      filledValue: filled,
      status: statusOf(reason, clipped, orderValue > 0 && (buyScale ?? 1) < 1),
      reason,
      fillPrice: reason === null ? data.vwap[at(stock)] : null,
      cost: costRate * Math.abs(filled),
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

const hasFillPrice = ({ traded, vwap }: TradingData, cell: number): boolean =>
  traded[cell] === 1 && Number.isFinite(vwap[cell])

/** A buy both clipped and scaled is `clipped`: the scale is told by its rebalance. */
function statusOf(reason: Order['reason'], clipped: boolean, scaled: boolean): Order['status'] {
  if (reason !== null) return 'refused'
  if (clipped) return 'clipped'
  return scaled ? 'scaled' : 'filled'
}

/** Why no order of a stock fills on a day, the first reason that applies (rule B5); null when it can. */
function refusal(data: TradingData, cell: number, buy: boolean): Order['reason'] {
  if (data.traded[cell] !== 1) return 'suspended'
  if (buy && data.oneWordUp[cell] === 1) return 'limit_up'
  if (!buy && data.oneWordDown[cell] === 1) return 'limit_down'
  return hasFillPrice(data, cell) ? null : 'no_price'
}
