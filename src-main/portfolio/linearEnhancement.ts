import { PlateauError } from '../../src-shared/errors.ts'
import type { Aggregates } from './enhancementProblem.ts'
import type { EnhancementProgram, ProgramSolution } from './enhancementProgram.ts'

/** One limit that, loosened alone, makes an infeasible problem feasible. */
export interface Remedy {
  readonly limit: string
  /** The least it has to give, in its own unit. */
  readonly slack: number
  /** The value of the setting that is just enough. */
  readonly value: number
}

export interface LinearAnswer extends ProgramSolution {
  /** Whether the aggregate limits could all hold. */
  readonly feasible: boolean
}

/** What is added to the least total slack, or rounding could leave the second solve without a feasible point. */
const MARGIN = 1e-10

/**
 * The program's optimum. When the limits cannot all hold, the total slack of the hard ones is made least and, among
 * those solutions, the objective greatest. Null when stock bands alone keep the weights from summing to 1.
 */
export function enhanceLinear(program: EnhancementProgram): LinearAnswer | null {
  const solution = program.solve()
  if (solution !== null) return { ...solution, feasible: true }
  const least = leastSlack(program, () => true)
  return least && relaxedLinear(program, least)
}

/** The greatest objective where the hard limits give no more together than the `least` slacks, just solved for. */
export function relaxedLinear(program: EnhancementProgram, least: Float64Array): LinearAnswer {
  program.capTotalSlack(least.reduce((sum, slack) => sum + slack, 0) + MARGIN)
  program.aimAt('objective')
  const relaxed = program.solve()
  if (relaxed === null) throw new PlateauError('internal', 'the least relaxation lost feasibility')
  return { ...relaxed, feasible: false }
}

/** Slacks of the least total slack when the chosen limits may give; null when that is not enough. */
export function leastSlack(
  program: EnhancementProgram,
  isFree: (limit: number) => boolean,
): Float64Array | null {
  program.freeSlack(isFree)
  program.aimAt('least_slack')
  return program.solve()?.slack ?? null
}

/** Each hard limit that, alone loosened, lets the aggregate limits hold. */
export function linearRemedies(program: EnhancementProgram, { limits }: Aggregates): Remedy[] {
  return limits.flatMap((limit, at) => {
    if (limit.price !== null) return []
    const slack = leastSlack(program, (other) => other === at)?.[at]
    return slack === undefined ? [] : [remedy(limit, slack)]
  })
}

export function remedy({ name, setting }: Aggregates['limits'][number], slack: number): Remedy {
  return { limit: name, slack, value: name === 'members' ? setting - slack : setting + slack }
}
