import type { Exposures } from '../../src-shared/domain/portfolio.ts'
import type { Benchmark } from './benchmarkWeights.ts'
import type { Industries } from '../market/industryHistory.ts'
import { closes } from './holdings.ts'
import type { Position, Prices } from './holdings.ts'
import { groupNames, groupOf } from './industryGroups.ts'

export interface ExposuresInput {
  readonly prices: Prices
  /** Of a backtest, or of a stored ledger by `replay`. */
  readonly positions: readonly Position[]
  /** Indices into the dates. */
  readonly decisionDays: readonly number[]
  /** The benchmark at the close of a day. */
  readonly benchmarkAt: (day: number) => Pick<Benchmark, 'weights' | 'member'>
  /** Null: one group of all stocks, `unknown`. */
  readonly industries: Industries | null
  /** Style exposures on a day, one number per stock in standard deviations; NaN = none, which counts as 0. */
  readonly stylesAt: (day: number) => readonly { readonly name: string; readonly exposure: Float64Array }[]
}

/**
 * Active exposures at the close of each decision day and of the last day: the sum of (w - b) x exposure, w the drifted
 * weights before the rebalance that the day decides. Days before the first fill hold nothing and are left out. Series:
 * `industry:X` in the order of the industries, `industry:unknown` for the stocks without one (an industry that neither portfolio nor
 * benchmark has on any day is left out), `style:X` in order of appearance (null on a day without that style), `cash` and `nonmembers`.
 */
export function exposures(input: ExposuresInput): Exposures {
  const { prices, positions, decisionDays, benchmarkAt, industries, stylesAt } = input
  const first = positions.find(({ units }) => units.some((held) => held > 0))?.day ?? Infinity
  const days = new Set([...decisionDays, prices.dates.length - 1].filter((day) => day >= first))
  const groups = groupNames(industries)
  const rows: {
    day: number
    byGroup: Float64Array
    styles: Map<string, number>
    cash: number
    outside: number
  }[] = []

  for (const { day, values, cash, total } of closes(prices, positions)) {
    if (!days.has(day)) continue
    const { weights, member } = benchmarkAt(day)
    const active = values.map((value, stock) => value / total - weights[stock])
    const group = groupOf(industries, day)
    const byGroup = new Float64Array(groups.length)
    active.forEach((weight, stock) => (byGroup[group(stock)] += weight))
    const styles = stylesAt(day).map(({ name, exposure }) => {
      const known = (at: number): number => (Number.isNaN(exposure[at]) ? 0 : exposure[at])
      return [name, active.reduce((sum, weight, stock) => sum + weight * known(stock), 0)] as const
    })
    const outside = values.reduce((sum, value, stock) => (member[stock] === 1 ? sum : sum + value), 0)
    rows.push({ day, byGroup, styles: new Map(styles), cash: cash / total, outside: outside / total })
  }

  const industrySeries = groups.map((name, group) => ({
    name: `industry:${name}`,
    values: rows.map(({ byGroup }) => byGroup[group]),
  }))
  const styles = new Set(rows.flatMap((row) => [...row.styles.keys()]))
  return {
    dates: rows.map(({ day }) => prices.dates[day]),
    series: [
      ...(industries === null
        ? []
        : industrySeries.filter(({ values }) => values.some((value) => value !== 0))),
      ...Array.from(styles, (name) => ({
        name: `style:${name}`,
        values: rows.map((row) => row.styles.get(name) ?? null),
      })),
      { name: 'cash', values: rows.map(({ cash }) => cash) },
      { name: 'nonmembers', values: rows.map(({ outside }) => outside) },
    ],
  }
}
