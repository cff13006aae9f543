import { describe, expect, it } from 'vitest'
import { backtest, compareWithBenchmark } from '../../src-main/portfolio/backtest.ts'
import type { BacktestInput } from '../../src-main/portfolio/backtest.ts'
import { closes, replay } from '../../src-main/portfolio/holdings.ts'
import { performanceRow } from '../../src-shared/performance/row.ts'
import type { Rebalance } from '../../src-shared/domain/portfolio.ts'
import { day, describeGolden, differences, flags, flat, golden } from '../unit/portfolio/golden.ts'
import type { Tolerance } from '../unit/portfolio/golden.ts'

interface GoldenOrder {
  symbol: string
  side: string
  target_weight: number
  weight_before: number
  order_value: number
  filled_value: number
  status: string
  reason: string | null
  fill_price_raw: number | null
  cost: number
  weight_after: number
}
interface GoldenRebalance {
  decision_date: string
  fill_date: string
  value_before: number
  cash_before: number
  buy_scale: number | null
  sold_value: number
  bought_value: number
  cost: number
  turnover: number
  cash_after: number
  value_after: number
  orders: GoldenOrder[]
}
interface Golden {
  tolerance: Tolerance
  symbols: string[]
  dates: string[]
  close: (number | null)[][]
  vwap: (number | null)[][]
  adj_factor: number[][]
  suspended: boolean[][]
  one_word_limit_up: boolean[][]
  one_word_limit_down: boolean[][]
  targets: { decision_date: string; weights: Record<string, number> }[]
  expected: {
    cost_rate: number
    nav: number[]
    returns: (number | null)[]
    cash: number[]
    holding_value: number[][]
    units_adjusted_final: number[]
    ledger: GoldenRebalance[]
    total_cost: number
    turnover_mean_excluding_build: number
  }[]
}

const orderOf = (order: GoldenOrder) => ({
  symbol: order.symbol,
  side: order.side,
  targetWeight: order.target_weight,
  weightBefore: order.weight_before,
  orderValue: order.order_value,
  filledValue: order.filled_value,
  status: order.status,
  reason: order.reason,
  fillPrice: order.fill_price_raw,
  cost: order.cost,
  weightAfter: order.weight_after,
})
const rebalanceOf = (rebalance: GoldenRebalance) => ({
  decisionDate: day(rebalance.decision_date),
  fillDate: day(rebalance.fill_date),
  valueBefore: rebalance.value_before,
  cashBefore: rebalance.cash_before,
  buyScale: rebalance.buy_scale,
  soldValue: rebalance.sold_value,
  boughtValue: rebalance.bought_value,
  cost: rebalance.cost,
  turnover: rebalance.turnover,
  cashAfter: rebalance.cash_after,
  valueAfter: rebalance.value_after,
  orders: rebalance.orders.map(orderOf),
})

describeGolden('backtest.json, rules B1 to B8', () => {
  const file = golden<Golden>('backtest.json')
  const targets = new Map(
    file.targets.map(({ decision_date, weights }) => [
      file.dates.indexOf(decision_date),
      Float64Array.from(file.symbols, (symbol) => weights[symbol] ?? 0),
    ]),
  )
  const market: Omit<BacktestInput, 'costRate'> = {
    dates: file.dates.map(day),
    symbols: file.symbols,
    close: flat(file.close),
    vwap: flat(file.vwap),
    factor: flat(file.adj_factor),
    traded: flags(file.suspended.map((row) => row.map((suspended) => !suspended))),
    oneWordUp: flags(file.one_word_limit_up),
    oneWordDown: flags(file.one_word_limit_down),
    decisionDays: [...targets.keys()],
    decide: (at) => Promise.resolve(targets.get(at) ?? null),
  }

  describe.each(file.expected)('cost $cost_rate', (expected) => {
    const run = () => backtest({ ...market, costRate: expected.cost_rate })

    it('NAV, returns, cash, holdings and cost', async () => {
      const result = await run()
      const want = {
        nav: expected.nav,
        returns: expected.returns,
        cash: expected.cash,
        totalCost: expected.total_cost,
      }
      expect(differences(result, want, file.tolerance)).toEqual([])
      const units = result.positions.at(-1)?.units
      expect(differences(units, expected.units_adjusted_final, file.tolerance)).toEqual([])
      const held = Array.from(closes(market, result.positions), ({ values }) => values.slice())
      expect(differences(held, expected.holding_value, file.tolerance)).toEqual([])
    })

    it('the golden ledger replays to the golden holdings of every day', () => {
      // The cast is of texts that the comparison of the ledger below checks.
      const ledger = expected.ledger.map(rebalanceOf) as Rebalance[]
      const held = Array.from(closes(market, replay(market, ledger)), ({ values }) => values.slice())
      expect(differences(held, expected.holding_value, file.tolerance)).toEqual([])
    })

    it('every field of every order in the ledger', async () => {
      const { ledger } = await run()
      expect(differences(ledger, expected.ledger.map(rebalanceOf), file.tolerance)).toEqual([])
    })

    it('the compared series start after the first fill and leave the build out of turnover', async () => {
      const result = await run()
      const series = compareWithBenchmark(market.dates, result, new Float64Array(file.dates.length))!
      const row = performanceRow({ ...series, tradingDaysPerYear: 252, annualisedExcess: 'compound' })
      const firstFill = file.dates.indexOf(expected.ledger[0].fill_date)
      expect(row.first).toBe(market.dates[firstFill + 1])
      expect(row.days).toBe(file.dates.length - firstFill - 1)
      const want = { turnoverPerRebalance: expected.turnover_mean_excluding_build }
      expect(differences(row, want, file.tolerance)).toEqual([])
    })
  })
})
