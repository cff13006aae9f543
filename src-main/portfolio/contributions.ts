import type { Contributions } from '../../src-shared/domain/portfolio.ts'
import type { Backtest } from './backtest.ts'
import type { Industries } from '../market/industryHistory.ts'
import { closes } from './holdings.ts'
import type { Prices } from './holdings.ts'
import { groupNames, groupOf } from './industryGroups.ts'

export interface ContributionsInput {
  readonly prices: Prices
  /** Of a backtest; of a stored report, its ledger with the positions that `replay` finds. */
  readonly test: Pick<Backtest, 'ledger' | 'positions'>
  /** Index into the dates of the first compared day (`firstComparedDay`). */
  readonly from: number
  /** Per day of the dates; finite from `from` on. */
  readonly benchmarkReturns: Float64Array
  /** Benchmark weights at the close of a day, per stock, with sum 1. */
  readonly benchmarkAt: (day: number) => Float64Array
  /** Null: one group of all stocks, `unknown`. */
  readonly industries: Industries | null
}

/** Stocks listed at either end. */
const LISTED = 20

/**
 * Where the excess over the compared days came from, without a remainder. On each day, V the NAV at the previous close,
 * w and b the weights there, r close-to-close adjusted returns (0 without a trade):
 * stock and industry: (w - b) r; trading: (new units x close - value at the fill prices) / V over the day's fills, sold
 * units negative; cost: - cost / V; benchmark: sum of b r less the benchmark's return. Sums over the days, no compounding.
 */
export function contributions(input: ContributionsInput): Contributions {
  const { prices, test, from, benchmarkReturns, benchmarkAt, industries } = input
  const stocks = prices.symbols.length
  const groups = groupNames(industries)
  const ofStock = { weight: new Float64Array(stocks), contribution: new Float64Array(stocks) }
  const ofGroup = { weight: new Float64Array(groups.length), contribution: new Float64Array(groups.length) }
  const sums = { trading: 0, cost: 0, benchmark: 0, total: 0 }
  const before = { close: new Float64Array(stocks), values: new Float64Array(stocks), total: 1 }
  const fills = new Map(test.positions.map(({ day }, k) => [day, k]))

  for (const { day, close, values, total } of closes(prices, test.positions)) {
    if (day >= from) {
      const weights = benchmarkAt(day - 1)
      const group = groupOf(industries, day - 1)
      let ofBenchmark = 0
      for (let stock = 0; stock < stocks; stock++) {
        const active = before.values[stock] / before.total - weights[stock]
        const change = close[stock] / before.close[stock] - 1
        const earned = Number.isNaN(change) ? 0 : change
        const contribution = active * earned
        ofBenchmark += weights[stock] * earned
        ofStock.weight[stock] += active
        ofStock.contribution[stock] += contribution
        ofGroup.weight[group(stock)] += active
        ofGroup.contribution[group(stock)] += contribution
      }
      const filled = fills.get(day)
      if (filled !== undefined) {
        const { boughtValue, soldValue, cost } = test.ledger[filled]
        const after = test.positions[filled].units
        const units = test.positions[filled - 1]?.units
        let atClose = 0
        for (let stock = 0; stock < stocks; stock++) {
          const traded = after[stock] - (units?.[stock] ?? 0)
          if (traded !== 0) atClose += traded * close[stock]
        }
        sums.trading += (atClose - (boughtValue - soldValue)) / before.total
        sums.cost -= cost / before.total
      }
      sums.benchmark += ofBenchmark - benchmarkReturns[day]
      sums.total += total / before.total - 1 - benchmarkReturns[day]
    }
    before.close.set(close)
    before.values.set(values)
    before.total = total
  }

  const days = prices.dates.length - from
  const ranked = prices.symbols
    .map((symbol, stock) => ({
      symbol,
      meanActiveWeight: ofStock.weight[stock] / days,
      contribution: ofStock.contribution[stock],
    }))
    .filter(({ contribution }) => contribution !== 0)
    .sort((a, b) => b.contribution - a.contribution)
  return {
    industries: groups
      .map((industry, group) => ({
        industry,
        meanActiveWeight: ofGroup.weight[group] / days,
        contribution: ofGroup.contribution[group],
      }))
      .filter(({ meanActiveWeight, contribution }) => meanActiveWeight !== 0 || contribution !== 0),
    stocks: ranked.length <= 2 * LISTED ? ranked : [...ranked.slice(0, LISTED), ...ranked.slice(-LISTED)],
    ...sums,
  }
}
