import { ascendingOrder } from '../../src-shared/sortOrder.ts'
import { ranksAlong } from '../../src-shared/statistics.ts'

/** A date with fewer stocks has no correlation (rule F3). */
export const MINIMUM_PAIRS = 10

/** One value per position, sorted. */
export interface Sorted {
  /** NaN = missing. */
  readonly values: Float64Array
  /** Positions with a value, ascending by value. */
  readonly order: Uint32Array
}

/** With its ranks, kept so that correlations with many others rank it once. */
export interface Ranking extends Sorted {
  /** Average ranks among the positions with a value. */
  readonly ranks: Float64Array
}

/** @param into Whose arrays, at least as long as `values`, get the order and the ranks. */
export function ranking(values: Float64Array, into?: Ranking): Ranking {
  const { order } = sorted(values, into)
  return { values, order, ranks: ranksAlong(order, values, into?.ranks) }
}

/** @param into Whose array, at least as long as `values`, gets the order. */
export function sorted(values: Float64Array, into?: Sorted): Sorted {
  return { values, order: ascendingOrder(values, into?.order) }
}

/** Spearman correlation over the positions that both have (rule F3); null under 10 of them or without variance. */
export function rankCorrelation(a: Ranking, b: Sorted): number | null {
  const order = among(b, a)
  if (order.length < MINIMUM_PAIRS) return null
  const ranks = order.length === a.order.length ? a.ranks : ranksAlong(among(a, b), a.values)
  return correlationAlong(order, b.values, ranks)
}

/** Positions of `own` that `other` has as well, ascending by the value of `own`. */
function among({ order }: Sorted, other: Sorted): Uint32Array {
  if (other.order.length === other.values.length) return order
  const kept = new Uint32Array(order.length)
  let n = 0
  for (let k = 0; k < order.length; k++) if (!Number.isNaN(other.values[order[k]])) kept[n++] = order[k]
  return kept.subarray(0, n)
}

/**
 * Pearson correlation of the average ranks of `values`, which `order` is ascending by, with `ranks` of the same positions; null where
 * one side is all ties. Ranks less their mean are multiples of 1/2, so that the sums are exact.
 */
function correlationAlong(order: Uint32Array, values: Float64Array, ranks: Float64Array): number | null {
  const n = order.length
  const centre = (n + 1) / 2
  let squares = 0
  let otherSquares = 0
  let products = 0
  for (let first = 0, end = 0, others = 0; first < n; first = end, others = 0) {
    const value = values[order[first]]
    do {
      const other = ranks[order[end++]] - centre
      otherSquares += other * other
      others += other
    } while (end < n && values[order[end]] === value)
    const deviation = (first + 1 + end) / 2 - centre
    squares += (end - first) * deviation * deviation
    products += deviation * others
  }
  return squares === 0 || otherSquares === 0 ? null : products / Math.sqrt(squares * otherSquares)
}
