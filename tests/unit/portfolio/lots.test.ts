import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backtest } from '../../../src-main/portfolio/backtest.ts'
import type { BacktestInput } from '../../../src-main/portfolio/backtest.ts'
import { lotRule, valueInLots, wholeLots } from '../../../src-main/portfolio/lots.ts'
import { rebalance as schema } from '../../../src-shared/domain/portfolio.ts'
import { randomMarket, randomWeights } from './market.ts'

const SYMBOLS = [
  '600000.SH',
  '000001.SZ',
  '300750.SZ',
  '688981.SH',
  '689009.SH',
  '430047.BJ',
  'AAPL.US',
  '0700.HK',
]
const DAYS = 30
const seed = fc.integer({ min: 1, max: 1_000_000 })
const rules = fc.constantFrom(...SYMBOLS.map(lotRule))

describe('lots of the exchanges', () => {
  it.each([
    ['600000.SH', 100, 100],
    ['000001.SZ', 100, 100],
    ['300750.SZ', 100, 100],
    ['688981.SH', 200, 1],
    ['689009.SH', 200, 1],
    ['430047.BJ', 100, 1],
    ['AAPL.US', 1, 1],
  ])('%s: at least %i, then by %i', (symbol, minimum, step) => {
    expect(lotRule(symbol)).toEqual({ minimum, step })
  })

  it('the largest order within the shares', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), rules, (shares, rule) => {
        const whole = wholeLots(shares, rule)
        expect(whole % rule.step).toBe(0)
        expect(whole).toBeLessThanOrEqual(shares * (1 + 1e-12))
        if (whole === 0) expect(shares).toBeLessThan(rule.minimum)
        else {
          expect(whole).toBeGreaterThanOrEqual(rule.minimum)
          expect(whole + rule.step).toBeGreaterThan(shares)
        }
      }),
    )
    expect(wholeLots(300 * (1 - 1e-15), lotRule('600000.SH'))).toBe(300)
    expect(wholeLots(199.99, lotRule('688981.SH'))).toBe(0)
    expect(wholeLots(201.5, lotRule('688981.SH'))).toBe(201)
  })

  it('sells odd shares with the whole position only', () => {
    const rule = lotRule('600000.SH')
    expect(valueInLots(-1500, 2375, 10, rule)).toBe(-1000)
    expect(valueInLots(-2370, 2375, 10, rule)).toBe(-2000)
    expect(valueInLots(-2375, 2375, 10, rule)).toBe(-2375)
    expect(valueInLots(-750, 2375, 10, rule)).toBe(0)
    expect(valueInLots(-1500, 1500, 10, lotRule('688981.SH'))).toBe(-1500)
    expect(valueInLots(-1400, 1500, 10, lotRule('688981.SH'))).toBe(0)
  })
})

