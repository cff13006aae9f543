import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Industries } from '../../../src-main/market/industryHistory.ts'
import { backtest, compareWithBenchmark, firstComparedDay } from '../../../src-main/portfolio/backtest.ts'
import type { BacktestInput } from '../../../src-main/portfolio/backtest.ts'
import { benchmarkReturns } from '../../../src-main/portfolio/benchmarkReturns.ts'
import { contributions } from '../../../src-main/portfolio/contributions.ts'
import type { ContributionsInput } from '../../../src-main/portfolio/contributions.ts'
import { holdingsOn, replay } from '../../../src-main/portfolio/holdings.ts'
import { lastKnown } from '../../../src-main/portfolio/lastKnown.ts'
import { contributions as schema } from '../../../src-shared/domain/portfolio.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { randomMarket, randomWeights } from './market.ts'

const DAYS = 40
const seed = fc.integer({ min: 1, max: 1_000_000 })
const sum = (values: Iterable<number>) => Array.from(values).reduce((total, value) => total + value, 0)

/** A random market, backtest and benchmark whose weights and industries change from day to day. */
async function randomCase(
  at: number,
  change: Partial<BacktestInput> = {},
  stocks = 6,
): Promise<{ input: ContributionsInput & { industries: Industries }; excess: Float64Array }> {
  const random = createRandom(at, 7)
  const market: BacktestInput = {
    ...randomMarket(at, DAYS, stocks),
    decisionDays: [2, 7, 8, 15, 22, 31],
    decide: (day) => Promise.resolve(randomWeights(at, day, stocks)),
    costRate: 0.002,
    ...change,
  }
  const published = Float64Array.from({ length: DAYS }, () => 0.01 * random.normal())
  const test = await backtest(market)
  const compared = compareWithBenchmark(market.dates, test, published)!
  return {
    input: {
      prices: market,
      test,
      from: firstComparedDay(market.dates, test.ledger)!,
      benchmarkReturns: published,
      benchmarkAt: (day) => {
        const raw = randomWeights(at, 100 + day, stocks).map((weight) => weight + 0.01)
        return raw.map((weight) => weight / sum(raw))
      },
      industries: {
        names: ['banks', 'energy'],
        at: (day) =>
          Int32Array.from({ length: stocks }, (_, stock) => ((stock + (day > 20 ? 1 : 0)) % 3) - 1),
      },
    },
    excess: compared.portfolio.map((value, day) => value - compared.benchmark[day]),
  }
}

/** Adjusted return close to close, 0 without a trade, found by looking back. */
function changeOf({ close, factor, traded }: ContributionsInput['prices'], stocks: number) {
  const adjusted = close.map((raw, cell) => (traded[cell] === 1 ? raw * factor[cell] : Number.NaN))
  return (day: number, stock: number): number => {
    const change = lastKnown(adjusted, stocks, day, stock) / lastKnown(adjusted, stocks, day - 1, stock) - 1
    return Number.isNaN(change) ? 0 : change
  }
}

