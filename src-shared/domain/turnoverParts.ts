import type { Rebalance } from './portfolio.ts'

/** Two-sided turnover of one rebalance as shares of the value before trading: ordered = realised + cut + refused. */
export interface TurnoverParts {
  /**
   * Of the orders at fill prices. It differs from the decision's target turnover by the drift from the close of the
   * decision to the fill.
   */
  readonly ordered: number
  readonly realised: number
  /** Ordered by filled orders beyond what was filled: clipped to participation, buys scaled to the cash at hand, rounded to lots. */
  readonly cut: number
  readonly refused: number
}

/** Why the turnover of a rebalance is not what its target asked for (rules B4 to B8). */
export function turnoverParts({ orders, valueBefore }: Rebalance): TurnoverParts {
  const parts = { ordered: 0, realised: 0, cut: 0, refused: 0 }
  for (const { orderValue, filledValue, status } of orders) {
    const [ordered, filled] = [Math.abs(orderValue) / valueBefore, Math.abs(filledValue) / valueBefore]
    parts.ordered += ordered
    parts.realised += filled
    if (status === 'refused') parts.refused += ordered
    else parts.cut += ordered - filled
  }
  return parts
}
