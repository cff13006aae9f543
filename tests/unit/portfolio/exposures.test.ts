import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Industries } from '../../../src-main/market/industryHistory.ts'
import { backtest } from '../../../src-main/portfolio/backtest.ts'
import type { BacktestInput } from '../../../src-main/portfolio/backtest.ts'
import { exposures } from '../../../src-main/portfolio/exposures.ts'
import type { ExposuresInput } from '../../../src-main/portfolio/exposures.ts'
import { holdingsOn } from '../../../src-main/portfolio/holdings.ts'
import { exposures as schema } from '../../../src-shared/domain/portfolio.ts'
import { randomMarket, randomWeights } from './market.ts'

const DAYS = 30
const STOCKS = 6
const DECIDED = [2, 7, 8, 15, 22]
const seed = fc.integer({ min: 1, max: 1_000_000 })

async function randomCase(at: number) {
  const market: BacktestInput = {
    ...randomMarket(at, DAYS, STOCKS),
    decisionDays: DECIDED,
    decide: (day) => Promise.resolve(randomWeights(at, day, STOCKS)),
    costRate: 0.002,
  }
  const { ledger, positions } = await backtest(market)
  const style = (day: number, k: number) =>
    randomWeights(at, 1000 * k + day, STOCKS).map((value) => 4 * value - 1)
  const input: ExposuresInput & { industries: Industries } = {
    prices: market,
    positions,
    decisionDays: DECIDED,
    benchmarkAt: (day) => {
      const raw = randomWeights(at, 100 + day, STOCKS)
      raw[day % STOCKS] += 0.01
      const total = raw.reduce((sum, weight) => sum + weight, 0)
      return {
        weights: raw.map((weight) => weight / total),
        member: Uint8Array.from(raw, (weight) => (weight > 0 ? 1 : 0)),
      }
    },
    industries: {
      names: ['banks', 'energy'],
      at: () => Int32Array.from({ length: STOCKS }, (_, stock) => (stock % 3) - 1),
    },
    // Momentum is not known on the last decision day.
    stylesAt: (day) => [
      { name: 'size', exposure: style(day, 2) },
      ...(day === 22 ? [] : [{ name: 'momentum', exposure: style(day, 3) }]),
    ],
  }
  return { input, ledger }
}

describe('active exposures', () => {
  it('are those of the holdings at the close of each decision day with holdings and of the last day', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const { input, ledger } = await randomCase(at)
        const found = schema.parse(exposures(input))
        const days = [7, 8, 15, 22, DAYS - 1]
        expect(found.dates).toEqual(days.map((day) => input.prices.dates[day]))
        expect(found.series.map(({ name }) => name)).toEqual([
          'industry:banks',
          'industry:energy',
          'industry:unknown',
          'style:size',
          'style:momentum',
          'cash',
          'nonmembers',
        ])
        const valueOf = (name: string, row: number) =>
          found.series.find((series) => series.name === name)!.values[row]
        days.forEach((day, row) => {
          const { holdings, cash, total } = holdingsOn(input.prices, ledger, input.prices.dates[day], null)
          const weights = new Map(holdings.map(({ symbol, weight }) => [symbol, weight]))
          const { weights: benchmark, member } = input.benchmarkAt(day)
          const held = input.prices.symbols.map((symbol) => weights.get(symbol) ?? 0)
          const wanted = (of: (stock: number) => number) =>
            held.reduce((sum, weight, stock) => sum + (weight - benchmark[stock]) * of(stock), 0)
          const industry = input.industries.at(day)
          ;['unknown', 'banks', 'energy'].forEach((name, k) =>
            expect(valueOf(`industry:${name}`, row)).toBeCloseTo(
              wanted((stock) => (industry[stock] === k - 1 ? 1 : 0)),
              12,
            ),
          )
          const styles = new Map(input.stylesAt(day).map(({ name, exposure }) => [name, exposure]))
          for (const name of ['size', 'momentum']) {
            const exposure = styles.get(name)
            const value = valueOf(`style:${name}`, row)
            if (exposure === undefined) expect(value).toBeNull()
            else
              expect(value).toBeCloseTo(
                wanted((stock) => exposure[stock]),
                12,
              )
          }
          expect(valueOf('cash', row)).toBeCloseTo(cash / total, 12)
          const outside = held
            .filter((_, stock) => member[stock] !== 1)
            .reduce((sum, weight) => sum + weight, 0)
          expect(valueOf('nonmembers', row)).toBeCloseTo(outside, 12)
          const industries = ['banks', 'energy', 'unknown'].map((name) => valueOf(`industry:${name}`, row)!)
          expect(industries.reduce((sum, value) => sum + value, 0)).toBeCloseTo(-cash / total, 12)
        })
      }),
      { numRuns: 25 },
    )
  })

  it('have no industries where none is known, nor one that no stock is in, the unknown included', async () => {
    const { input } = await randomCase(4)
    const names = (industries: ExposuresInput['industries']) =>
      exposures({ ...input, industries })
        .series.map(({ name }) => name)
        .filter((name) => name.startsWith('industry:'))
    expect(names(null)).toEqual([])
    const onlyBanks = { names: ['air', 'banks'], at: () => new Int32Array(STOCKS).fill(1) }
    expect(names(onlyBanks)).toEqual(['industry:banks'])
  })

  it('count a stock without a style exposure as 0, and have no dates without a fill', async () => {
    const { input } = await randomCase(4)
    const of = (missing: number) => ({
      ...input,
      stylesAt: () => [{ name: 'size', exposure: Float64Array.of(1, missing, 2, 0.5, missing, -1) }],
    })
    expect(exposures(of(Number.NaN))).toEqual(exposures(of(0)))
    expect(exposures({ ...input, positions: [] }).dates).toEqual([])
  })
})
