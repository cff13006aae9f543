import type { Order } from '../../../src-shared/domain/portfolio.ts'

export type RefusalReason = NonNullable<Order['reason']>

/** How many orders were refused for each reason, commonest first. */
export function refusalsOf(orders: readonly Order[]): [RefusalReason, number][] {
  const refused = orders.filter((order) => order.status === 'refused' && order.reason !== null)
  return [...Map.groupBy(refused, (order) => order.reason!)]
    .map(([reason, group]): [RefusalReason, number] => [reason, group.length])
    .sort((a, b) => b[1] - a[1])
}
