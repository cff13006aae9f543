import type { SolverFallback } from '../../src-shared/domain/portfolio.ts'
import { activity, aggregateLimits, dot, isFirstBuild, twoSidedTurnover } from './enhancementProblem.ts'
import type { Aggregates, EnhancementProblem } from './enhancementProblem.ts'
import { EnhancementProgram } from './enhancementProgram.ts'
import { highs } from './highs.ts'
import { enhanceLinear, linearRemedies } from './linearEnhancement.ts'
import type { LinearAnswer, Remedy } from './linearEnhancement.ts'
import { participationRemedy, reached } from './participation.ts'
import type { Reached } from './participation.ts'
import { enhanceWithRisk, needsRisk, riskRemedies, trackingErrorOf, varianceOf } from './riskEnhancement.ts'
import type { RiskAnswer } from './riskEnhancement.ts'
import { unreachable } from './unreachable.ts'

export type { Remedy } from './linearEnhancement.ts'

export interface Enhancement {
  readonly status: 'optimal' | 'relaxed'
  /** Per stock, sum 1. */
  readonly weights: Float64Array
  /** alphaTerm - riskTerm - costTerm; what soft slack cost is not in it. */
  readonly objective: number
  /** alpha'w, stocks without alpha counting 0. */
  readonly alphaTerm: number
  /** riskAversion / 2 x a'Va per day; 0 without a risk model. */
  readonly riskTerm: number
  /** linearCost x sum |w - held|. */
  readonly costTerm: number
  /** sum |w - held|; null on the first build from cash. */
  readonly turnover: number | null
  readonly memberWeight: number
  /** Active size exposure; null without size data. */
  readonly sizeActive: number | null
  /** Predicted, annualised; null without a risk model. */
  readonly trackingError: number | null
  /**
   * Aggregate limits, and `te` for the tracking-error cap, within 1e-7 of equality (of their relaxed bound, when
   * relaxed); `participation` where it is left to the fills.
   */
  readonly binding: string[]
  /**
   * Hard limits that had to give, with the slack in their own unit; `participation` with the weight that one trade within it
   * leaves out of reach.
   */
  readonly relaxed: { limit: string; slack: number }[]
  /** Soft limits that gave at their price, with the slack in their own unit. */
  readonly softened: { limit: string; slack: number }[]
  /**
   * Gain of the objective per unit of each binding limit and of turnover, >= 0, `te` per unit of annual tracking
   * error; `budget` per unit of invested weight. None where the limits of what is decided cannot all hold: a looser one
   * would only take the place of slack. Participation that is left to the fills is no limit of what is decided.
   */
  readonly multipliers: Record<string, number>
  /** What stands in for the optimum where the solver with risk does not converge; null: nothing. */
  readonly fallback: SolverFallback | null
}

const BINDING = 1e-7
/** Weights and slacks below this are what the solvers' tolerance leaves of 0. */
const NOTHING = 1e-9

/**
 * Index enhancement of methods 6: maximise alpha'w - riskAversion / 2 a'Va - linearCost x sum |w - held| within the
 * limits. Without risk aversion and tracking-error cap a linear program, else a problem for the interior point.
 *
 * When the limits cannot all hold: the total slack (unit weight on the hard industry, size, style, member and
 * turnover limits, stock bands hard) is made least, and among those solutions the objective greatest; if the
 * tracking-error cap is what cannot hold, the tracking error is made least. Status `relaxed`, the limits that gave
 * named. Where participation keeps the weights from summing to 1 the decision is taken without it, `relaxed` as well, and
 * left to the fills (docs/decisions/0014). Errors: infeasible when what single stocks may weigh does not sum to 1.
 */
export async function enhance(given: EnhancementProblem): Promise<Enhancement> {
  const rebalance = checked(given)
  const { problem, bounds, aggregates, outOfReach } = rebalance
  const withRisk = needsRisk(problem)
  const answer: LinearAnswer | RiskAnswer | null = withRisk
    ? await enhanceWithRisk({ problem, bounds, aggregates }, (use) => withProgram(rebalance, use))
    : await withProgram(rebalance, enhanceLinear)
  if (answer === null) throw unreachable(problem)
  // No renormalisation: what is cleared is rounding, and scaling would move frozen holdings.
  const weights = answer.weights.map((weight, i) =>
    weight < NOTHING && problem.frozen[i] !== 1 ? 0 : weight,
  )
  const measured = measures(problem, weights)
  const limits = atLimits(problem, aggregates, { ...answer, weights }, measured.trackingError)
  const left = outOfReach === 0 ? [] : [{ limit: 'participation', slack: outOfReach }]
  return {
    status: answer.feasible && outOfReach === 0 ? 'optimal' : 'relaxed',
    weights,
    ...measured,
    binding: [...limits.binding, ...left.map(({ limit }) => limit)],
    relaxed: [...left, ...limits.relaxed],
    softened: limits.softened,
    multipliers: ('priced' in answer ? answer.priced : answer.feasible) ? limits.multipliers : {},
    fallback: 'fallback' in answer ? answer.fallback : null,
  }
}

