import { beforeAll, describe, expect, it } from 'vitest'
import { type PortfolioReport, portfolioReport } from '../../../src-shared/domain/portfolio.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { studyConfig, type StudyConfig } from '../../../src-shared/domain/study.ts'
import { noteText } from '../../../src-shared/locales/index.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import type { MarketData } from '../../../src-main/market/panel.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { openBenchmark } from '../../../src-main/study/benchmark.ts'
import { findFill } from '../../../src-main/study/lineageFill.ts'
import { notBuilt } from '../../../src-main/study/notBuilt.ts'
import { portfolioNotes } from '../../../src-main/study/portfolioNotes.ts'
import { buildPortfolios } from '../../../src-main/study/portfolios.ts'
import { prepare } from '../../../src-main/study/prepare.ts'
import { requireTradable } from '../../../src-main/study/stockRules.ts'
import { studyStyles } from '../../../src-main/study/styles.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const INDEX = 'SYN40.IDX'
const small = smallStudy()
let market: MarketData

beforeAll(async () => {
  const store = openStore((await smallStore()).path, { mode: 'read' })
  market = loadMarket(store)
  store.close()
})

interface Changes {
  readonly backtest?: Partial<StudyConfig['backtest']>
  readonly limits?: Partial<StudyConfig['portfolio']['limits']>
}

function study({ backtest, limits }: Changes = {}): StudyConfig {
  return studyConfig.parse({
    ...small,
    backtest: { ...small.backtest, ...backtest },
    portfolio: { ...small.portfolio, limits: { ...small.portfolio.limits, ...limits } },
  })
}

/** Portfolios of a random factor, and of one that has no value before test day `from`. */
async function portfoliosOf(
  config: StudyConfig,
  from = 0,
): Promise<[random: PortfolioReport, late: PortfolioReport]> {
  const prepared = prepare(config, market)
  const random = createRandom(3)
  const days = prepared.testDays.flat()
  const composite = days.map(() => Float64Array.from(market.panel.symbols, () => random.normal()))
  const late = composite.map((values, at) => (at < from ? values.map(() => Number.NaN) : values))
  const benchmarks = config.portfolio.indices.map((index) => openBenchmark(config, prepared, index))
  const [first, second] = await buildPortfolios(
    { config, prepared, styles: studyStyles(config, prepared), risk: null, benchmarks },
    [
      { optimizer: 'random', composite },
      { optimizer: 'late', composite: late },
    ],
    () => {},
  )
  return [first, second]
}

const empty = {
  dates: [],
  returns: [],
  benchmarkReturns: [],
  performance: null,
  exposures: null,
  contributions: null,
}

describe('a portfolio that is never built', () => {
  it('for want of alpha is a result of decisions that kept the cash, and leaves the others as they are', async () => {
    const [random, none] = await portfoliosOf(study(), Infinity)
    const [alone] = await portfoliosOf(study())
    expect(random).toEqual(alone)
    expect(portfolioReport.parse(none)).toEqual(none)
    expect(none).toMatchObject({ ...empty, ledger: [] })
    const dates = none.decisions.length
    expect(none.decisions.map(({ status, reason }) => `${status} ${reason}`)).toEqual(
      Array.from({ length: dates }, () => 'kept no_alpha'),
    )
    expect(notBuilt(none)).toEqual([{ reason: 'no_alpha', dates }])
    expect(notBuilt(random)).toEqual([])
    const result = { portfolios: [random, none], data: { lastDate: 20161230 } } as unknown as StudyResult
    expect(() => findFill(result, { model: 'late', index: INDEX, date: 20161101, symbol: null })).toThrow(
      expect.objectContaining({ code: 'not_found', message: expect.stringContaining('never built') }),
    )
  })

  it('for a capital below one lot of anything has its refused orders in the ledger', async () => {
    const [none] = await portfoliosOf(study({ backtest: { capital: 50, lots: true } }))
    expect(none).toMatchObject({ ...empty, totalCost: 0 })
    expect(none.ledger).toHaveLength(none.decisions.length)
    expect(none.refused.some(({ reason }) => reason === 'below_lot')).toBe(true)
    expect(none.decisions.every(({ status }) => status !== 'kept')).toBe(true)
    const [why] = notBuilt(none)
    expect(why).toEqual({ reason: 'below_lot', dates: none.decisions.length })
    const note = portfolioNotes(none).find(({ code }) => code === 'portfolio_not_built')!
    expect(note.values).toEqual({ index: INDEX, model: 'random', ...why })
    expect(noteText(note, 'en')).toContain('below one lot')
    expect(noteText(note, 'zh-CN')).toContain('不足一手')
  })

  it('for what single stocks may weigh says what is in the way', async () => {
    const [none] = await portfoliosOf(study({ limits: { hold: [...market.panel.symbols] } }))
    expect(none).toMatchObject({ ...empty, ledger: [] })
    for (const decision of none.decisions)
      expect(decision).toMatchObject({ status: 'kept', reason: 'bands', binding: ['untraded'] })
    expect(notBuilt(none)).toEqual([{ reason: 'bands', dates: none.decisions.length }])
  })

  it('is not one that is built late: that has a performance from the day after its first fill', async () => {
    const [, late] = await portfoliosOf(study(), 5)
    expect(notBuilt(late)).toEqual([])
    expect(portfolioNotes(late)).toContainEqual({
      code: 'optimiser_kept_no_alpha',
      values: { index: INDEX, model: 'late', dates: 5 },
    })
    expect(late.decisions.slice(0, 6).map(({ reason }) => reason)).toEqual([
      ...Array<string>(5).fill('no_alpha'),
      null,
    ])
    expect(late.performance?.full.first).toBe(late.dates[0])
    expect(late.dates[0]).toBeGreaterThan(late.ledger[0].fillDate)
  })

  it('is one first filled on the last day of the data, too', async () => {
    const config = study()
    const days = prepare(config, market).testDays.flat()
    const [random] = await portfoliosOf(config)
    const last = market.panel.dates[days.at(-1)! + 1]
    const { ledger, decisions } = random
    const filled = ledger.filter(({ fillDate }) => fillDate === last)
    expect(filled).toHaveLength(1)
    expect(notBuilt({ performance: null, decisions: decisions.slice(-1), ledger: filled })).toEqual([
      { reason: 'last_day', dates: 1 },
    ])
  })
})

