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

export interface Enhancement {
  readonly status: 'optimal' | 'relaxed'
  /** Per stock, sum 1. */
  readonly weights: Float64Array
  /** alpha'w - linearCost x sum |w - held|. */
  readonly objective: number
  /** sum |w - held|; null on the first build from cash. */
  readonly turnover: number | null
  readonly memberWeight: number
  /** Active size exposure; null without size data. */
  readonly sizeActive: number | null
  /** Aggregate limits within 1e-7 of equality (of their relaxed bound, when relaxed). */
  readonly binding: string[]
  /** Limits that had to give, with the slack in their own unit. */
  readonly relaxed: { limit: string; slack: number }[]
  /** Gain of the objective per unit of each binding limit and of turnover, >= 0; `budget` per unit of invested weight. */
  readonly multipliers: Record<string, number>
}

/** One limit that, loosened alone, makes an infeasible problem feasible. */
export interface Remedy {
  readonly limit: string
  /** The least it has to give, in its own unit. */
  readonly slack: number
  /** The value of the setting that is just enough. */
  readonly value: number
}

const BINDING = 1e-7
/** Weights and slacks below this are what the simplex tolerance leaves of 0. */
const NOTHING = 1e-9

/**
 * Index enhancement of methods 6 as a linear program: maximise alpha'w - linearCost x sum |w - held| within the limits.
 * When they cannot all hold, the total slack (unit weight on industry, size, member and turnover limits, stock bands
 * hard) is made least, and among those solutions the objective greatest: status `relaxed`, the limits that gave named.
 * Errors: infeasible when frozen holdings and stock bands alone keep the weights from summing to 1.
 */
export async function enhance(problem: EnhancementProblem): Promise<Enhancement> {
  const aggregates = aggregateLimits(problem)
  return withProgram(problem, aggregates, (program) => {
    let solution = program.solve()
    const status = solution === null ? 'relaxed' : 'optimal'
    if (solution === null) {
      const least = leastSlack(program, () => true)
      if (least === null) throw unreachable(problem)
      // A little more than the minimum, or rounding could leave the second solve without a feasible point.
      program.capTotalSlack(total(least) + NOTHING / 10)
      program.aimAt('objective')
      solution = program.solve()
      if (solution === null) throw new PlateauError('internal', 'the least relaxation lost feasibility')
    }
    // No renormalisation: what is cleared is rounding, and scaling would move frozen holdings.
    const weights = solution.weights.map((weight, i) =>
      weight < NOTHING && problem.frozen[i] !== 1 ? 0 : weight,
    )
    return {
      status,
      ...measures(problem, weights),
      ...atLimits(problem, aggregates, weights, solution),
    }
  })
}

/**
 * For an infeasible problem: each limit that, alone loosened, makes it feasible, and the smallest value that does
 * (methods 6). Empty when no single limit is enough. Errors: as `enhance`.
 */
export async function explainInfeasible(problem: EnhancementProblem): Promise<Remedy[]> {
  const aggregates = aggregateLimits(problem)
  return withProgram(problem, aggregates, (program) =>
    aggregates.limits.flatMap(({ name, setting }, limit) => {
      const slack = leastSlack(program, (other) => other === limit)?.[limit]
      if (slack === undefined) return []
      return [{ limit: name, slack, value: name === 'members' ? setting - slack : setting + slack }]
    }),
  )
}

async function withProgram<Result>(
  problem: EnhancementProblem,
  aggregates: Aggregates,
  use: (program: EnhancementProgram) => Result,
): Promise<Result> {
  const bounds = weightBounds(problem)
  const least = total(bounds.lower)
  const most = total(bounds.upper)
  if (least > 1 + NOTHING || most < 1 - NOTHING) throw unreachable(problem)
  const program = new EnhancementProgram(await highs(), problem, bounds, aggregates)
  try {
    return use(program)
  } finally {
    program.dispose()
  }
}

/** Slacks of the least total slack when the chosen limits may give; null when that is not enough. */
function leastSlack(program: EnhancementProgram, isFree: (limit: number) => boolean): Float64Array | null {
  program.freeSlack(isFree)
  program.aimAt('least_slack')
  return program.solve()?.slack ?? null
}

function measures(problem: EnhancementProblem, weights: Float64Array) {
  const { alpha, benchmark, member, size, held, limits } = problem
  const turnover = twoSidedTurnover(weights, held)
  const known = alpha.map((value) => (Number.isNaN(value) ? 0 : value))
  return {
    weights,
    objective: dot(known, weights) - limits.linearCost * turnover,
    turnover: isFirstBuild(problem) ? null : turnover,
    memberWeight: dot(member, weights),
    sizeActive: size === null ? null : dot(size, weights) - dot(size, benchmark),
  }
}

function atLimits(
  problem: EnhancementProblem,
  { rows, limits }: Aggregates,
  weights: Float64Array,
  { slack, rowDual, budgetDual }: { slack: Float64Array; rowDual: Float64Array; budgetDual: number },
) {
  const binding: string[] = []
  const relaxed: { limit: string; slack: number }[] = []
  const multipliers: Record<string, number> = { budget: budgetDual }
  limits.forEach(({ name, row, side, bound }, limit) => {
    const sign = side === 'upper' ? 1 : -1
    const room = sign * (bound - activity(rows[row], weights, problem.held)) + slack[limit]
    if (room <= BINDING) binding.push(name)
    if (slack[limit] > NOTHING) relaxed.push({ limit: name, slack: slack[limit] })
    if (room <= BINDING || name === 'turnover') multipliers[name] = Math.max(0, sign * rowDual[row])
  })
  return { binding, relaxed, multipliers }
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
