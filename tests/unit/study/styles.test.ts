import { beforeAll, describe, expect, it } from 'vitest'
import type { PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { exposures } from '../../../src-main/portfolio/exposures.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { type Benchmark, openBenchmark } from '../../../src-main/study/benchmark.ts'
import { weightsOf } from '../../../src-main/study/lineageWeights.ts'
import { buildPortfolios } from '../../../src-main/study/portfolios.ts'
import { type Prepared, prepare } from '../../../src-main/study/prepare.ts'
import { tradingData } from '../../../src-main/study/rebalanceInputs.ts'
import { studyStyles, type StudyStyles, stylesOfTest } from '../../../src-main/study/styles.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const STYLES_MAX = 0.15
const small = smallStudy()
const limits = { ...small.portfolio.limits, styleActiveMax: STYLES_MAX, turnoverMax: 2 }
const config = { ...small, portfolio: { ...small.portfolio, limits } }
let prepared: Prepared
let styles: StudyStyles
let benchmark: Benchmark
let portfolio: PortfolioReport

beforeAll(async () => {
  const store = openStore((await smallStore()).path, { mode: 'read' })
  const market = loadMarket(store)
  store.close()
  prepared = prepare(config, market)
  styles = studyStyles(config, prepared)
  benchmark = openBenchmark(config, prepared, config.portfolio.indices[0])
  const random = createRandom(8)
  // Of the same stocks for weeks: what is held turns towards styles.
  const taste = market.panel.symbols.map(() => random.normal())
  const composite = prepared.testDays
    .flat()
    .map(() => Float64Array.from(taste, (value) => value + random.normal() / 4))
  const inputs = { config, prepared, styles, risk: null, benchmarks: [benchmark] }
  const built = await buildPortfolios(inputs, [{ optimizer: 'random', composite }], () => {})
  portfolio = built[0]
})

/** Exposures of the target weights of each decision that was filled, at the close it was made on. */
function* targets() {
  const { dates, symbols } = prepared.market.panel
  const prices = tradingData(prepared)
  const stocks = symbols.length
  for (const rebalance of portfolio.ledger) {
    const decision = portfolio.decisions.find(({ date }) => date === rebalance.decisionDate)!
    const day = dates.indexOf(decision.date)
    const { target } = weightsOf(prepared, { portfolio, decision, rebalance }, day + 1)
    const units = target.map((weight, stock) => {
      let at = day * stocks + stock
      while (weight > 0 && prices.traded[at] === 0) at -= stocks
      return weight === 0 ? 0 : weight / (prices.close[at] * prices.factor[at])
    })
    const { dates: days, series } = exposures({
      prices,
      positions: [{ day, units, cash: 0 }],
      decisionDays: [day],
      benchmarkAt: (on) => benchmark.weights.at(on),
      industries: null,
      stylesAt: (on) => Array.from(styles.get(on)!, ([name, { exposure }]) => ({ name, exposure })),
    })
    expect(days[0]).toBe(decision.date)
    yield { decision, of: (name: string) => series.find((one) => one.name === `style:${name}`)?.values[0] }
  }
}

describe('the styles of a study', () => {
  it('are one scale: the size that the optimiser limits is that of the exposures', () => {
    let largest = 0
    let compared = 0
    for (const { decision, of } of targets()) {
      expect(of('size')).toBeCloseTo(decision.sizeActive!, 9)
      largest = Math.max(largest, Math.abs(decision.sizeActive!))
      compared++
    }
    expect(compared).toBeGreaterThan(20)
    expect(largest).toBeGreaterThan(0.1)
  })

  it('are NaN to the test of a factor where a stock has no value, for which a limit takes 0', () => {
    const days = prepared.testDays.flat()
    const stocks = prepared.market.panel.symbols.length
    let missing = 0
    for (const { style, exposure } of stylesOfTest(styles, stocks))
      for (const day of days)
        exposure(day).forEach((value, stock) => {
          const measured = styles.get(day)!.get(style)
          if (measured?.known[stock] === 1) expect(value).toBe(measured.exposure[stock])
          else {
            expect(value).toBeNaN()
            missing++
          }
        })
    expect(missing).toBeGreaterThan(0)
  })

  it('are limited without a risk model', () => {
    let bound = 0
    for (const { decision, of } of targets()) {
      if (decision.status !== 'optimal') continue
      for (const name of ['beta', 'momentum', 'residual_volatility', 'liquidity'])
        expect(Math.abs(of(name)!)).toBeLessThanOrEqual(STYLES_MAX + 1e-7)
      if (decision.binding.some((limit) => limit.startsWith('style:'))) bound++
    }
    expect(bound).toBeGreaterThan(10)
  })
})
