import { PlateauError } from '../../src-shared/errors.ts'
import {
  activity,
  aggregateLimits,
  dot,
  isFirstBuild,
  twoSidedTurnover,
  weightBounds,
} from './enhancementProblem.ts'
import type { Aggregates, EnhancementProblem } from './enhancementProblem.ts'
import { EnhancementProgram } from './enhancementProgram.ts'
import { highs } from './highs.ts'
import { enhanceLinear, linearRemedies } from './linearEnhancement.ts'
import type { LinearAnswer, Remedy } from './linearEnhancement.ts'
import { enhanceWithRisk, needsRisk, riskRemedies, trackingErrorOf, varianceOf } from './riskEnhancement.ts'
import type { RiskAnswer } from './riskEnhancement.ts'

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
   * relaxed).
   */
  readonly binding: string[]
  /** Hard limits that had to give, with the slack in their own unit. */
  readonly relaxed: { limit: string; slack: number }[]
  /** Soft limits that gave at their price, with the slack in their own unit. */
  readonly softened: { limit: string; slack: number }[]
  /**
   * Gain of the objective per unit of each binding limit and of turnover, >= 0, `te` per unit of annual tracking
   * error; `budget` per unit of invested weight. With a risk model and `relaxed`, none: limits that cannot all hold
   * have no price.
   */
  readonly multipliers: Record<string, number>
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
 * named. Errors: infeasible when frozen holdings and stock bands alone keep the weights from summing to 1.
 */
export async function enhance(problem: EnhancementProblem): Promise<Enhancement> {
  const rebalance = checked(problem)
  const { bounds, aggregates } = rebalance
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
  return {
    status: answer.feasible ? 'optimal' : 'relaxed',
    weights,
    ...measured,
    ...limits,
    multipliers: withRisk && !answer.feasible ? {} : limits.multipliers,
  }
}

/**
 * For an infeasible problem: each hard limit that, alone loosened, makes it feasible, and the smallest value that
 * does (methods 6); with a tracking-error cap, `te` with the least tracking error that can be reached, and the limits
 * tried are those that hold it up. Empty when no single limit is enough. Errors: as `enhance`.
 */
export async function explainInfeasible(problem: EnhancementProblem): Promise<Remedy[]> {
  const rebalance = checked(problem)
  const ofAggregates = () =>
    withProgram(rebalance, (program) => linearRemedies(program, rebalance.aggregates))
  return needsRisk(problem) ? riskRemedies({ ...rebalance, problem }, ofAggregates) : ofAggregates()
}

interface Rebalance {
  readonly problem: EnhancementProblem
  readonly bounds: { readonly lower: Float64Array; readonly upper: Float64Array }
  readonly aggregates: Aggregates
}

function checked(problem: EnhancementProblem): Rebalance {
  const bounds = weightBounds(problem)
  if (total(bounds.lower) > 1 + NOTHING || total(bounds.upper) < 1 - NOTHING) throw unreachable(problem)
  return { problem, bounds, aggregates: aggregateLimits(problem) }
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

function unreachable(problem: EnhancementProblem): PlateauError {
  const { lower, upper } = weightBounds(problem)
  const percent = (value: number): string => `${(100 * value).toFixed(2)} %`
  const frozen = problem.held.reduce((sum, weight, i) => (problem.frozen[i] === 1 ? sum + weight : sum), 0)
  return new PlateauError(
    'infeasible',
    `the stock bands and ${percent(frozen)} of holdings that cannot trade allow between ` +
      `${percent(total(lower))} and ${percent(total(upper))} of the portfolio to be invested, not 100 %`,
    {
      place: { field: 'portfolio.limits.stockActiveMax' },
      remedy: 'Raise stockActiveMax: wider stock bands leave room around the frozen holdings.',
    },
  )
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
