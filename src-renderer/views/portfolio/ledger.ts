import type { Order } from '../../../src-shared/domain/portfolio.ts'

export type RefusalReason = NonNullable<Order['reason']>

/** How many orders were refused for each reason, commonest first. */
export function refusalsOf(orders: readonly Order[]): [RefusalReason, number][] {
  const refused = orders.filter((order) => order.status === 'refused' && order.reason !== null)
  return [...Map.groupBy(refused, (order) => order.reason!)]
    .map(([reason, group]): [RefusalReason, number] => [reason, group.length])
    .sort((a, b) => b[1] - a[1])
}

/** A limit of the optimiser in words: `industry:+X`, `industry:-X`, `size:+`, `size:-`, `members`, `turnover`. */
export function limitText(limit: string, t: (key: string, values: Record<string, string>) => string): string {
  const [, kind, side, name] = /^(industry|size|members|turnover)(?::([+-])(.*))?$/.exec(limit) ?? []
  if (kind === undefined) return limit
  return t(`portfolio.limits.${kind}`, {
    side: side === undefined ? '' : t(side === '+' ? 'portfolio.over' : 'portfolio.under', {}),
    name: name ?? '',
  })
}
