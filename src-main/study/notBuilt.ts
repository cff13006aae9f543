import type { Decision, Order, PortfolioReport, Rebalance } from '../../src-shared/domain/portfolio.ts'

/** What left a decision without a holding: nothing decided, its orders refused, or filled on the last day, which none follows. */
export type NotBuiltReason = NonNullable<Decision['reason']> | NonNullable<Order['reason']> | 'last_day'

/** Why a portfolio has no compared day: each reason, and the decisions it is that of; none of a portfolio that has one. */
export function notBuilt({
  performance,
  decisions,
  ledger,
}: Pick<PortfolioReport, 'performance' | 'decisions' | 'ledger'>): {
  reason: NotBuiltReason
  dates: number
}[] {
  if (performance !== null) return []
  const reasons = decisions.flatMap(({ date, reason }) => {
    if (reason !== null) return [reason]
    const rebalance = ledger.find(({ decisionDate }) => decisionDate === date)
    return rebalance === undefined ? [] : whyUnfilled(rebalance)
  })
  return Array.from(counted(reasons), ([reason, dates]) => ({ reason, dates }))
}

/** The reason that most of the orders were refused for. */
function whyUnfilled({ turnover, orders }: Rebalance): NotBuiltReason[] {
  if (turnover > 0) return ['last_day']
  const refused = counted(orders.flatMap(({ reason }) => reason ?? []))
  return [...refused]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 1)
    .map(([reason]) => reason)
}

function counted<Key>(keys: readonly Key[]): Map<Key, number> {
  const counts = new Map<Key, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
