import { dateOfEpochDay, epochDay } from '../../../src-shared/domain/date.ts'
import { createRandom } from '../../../src-shared/random.ts'
import type { TradingData } from '../../../src-main/portfolio/trading.ts'

/** A random market with suspensions, one-word days, missing vwaps and factor changes. */
export function randomMarket(seed: number, days: number, stocks: number): TradingData {
  const random = createRandom(seed)
  const cells = days * stocks
  const close = new Float64Array(cells)
  const vwap = new Float64Array(cells)
  const factor = new Float64Array(cells)
  const traded = new Uint8Array(cells)
  const oneWordUp = new Uint8Array(cells)
  const oneWordDown = new Uint8Array(cells)
  for (let at = 0; at < cells; at++) {
    const previous = at < stocks ? 10 + random.uniform() : close[at - stocks]
    const split = random.uniform() < 0.02 ? 2 : 1
    const state = random.uniform()
    close[at] = (previous * Math.exp(0.03 * random.normal())) / split
    vwap[at] = state < 0.05 ? Number.NaN : (previous / split) * Math.exp(0.02 * random.normal())
    factor[at] = (at < stocks ? 1 : factor[at - stocks]) * split
    traded[at] = state > 0.9 ? 0 : 1
    oneWordUp[at] = state > 0.85 && state < 0.87 ? 1 : 0
    oneWordDown[at] = state > 0.87 && state < 0.9 ? 1 : 0
  }
  return {
    dates: Array.from({ length: days }, (_, day) => dateOfEpochDay(epochDay(20240101) + day)),
    symbols: Array.from({ length: stocks }, (_, stock) => `60${String(stock).padStart(4, '0')}.SH`),
    close,
    vwap,
    factor,
    traded,
    oneWordUp,
    oneWordDown,
  }
}

/** Random weights with a sum of at most 1, some of them 0. */
export function randomWeights(seed: number, stream: number, stocks: number): Float64Array {
  const random = createRandom(seed, stream)
  const raw = Float64Array.from({ length: stocks }, () => (random.uniform() < 0.3 ? 0 : random.uniform()))
  const sum = raw.reduce((total, value) => total + value, 0)
  const invested = 0.6 + 0.4 * random.uniform()
  return sum === 0 ? raw : raw.map((value) => (invested * value) / sum)
}
