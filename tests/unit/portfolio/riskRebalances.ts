import fc from 'fast-check'
import type { Enhancement } from '../../../src-main/portfolio/enhance.ts'
import { activity, aggregateLimits, weightBounds } from '../../../src-main/portfolio/enhancementProblem.ts'
import type { EnhancementProblem } from '../../../src-main/portfolio/enhancementProblem.ts'
import type { PortfolioLimits } from '../../../src-shared/domain/study.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { active, randomRisk, variance } from './factorForms.ts'
import { randomProblem } from './rebalances.ts'

export const seed = fc.integer({ min: 1, max: 1_000_000 })

/** A random rebalance with a risk model; aversion, a cap, or both. */
export function riskProblem(at: number, changed: Partial<PortfolioLimits> = {}): EnhancementProblem {
  const problem = randomProblem(at)
  const random = createRandom(at, 6)
  const kind = random.below(3)
  return withLimits(
    { ...problem, risk: randomRisk(random, problem.alpha.length) },
    {
      riskAversion: kind === 0 ? 0 : 10 ** (1 + 3 * random.uniform()),
      trackingErrorMax: kind === 1 ? null : 0.015 + 0.06 * random.uniform(),
      ...changed,
    },
  )
}

export const withLimits = (
  problem: EnhancementProblem,
  changed: Partial<PortfolioLimits>,
): EnhancementProblem => ({
  ...problem,
  limits: { ...problem.limits, ...changed },
})

/** Bought from cash, every stock free to trade, and no limit but bands: the benchmark can be held. */
export const unhindered = (problem: EnhancementProblem): EnhancementProblem => ({
  ...problem,
  universe: new Uint8Array(problem.alpha.length).fill(1),
  held: new Float64Array(problem.alpha.length),
  frozen: new Uint8Array(problem.alpha.length),
  stockRange: null,
  tradeMax: null,
})

/** Holds the benchmark already. */
export const steady = (problem: EnhancementProblem): EnhancementProblem => ({
  ...unhindered(problem),
  held: problem.benchmark,
})

export function trackingError(
  { risk, benchmark, tradingDaysPerYear }: EnhancementProblem,
  weights: Float64Array,
): number {
  return Math.sqrt(variance(risk!, active(weights, benchmark)) * tradingDaysPerYear)
}

export const total = (entries: readonly { slack: number }[]) =>
  entries.reduce((sum, { slack }) => sum + slack, 0)

/** Largest violation of any limit, the reported slack given back. */
export function violation(problem: EnhancementProblem, { weights, relaxed, softened }: Enhancement): number {
  const { lower, upper } = weightBounds(problem)
  const { rows, limits } = aggregateLimits(problem)
  const slack = new Map([...relaxed, ...softened].map((entry) => [entry.limit, entry.slack]))
  const { trackingErrorMax } = problem.limits
  return Math.max(
    Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1),
    ...weights.map((weight, i) => Math.max(lower[i] - weight, weight - upper[i])),
    ...limits.map(({ name, row, side, bound }) => {
      const excess = activity(rows[row], weights, problem.held) - bound
      return (side === 'upper' ? excess : -excess) - (slack.get(name) ?? 0)
    }),
    trackingErrorMax === null
      ? 0
      : trackingError(problem, weights) - trackingErrorMax - (slack.get('te') ?? 0),
  )
}
