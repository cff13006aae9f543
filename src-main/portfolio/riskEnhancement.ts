import type { SolverFallback } from '../../src-shared/domain/portfolio.ts'
import { total } from '../../src-shared/statistics.ts'
import { portfolioVariance } from '../risk/portfolioVariance.ts'
import { activity } from './enhancementProblem.ts'
import type { Aggregates, EnhancementProblem } from './enhancementProblem.ts'
import type { EnhancementProgram, ProgramSolution } from './enhancementProgram.ts'
import { leastSlack, linearRemedies, relaxedLinear, remedy } from './linearEnhancement.ts'
import type { LinearAnswer, Remedy } from './linearEnhancement.ts'
import { solveRisk } from './riskProgram.ts'
import type { Goal, RiskRebalance, RiskSolution } from './riskProgram.ts'

export interface RiskAnswer extends RiskSolution {
  /** Whether the aggregate limits, and the cap, could all hold. */
  readonly feasible: boolean
  /** By how much the tracking-error cap had to give. */
  readonly trackingErrorSlack: number
  /** Whether the duals are the prices of the limits, as they are at an optimum. */
  readonly priced: boolean
  /** What stands in for the optimum; null: nothing. */
  readonly fallback: SolverFallback | null
}

/** A solution, and whether specific variances had to be raised for it. */
interface SteadySolution extends RiskSolution {
  readonly floored: boolean
}

/** Runs on the rebalance's linear program, which is made when it is asked for. */
type WithProgram = <Result>(use: (program: EnhancementProgram) => Result) => Promise<Result>

/** Variance above a cap, over the cap, that is rounding. */
const ROUNDING = 1e-10
/** Floors of specific variances, over their mean, where the solver does not converge without. */
const SPECIFIC_FLOORS = [1e-3, 1e-1]
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
 * Where the cap is below the least tracking error that is left, that portfolio is taken. Where the solver does not converge on
 * what is looked for, `fallback` names what stands in. Null when stock bands alone keep the weights from summing to 1.
 */
export async function enhanceWithRisk(
  rebalance: RiskRebalance,
  withProgram: WithProgram,
): Promise<RiskAnswer | null> {
  const { problem, aggregates } = rebalance
  const cap = varianceMax(problem)
  const prices = ownPrices(aggregates)
  const optimum = solveRisk(rebalance, 'objective', prices, cap)
  if (optimum?.polished) return atOptimum(optimum)
  return withProgram((program) => {
    const linear = program.solve()
    if (linear === null) {
      const least = leastSlack(program, () => true)
      if (least === null) return null
      return relaxed(rebalance, total(least)) ?? ofProgram(problem, relaxedLinear(program, least))
    }
    if (problem.limits.riskAversion === 0 && cap !== null && varianceOf(problem, linear.weights) <= cap) {
      // The cap is out of the way: the program's optimum is the problem's.
      return { ...ofProgram(problem, { ...linear, feasible: true }), priced: true }
    }
    if (optimum !== null) return atOptimum(optimum)
    return (
      (cap === null ? null : withinCap(rebalance, prices, linear, cap)) ??
      rounded(rebalance) ??
      ofProgram(problem, { ...linear, feasible: true })
    )
  })
}

/** An optimum at which all limits hold. */
const atOptimum = (optimum: RiskSolution): RiskAnswer => ({
  ...optimum,
  feasible: true,
  trackingErrorSlack: 0,
  priced: true,
  fallback: null,
})

/** The same of other risks than the model's: its duals are the prices of another problem. */
const steadied = (optimum: SteadySolution): RiskAnswer => ({
  ...atOptimum(optimum),
  ...(optimum.floored ? { priced: false, fallback: 'specific_floor' as const } : {}),
})

/**
 * For a problem with a cap that has no solution: the cap itself and each aggregate limit that, alone loosened, is
 * enough. Of the aggregate limits those are tried that bind at the least tracking error, or, where they conflict
 * among themselves, those that end that conflict; no other can help. Null where the solver does not converge on what decides.
 */
