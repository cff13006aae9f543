import type { Industry } from '../store/industries.ts'
import { lowerBound } from '../../src-shared/sorted.ts'

/** The industries of a panel's stocks on each of its days (indices into the dates). */
export interface Industries {
  /** Every name that a stock of the panel ever has, in code-point order. */
  readonly names: readonly string[]
  /** Per stock: position in `names`, `UNCLASSIFIED` unknown. Days may share one array: it is only read. */
  readonly at: (day: number) => Int32Array
}

/** Dates of classifications that have none, and of stocks that have no classification. */
export const UNDATED = 0
export const UNCLASSIFIED = -1

/**
 * Industries by the latest classification at or before the day. One that the source does not date counts as older than any. A
 * stock without one by then has its first later one, which is hindsight.
 */
export interface IndustryHistory extends Industries {
  /** Per stock: date of the classification that `at` goes by, after the day where that is hindsight; `UNDATED`; `UNCLASSIFIED`. */
  readonly asOfAt: (day: number) => Int32Array
}

/** Of `classifications` of the panel's stocks, each stock's by date, undated first; null when there are none. */
export function industryHistory(
  { symbols, dates }: { readonly symbols: readonly string[]; readonly dates: Int32Array },
  classifications: readonly Industry[],
): IndustryHistory | null {
  if (classifications.length === 0) return null
  const names = [...new Set(classifications.map(({ name }) => name))].sort()
  const positions = new Map(names.map((name, at) => [name, at]))
  const bySymbol = Map.groupBy(classifications, ({ symbol }) => symbol)
  const stocks = symbols.map((symbol) =>
    (bySymbol.get(symbol) ?? []).map(({ asOf, name }) => ({
      asOf: asOf ?? UNDATED,
      industry: positions.get(name)!,
    })),
  )
  const changing = symbols.flatMap((_, stock) => (stocks[stock].length > 1 ? [stock] : []))
  // A stock's first one holds before its date as after it, so days between two changes share their arrays.
  const changes = Int32Array.from(
    new Set(stocks.flatMap((own) => own.slice(1).map(({ asOf }) => asOf))),
  ).sort()
  const column = (field: 'asOf' | 'industry') => {
    const first = Int32Array.from(stocks, (own) => own.at(0)?.[field] ?? UNCLASSIFIED)
    const known = new Map<number, Int32Array>()
    return (day: number): Int32Array => {
      const date = dates[day]
      const period = lowerBound(changes, date + 1)
      let values = known.get(period)
      if (values === undefined) {
        values = first.slice()
        for (const stock of changing) {
          const latest = stocks[stock].findLast(({ asOf }) => asOf <= date)
          if (latest !== undefined) values[stock] = latest[field]
        }
        known.set(period, values)
      }
      return values
    }
  }
  return { names, at: column('industry'), asOfAt: column('asOf') }
}
