import {
  activity,
  aggregateLimits,
  dot,
  twoSidedTurnover,
  weightBounds,
} from '../../src-main/portfolio/enhancementProblem.ts'
import type { EnhancementProblem } from '../../src-main/portfolio/enhancementProblem.ts'

/** What weights are worth, computed from the problem alone. */
export interface Measures {
  /** alpha'w - lambda / 2 a'Va - c sum |w - held|. */
  readonly objective: number
  /** Annualised; null without a risk model. */
  readonly trackingError: number | null
  /** Largest excess over any limit, the budget and the cap on tracking error included; each in its own unit. */
  readonly violation: number
}

export function measure(problem: EnhancementProblem, weights: Float64Array): Measures {
  const { alpha, held, limits, tradingDaysPerYear } = problem
  const { lower, upper } = weightBounds(problem)
  const variance = activeVariance(problem, weights)
  const trackingError = variance === null ? null : Math.sqrt(variance * tradingDaysPerYear)
  const known = alpha.map((value) => (Number.isNaN(value) ? 0 : value))
  const excesses = [
    Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1),
    ...aggregateLimits(problem).rows.map((row) => {
      const sum = activity(row, weights, held)
      return Math.max(row.lower - sum, sum - row.upper)
    }),
    (trackingError ?? 0) - (limits.trackingErrorMax ?? Infinity),
  ]
  return {
    objective:
      dot(known, weights) -
      (limits.riskAversion / 2) * (variance ?? 0) -
      limits.linearCost * twoSidedTurnover(weights, held),
    trackingError,
    violation: weights.reduce(
      (worst, weight, i) => Math.max(worst, lower[i] - weight, weight - upper[i]),
      Math.max(0, ...excesses),
    ),
  }
}

function activeVariance({ risk, benchmark }: EnhancementProblem, weights: Float64Array): number | null {
  if (risk === null) return null
  const { exposure, covariance, specific, factors } = risk
  const count = factors.length
  const onFactor = new Float64Array(count)
  let variance = 0
  weights.forEach((weight, i) => {
    const active = weight - benchmark[i]
    variance += specific[i] * active ** 2
    for (let k = 0; k < count; k++) onFactor[k] += active * exposure[i * count + k]
  })
  for (let k = 0; k < count; k++) {
    variance += onFactor[k] * dot(covariance.subarray(k * count, (k + 1) * count), onFactor)
  }
  return variance
}
