import { total } from '../../src-shared/statistics.ts'
import { weightBounds } from './enhancementProblem.ts'
import type { EnhancementProblem } from './enhancementProblem.ts'
import type { Remedy } from './linearEnhancement.ts'
import { unreachable } from './unreachable.ts'

/** What rounding leaves of a sum of weights that is 1. */
const NOTHING = 1e-9
/** The least participation that is enough is told to this share of itself, and never too low. */
const PRECISION = 1e-2

/** A rebalance, without its limit of participation where that keeps the weights from summing to 1. */
export interface Reached {
  readonly problem: EnhancementProblem
  readonly bounds: { readonly lower: Float64Array; readonly upper: Float64Array }
  /** Weight by which the trades that participation allows miss a sum of 1; 0: they do not. */
  readonly outOfReach: number
}

/**
 * What is decided of a rebalance (docs/decisions/0014): participation is what the fills will keep to, so a portfolio that
 * cannot be had in one trade is decided on all the same. Errors: infeasible as `unreachable`.
 */
export function reached(problem: EnhancementProblem): Reached {
  const bounds = weightBounds(problem)
  const outOfReach = missed(bounds)
  if (outOfReach <= NOTHING) return { problem, bounds, outOfReach: 0 }
  if (problem.tradeMax === null) throw unreachable(problem)
  const free = { ...problem, tradeMax: problem.tradeMax.map(() => Infinity) }
  const widest = weightBounds(free)
  if (missed(widest) > NOTHING) throw unreachable(free)
  return { problem: free, bounds: widest, outOfReach }
}

const missed = ({ lower, upper }: Reached['bounds']): number => Math.max(1 - total(upper), total(lower) - 1)

/**
 * The least participation at which the limits hold, where it alone is in the way; `holds` says whether those of a problem do, null
 * if that is not known. None where a whole day's amount is too little, null where what decides is not known.
 */
export async function participationRemedy(
  problem: EnhancementProblem,
  holds: (problem: EnhancementProblem) => Promise<boolean | null>,
): Promise<Remedy[] | null> {
  const { tradeMax, limits } = problem
  const { participationMax } = limits
  if (tradeMax === null || participationMax === null) return []
  const at = (share: number): EnhancementProblem => ({
    ...problem,
    tradeMax: tradeMax.map((most) => (most * share) / participationMax),
  })
  let [below, above] = [participationMax, 1]
  if (below >= above) return []
  const enough = await holds(at(above))
  if (enough !== true) return enough === null ? null : []
  while (above > below * (1 + PRECISION)) {
    const middle = Math.sqrt(below * above)
    const isEnough = await holds(at(middle))
    if (isEnough === null) return null
    if (isEnough) above = middle
    else below = middle
  }
  return [{ limit: 'participation', slack: above - participationMax, value: above }]
}
