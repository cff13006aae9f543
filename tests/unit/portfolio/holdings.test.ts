import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backtest } from '../../../src-main/portfolio/backtest.ts'
import type { BacktestInput } from '../../../src-main/portfolio/backtest.ts'
import { holdingsOn, replay } from '../../../src-main/portfolio/holdings.ts'
import { rebalance as schema } from '../../../src-shared/domain/portfolio.ts'
import { randomMarket, randomWeights } from './market.ts'

const DAYS = 30
const STOCKS = 6
const seed = fc.integer({ min: 1, max: 1_000_000 })

/** A backtest that also tells the weights it held at every close. */
async function randomTest(at: number, lotCapital: number | null) {
  const held = new Map<number, Float64Array>()
  const input: BacktestInput = {
    ...randomMarket(at, DAYS, STOCKS),
    decisionDays: Array.from({ length: DAYS }, (_, day) => day),
    decide: (day, weights) => {
      held.set(day, weights)
      return Promise.resolve([2, 7, 8, 15, 22].includes(day) ? randomWeights(at, day, STOCKS) : null)
    },
    costRate: 0.002,
    lotCapital,
  }
  return { input, held, test: await backtest(input) }
}

describe('holdings on a date', () => {
  it('replayed from a stored ledger are what the backtest held on every day', async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.constantFrom(null, 1e5), async (at, capital) => {
        const { input, held, test } = await randomTest(at, capital)
        const stored = schema.array().parse(JSON.parse(JSON.stringify(test.ledger)))
        const unit = capital ?? 1
        for (let day = 0; day < DAYS; day++) {
          const found = holdingsOn(input, stored, input.dates[day], capital)
          expect(found.date).toBe(input.dates[day])
          expect(Math.abs(found.total / unit - test.nav[day])).toBeLessThan(1e-10)
          expect(Math.abs(found.cash / unit - test.cash[day])).toBeLessThan(1e-10)
          const weights = new Map(found.holdings.map(({ symbol, weight }) => [symbol, weight]))
          held.get(day)?.forEach((weight, stock) => {
            expect(Math.abs((weights.get(input.symbols[stock]) ?? 0) - weight)).toBeLessThan(1e-10)
            expect(weights.has(input.symbols[stock])).toBe(weight > 0)
          })
          const value = found.holdings.reduce((sum, holding) => sum + holding.value, found.cash)
          expect(Math.abs(value / found.total - 1)).toBeLessThan(1e-12)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('counts raw shares: those bought, until the factor changes', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const capital = 1e6
        const { input, test } = await randomTest(at, capital)
        const [build] = test.ledger
        const day = Array.from(input.dates).indexOf(build.fillDate)
        const { holdings } = holdingsOn(input, test.ledger, build.fillDate, capital)
        const next = holdingsOn(input, test.ledger, input.dates[day + 1], capital)
        for (const { symbol, shares } of holdings) {
          const order = build.orders.find((entry) => entry.symbol === symbol)!
          const bought = (order.filledValue * capital) / order.fillPrice!
          expect(shares).toBeCloseTo(bought, 6)
          expect(shares! / 100).toBeCloseTo(Math.round(bought / 100), 6)
          const cell = day * STOCKS + input.symbols.indexOf(symbol)
          const split = input.factor[cell + STOCKS] / input.factor[cell]
          const later = next.holdings.find((holding) => holding.symbol === symbol)!
          expect(later.shares).toBeCloseTo(shares! * split, 6)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('on a day without trading are those of the last one before; before the first fill, cash', async () => {
    const { input, test } = await randomTest(3, null)
    const sparse = { ...input, dates: Array.from(input.dates, (date, day) => (day < 20 ? date : date + 1)) }
    const ledger = test.ledger.filter(({ fillDate }) => fillDate < input.dates[20])
    expect(holdingsOn(sparse, ledger, input.dates[20], null)).toEqual(
      holdingsOn(input, ledger, input.dates[19], null),
    )
    const none = holdingsOn(input, test.ledger, input.dates[2], 5000)
    expect(none).toEqual({ date: input.dates[2], total: 5000, cash: 5000, holdings: [] })
  })

  it('refuses a date before the prices, and a ledger of other prices', async () => {
    const { input, test } = await randomTest(3, null)
    const coded = (code: string) => expect.objectContaining({ code }) as Error
    expect(() => holdingsOn(input, test.ledger, 20200101, null)).toThrow(coded('data_insufficient'))
    const other = input.symbols.map((symbol) => symbol.replace('60', '00'))
    expect(() => replay({ ...input, symbols: other }, test.ledger)).toThrow(coded('not_found'))
    const later = { ...input, dates: Array.from(input.dates, (date) => date + 10_000) }
    expect(() => replay(later, test.ledger)).toThrow(coded('not_found'))
  })
})
