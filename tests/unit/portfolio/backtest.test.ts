import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backtest, compareWithBenchmark, refusedOrders } from '../../../src-main/portfolio/backtest.ts'
import type { BacktestInput } from '../../../src-main/portfolio/backtest.ts'
import { closes, replay } from '../../../src-main/portfolio/holdings.ts'
import { rebalance as schema } from '../../../src-shared/domain/portfolio.ts'
import { turnoverParts } from '../../../src-shared/domain/turnoverParts.ts'
import { randomMarket, randomWeights } from './market.ts'

const DAYS = 30
const STOCKS = 6
const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
const seed = fc.integer({ min: 1, max: 1_000_000 })

function randomBacktest(at: number, costRate = 0.002): BacktestInput {
  return {
    ...randomMarket(at, DAYS, STOCKS),
    decisionDays: [2, 7, 8, 15, 22],
    decide: (day) => Promise.resolve(randomWeights(at, day, STOCKS)),
    costRate,
  }
}

/** Two stocks at constant prices; `change` overwrites cells (day x 2 + stock). */
function flatMarket(change: Partial<Record<keyof BacktestInput, Record<number, number>>>): BacktestInput {
  const cells = <T extends Float64Array | Uint8Array>(
    empty: T,
    value: number,
    key: keyof BacktestInput,
  ): T => {
    empty.fill(value)
    for (const [at, override] of Object.entries(change[key] ?? {})) empty[Number(at)] = override
    return empty
  }
  return {
    dates: [20240102, 20240103, 20240104, 20240105],
    symbols: ['A', 'B'],
    close: cells(new Float64Array(8), 10, 'close'),
    vwap: cells(new Float64Array(8), 10, 'vwap'),
    factor: cells(new Float64Array(8), 1, 'factor'),
    traded: cells(new Uint8Array(8), 1, 'traded'),
    oneWordUp: cells(new Uint8Array(8), 0, 'oneWordUp'),
    oneWordDown: cells(new Uint8Array(8), 0, 'oneWordDown'),
    decisionDays: [0, 1],
    decide: (day) => Promise.resolve(day === 0 ? Float64Array.of(0.5, 0.5) : Float64Array.of(1, 0)),
    costRate: 0,
  }
}