/**
 * For an infeasible problem: each hard limit that, alone loosened, makes it feasible, and the smallest value that
 * does (methods 6); with a tracking-error cap, `te` with the least tracking error that can be reached, and the limits
 * tried are those that hold it up; of participation, the least share of a stock's amount. Empty when no single limit is
 * enough, null when the solver does not find out. Errors: as `enhance`.
 */
export async function explainInfeasible(given: EnhancementProblem): Promise<Remedy[] | null> {
  const rebalance = checked(given)
  const { problem, aggregates, outOfReach } = rebalance
  // Without a cap on it risk decides nothing of whether limits hold, and the linear program is quick.
  const measured = given.limits.trackingErrorMax === null ? { ...given, risk: null } : given
  const ofParticipation = await participationRemedy(measured, async (looser) => {
    const { status, fallback } = await enhance(looser)
    // What stands in for the optimum need not hold limits that can hold.
    return status === 'optimal' || (fallback === null ? false : null)
  })
  // Nothing but participation brings within reach what it keeps out.
  if (ofParticipation === null || outOfReach > 0) return ofParticipation
  const remedies = await (needsRisk(problem)
    ? riskRemedies({ ...rebalance, problem }, (use) => withProgram(rebalance, use))
    : withProgram(rebalance, (program) => linearRemedies(program, aggregates)))
  return remedies && [...ofParticipation, ...remedies]
}

interface Rebalance extends Reached {
  readonly aggregates: Aggregates
}

function checked(given: EnhancementProblem): Rebalance {
  const decided = reached(given)
  return { ...decided, aggregates: aggregateLimits(decided.problem) }
}

async function withProgram<Result>(
  { problem, bounds, aggregates }: Rebalance,
  use: (program: EnhancementProgram) => Result,
): Promise<Result> {
  const program = new EnhancementProgram(await highs(), problem, bounds, aggregates)
  try {
    return use(program)
  } finally {
    program.dispose()
  }
}

function measures(problem: EnhancementProblem, weights: Float64Array) {
  const { alpha, benchmark, member, size, held, limits, risk } = problem
  const turnover = twoSidedTurnover(weights, held)
  const alphaTerm = dot(
    alpha.map((value) => (Number.isNaN(value) ? 0 : value)),
    weights,
  )
  const riskTerm = risk === null ? 0 : (limits.riskAversion / 2) * varianceOf({ risk, benchmark }, weights)
  const costTerm = limits.linearCost * turnover
  return {
    objective: alphaTerm - riskTerm - costTerm,
    alphaTerm,
    riskTerm,
    costTerm,
    turnover: isFirstBuild(problem) ? null : turnover,
    memberWeight: dot(member, weights),
    sizeActive: size === null ? null : dot(size, weights) - dot(size, benchmark),
    trackingError: risk === null ? null : trackingErrorOf({ ...problem, risk }, weights),
  }
}

function atLimits(
  { held, limits: settings, tradingDaysPerYear }: EnhancementProblem,
  { rows, limits }: Aggregates,
  answer: (LinearAnswer | RiskAnswer) & { readonly weights: Float64Array },
  trackingError: number | null,
) {
  const { slack, rowDual, budgetDual, weights } = answer
  const binding: string[] = []
  const relaxed: { limit: string; slack: number }[] = []
  const softened: { limit: string; slack: number }[] = []
  const multipliers: Record<string, number> = { budget: budgetDual }
  limits.forEach(({ name, row, side, bound, price }, limit) => {
    const sign = side === 'upper' ? 1 : -1
    const given = slack[limit] + ('softSlack' in answer ? answer.softSlack[limit] : 0)
    const room = sign * (bound - activity(rows[row], weights, held)) + given
    if (room <= BINDING) binding.push(name)
    if (given > NOTHING) (price === null ? relaxed : softened).push({ limit: name, slack: given })
    if (room <= BINDING || name === 'turnover') multipliers[name] = Math.max(0, sign * rowDual[row])
  })
  const cap = settings.trackingErrorMax
  if (cap !== null && trackingError !== null && 'varianceDual' in answer) {
    const { varianceDual, trackingErrorSlack } = answer
    if (cap + trackingErrorSlack - trackingError <= BINDING) {
      binding.push('te')
      multipliers.te = (varianceDual * cap) / tradingDaysPerYear
    }
    if (trackingErrorSlack > 0) relaxed.push({ limit: 'te', slack: trackingErrorSlack })
  }
  return { binding, relaxed, softened, multipliers }
}