describe('contributions', () => {
  it('add up to the daily excess returns', async () => {
    await fc.assert(
      fc.asyncProperty(
        seed,
        fc.constantFrom(0, 0.002, 0.05),
        fc.constantFrom(null, 1e5),
        async (at, costRate, lots) => {
          const { input, excess } = await randomCase(at, { costRate, lotCapital: lots })
          const found = schema.parse(contributions(input))
          const industries = sum(found.industries.map(({ contribution }) => contribution))
          expect(Math.abs(found.total - sum(excess))).toBeLessThan(1e-12)
          const parts = industries + found.trading + found.cost + found.benchmark
          expect(Math.abs(parts - found.total)).toBeLessThan(1e-12)
          const stocks = sum(found.stocks.map(({ contribution }) => contribution))
          expect(Math.abs(stocks - industries)).toBeLessThan(1e-12)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are the sums of active weight times return that the holdings of each day give', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const { input } = await randomCase(at)
        const { prices, test, from, benchmarkAt, industries } = input
        const change = changeOf(prices, 6)
        const days = Array.from({ length: DAYS - from }, (_, k) => from + k)
        const active = days.map((day) => {
          const { holdings } = holdingsOn(prices, test.ledger, prices.dates[day - 1], null)
          const weights = new Map(holdings.map(({ symbol, weight }) => [symbol, weight]))
          return benchmarkAt(day - 1).map(
            (weight, stock) => (weights.get(prices.symbols[stock]) ?? 0) - weight,
          )
        })
        const found = contributions(input)
        for (const { symbol, meanActiveWeight, contribution } of found.stocks) {
          const stock = prices.symbols.indexOf(symbol)
          expect(meanActiveWeight).toBeCloseTo(sum(active.map((row) => row[stock])) / days.length, 12)
          expect(contribution).toBeCloseTo(
            sum(days.map((day, k) => active[k][stock] * change(day, stock))),
            12,
          )
        }
        for (const { industry, meanActiveWeight, contribution } of found.industries) {
          const group = industries.names.indexOf(industry)
          const own = (row: Float64Array, k: number, of: (stock: number) => number) =>
            sum(
              row.map((weight, stock) =>
                industries.at(days[k] - 1)[stock] === group ? weight * of(stock) : 0,
              ),
            )
          expect(meanActiveWeight).toBeCloseTo(
            sum(active.map((row, k) => own(row, k, () => 1))) / days.length,
            12,
          )
          const earned = active.map((row, k) => own(row, k, (stock) => change(days[k], stock)))
          expect(contribution).toBeCloseTo(sum(earned), 12)
        }
        const gaps = days.map((day) => {
          const ofWeights = sum(benchmarkAt(day - 1).map((weight, stock) => weight * change(day, stock)))
          return ofWeights - input.benchmarkReturns[day]
        })
        expect(found.benchmark).toBeCloseTo(sum(gaps), 12)
        const dates = Array.from(prices.dates)
        const costs = test.ledger
          .filter(({ fillDate }) => dates.indexOf(fillDate) >= from)
          .map(({ fillDate, orders }) => {
            const { total } = holdingsOn(prices, test.ledger, dates[dates.indexOf(fillDate) - 1], null)
            return sum(orders.map(({ cost }) => cost)) / total
          })
        expect(found.cost).toBeCloseTo(-sum(costs), 12)
      }),
      { numRuns: 20 },
    )
  })

  it('of trading are none when fills are at the close', async () => {
    const market = randomMarket(5, DAYS, 6)
    const { input } = await randomCase(5, { ...market, vwap: market.close })
    expect(Math.abs(contributions(input).trading)).toBeLessThan(1e-14)
    expect(Math.abs(contributions((await randomCase(5)).input).trading)).toBeGreaterThan(1e-5)
  })

  it('of the benchmark are none when its returns are those of its weights', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const { input } = await randomCase(at)
        const { prices, from, benchmarkAt } = input
        const change = changeOf(prices, 6)
        const returns = prices.close.map((_, cell) =>
          prices.traded[cell] === 1 && cell >= 6 ? change(Math.floor(cell / 6), cell % 6) : Number.NaN,
        )
        const index = {
          symbol: 'I',
          name: 'I',
          close: null,
          totalReturn: false,
          member: null,
          missingMembers: null,
        }
        const weights = {
          source: 'equal' as const,
          at: (day: number) => ({ weights: benchmarkAt(day), member: new Uint8Array(6), missing: 0 }),
        }
        const own = benchmarkReturns({ ...index, weights: null }, weights, returns, prices.dates, from - 1)
        expect(own.source).toBe('weights')
        const found = contributions({ ...input, benchmarkReturns: own.returns })
        expect(Math.abs(found.benchmark)).toBeLessThan(1e-13)
      }),
      { numRuns: 20 },
    )
  })

  it('of a stored ledger are those of its backtest', async () => {
    const { input } = await randomCase(9)
    const { ledger } = input.test
    const stored = { ledger, positions: replay(input.prices, ledger) }
    expect(contributions({ ...input, test: stored })).toEqual(contributions(input))
  })

  it('list the twenty stocks of either end, largest first, and one group without industries', async () => {
    const { input } = await randomCase(11, {}, 60)
    const { stocks } = contributions(input)
    expect(stocks).toHaveLength(40)
    expect(new Set(stocks.map(({ symbol }) => symbol)).size).toBe(40)
    const values = stocks.map(({ contribution }) => contribution)
    expect(values).toEqual(values.toSorted((a, b) => b - a))
    expect(values[19]).toBeGreaterThan(0)
    expect(values[20]).toBeLessThan(0)
    const { industries } = contributions({ ...input, industries: null })
    expect(industries.map(({ industry }) => industry)).toEqual(['unknown'])
  })
})
