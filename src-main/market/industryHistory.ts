import type { DateInt } from '../../src-shared/domain/date.ts'
import type { ReadableStore } from '../store/store.ts'
import type { Panel } from './panel.ts'

/** The industries of a panel's stocks as they change over time. */
export interface IndustryHistory {
  /** Every name that a stock of the panel ever has, in code-point order. */
  readonly industries: readonly string[]
  /**
   * Per stock: position in `industries`, -1 unknown, by its latest classification at or before `date`. One that the source
   * does not date counts as older than any. A stock without one by then has its first later one, which is hindsight.
   */
  industryAt(date: DateInt): Int32Array
}

/**
 * Every stored classification of a panel's stocks; null when none of them has one.
 *
 * Errors: those of the store.
 */
export function industryHistory(store: ReadableStore, { symbols }: Panel): IndustryHistory | null {
  const stockAt = new Map(symbols.map((symbol, i) => [symbol, i]))
  const rows = store
    .all<{ symbol: string; asOf: DateInt; name: string }>(
      'SELECT symbol, as_of AS asOf, name FROM industry ORDER BY symbol, as_of',
    )
    .filter(({ symbol }) => stockAt.has(symbol))
  if (rows.length === 0) return null
  const industries = [...new Set(rows.map(({ name }) => name))].sort()
  const positions = new Map(industries.map((name, at) => [name, at]))
  const known = Array.from(
    Map.groupBy(rows, ({ symbol }) => symbol),
    ([symbol, snapshots]) => ({
      stock: stockAt.get(symbol)!,
      snapshots: snapshots.map(({ asOf, name }) => ({ asOf, industry: positions.get(name)! })),
    }),
  )
  return {
    industries,
    industryAt(date) {
      const industry = new Int32Array(symbols.length).fill(-1)
      for (const { stock, snapshots } of known)
        industry[stock] = (snapshots.findLast(({ asOf }) => asOf <= date) ?? snapshots[0]).industry
      return industry
    },
  }
}