describe('backtest in lots', () => {
  /** A cash dividend of every stock on day 12 makes parts of shares of whole ones. */
  const randomBacktest = (at: number, lotCapital: number | null): BacktestInput => {
    const market = randomMarket(at, DAYS, SYMBOLS.length)
    const dividend = (cell: number) => (cell < 12 * SYMBOLS.length ? 1 : 1.013)
    return {
      ...market,
      symbols: SYMBOLS,
      close: market.close.map((price, cell) => price / dividend(cell)),
      vwap: market.vwap.map((price, cell) => price / dividend(cell)),
      factor: market.factor.map((factor, cell) => factor * dividend(cell)),
      decisionDays: [2, 7, 8, 15, 22],
      decide: (day) => Promise.resolve(randomWeights(at, day, SYMBOLS.length)),
      costRate: 0.002,
      lotCapital,
    }
  }

  it('trades whole lots, keeps the rest in cash and refuses what is less than one', async () => {
    const seen = { odd: 0, below: 0, scaled: 0 }
    await fc.assert(
      fc.asyncProperty(seed, fc.constantFrom(1e4, 1e5, 1e7), async (at, capital) => {
        const { ledger, cash } = await backtest(randomBacktest(at, capital))
        for (const value of cash) expect(value).toBeGreaterThanOrEqual(0)
        for (const entry of ledger) {
          schema.parse(entry)
          const traded = entry.orders.reduce((sum, { filledValue, cost }) => sum + filledValue + cost, 0)
          expect(entry.cashAfter).toBeCloseTo(entry.cashBefore - traded, 11)
          for (const order of entry.orders) {
            const { minimum, step } = lotRule(order.symbol)
            const { status, reason, orderValue, filledValue, fillPrice, weightAfter } = order
            if (status === 'refused') {
              expect(filledValue).toBe(0)
              if (reason === 'below_lot') seen.below++
              continue
            }
            expect(Math.sign(filledValue)).toBe(Math.sign(orderValue))
            expect(Math.abs(filledValue)).toBeLessThanOrEqual(Math.abs(orderValue) * (1 + 1e-11))
            const shares = (Math.abs(filledValue) * capital) / fillPrice!
            const beyondLots = Math.abs(shares / step - Math.round(shares / step))
            if (order.side === 'sell' && weightAfter === 0) {
              if (beyondLots > 1e-6) seen.odd++
              continue
            }
            expect(beyondLots).toBeLessThan(1e-6)
            expect(shares).toBeGreaterThan(minimum - 1e-6)
            if (status === 'scaled') seen.scaled++
            else expect((Math.abs(orderValue) * capital) / fillPrice! - shares).toBeLessThan(step)
          }
        }
      }),
      { numRuns: 60 },
    )
    expect(Object.values(seen).every((count) => count > 0)).toBe(true)
  })

  it('refuses an order below a lot, and only then', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const capital = 20_000
        const input = randomBacktest(at, capital)
        const { ledger } = await backtest(input)
        for (const { fillDate, buyScale, orders } of ledger) {
          for (const { symbol, side, orderValue, reason } of orders) {
            const cell = Array.from(input.dates).indexOf(fillDate) * SYMBOLS.length + SYMBOLS.indexOf(symbol)
            const scale = side === 'buy' ? buyScale! : 1
            const shares = (Math.abs(orderValue) * scale * capital) / input.vwap[cell]
            if (reason === 'below_lot') expect(shares).toBeLessThan(lotRule(symbol).minimum)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  it('is the backtest of any size when the capital is large, and without one', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const plain = await backtest(randomBacktest(at, null))
        const large = await backtest(randomBacktest(at, 1e14))
        large.nav.forEach((nav, day) => expect(nav).toBeCloseTo(plain.nav[day], 8))
        const { lotCapital: _absent, ...absent } = randomBacktest(at, null)
        expect(await backtest(absent)).toEqual(plain)
      }),
      { numRuns: 20 },
    )
  })

  it('by hand: lots at the build, a bonus issue, a sell in lots, the odd rest sold out', async () => {
    const constant = (value: number) => new Float64Array(6).fill(value)
    const input: BacktestInput = {
      dates: [20240102, 20240103, 20240104, 20240105, 20240108, 20240109],
      symbols: ['600000.SH'],
      // Three bonus shares for ten on 4 January: the price falls, the factor rises by 1.3.
      close: Float64Array.of(13, 13, 10, 10, 10, 10),
      vwap: Float64Array.of(13, 13, 10, 10, 10, 10),
      factor: Float64Array.of(1, 1, 1.3, 1.3, 1.3, 1.3),
      traded: new Uint8Array(6).fill(1),
      oneWordUp: new Uint8Array(6),
      oneWordDown: new Uint8Array(6),
      decisionDays: [0, 2, 3],
      decide: (day) => Promise.resolve(Float64Array.of(day === 0 ? 1 : day === 2 ? 0.5 : 0)),
      costRate: 0,
      lotCapital: 10_000,
    }
    const { ledger, positions, nav } = await backtest(input)
    // 10,000 / 13 = 769 shares wanted: 700 bought, 910 after the issue; 5,000 of 10,000 is 410 sold: 400.
    expect(ledger.map(({ orders }) => orders[0].status)).toEqual(['filled', 'filled', 'filled'])
    const filled = ledger.map(({ orders }) => (orders[0].filledValue * 10_000) / orders[0].fillPrice!)
    expect(filled[0]).toBeCloseTo(700, 9)
    expect(filled[1]).toBeCloseTo(-400, 9)
    expect(filled[2]).toBeCloseTo(-510, 9)
    expect(positions.map(({ cash }) => Math.round(cash * 10_000))).toEqual([900, 4900, 10_000])
    expect(positions[2].units).toEqual(constant(0).subarray(0, 1))
    nav.forEach((value) => expect(value).toBeCloseTo(1, 12))
  })
})
