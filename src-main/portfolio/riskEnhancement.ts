import { PlateauError } from '../../src-shared/errors.ts'
import { portfolioVariance } from '../risk/portfolioVariance.ts'
import type { Aggregates, EnhancementProblem } from './enhancementProblem.ts'
import type { EnhancementProgram } from './enhancementProgram.ts'
import { leastSlack, remedy } from './linearEnhancement.ts'
import type { Remedy } from './linearEnhancement.ts'
import { solveRisk } from './riskProgram.ts'
import type { Goal, RiskRebalance, RiskSolution } from './riskProgram.ts'

export interface RiskAnswer extends RiskSolution {
  /** Whether the aggregate limits, and the cap, could all hold. */
  readonly feasible: boolean
  /** By how much the tracking-error cap had to give. */
  readonly trackingErrorSlack: number
}

/** Runs on the rebalance's linear program, which is made when it is asked for. */
type WithProgram = <Result>(use: (program: EnhancementProgram) => Result) => Promise<Result>

/** Variance above a cap, over the cap, that is rounding. */
const ROUNDING = 1e-10
/** How far the search for the cap's multiplier goes on both sides of largest gain over cap. */
const MULTIPLIER_RANGE = 1e10
/** Total slack above the least that is rounding. */
const NOTHING = 1e-9
/**
 * Price of hard slack when limits cannot all hold, over the largest gain or a tenth of the dearest soft slack: high
 * enough that they give no more than they have to. The first that is, is taken: the lower the price, the less is lost
 * to rounding.
 */
const PRICES = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]

/** Whether the objective or a limit needs the risk model, and so the interior-point solver. */
export function needsRisk(problem: EnhancementProblem): problem is RiskRebalance['problem'] {
  const { riskAversion, trackingErrorMax } = problem.limits
  return problem.risk !== null && (riskAversion > 0 || trackingErrorMax !== null)
}

/**
 * The optimum with risk. Where the interior point finds none, the linear program says whether the aggregate limits
 * can all hold. If not, the hard ones give by the least total and the objective is greatest among those portfolios.
 * Where the cap is below the least tracking error that is left, that portfolio is taken. Null when stock bands alone keep
 * the weights from summing to 1.
 */
export async function enhanceWithRisk(
  rebalance: RiskRebalance,
  withProgram: WithProgram,
): Promise<RiskAnswer | null> {
  const { problem, aggregates } = rebalance
  const cap = varianceMax(problem)
  const prices = ownPrices(aggregates)
  const optimum = solveRisk(rebalance, 'objective', prices, cap)
  if (optimum?.polished) return { ...optimum, feasible: true, trackingErrorSlack: 0 }
  return withProgram((program) => {
    const linear = program.solve()
    if (linear === null) {
      const least = leastSlack(program, () => true)
      return least === null ? null : relaxed(rebalance, total(least))
    }
    const { weights, slack, softSlack, rowDual, budgetDual } = linear
    if (problem.limits.riskAversion === 0 && cap !== null && varianceOf(problem, weights) <= cap) {
      // The cap is out of the way: the program's optimum is the problem's.
      const both = slack.map((value, limit) => value + softSlack[limit])
      const solution = { weights, slack: both, rowDual, budgetDual, varianceDual: 0, polished: true }
      return { ...solution, feasible: true, trackingErrorSlack: 0 }
    }
    if (optimum !== null) return { ...optimum, feasible: true, trackingErrorSlack: 0 }
    return withinCap(rebalance, prices)
  })
}

/**
 * For a problem with a cap that has no solution: the cap itself and each aggregate limit that, alone loosened, is
 * enough. Of the aggregate limits those are tried that bind at the least tracking error, or, where they conflict
 * among themselves, those that end that conflict; no other can help.
 */
export async function riskRemedies(
  rebalance: RiskRebalance,
  ofAggregates: () => Promise<Remedy[]>,
): Promise<Remedy[]> {
  const { problem, aggregates } = rebalance
  const { trackingErrorMax } = problem.limits
  const cap = varianceMax(problem)
  if (trackingErrorMax === null || cap === null) return ofAggregates()
  const { limits } = aggregates
  const prices = ownPrices(aggregates)
  const least = solveRisk(rebalance, 'least_variance', prices, null)
  const remedies: Remedy[] = []
  let candidates: string[]
  if (least === null) {
    candidates = (await ofAggregates()).map(({ limit }) => limit)
  } else {
    const value = trackingErrorOf(problem, least.weights)
    if (varianceOf(problem, least.weights) <= cap * (1 + ROUNDING)) return []
    remedies.push({ limit: 'te', slack: value - trackingErrorMax, value })
    candidates = limits
      .filter(
        ({ row, side, price }) => price === null && (side === 'upper' ? 1 : -1) * least.rowDual[row] > 0,
      )
      .map(({ name }) => name)
  }
  limits.forEach((entry, limit) => {
    if (!candidates.includes(entry.name)) return
    const without = { ...rebalance, aggregates: withoutLimit(aggregates, limit) }
    const reachable = solveRisk(without, 'least_variance', prices, null)
    if (reachable === null || varianceOf(problem, reachable.weights) > cap) return
    const loosened = solveRisk(
      rebalance,
      'least_slack',
      (other) => (other === limit ? 1 : prices(other)),
      cap,
    )
    if (loosened === null) throw noConvergence()
    remedies.push(remedy(entry, loosened.slack[limit]))
  })
  return remedies
}

