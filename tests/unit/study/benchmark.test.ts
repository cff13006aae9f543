import { beforeAll, describe, expect, it } from 'vitest'
import { epochDay } from '../../../src-shared/domain/date.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import type { IndexData, MarketData } from '../../../src-main/market/panel.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { type Benchmark, openBenchmark } from '../../../src-main/study/benchmark.ts'
import { type BenchmarkFacts, collectNotes } from '../../../src-main/study/notes.ts'
import { buildPortfolios } from '../../../src-main/study/portfolios.ts'
import { type Prepared, prepare } from '../../../src-main/study/prepare.ts'
import { studyStyles } from '../../../src-main/study/styles.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const INDEX = 'SYN40.IDX'
let prepared: Prepared
let own: IndexData

beforeAll(async () => {
  const store = openStore((await smallStore()).path, { mode: 'read' })
  const market: MarketData = loadMarket(store)
  store.close()
  prepared = prepare(smallStudy(), market)
  own = prepared.market.indices.get(INDEX)!
})

const withIndex = (parts: Partial<IndexData>): Prepared => ({
  ...prepared,
  market: { ...prepared.market, indices: new Map([[INDEX, { ...own, ...parts }]]) },
})
const open = (parts: Partial<IndexData>): Benchmark => openBenchmark(smallStudy(), withIndex(parts), INDEX)
const notes = (facts: BenchmarkFacts, codes: readonly string[]) =>
  collectNotes(
    smallStudy(),
    prepared,
    [facts],
    { runs: [], factors: [], importedFactors: [], portfolios: [] },
    { withoutIndustry: 0, withoutSize: 0 },
  ).filter(({ code }) => codes.includes(code))

/** The index's closes, as they are without those of the days that `gone` names. */
const closesWithout = (gone: (day: number) => boolean): Float64Array =>
  own.close!.map((close, day) => (gone(day) ? NaN : close))
/** Snapshots that keep `share` of every weight. */
const weightsOf = (share: number) =>
  own.weights!.map(({ date, weights }) => ({ date, weights: weights.map((weight) => weight * share) }))

describe('the benchmark of a study', () => {
  it('is refused when its closes end before the prediction does', () => {
    const last = prepared.market.panel.dates.length - 1
    expect(() => open({ close: closesWithout((day) => day > last - 3) })).toThrow(
      expect.objectContaining({ code: 'data_insufficient', message: expect.stringContaining(INDEX) }),
    )
  })

  it('names the gaps of its closes', () => {
    const last = prepared.market.panel.dates.length - 1
    const { facts } = open({ close: closesWithout((day) => day === last - 2 || day === last - 5) })
    expect(notes(facts, ['index_close_gaps'])).toEqual([
      { code: 'index_close_gaps', values: { index: INDEX, count: 2 } },
    ])
    expect(notes(open({}).facts, ['index_close_gaps'])).toEqual([])
  })

  it('is not compared on a day whose return catches up with the day of the first fill', async () => {
    const [test] = prepared.testDays.flat()
    const lacking = withIndex({ close: closesWithout((day) => day === test + 1) })
    const benchmark = openBenchmark(smallStudy(), lacking, INDEX)
    const days = lacking.testDays.flat()
    const random = createRandom(3)
    const composite = days.map(() => Float64Array.from(lacking.market.panel.symbols, () => random.normal()))
    const styles = studyStyles(smallStudy(), lacking)
    const [portfolio] = await buildPortfolios(
      { config: smallStudy(), prepared: lacking, styles, risk: null, benchmarks: [benchmark] },
      [{ optimizer: 'random', composite }],
      () => {},
    )
    const { dates } = lacking.market.panel
    expect(portfolio.ledger[0].fillDate).toBe(dates[test + 1])
    expect(portfolio.dates[0]).toBe(dates[test + 3])
    expect(portfolio.benchmarkReturns[0]).toBe(own.close![test + 3] / own.close![test + 2] - 1)
    const excess = portfolio.returns.reduce(
      (sum, value, at) => sum + value - portfolio.benchmarkReturns[at],
      0,
    )
    expect(portfolio.contributions!.total).toBeCloseTo(excess, 12)
  })

  it('says how old the published weights are that it goes by', () => {
    const old = (facts: BenchmarkFacts) => notes(facts, ['benchmark_weights_old'])
    expect(old(open({}).facts)).toEqual([])
    const { dates } = prepared.market.panel
    const days = prepared.testDays.flat()
    const snapshot = own.weights!.findLast(({ date }) => date <= dates[days[0]])!
    const age = epochDay(dates[days.at(-1)!]) - epochDay(snapshot.date)
    expect(age).toBeGreaterThan(92)
    expect(old(open({ weights: [snapshot] }).facts)).toEqual([
      { code: 'benchmark_weights_old', values: { index: INDEX, days: age } },
    ])
    expect(open({ weights: null }).facts.oldestWeights).toBeNull()
  })

  it('is refused when its members end on a later test day', () => {
    const { dates, symbols } = prepared.market.panel
    const days = prepared.testDays.flat()
    const member = new Uint8Array(dates.length * symbols.length).fill(1)
    member.fill(0, days[3] * symbols.length)
    expect(() => open({ weights: null, member })).toThrow(
      expect.objectContaining({ code: 'data_insufficient' }),
    )
  })

  it('is refused when its members end on the last day, whose exposures are measured', () => {
    const { dates, symbols } = prepared.market.panel
    const member = new Uint8Array(dates.length * symbols.length).fill(1)
    member.fill(0, (dates.length - 1) * symbols.length)
    expect(() => open({ weights: null, member })).toThrow(
      expect.objectContaining({ code: 'data_insufficient' }),
    )
  })

  it('says how much of it is missing, and is refused when most of it is', () => {
    const { facts } = open({ weights: weightsOf(0.7) })
    const [{ values }] = notes(facts, ['benchmark_weight_missing'])
    expect(values['share']).toBeGreaterThanOrEqual(0.3 - 1e-12)
    expect(values['share']).toBeCloseTo(0.3, 2)
    // What those had that an index change has replaced since the last weights; without memberships nobody knows.
    const changed = notes(open({}).facts, ['benchmark_weight_missing'])
    expect(changed).toHaveLength(1)
    expect(changed[0].values['share']).toBeCloseTo((Number(values['share']) - 0.3) / 0.7, 12)
    expect(notes(open({ member: null }).facts, ['benchmark_weight_missing'])).toEqual([])
    expect(() => open({ weights: weightsOf(0.3) })).toThrow(
      expect.objectContaining({ code: 'data_insufficient', message: expect.stringContaining('70') }),
    )
  })

  it('is noted as a price index whatever the bias, and not as a total-return index', () => {
    expect(notes(open({ totalReturn: true }).facts, ['price_index_dividends'])).toEqual([])
    const { facts } = open({ totalReturn: false })
    expect(notes({ ...facts, dividendBias: 0 }, ['price_index_dividends'])).toEqual([
      { code: 'price_index_dividends', values: { index: INDEX, biasPerYear: 0 } },
    ])
    const silent = withIndex({ totalReturn: false })
    const { panel } = silent.market
    const still = {
      ...silent,
      market: {
        ...silent.market,
        panel: { ...panel, preclose: panel.preclose.map(() => NaN), factor: panel.factor.map(() => 1) },
      },
    }
    expect(openBenchmark(smallStudy(), still, INDEX).facts.dividendBias).toBe(0)
  })
})
