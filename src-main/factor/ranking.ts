import { ascendingOrder } from '../../src-shared/sortOrder.ts'
import { pearson } from '../../src-shared/statistics.ts'

/** A date with fewer stocks has no correlation (rule F3). */
export const MINIMUM_PAIRS = 10

/** One value per position with its ranks, kept so that correlations with many others sort it once. */
export interface Ranking {
  /** NaN = missing. */
  readonly values: Float64Array
  /** Positions with a value, ascending by value. */
  readonly order: Uint32Array
  /** Average ranks among them; NaN = missing. */
  readonly ranks: Float64Array
}

export function ranking(values: Float64Array): Ranking {
  const length = values.length
  const present = new Uint32Array(length)
  let n = 0
  for (let at = 0; at < length; at++) if (!Number.isNaN(values[at])) present[n++] = at
  const order = n === length ? ascendingOrder(values) : orderAmong(values, present.subarray(0, n))
  const ranks = new Float64Array(length)
  if (n < length) ranks.fill(Number.NaN)
  rankAlong(order, n, values, ranks)
  return { values, order, ranks }
}

/** The positions of `present`, ascending by value. */
function orderAmong(values: Float64Array, present: Uint32Array): Uint32Array {
  const compact = new Float64Array(present.length)
  for (let k = 0; k < present.length; k++) compact[k] = values[present[k]]
  const order = ascendingOrder(compact)
  for (let k = 0; k < order.length; k++) order[k] = present[order[k]]
  return order
}

/** Spearman correlation over the positions that both have (rule F3); null under 10 of them or without variance. */
export function rankCorrelation(a: Ranking, b: Ranking): number | null {
  const length = a.values.length
  if (a.order.length === length && b.order.length === length)
    return length < MINIMUM_PAIRS ? null : pearson(a.ranks, b.ranks)
  const common = new Uint32Array(length)
  let n = 0
  for (let at = 0; at < length; at++) if (a.ranks[at] > 0 && b.ranks[at] > 0) common[n++] = at
  if (n < MINIMUM_PAIRS) return null
  const side = (own: Ranking, other: Ranking): Float64Array => {
    const ranks = n === own.order.length ? own.ranks : ranksAmong(own, other)
    const compact = new Float64Array(n)
    for (let k = 0; k < n; k++) compact[k] = ranks[common[k]]
    return compact
  }
  return pearson(side(a, b), side(b, a))
}

/** Ranks of `own` among the positions that `other` has as well. */
function ranksAmong({ values, order }: Ranking, other: Ranking): Float64Array {
  const kept = new Uint32Array(order.length)
  let n = 0
  for (let k = 0; k < order.length; k++) if (other.ranks[order[k]] > 0) kept[n++] = order[k]
  const ranks = new Float64Array(values.length)
  rankAlong(kept, n, values, ranks)
  return ranks
}

/** Average ranks of the first `n` positions of `order`, ascending by value, written to `ranks`. */
function rankAlong(order: Uint32Array, n: number, values: Float64Array, ranks: Float64Array): void {
  for (let first = 0; first < n;) {
    let end = first + 1
    while (end < n && values[order[end]] === values[order[first]]) end++
    for (let k = first; k < end; k++) ranks[order[k]] = (first + 1 + end) / 2
    first = end
  }
}