describe('backtest', () => {
  it('keeps cash at or above zero and every rebalance in balance', async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.constantFrom(0, 0.002, 0.05), async (at, costRate) => {
        const result = await backtest(randomBacktest(at, costRate))
        for (const cash of result.cash) expect(cash).toBeGreaterThanOrEqual(0)
        for (const entry of result.ledger) {
          schema.parse(entry)
          const traded = entry.orders.reduce((sum, order) => sum + order.filledValue, 0)
          const costs = entry.orders.reduce((sum, order) => sum + order.cost, 0)
          expect(entry.cashAfter).toBeCloseTo(entry.cashBefore - traded - costs, 11)
          expect(entry.valueAfter).toBeCloseTo(entry.valueBefore - costs, 12)
          expect(costs).toBeCloseTo(entry.cost, 12)
          expect(costs).toBeCloseTo(costRate * (entry.soldValue + entry.boughtValue), 12)
          const parts = turnoverParts(entry)
          expect(parts.realised).toBeCloseTo(entry.turnover, 12)
          expect(parts.realised + parts.cut + parts.refused).toBeCloseTo(parts.ordered, 12)
          expect(parts.cut).toBeGreaterThanOrEqual(0)
          expect(entry.turnover).toBeGreaterThanOrEqual(0)
          expect(entry.turnover).toBeLessThanOrEqual(2 + 1e-12)
          expect(entry.cashAfter).toBeLessThanOrEqual(entry.valueAfter + 1e-12)
        }
        const costs = result.ledger.flatMap(({ orders }) => orders.map(({ cost }) => cost))
        expect(result.totalCost).toBeCloseTo(
          costs.reduce((sum, cost) => sum + cost, 0),
          12,
        )
      }),
      { numRuns: 60 },
    )
  })

  it('NAV of every day is cash plus the units its ledger adds up to, at the adjusted close of the last traded day', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const input = randomBacktest(at)
        const { nav, returns, cash, ledger } = await backtest(input)
        const units = new Float64Array(STOCKS)
        let money = 1
        let grown = 1
        for (let day = 0; day < DAYS; day++) {
          for (const { orders } of ledger.filter(({ fillDate }) => fillDate === input.dates[day])) {
            for (const { symbol, filledValue, fillPrice, cost } of orders) {
              const stock = input.symbols.indexOf(symbol)
              money -= filledValue + cost
              units[stock] +=
                filledValue === 0 ? 0 : filledValue / (fillPrice! * input.factor[day * STOCKS + stock])
            }
          }
          const value = units.reduce((sum, held, stock) => {
            let last = day
            while (last >= 0 && input.traded[last * STOCKS + stock] !== 1) last--
            const cell = last * STOCKS + stock
            return last < 0 ? sum : sum + held * input.close[cell] * input.factor[cell]
          }, money)
          if (day > 0) grown *= 1 + returns[day]
          expect(Math.abs(nav[day] - value)).toBeLessThan(1e-10)
          expect(Math.abs(nav[day] - grown)).toBeLessThan(1e-10)
          expect(Math.abs(cash[day] - money)).toBeLessThan(1e-10)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('fills nothing on a suspended day, no buy at a one-word limit-up, no sell at a one-word limit-down', async () => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(seed, fc.constantFrom(null, 1e6), async (at, lotCapital) => {
        const input = { ...randomBacktest(at), lotCapital }
        const { ledger } = await backtest(input)
        for (const { fillDate, orders } of ledger) {
          for (const { symbol, side, filledValue, reason } of orders) {
            const cell = Array.from(input.dates).indexOf(fillDate) * STOCKS + input.symbols.indexOf(symbol)
            const closed = side === 'buy' ? input.oneWordUp[cell] : input.oneWordDown[cell]
            if (input.traded[cell] === 1 && closed === 0) continue
            expect(filledValue).toBe(0)
            expect(reason).toBe(
              input.traded[cell] === 1 ? `limit_${side === 'buy' ? 'up' : 'down'}` : 'suspended',
            )
            refused++
          }
        }
      }),
      { numRuns: 60 },
    )
    expect(refused).toBeGreaterThan(0)
  })

  it('reaches the target exactly at no cost when every stock trades', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const market = randomMarket(at, DAYS, STOCKS)
        const input: BacktestInput = {
          ...randomBacktest(at, 0),
          traded: market.traded.fill(1),
          oneWordUp: market.oneWordUp.fill(0),
          oneWordDown: market.oneWordDown.fill(0),
          vwap: market.vwap.map((vwap, cell) => (Number.isNaN(vwap) ? market.close[cell] : vwap)),
        }
        const { ledger, positions } = await backtest(input)
        ledger.forEach(({ valueAfter, cashAfter }, k) => {
          const { day, units } = positions[k]
          const target = randomWeights(at, day - 1, STOCKS)
          units.forEach((held, stock) => {
            const cell = day * STOCKS + stock
            const weight = (held * input.vwap[cell] * input.factor[cell]) / valueAfter
            expect(Math.abs(weight - target[stock])).toBeLessThan(2e-12)
          })
          const invested = target.reduce((sum, weight) => sum + weight, 0)
          expect(Math.abs(cashAfter / valueAfter - (1 - invested))).toBeLessThan(1e-11)
        })
      }),
      { numRuns: 40 },
    )
  })

  it('a stock that a decision does not trade gets no order and keeps its units, the others get theirs', async () => {
    let drifted = 0
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const input = randomBacktest(at)
        const frozenOn = (day: number, stock: number): boolean => day > 2 && (day + stock + at) % 3 === 0
        const { ledger, positions } = await backtest({
          ...input,
          decide: (day, held) =>
            Promise.resolve(
              randomWeights(at, day, STOCKS).map((weight, stock) =>
                // Others keep out of the way of what is held, so that weights sum to at most 1.
                frozenOn(day, stock)
                  ? Number.NaN
                  : weight * (1 - sum(held.filter((_, i) => frozenOn(day, i)))),
              ),
            ),
        })
        ledger.slice(1).forEach((entry, k) => {
          const { day } = positions[k + 1]
          const ordered = entry.orders.map(({ symbol }) => input.symbols.indexOf(symbol))
          for (const { targetWeight } of entry.orders) expect(targetWeight).not.toBeNaN()
          for (let stock = 0; stock < STOCKS; stock++) {
            if (!frozenOn(day - 1, stock)) continue
            expect(ordered).not.toContain(stock)
            expect(positions[k + 1].units[stock]).toBe(positions[k].units[stock])
            const cell = day * STOCKS + stock
            if (positions[k].units[stock] > 0 && input.traded[cell] === 1) drifted++
          }
          schema.parse(entry)
          expect(entry.cashAfter).toBeGreaterThanOrEqual(0)
        })
      }),
      { numRuns: 40 },
    )
    expect(drifted).toBeGreaterThan(0)
  })

  it('no fill is beyond the largest order of its decision; those within it are as without a limit', async () => {
    const seen = { clipped: 0, refused: 0, filled: 0 }
    await fc.assert(
      fc.asyncProperty(seed, fc.constantFrom(null, 1e6), async (at, lotCapital) => {
        const input = { ...randomBacktest(at), lotCapital }
        const orderMaxAt = (day: number): Float64Array =>
          randomWeights(at + 1, day, STOCKS).map((weight) => 0.3 * weight)
        const { ledger, positions, nav } = await backtest({ ...input, orderMaxAt })
        ledger.forEach((entry, k) => {
          schema.parse(entry)
          const most = orderMaxAt(positions[k].day - 1)
          const noise = 1e-12 * entry.valueBefore
          let bought = 0
          for (const order of entry.orders) {
            const limit = most[input.symbols.indexOf(order.symbol)]
            const beyond = Math.abs(order.orderValue) > limit + noise
            expect(Math.abs(order.filledValue)).toBeLessThanOrEqual(limit + noise)
            expect(order.weightAfter * entry.valueAfter).toBeCloseTo(
              order.weightBefore * entry.valueBefore + order.filledValue,
              11,
            )
            if (order.status === 'clipped') seen.clipped++
            if (order.status === 'filled') seen.filled++
            if (order.reason === 'participation') seen.refused++
            if (order.reason === null) {
              expect(order.status === 'clipped').toBe(beyond)
              const scale = order.side === 'buy' ? entry.buyScale! : 1
              const allowed = Math.min(Math.abs(order.orderValue), limit) * scale
              if (lotCapital === null) expect(Math.abs(order.filledValue)).toBeCloseTo(allowed, 11)
              else expect(Math.abs(order.filledValue)).toBeLessThanOrEqual(allowed + noise)
              if (order.side === 'buy') bought += order.filledValue
            } else if (order.reason === 'participation') expect(limit).toBe(0)
          }
          expect(entry.boughtValue).toBeCloseTo(bought, 12)
          expect(entry.cashAfter).toBeGreaterThanOrEqual(0)
          const parts = turnoverParts(entry)
          expect(parts.realised + parts.cut + parts.refused).toBeCloseTo(parts.ordered, 12)
        })
        // The ledger tells all: replayed, it gives every day's NAV.
        for (const close of closes(input, replay(input, ledger)))
          expect(close.total).toBeCloseTo(nav[close.day], 10)
        const unlimited = await backtest(input)
        const wide = () => new Float64Array(STOCKS).fill(10)
        expect(await backtest({ ...input, orderMaxAt: wide })).toEqual(unlimited)
      }),
      { numRuns: 40 },
    )
    expect(Object.values(seen).every((count) => count > 0)).toBe(true)
  })

  it('by hand: an order the price made larger than its limit is clipped to it', async () => {
    // Half in each; A falls to 8 at the fill of the second decision, which asks for 0.6 of it: 0.1 more at the close.
    const input = flatMarket({ vwap: { 4: 8 }, close: { 4: 8, 6: 8 } })
    const { ledger } = await backtest({
      ...input,
      decide: (day) => Promise.resolve(day === 0 ? Float64Array.of(0.5, 0.5) : Float64Array.of(0.6, 0.4)),
      orderMaxAt: (day) => new Float64Array(2).fill(day === 0 ? 1 : 0.1),
    })
    const [buy, sell] = ledger[1].orders
    expect(buy).toMatchObject({ side: 'buy', status: 'clipped', reason: null })
    expect(buy.orderValue).toBeCloseTo(0.6 * 0.9 - 0.4, 12)
    expect(buy.filledValue).toBeCloseTo(0.1, 12)
    expect(sell).toMatchObject({ side: 'sell', status: 'clipped' })
    expect(sell.orderValue).toBeCloseTo(0.4 * 0.9 - 0.5, 12)
    expect(sell.filledValue).toBeCloseTo(-0.1, 12)
    expect(ledger[1].cashAfter).toBeCloseTo(0, 12)
  })

  it('hands every decision the drifted weights that its positions and prices give', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const random = randomBacktest(at)
        const held = new Map<number, Float64Array>()
        const input: BacktestInput = {
          ...random,
          decisionDays: Array.from({ length: DAYS }, (_, day) => day),
          decide: (day, weights, value) => {
            held.set(day, weights)
            return random.decisionDays.includes(day)
              ? random.decide(day, weights, value)
              : Promise.resolve(null)
          },
        }
        const { positions, nav, cash } = await backtest(input)
        for (const close of closes(input, positions)) {
          expect(close.total).toBe(nav[close.day])
          expect(close.cash).toBe(cash[close.day])
          const weights = close.values.map((value) => value / close.total)
          if (close.day < DAYS - 1) expect(weights).toEqual(held.get(close.day))
        }
      }),
      { numRuns: 20 },
    )
  })

  it('no order or fill at or before a day depends on anything later', async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.integer({ min: 3, max: DAYS - 2 }), async (at, day) => {
        const input = randomBacktest(at)
        const other = randomMarket(at + 1, DAYS, STOCKS)
        const splice = <T extends Float64Array | Uint8Array>(past: T, future: T): T => {
          const mixed = past.slice() as T
          mixed.set(future.subarray((day + 1) * STOCKS), (day + 1) * STOCKS)
          return mixed
        }
        // Decides from the drifted holdings, so that a leak through them would show as well.
        const decide = (when: number, held: Float64Array) =>
          Promise.resolve(randomWeights(at, when, STOCKS).map((weight, i) => 0.5 * weight + 0.5 * held[i]))
        const before = await backtest({ ...input, decide })
        const after = await backtest({
          ...input,
          decide,
          close: splice(input.close, other.close),
          vwap: splice(input.vwap, other.vwap),
          factor: splice(input.factor, other.factor),
          traded: splice(input.traded, other.traded),
          oneWordUp: splice(input.oneWordUp, other.oneWordUp),
          oneWordDown: splice(input.oneWordDown, other.oneWordDown),
        })
        const until = (result: typeof before) =>
          result.ledger.filter(({ fillDate }) => fillDate <= input.dates[day])
        expect(until(after)).toEqual(until(before))
        expect(after.nav.slice(0, day + 1)).toEqual(before.nav.slice(0, day + 1))
      }),
      { numRuns: 60 },
    )
  })

  it('does not depend on the order of the stocks', async () => {
    const reversed = <T extends Float64Array | Uint8Array>(matrix: T): T =>
      matrix.map((_, at) => matrix[Math.floor(at / STOCKS) * STOCKS + STOCKS - 1 - (at % STOCKS)]) as T
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const input = randomBacktest(at)
        const plain = await backtest(input)
        const turned = await backtest({
          ...input,
          symbols: input.symbols.toReversed(),
          close: reversed(input.close),
          vwap: reversed(input.vwap),
          factor: reversed(input.factor),
          traded: reversed(input.traded),
          oneWordUp: reversed(input.oneWordUp),
          oneWordDown: reversed(input.oneWordDown),
          decide: (day) => Promise.resolve(randomWeights(at, day, STOCKS).toReversed()),
        })
        turned.nav.forEach((nav, day) => expect(nav).toBeCloseTo(plain.nav[day], 12))
        expect(turned.totalCost).toBeCloseTo(plain.totalCost, 12)
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    { reason: 'suspended', side: 'sell', change: { traded: { 5: 0 } } },
    { reason: 'limit_down', side: 'sell', change: { oneWordDown: { 5: 1 } } },
    { reason: 'no_price', side: 'sell', change: { vwap: { 5: Number.NaN } } },
    { reason: 'suspended', side: 'buy', change: { traded: { 4: 0 }, oneWordUp: { 4: 1 } } },
    { reason: 'limit_up', side: 'buy', change: { oneWordUp: { 4: 1 } } },
    { reason: 'no_price', side: 'buy', change: { vwap: { 4: Number.NaN } } },
  ])('refuses to $side: $reason', async ({ reason, side, change }) => {
    const { ledger, nav } = await backtest(flatMarket(change))
    const order = ledger[1].orders.find((entry) => entry.side === side)
    expect(order).toMatchObject({ status: 'refused', reason, filledValue: 0, fillPrice: null, cost: 0 })
    expect(order?.weightAfter).toBeCloseTo(0.5, 12)
    expect(refusedOrders(ledger)).toEqual([{ reason, count: 1 }])
    expect(nav[3]).toBeCloseTo(1, 12)
  })

  it('fills a sell at limit-up and a buy at limit-down', async () => {
    const { ledger } = await backtest(flatMarket({ oneWordUp: { 5: 1 }, oneWordDown: { 4: 1 } }))
    expect(ledger[1].orders.map(({ status }) => status)).toEqual(['filled', 'filled'])
  })

  it('a decision on the last day fills nowhere, and none at all leaves cash', async () => {
    const input = flatMarket({})
    const late = await backtest({ ...input, decisionDays: [3] })
    expect(late.ledger).toEqual([])
    expect(Array.from(late.nav)).toEqual([1, 1, 1, 1])
    expect(compareWithBenchmark(input.dates, late, new Float64Array(4))).toBeNull()
    const nothing = await backtest({ ...input, decide: () => Promise.resolve(null) })
    expect(nothing.ledger).toEqual([])
  })

  it('compares from the day after the first fill', async () => {
    const input = flatMarket({ close: { 4: 11 } })
    const result = await backtest(input)
    const compared = compareWithBenchmark(input.dates, result, Float64Array.of(9, 9, 0.01, 0.02))!
    expect(compared.dates).toEqual([20240104, 20240105])
    expect(Array.from(compared.benchmark)).toEqual([0.01, 0.02])
    expect(Array.from(compared.portfolio)).toEqual(Array.from(result.returns.slice(2)))
    expect(compared.rebalances.map(({ date, initial }) => [date, initial])).toEqual([
      [20240103, true],
      [20240104, false],
    ])
  })

  it('compares from the first day whose day before has a close of the benchmark', async () => {
    const input = flatMarket({ close: { 4: 11 } })
    const result = await backtest(input)
    const compared = (gaps: number[]) =>
      compareWithBenchmark(input.dates, result, Float64Array.of(9, 9, 0.01, 0.02), new Set(gaps))
    // The first fill is on day 1: a gap later on is caught up within the compared days.
    expect(compared([2])!.dates).toEqual([20240104, 20240105])
    expect(compared([1])).toMatchObject({ dates: [20240105], benchmark: Float64Array.of(0.02) })
    expect(compared([1, 2])).toBeNull()
  })
})