/** Predicted tracking error of weights, annualised: sqrt(a'Va x days in a year). */
export function trackingErrorOf(problem: RiskRebalance['problem'], weights: Float64Array): number {
  return Math.sqrt(varianceOf(problem, weights) * problem.tradingDaysPerYear)
}

/** a'Va of weights, per day. */
export function varianceOf(
  { risk, benchmark }: Pick<RiskRebalance['problem'], 'risk' | 'benchmark'>,
  weights: Float64Array,
): number {
  return portfolioVariance(
    risk,
    weights.map((weight, i) => weight - benchmark[i]),
  )
}

function varianceMax({ limits, tradingDaysPerYear }: EnhancementProblem): number | null {
  return limits.trackingErrorMax === null ? null : limits.trackingErrorMax ** 2 / tradingDaysPerYear
}

const ownPrices =
  ({ limits }: Aggregates) =>
  (limit: number): number =>
    limits[limit].price ?? Infinity

/**
 * Among the portfolios of least total slack of the hard limits: the least tracking error where that is above the cap,
 * else the greatest objective.
 */
function relaxed(rebalance: RiskRebalance, least: number): RiskAnswer {
  const { problem, aggregates } = rebalance
  const dearest = aggregates.limits.reduce((most, { price }) => Math.max(most, price ?? 0), 0)
  const solveAt = (goal: Goal, gain: number, cap: number | null): RiskSolution | null => {
    for (const times of PRICES) {
      const hard = times * Math.max(gain, dearest / 10)
      const solution = solveRisk(rebalance, goal, (limit) => aggregates.limits[limit].price ?? hard, cap)
      if (solution === null) continue
      const given = total(solution.slack.filter((_, limit) => aggregates.limits[limit].price === null))
      if (given <= least + NOTHING) return solution
    }
    return null
  }
  const cap = varianceMax(problem)
  const steady = cap === null ? null : solveAt('least_variance', 1, null)
  const trackingErrorSlack = steady === null ? 0 : overCap(problem, steady.weights)
  if (steady !== null && trackingErrorSlack > 0) return { ...steady, feasible: false, trackingErrorSlack }
  const solution = solveAt('objective', largestGain(problem), cap) ?? steady
  if (solution === null) throw noConvergence()
  return { ...solution, feasible: false, trackingErrorSlack: 0 }
}

/** The least tracking error where that is above the cap; else the optimum at the cap's multiplier. */
function withinCap(rebalance: RiskRebalance, priceOf: (limit: number) => number): RiskAnswer {
  const least = solveRisk(rebalance, 'least_variance', priceOf, null)
  if (least === null) throw noConvergence()
  const trackingErrorSlack = overCap(rebalance.problem, least.weights)
  if (trackingErrorSlack > 0) return { ...least, feasible: false, trackingErrorSlack }
  return { ...atMultiplier(rebalance, priceOf), feasible: true, trackingErrorSlack }
}

/**
 * Where the solver does not converge with a cap that can be reached, as when the cap leaves next to nothing to
 * choose: the least multiplier that, added to the risk aversion, keeps a'Va within the cap, by bisection of its
 * logarithm. Each solve has no cap, and always converges.
 */
function atMultiplier(rebalance: RiskRebalance, priceOf: (limit: number) => number): RiskSolution {
  const { problem } = rebalance
  const cap = varianceMax(problem) ?? Infinity
  const solveAt = (multiplier: number): RiskSolution | null => {
    const limits = { ...problem.limits, riskAversion: problem.limits.riskAversion + multiplier }
    const solution = solveRisk({ ...rebalance, problem: { ...problem, limits } }, 'objective', priceOf, null)
    if (solution === null) throw noConvergence()
    return varianceOf(problem, solution.weights) <= cap ? { ...solution, varianceDual: multiplier } : null
  }
  const typical = largestGain(problem) / cap
  let below = 0
  let above = typical
  let best = solveAt(above)
  while (best === null && above < typical * MULTIPLIER_RANGE) {
    below = above
    best = solveAt((above *= 10))
  }
  if (best === null) throw noConvergence()
  while (above > below * (1 + ROUNDING) && above > typical / MULTIPLIER_RANGE) {
    const middle = below > 0 ? Math.sqrt(below * above) : above / 10
    const solution = solveAt(middle)
    if (solution === null) below = middle
    else [above, best] = [middle, solution]
  }
  return best
}

function overCap(problem: RiskRebalance['problem'], weights: Float64Array): number {
  const cap = varianceMax(problem)
  if (cap === null || varianceOf(problem, weights) <= cap * (1 + ROUNDING)) return 0
  return trackingErrorOf(problem, weights) - (problem.limits.trackingErrorMax ?? 0)
}

/** Of a unit of weight, by alpha and cost; 1 when neither is given. */
function largestGain({ alpha, limits }: EnhancementProblem): number {
  const most = alpha.reduce((max, value) => Math.max(max, Number.isNaN(value) ? 0 : Math.abs(value)), 0)
  return most + limits.linearCost || 1
}

function withoutLimit({ rows, limits }: Aggregates, limit: number): Aggregates {
  const { row, side } = limits[limit]
  return {
    rows: rows.map((bounds, at) =>
      at !== row ? bounds : { ...bounds, [side]: side === 'upper' ? Infinity : -Infinity },
    ),
    limits,
  }
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function noConvergence(): PlateauError {
  return new PlateauError(
    'internal',
    'the interior-point solver did not converge on a rebalance that has a solution',
  )
}
