import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { riskSettings } from '../../../src-shared/domain/study.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { industryHistory } from '../../../src-main/market/industryHistory.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import type { MarketData, Panel } from '../../../src-main/market/panel.ts'
import { FIELDS, crossSectionAt, sampleOf } from '../../../src-main/market/samples.ts'
import { zScore } from '../../../src-main/market/standardise.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { openBenchmark } from '../../../src-main/study/benchmark.ts'
import { buildPortfolios } from '../../../src-main/study/portfolios.ts'
import { type Prepared, prepare } from '../../../src-main/study/prepare.ts'
import { studyRisk } from '../../../src-main/study/risk.ts'
import { studyStyles } from '../../../src-main/study/styles.ts'
import { writeWindowSamples } from '../../../src-main/study/windowSamples.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

/** With a risk model, so that it is looked at too. */
const small = smallStudy()
const config = {
  ...small,
  portfolio: {
    ...small.portfolio,
    limits: { ...small.portfolio.limits, riskAversion: 20, trackingErrorMax: 0.05 },
    risk: riskSettings.parse({}),
  },
}
const MODEL = config.models[0]
let market: MarketData

beforeAll(async () => {
  const store = openStore((await smallStore()).path, { mode: 'read' })
  const loaded = loadMarket(store)
  store.close()
  market = {
    ...loaded,
    industries: industryHistory(
      loaded.panel,
      classified(loaded.panel, () => []),
    ),
  }
})

/** Every stock is classified before the first day, and again as `later` says. */
const classified = ({ symbols }: Panel, later: (stock: number) => readonly [date: number, name: string][]) =>
  symbols.flatMap((symbol, stock) =>
    [[20000101, `I${stock % 4}`] as const, ...later(stock)].map(([asOf, name]) => ({
      symbol,
      asOf,
      code: '',
      name,
    })),
  )

/**
 * A copy of the market in which every bar after day t is another: prices, volumes, factors, ST, halts, even index closes; and every
 * classification of a later date.
 */
function changedAfter(t: number, seed: number): MarketData {
  const random = createRandom(seed)
  const stocks = market.panel.symbols.length
  const from = (t + 1) * stocks
  const scaled = (matrix: Float64Array): Float64Array =>
    matrix.map((value, at) => (at < from ? value : value * (0.5 + random.uniform())))
  const { panel } = market
  const changed: Panel = {
    ...panel,
    open: scaled(panel.open),
    high: scaled(panel.high),
    low: scaled(panel.low),
    close: scaled(panel.close),
    preclose: scaled(panel.preclose),
    volume: scaled(panel.volume),
    amount: scaled(panel.amount),
    factor: scaled(panel.factor),
    floatCap: scaled(panel.floatCap),
    traded: panel.traded.map((value, at) => (at < from ? value : random.below(2))),
    st: panel.st.map((value, at) => (at < from ? value : random.below(2))),
  }
  const next = panel.dates[t + 1]
  return {
    ...market,
    panel: changed,
    industries: industryHistory(
      panel,
      classified(panel, () => [[next, `I${random.below(5)}`]]),
    ),
    indices: new Map(
      Array.from(market.indices, ([symbol, index]) => [
        symbol,
        {
          ...index,
          close:
            index.close?.map((value, day) => (day <= t ? value : value * (0.5 + random.uniform()))) ?? null,
        },
      ]),
    ),
  }
}

/** Signals of an arbitrary fixed model on every test day, and the portfolios built from them. */
async function decide(
  prepared: Prepared,
): Promise<{ signals: Map<number, Float64Array>; portfolio: PortfolioReport }> {
  const gru = { inputSize: FIELDS.length, hiddenSize: MODEL.hiddenSize, layers: MODEL.layers }
  const engine = createReferenceEngine(gru)
  const weights = initialWeights(gru, 7)
  const { dates, symbols } = prepared.market.panel
  const days = prepared.testDays.flat()
  const signals: Float64Array[] = []
  for (const t of days) {
    const features = crossSectionAt(prepared.series.get('daily')!, prepared.universe, {
      sequenceLength: MODEL.sequenceLength,
      t,
    })
    const { stocks, crossSection } = sampleOf(dates[t], features, null)
    const values = new Float64Array(symbols.length).fill(NaN)
    // A day on which no stock has a full window: an engine takes no empty cross-section.
    const predicted = stocks.length === 0 ? [] : await engine.predict(weights, engine.upload(crossSection))
    stocks.forEach((stock, at) => (values[stock] = predicted[at]))
    signals.push(zScore(values))
  }
  const portfolios = await buildPortfolios(
    {
      config,
      prepared,
      styles: studyStyles(config, prepared),
      risk: studyRisk(config, prepared),
      benchmarks: config.portfolio.indices.map((index) => openBenchmark(config, prepared, index)),
    },
    [{ optimizer: 'fixed', composite: signals }],
    () => {},
  )
  return { signals: new Map(days.map((t, at) => [dates[t], signals[at]])), portfolio: portfolios[0] }
}

describe('no look-ahead through a whole study', () => {
  it('keeps every signal, decision, order and fill at or before t when the bars after t change', async () => {
    const original = await decide(prepare(config, market))
    const { dates } = market.panel
    const first = dates.indexOf(original.portfolio.ledger[0].fillDate)
    const random = createRandom(11)
    let compared = 0
    for (let round = 0; round < 6; round++) {
      const t = first + random.below(dates.length - first - 2)
      const changed = await decide(prepare(config, changedAfter(t, round)))
      const known = <T>(rows: readonly T[], dateOf: (row: T) => number): T[] =>
        rows.filter((row) => dateOf(row) <= dates[t])
      const ledger = known(original.portfolio.ledger, (row) => row.fillDate)
      expect(known(changed.portfolio.ledger, (row) => row.fillDate)).toEqual(ledger)
      expect(known(changed.portfolio.decisions, (row) => row.date)).toEqual(
        known(original.portfolio.decisions, (row) => row.date),
      )
      const upToT = original.portfolio.dates.filter((date) => date <= dates[t]).length
      expect(changed.portfolio.returns.slice(0, upToT)).toEqual(original.portfolio.returns.slice(0, upToT))
      for (const [date, signal] of original.signals) {
        if (date <= dates[t]) expect(changed.signals.get(date)).toEqual(signal)
      }
      compared += ledger.length
      // The control: what lies after t did change.
      expect(changed.portfolio.returns).not.toEqual(original.portfolio.returns)
    }
    expect(compared).toBeGreaterThan(10)
  })

  it('fits on the same bytes when the bars after the fit period change', async () => {
    const prepared = prepare(config, market)
    const fitEnd = market.panel.dates.indexOf(prepared.windows[0].fitEnd)
    const files = async (from: Prepared): Promise<Buffer[]> => {
      const folder = await mkdtemp(join(tmpdir(), 'plateau-look-ahead-'))
      return config.models.flatMap((model) => {
        const { train, valid } = writeWindowSamples(from, config, 0, model, folder)
        return [readFileSync(train), readFileSync(valid)]
      })
    }
    expect(await files(prepare(config, changedAfter(fitEnd, 3)))).toEqual(await files(prepared))
    // The control: a change inside the fit period is seen.
    expect(await files(prepare(config, changedAfter(fitEnd - 30, 3)))).not.toEqual(await files(prepared))
  })
})
