import type { FactorTestInput } from '../../../src-main/factor/input.ts'
import { createRandom } from '../../../src-shared/random.ts'

export const DAYS = 40
export const STOCKS = 30

/** A random market of 40 days and 30 stocks with a random factor, gaps in all of it. */
export function randomInput(at: number): FactorTestInput {
  const random = createRandom(at)
  const cells = DAYS * STOCKS
  const adjVwap = new Float64Array(cells)
  for (let cell = 0; cell < cells; cell++) {
    const previous = cell < STOCKS ? 10 : adjVwap[cell - STOCKS]
    adjVwap[cell] = previous * Math.exp(0.03 * random.normal())
  }
  const chance = (share: number) =>
    Uint8Array.from({ length: cells }, () => (random.uniform() < share ? 1 : 0))
  const testDates = [1, 6, 11, 16, 21, 26, 31, 36]
  return {
    name: 'random',
    dates: Array.from({ length: DAYS }, (_, day) => 20240100 + (day % 28) + 1 + 100 * Math.floor(day / 28)),
    symbols: Array.from({ length: STOCKS }, (_, stock) => `S${String(stock).padStart(3, '0')}`),
    adjVwap: adjVwap.map((price) => (random.uniform() < 0.03 ? Number.NaN : price)),
    testDates,
    factor: testDates.map(() =>
      Float64Array.from({ length: STOCKS }, () => (random.uniform() < 0.1 ? Number.NaN : random.normal())),
    ),
    universe: chance(0.9),
    canBuy: chance(0.95),
    layers: 5,
    horizon: 5,
    tradingDaysPerYear: 252,
    annualisedExcess: 'compound',
  }
}