export async function riskRemedies(
  rebalance: RiskRebalance,
  withProgram: WithProgram,
): Promise<Remedy[] | null> {
  const { problem, aggregates } = rebalance
  const { trackingErrorMax } = problem.limits
  const cap = varianceMax(problem)
  if (trackingErrorMax === null || cap === null)
    return withProgram((program) => linearRemedies(program, aggregates))
  const { limits } = aggregates
  const prices = ownPrices(aggregates)
  const least = solveSteadily(rebalance, 'least_variance', prices, null)
  const remedies: Remedy[] = []
  let candidates: string[]
  if (least === null) {
    const ends = await withProgram((program) =>
      program.solve() === null ? linearRemedies(program, aggregates) : null,
    )
    // Limits that can all hold have a least tracking error, only the solver has none.
    if (ends === null) return null
    candidates = ends.map(({ limit }) => limit)
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
  for (const [limit, entry] of limits.entries()) {
    if (!candidates.includes(entry.name)) continue
    const without = { ...rebalance, aggregates: withoutLimit(aggregates, limit) }
    const reachable = solveSteadily(without, 'least_variance', prices, null)
    // Without any one of the candidates the others can all hold.
    if (reachable === null) return null
    if (varianceOf(problem, reachable.weights) > cap) {
      // Of raised variances it is not the least.
      if (reachable.floored) return null
      continue
    }
    const loosened = solveSteadily(
      rebalance,
      'least_slack',
      (other) => (other === limit ? 1 : prices(other)),
      cap,
    )
    if (loosened === null) return null
    remedies.push(remedy(entry, loosened.slack[limit]))
  }
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
 * else the greatest objective. Null where the solver does not converge.
 */
function relaxed(rebalance: RiskRebalance, least: number): RiskAnswer | null {
  const { problem, aggregates } = rebalance
  const dearest = aggregates.limits.reduce((most, { price }) => Math.max(most, price ?? 0), 0)
  const solveAt = (goal: Goal, gain: number, cap: number | null): SteadySolution | null => {
    for (const times of PRICES) {
      const hard = times * Math.max(gain, dearest / 10)
      const solution = solveSteadily(rebalance, goal, (limit) => aggregates.limits[limit].price ?? hard, cap)
      if (solution === null) continue
      const given = total(solution.slack.filter((_, limit) => aggregates.limits[limit].price === null))
      if (given <= least + NOTHING) return solution
    }
    return null
  }
  const cap = varianceMax(problem)
  const steady = cap === null ? null : solveAt('least_variance', 1, null)
  const trackingErrorSlack = steady === null ? 0 : overCap(problem, steady.weights)
  const given = { feasible: false, trackingErrorSlack, priced: false }
  if (steady !== null && trackingErrorSlack > 0) return { ...steadied(steady), ...given }
  const solution = solveAt('objective', largestGain(problem), cap)
  if (solution !== null) return { ...steadied(solution), ...given }
  return steady && { ...steadied(steady), ...given, fallback: 'least_risk' }
}

/** Of limits that hold to the linear program's tolerance and not to the solver's: as `relaxed`, by no more than rounding. */
function rounded(rebalance: RiskRebalance): RiskAnswer | null {
  const answer = relaxed(rebalance, 0)
  return answer && { ...answer, feasible: answer.trackingErrorSlack === 0 }
}

/**
 * The linear program's answer, for where the interior point has none: it keeps the limits and says by how much it is above the cap,
 * which may be more than the least. The optimum itself where risk costs nothing and the cap is out of the way.
 */
function ofProgram(problem: RiskRebalance['problem'], answer: LinearAnswer): RiskAnswer {
  const { weights, slack, softSlack, rowDual, budgetDual } = answer
  const trackingErrorSlack = overCap(problem, weights)
  return {
    weights,
    slack: slack.map((value, limit) => value + softSlack[limit]),
    rowDual,
    budgetDual,
    varianceDual: 0,
    polished: true,
    feasible: answer.feasible && trackingErrorSlack === 0,
    trackingErrorSlack,
    priced: false,
    fallback: problem.limits.riskAversion > 0 || trackingErrorSlack > 0 ? 'without_risk' : null,
  }
}

/**
 * The least tracking error where that is above the cap; else the optimum at the cap's multiplier, or where the solver finds
 * none, what the cap allows of the way from the least tracking error to `linear`, the program's optimum. All limits are
 * convex: they hold on that way. Null where it finds no least tracking error.
 */
function withinCap(
  rebalance: RiskRebalance,
  priceOf: (limit: number) => number,
  linear: ProgramSolution,
  cap: number,
): RiskAnswer | null {
  const { problem } = rebalance
  const least = solveSteadily(rebalance, 'least_variance', priceOf, null)
  if (least === null) return null
  const trackingErrorSlack = overCap(problem, least.weights)
  if (trackingErrorSlack > 0)
    return { ...steadied(least), feasible: false, trackingErrorSlack, priced: false }
  const found = atMultiplier(rebalance, priceOf, cap)
  if (found.within !== null) return { ...atOptimum(found.within), trackingErrorSlack }
  const weights = towards(rebalance, least.weights, found.nearest?.weights ?? linear.weights, cap)
  return {
    ...least,
    ...slackOf(rebalance, weights),
    weights,
    feasible: true,
    trackingErrorSlack,
    priced: false,
    fallback: 'part_way',
  }
}

/**
 * Where the solver does not converge with a cap that can be reached, as when the cap leaves next to nothing to
 * choose: the least multiplier that, added to the risk aversion, keeps a'Va within the cap, by bisection of its
 * logarithm. `within` is null where no solve ended within the cap, and `nearest` the one of least variance.
 */
function atMultiplier(
  rebalance: RiskRebalance,
  priceOf: (limit: number) => number,
  cap: number,
): { within: RiskSolution | null; nearest: RiskSolution | null } {
  const { problem } = rebalance
  let nearest: RiskSolution | null = null
  const solveAt = (multiplier: number): RiskSolution | null => {
    const limits = { ...problem.limits, riskAversion: problem.limits.riskAversion + multiplier }
    const solution = solveRisk({ ...rebalance, problem: { ...problem, limits } }, 'objective', priceOf, null)
    if (solution === null) return null
    if (varianceOf(problem, solution.weights) <= cap) return { ...solution, varianceDual: multiplier }
    // Multipliers only grow until one is within the cap.
    nearest = solution
    return null
  }
  const typical = largestGain(problem) / cap
  let below = 0
  let above = typical
  let best = solveAt(above)
  while (best === null && above < typical * MULTIPLIER_RANGE) {
    below = above
    best = solveAt((above *= 10))
  }
  if (best === null) return { within: null, nearest }
  while (above > below * (1 + ROUNDING) && above > typical / MULTIPLIER_RANGE) {
    const middle = below > 0 ? Math.sqrt(below * above) : above / 10
    const solution = solveAt(middle)
    if (solution === null) below = middle
    else [above, best] = [middle, solution]
  }
  return { within: best, nearest }
}

/** As far from `from`, within the cap, towards `to` as the cap allows. */
function towards(
  { problem }: RiskRebalance,
  from: Float64Array,
  to: Float64Array,
  cap: number,
): Float64Array {
  const at = (share: number): Float64Array => from.map((weight, i) => weight + share * (to[i] - weight))
  let [within, beyond] = [0, 1]
  for (let halving = 0; halving < 60; halving++) {
    const middle = (within + beyond) / 2
    if (varianceOf(problem, at(middle)) <= cap) within = middle
    else beyond = middle
  }
  return at(within)
}

/** What weights take of the slack that has a price. */
function slackOf(
  { problem: { held }, aggregates: { rows, limits } }: RiskRebalance,
  weights: Float64Array,
): Pick<RiskSolution, 'slack'> {
  return {
    slack: Float64Array.from(limits, ({ row, side, bound, price }) => {
      const over = activity(rows[row], weights, held) - bound
      return price === null ? 0 : Math.max(0, side === 'upper' ? over : -over)
    }),
  }
}

/**
 * As `solveRisk`; where that does not converge, with specific variances of no less than a small part of their mean, which
 * the solver needs where they are of very different sizes. Weights are then a little off the least variance, never off a limit,
 * and never above a cap, which more variance only makes tighter.
 */
function solveSteadily(
  rebalance: RiskRebalance,
  goal: Goal,
  priceOf: (limit: number) => number,
  cap: number | null,
): SteadySolution | null {
  const { risk } = rebalance.problem
  const own = solveRisk(rebalance, goal, priceOf, cap)
  if (own !== null) return { ...own, floored: false }
  const mean = risk.specific.reduce((sum, value) => sum + value, 0) / risk.specific.length
  for (const share of SPECIFIC_FLOORS) {
    const specific = risk.specific.map((value) => Math.max(value, share * mean))
    const problem = { ...rebalance.problem, risk: { ...risk, specific } }
    const solution = solveRisk({ ...rebalance, problem }, goal, priceOf, cap)
    if (solution !== null) return { ...solution, floored: true }
  }
  return null
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
