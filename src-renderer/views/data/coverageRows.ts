import type { StockNames } from '../../../src-shared/contract/data.ts'
import type { Coverage } from '../../../src-shared/domain/coverage.ts'
import { findStocks, type SearchedStocks } from '../../../src-shared/symbolSearch.ts'

/** What is known of each stock beside its days, in the order shown. */
export const ROW_COLUMNS = [
  'symbol',
  'name',
  'first',
  'last',
  'bars',
  'missing',
  'factorChanges',
  'indices',
] as const
export type RowColumn = (typeof ROW_COLUMNS)[number]

export interface RowOrder {
  readonly column: RowColumn
  readonly descending: boolean
}

/** The stocks of a coverage with their names; a stock that came since has none yet. */
export function namedStocks({ symbols }: Coverage, stocks: StockNames | null): SearchedStocks {
  const place = new Map(stocks?.symbols.map((symbol, at) => [symbol, at]))
  const of = (list: readonly string[] | undefined): string[] =>
    symbols.map((symbol) => list?.[place.get(symbol) ?? -1] ?? '')
  return { symbols, names: of(stocks?.names), initials: of(stocks?.initials) }
}

/** Number of indices that each stock is a member of on the store's last day. */
export function memberCounts({ symbols, indices }: Coverage): Int32Array {
  return Int32Array.from(symbols, (_, i) =>
    indices.reduce((count, { member }) => count + (member[i] === 2 ? 1 : 0), 0),
  )
}

/**
 * Positions of the stocks that answer `query`, in the order asked for; without one, those that answer best first. Stocks
 * without bars come last in either direction of a column that they have nothing in.
 */
export function orderedRows(
  coverage: Coverage,
  named: SearchedStocks,
  members: Int32Array,
  query: string,
  order: RowOrder | null,
): number[] {
  const found = findStocks(named, query)
  if (order === null) return found
  const sign = order.descending ? -1 : 1
  if (order.column === 'symbol' || order.column === 'name') {
    const texts = order.column === 'symbol' ? named.symbols : named.names
    const { compare } = new Intl.Collator('zh-CN', { numeric: true })
    return found.sort((a, b) => sign * compare(texts[a]!, texts[b]!) || a - b)
  }
  const values = {
    first: coverage.first,
    last: coverage.last,
    bars: coverage.bars,
    missing: coverage.missingDays,
    factorChanges: coverage.factorChanges,
    indices: members,
  }[order.column]
  const isEmpty = (i: number): number => (coverage.bars[i] === 0 ? 1 : 0)
  return found.sort((a, b) => isEmpty(a) - isEmpty(b) || sign * (values[a]! - values[b]!) || a - b)
}

/** The order after a click on a column's title: ascending, descending, none. */
export function nextRowOrder(order: RowOrder | null, column: RowColumn): RowOrder | null {
  if (order?.column !== column) return { column, descending: false }
  return order.descending ? null : { column, descending: true }
}
