import { weightBounds } from '../../../src-main/portfolio/enhancementProblem.ts'
import type { EnhancementProblem } from '../../../src-main/portfolio/enhancementProblem.ts'
import { portfolioLimits } from '../../../src-shared/domain/study.ts'
import { createRandom } from '../../../src-shared/random.ts'

/** The limits of methods 6 at their defaults. */
export const limits = portfolioLimits.parse({})

/** No risk model and no rule of a stock's own. */
export const plain = { styles: [], stockRange: null, tradeMax: null, risk: null, tradingDaysPerYear: 252 }

/**
 * A random market of 40 to 120 stocks whose holdings drifted away from the benchmark; a few have a range of their own, and
 * every second problem a participation limit. Those ranges always leave room for a full portfolio.
 */
export function randomProblem(at: number): EnhancementProblem {
  const random = createRandom(at)
  const count = 40 + random.below(80)
  const draw = (value: () => number) => Float64Array.from({ length: count }, value)
  const scaled = (raw: Float64Array, to: number) => {
    const sum = raw.reduce((total, value) => total + value, 0)
    return raw.map((value) => (to * value) / sum)
  }
  const benchmark = scaled(
    draw(() => (random.uniform() < 0.3 ? 0 : Math.exp(random.normal()))),
    1,
  )
  const drift = benchmark.map(
    (weight) => (random.uniform() < 0.2 ? 0.01 : weight) * Math.exp(0.2 * random.normal()),
  )
  const held = scaled(drift, random.uniform() < 0.5 ? 1 : 0.97)
  const own = draw(() => (random.uniform() < 0.05 ? random.uniform() : Number.NaN))
  const problem: EnhancementProblem = {
    alpha: draw(() => (random.uniform() < 0.1 ? Number.NaN : random.normal())),
    benchmark,
    member: Uint8Array.from(benchmark, (weight) => (weight > 0 ? 1 : 0)),
    universe: Uint8Array.from({ length: count }, () => (random.uniform() < 0.05 ? 0 : 1)),
    industry: Int32Array.from({ length: count }, () => random.below(7) - 1),
    industries: ['a', 'b', 'c', 'd', 'e', 'f'],
    size: draw(() => random.normal()),
    held,
    frozen: Uint8Array.from({ length: count }, () => (random.uniform() < 0.03 ? 1 : 0)),
    ...plain,
    styles: ['beta', 'value'].map((name) => ({ name, exposure: draw(() => random.normal()) })),
    stockRange: {
      lower: own.map((value) => 0.01 * value),
      upper: own.map((value) => 0.02 + 0.02 * value),
      sold: new Uint8Array(count),
    },
    tradeMax: at % 2 === 0 ? null : held.map((weight) => 0.004 + 0.5 * weight),
    limits: { ...limits, turnoverMax: 0.1 + 0.6 * random.uniform(), linearCost: random.below(2) * 0.3 },
  }
  const { lower, upper } = weightBounds(problem)
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)
  return total(lower) <= 1 && total(upper) >= 1 ? problem : randomProblem(at + 1_000_000)
}

/** Four stocks, all in the benchmark but the last. */
export const small = (parts: Partial<EnhancementProblem>): EnhancementProblem => ({
  alpha: Float64Array.of(3, 2, 1, 4),
  benchmark: Float64Array.of(0.4, 0.3, 0.3, 0),
  member: Uint8Array.of(1, 1, 1, 0),
  universe: Uint8Array.of(1, 1, 1, 1),
  industry: null,
  industries: [],
  size: null,
  held: new Float64Array(4),
  frozen: new Uint8Array(4),
  ...plain,
  limits: { ...limits, stockActiveMax: 0.1 },
  ...parts,
})