describe('a portfolio that participation keeps from being built in one trade', () => {
  it('is built week by week within it, and no turnover limit gives on the way', async () => {
    const [portfolio] = await portfoliosOf(
      study({ backtest: { capital: 5e9 }, limits: { participationMax: 0.05, turnoverMax: 0.2 } }),
    )
    const gave = portfolio.decisions.flatMap(({ relaxed }) => relaxed.map(({ limit }) => limit))
    expect(gave).not.toContain('turnover')
    const building = portfolio.decisions.filter(({ relaxed }) =>
      relaxed.some(({ limit }) => limit === 'participation'),
    )
    expect(building.length).toBeGreaterThan(5)
    expect(building[0].date).toBe(portfolio.decisions[0].date)
    for (const { status, relaxed, remedies } of building) {
      expect(status).toBe('relaxed')
      expect(relaxed.map(({ limit }) => limit)).toEqual(['participation'])
      const [{ limit, value }] = remedies!
      expect(limit).toBe('participation')
      expect(value).toBeGreaterThan(0.05)
    }
    const cash = portfolio.ledger.map(({ cashAfter, valueAfter }) => cashAfter / valueAfter)
    expect(cash[0]).toBeGreaterThan(0.7)
    cash.slice(1, building.length).forEach((share, at) => expect(share).toBeLessThan(cash[at] + 0.02))
    expect(cash.at(-1)).toBeLessThan(0.01)
    expect(portfolio.performance).not.toBeNull()
    const notes = new Map(portfolioNotes(portfolio).map(({ code, values }) => [code, values]))
    expect(notes.get('participation_left')).toMatchObject({
      dates: building.length,
      largestShare: building[0].relaxed[0].slack,
    })
    // Those that participation alone kept from a solution are not told as limits relaxed by the least amount.
    const relaxed = portfolio.decisions.filter(({ status }) => status === 'relaxed').length
    expect(notes.get('optimiser_relaxed')?.['dates'] ?? 0).toBe(relaxed - building.length)
  })
})

describe('before anything is trained', () => {
  const refusal = (config: StudyConfig, of = market): { code: string; field: string | undefined } | null => {
    try {
      requireTradable(config, prepare(config, of))
      return null
    } catch (error) {
      const { code, place } = error as { code: string; place?: { field?: string } }
      return { code, field: place?.field }
    }
  }
  const withShare = () => study({ backtest: { capital: 1e8 }, limits: { participationMax: 0.1 } })

  it('a limit of participation is refused where no volume is stored', () => {
    const { panel } = market
    const unknown = { ...market, panel: { ...panel, volume: panel.volume.map(() => Number.NaN) } }
    expect(refusal(withShare(), unknown)).toEqual({
      code: 'data_insufficient',
      field: 'portfolio.limits.participationMax',
    })
    expect(refusal(study(), unknown)).toBeNull()
    expect(refusal(withShare())).toBeNull()
  })

  it('least weights of more than the whole portfolio are refused, of just the whole not', () => {
    const [a, b] = market.panel.symbols
    const least = (min: number) =>
      study({
        limits: {
          stocks: [
            { symbol: a, min: 0.7, max: 1 },
            { symbol: b, min, max: 1 },
          ],
        },
      })
    expect(refusal(least(0.4))).toEqual({ code: 'infeasible', field: 'portfolio.limits.stocks' })
    expect(refusal(least(0.3))).toBeNull()
  })
})

describe('rules of single stocks in a study', () => {
  it('a least weight is held outside the universe too, and a stock on hold is never bought', async () => {
    const [plain] = await portfoliosOf(study())
    const bought = new Set(plain.ledger.flatMap(({ orders }) => orders.map(({ symbol }) => symbol)))
    const member = plain.ledger[0].orders[0].symbol
    const config = study()
    const prepared = prepare(config, market)
    const stocks = market.panel.symbols.length
    const outside = market.panel.symbols.find((symbol, stock) => {
      const days = prepared.testDays.flat()
      return (
        !bought.has(symbol) &&
        days.every(
          (day) =>
            prepared.universe[day * stocks + stock] === 0 && market.panel.traded[day * stocks + stock] === 1,
        )
      )
    })!
    expect(outside).toBeDefined()
    const [ruled] = await portfoliosOf(
      study({ limits: { stocks: [{ symbol: outside, min: 0.02, max: 0.03 }], hold: [member] } }),
    )
    const orders = ruled.ledger.flatMap((rebalance) => rebalance.orders)
    expect(orders.some(({ symbol }) => symbol === member)).toBe(false)
    const own = orders.filter(({ symbol }) => symbol === outside)
    expect(own.length).toBeGreaterThan(3)
    for (const { targetWeight } of own) expect(targetWeight).toBeCloseTo(0.02, 12)
  })
})
