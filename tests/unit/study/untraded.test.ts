import { beforeAll, describe, expect, it } from 'vitest'
import type { Order, PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import type { MarketData } from '../../../src-main/market/panel.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { weightsOf } from '../../../src-main/study/lineageWeights.ts'
import { openBenchmark } from '../../../src-main/study/benchmark.ts'
import { buildPortfolios } from '../../../src-main/study/portfolios.ts'
import { type Prepared, prepare } from '../../../src-main/study/prepare.ts'
import { studyStyles } from '../../../src-main/study/styles.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const CAPITAL = 2e8
const SHARE = 0.05
const small = smallStudy()
const config = {
  ...small,
  backtest: { ...small.backtest, capital: CAPITAL },
  portfolio: { ...small.portfolio, limits: { ...small.portfolio.limits, participationMax: SHARE } },
}
let prepared: Prepared
let portfolio: PortfolioReport

/** The market with some stocks halted on each decision day, most of them back at the fill. */
function halted(market: MarketData, days: readonly number[]): MarketData {
  const random = createRandom(5)
  const traded = market.panel.traded.slice()
  const stocks = market.panel.symbols.length
  for (const day of days) {
    for (let stock = 0; stock < stocks; stock++) {
      if (random.uniform() < 0.15) traded[day * stocks + stock] = 0
    }
  }
  return { ...market, panel: { ...market.panel, traded } }
}

beforeAll(async () => {
  const store = openStore((await smallStore()).path, { mode: 'read' })
  const market = loadMarket(store)
  store.close()
  prepared = prepare(config, halted(market, prepare(config, market).testDays.flat()))
  const random = createRandom(3)
  const composite = prepared.testDays
    .flat()
    .map(() => Float64Array.from(market.panel.symbols, () => random.normal()))
  const portfolios = await buildPortfolios(
    {
      config,
      prepared,
      styles: studyStyles(config, prepared),
      risk: null,
      benchmarks: config.portfolio.indices.map((index) => openBenchmark(config, prepared, index)),
    },
    [{ optimizer: 'random', composite }],
    () => {},
  )
  portfolio = portfolios[0]
})

/** Every order of the study with the panel's cells of its decision and its stock. */
function* orders(): Generator<{ order: Order; valueBefore: number; decided: number; stock: number }> {
  const { dates, symbols } = prepared.market.panel
  for (const { decisionDate, valueBefore, orders } of portfolio.ledger) {
    for (const order of orders)
      yield {
        order,
        valueBefore,
        decided: dates.indexOf(decisionDate),
        stock: symbols.indexOf(order.symbol),
      }
  }
}

describe('what a study does not trade', () => {
  it('orders no stock that did not trade on the day of the decision, though it is held and trades at the fill', () => {
    const { panel } = prepared.market
    const stocks = panel.symbols.length
    for (const { decided, stock } of orders()) expect(panel.traded[decided * stocks + stock]).toBe(1)
    const held = new Set<string>()
    let kept = 0
    for (const { decisionDate, orders } of portfolio.ledger) {
      const day = panel.dates.indexOf(decisionDate)
      for (const symbol of held) {
        const cell = day * stocks + panel.symbols.indexOf(symbol)
        if (panel.traded[cell] !== 1 && panel.traded[cell + stocks] === 1) kept++
      }
      for (const { symbol, weightAfter } of orders) {
        if (weightAfter > 0) held.add(symbol)
        else held.delete(symbol)
      }
    }
    expect(kept).toBeGreaterThan(10)
  })

  it('fills no more of a stock than its share of the mean amount of 20 days up to the decision', () => {
    const { market, derived } = prepared
    const stocks = market.panel.symbols.length
    let clipped = 0
    for (const { order, valueBefore, decided, stock } of orders()) {
      let amount = 0
      for (let day = decided - 19; day <= decided; day++) {
        const traded = market.panel.volume[day * stocks + stock] * derived.rawVwap[day * stocks + stock]
        if (Number.isFinite(traded)) amount += traded / 20
      }
      const most = (SHARE * amount) / CAPITAL
      expect(Math.abs(order.filledValue)).toBeLessThanOrEqual(most + 2e-12 * valueBefore)
      if (order.status !== 'clipped') continue
      expect(Math.abs(order.orderValue)).toBeGreaterThan(most)
      clipped++
    }
    expect(clipped).toBeGreaterThan(10)
  })

  it('has the targets of its decisions in the lineage, those without an order too', () => {
    const { dates } = prepared.market.panel
    for (const rebalance of portfolio.ledger.slice(1, 7)) {
      const decision = portfolio.decisions.find(({ date }) => date === rebalance.decisionDate)!
      const { held, target } = weightsOf(
        prepared,
        { portfolio, decision, rebalance },
        dates.indexOf(rebalance.fillDate),
      )
      const turnover = target.reduce((sum, weight, stock) => sum + Math.abs(weight - held[stock]), 0)
      expect(turnover).toBeCloseTo(decision.targetTurnover!, 9)
    }
  })
})
