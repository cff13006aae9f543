import { beforeAll, describe, expect, it } from 'vitest'
import type { PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { industryHistory } from '../../../src-main/market/industryHistory.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { closes, replay } from '../../../src-main/portfolio/holdings.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { type Benchmark, openBenchmark } from '../../../src-main/study/benchmark.ts'
import { weightsOf } from '../../../src-main/study/lineageWeights.ts'
import { buildPortfolios } from '../../../src-main/study/portfolios.ts'
import { type Prepared, prepare } from '../../../src-main/study/prepare.ts'
import { tradingData } from '../../../src-main/study/rebalanceInputs.ts'
import { studyStyles } from '../../../src-main/study/styles.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const MOVED = 20160901
const LIMIT = 0.01
const NAMES = ['I0', 'I1', 'I2', 'moved']
const small = smallStudy()
const config = {
  ...small,
  portfolio: {
    ...small.portfolio,
    limits: { ...small.portfolio.limits, industryActiveMax: LIMIT, sizeActiveMax: null },
  },
}
let prepared: Prepared
let benchmark: Benchmark
let portfolio: PortfolioReport

/** Three industries; in the middle of the test period every second stock of them gets one that did not exist before. */
const industryOf = (stock: number, date: number): string =>
  date >= MOVED && stock % 2 === 1 ? 'moved' : `I${stock % 3}`

beforeAll(async () => {
  const store = openStore((await smallStore()).path, { mode: 'read' })
  const market = loadMarket(store)
  store.close()
  const { panel } = market
  const classifications = panel.symbols.flatMap((symbol, stock) =>
    [20000101, MOVED].map((asOf) => ({ symbol, asOf, code: '', name: industryOf(stock, asOf) })),
  )
  prepared = prepare(config, { ...market, industries: industryHistory(panel, classifications) })
  const random = createRandom(3)
  const composite = prepared.testDays
    .flat()
    .map(() => Float64Array.from(panel.symbols, () => random.normal()))
  benchmark = openBenchmark(config, prepared, 'SYN40.IDX')
  ;[portfolio] = await buildPortfolios(
    { config, prepared, styles: studyStyles(config, prepared), risk: null, benchmarks: [benchmark] },
    [{ optimizer: 'random', composite }],
    () => {},
  )
})

const benchmarkOn = (day: number): Float64Array => benchmark.weights.at(day).weights

/** Sum over the stocks of each of NAMES, by their industries on `date`. */
function byIndustry(date: number, of: (stock: number) => number): number[] {
  const sums = NAMES.map(() => 0)
  for (const stock of prepared.market.panel.symbols.keys())
    sums[NAMES.indexOf(industryOf(stock, date))] += of(stock)
  return sums
}

describe('a stock that changes its industry in the middle of the test period', () => {
  it('is limited by its industry on the day of the decision', () => {
    const { dates } = prepared.market.panel
    let [compared, otherwise] = [0, 0]
    for (const rebalance of portfolio.ledger) {
      const decision = portfolio.decisions.find(({ date }) => date === rebalance.decisionDate)!
      if (decision.status !== 'optimal') continue
      const day = dates.indexOf(rebalance.fillDate)
      const { target } = weightsOf(prepared, { portfolio, decision, rebalance }, day)
      const weights = benchmarkOn(day - 1)
      const furthest = (on: number): number =>
        Math.max(...byIndustry(on, (stock) => target[stock] - weights[stock]).map(Math.abs))
      compared++
      expect(furthest(decision.date)).toBeLessThan(LIMIT + 1e-9)
      // By the industries of the other side of the change the same targets are outside.
      if (furthest(decision.date < MOVED ? MOVED : MOVED - 1) > LIMIT + 1e-6) otherwise++
      const named = decision.binding.some((limit) => /^industry:.moved$/.test(limit))
      if (decision.date < MOVED) expect(named).toBe(false)
    }
    expect(compared).toBeGreaterThan(15)
    expect(otherwise).toBeGreaterThan(10)
    const after = portfolio.decisions.filter(({ date }) => date >= MOVED)
    expect(after.some(({ binding }) => binding.includes('industry:+moved'))).toBe(true)
  })

  it('counts in the exposure of its industry on the day', () => {
    const { dates, series } = portfolio.exposures!
    const moved = series.find(({ name }) => name === 'industry:moved')!
    const before = moved.values.filter((_, at) => dates[at] < MOVED)
    expect(before.length).toBeGreaterThan(5)
    expect(before.every((value) => value === 0)).toBe(true)
    expect(moved.values.slice(before.length).every((value) => value !== 0)).toBe(true)
  })

  it('contributes to its industry at the close before each return', () => {
    const prices = tradingData(prepared)
    const from = prepared.market.panel.dates.indexOf(portfolio.dates[0])
    const weights = NAMES.map(() => 0)
    const earned = NAMES.map(() => 0)
    let before: { close: Float64Array; active: Float64Array } | null = null
    for (const { day, close, values, total } of closes(prices, replay(prices, portfolio.ledger))) {
      if (day >= from) {
        const { close: last, active } = before!
        const date = prices.dates[day - 1]
        const add = (sums: number[], of: (stock: number) => number): void =>
          byIndustry(date, of).forEach((value, at) => (sums[at] += value))
        add(weights, (stock) => active[stock])
        add(earned, (stock) => active[stock] * (close[stock] / last[stock] - 1 || 0))
      }
      if (day < from - 1) continue
      const against = benchmarkOn(day)
      before = {
        close: close.slice(),
        active: values.map((value, stock) => value / total - against[stock]),
      }
    }
    const { industries } = portfolio.contributions!
    expect(industries.map(({ industry }) => industry)).toEqual(NAMES)
    industries.forEach(({ meanActiveWeight, contribution }, at) => {
      expect(meanActiveWeight).toBeCloseTo(weights[at] / (prices.dates.length - from), 12)
      expect(contribution).toBeCloseTo(earned[at], 12)
    })
  })
})
