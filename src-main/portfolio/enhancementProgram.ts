import type { Highs, IndexSelection, Model } from 'highs'
import { PlateauError } from '../../src-shared/errors.ts'
import { modelData, moved, type Moves, movesWithin } from './enhancementModel.ts'
import type { Aggregates, EnhancementProblem } from './enhancementProblem.ts'

export interface ProgramSolution {
  /** Per stock. */
  readonly weights: Float64Array
  /** Slack used of each hard aggregate limit, in its own unit; 0 for the soft ones. */
  readonly slack: Float64Array
  /** The same of the soft ones; 0 for the hard. */
  readonly softSlack: Float64Array
  /** d objective / d bound of each aggregate row, and of the budget. A soft limit's is at most its price. */
  readonly rowDual: Float64Array
  readonly budgetDual: number
}

/**
 * The linear program of one rebalance in HiGHS (methods 6), its columns and rows as enhancementModel.ts has them.
 * Slack of a soft limit is bought at its price, that of a hard one is 0 until it is freed. `dispose` returns the
 * solver's memory, which no garbage collector sees.
 */
export class EnhancementProgram {
  private readonly highs: Highs
  private readonly model: Model
  private readonly limits: Aggregates['limits']
  private readonly moves: Moves
  private readonly moveCosts: Float64Array
  private readonly slackColumns: IndexSelection
  private readonly slackRow: number

  constructor(
    highs: Highs,
    problem: EnhancementProblem,
    bounds: { lower: Float64Array; upper: Float64Array },
    aggregates: Aggregates,
  ) {
    this.highs = highs
    this.limits = aggregates.limits
    this.moves = movesWithin(problem.held, bounds)
    const { alpha, held, limits } = problem
    const { stock, sign } = this.moves
    this.moveCosts = Float64Array.from(
      stock,
      (i, column) => (Number.isNaN(alpha[i]) ? 0 : sign[column] * alpha[i]) - limits.linearCost,
    )
    this.slackColumns = {
      kind: 'range',
      from: stock.length,
      to: stock.length + this.limits.length - 1,
    }
    this.slackRow = aggregates.rows.length + 1
    this.model = highs.createModel(
      modelData(
        highs,
        this.moves,
        aggregates,
        held,
        this.costs('objective'),
        this.slackUpper(() => false),
      ),
    )
    this.model.options.set({
      output_flag: false,
      solver: 'simplex',
      // Some dozens of iterations from the slack basis: presolving and scaling take longer than they spare.
      presolve: 'off',
      simplex_scale_strategy: 0,
      // Two orders under the 1e-7 at which a limit counts as binding.
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
    })
  }

  /** Lets the chosen hard limits give way without bound; the other hard ones hold. */
  freeSlack(isFree: (limit: number) => boolean): void {
    const noSlack = new Float64Array(this.limits.length)
    this.model.changeColsBounds(this.slackColumns, noSlack, this.slackUpper(isFree))
  }

  /** Of hard limits. */
  capTotalSlack(total: number): void {
    this.model.changeRowBounds(this.slackRow, -this.highs.infinity, total)
  }

  /** Objective: the enhancement's own less the price of soft slack, or the least total slack of hard limits. */
  aimAt(goal: Goal): void {
    const costs = this.costs(goal)
    this.model.changeColsCost({ kind: 'range', from: 0, to: costs.length - 1 }, costs)
  }

  /** The optimum, or null when there is no feasible point. */
  solve(): ProgramSolution | null {
    const { modelStatus: statusOf } = this.highs.constants
    const { modelStatus } = this.model.run()
    // Every objective is bounded: moves have bounds and slack is only ever minimised, priced or capped.
    if (modelStatus === statusOf.infeasible || modelStatus === statusOf.unboundedOrInfeasible) return null
    if (modelStatus !== statusOf.optimal) {
      throw new PlateauError('internal', `HiGHS ended a rebalance with model status ${modelStatus}`)
    }
    const { colValue, rowDual } = this.model.getSolution()
    const slack = colValue.subarray(this.moveCosts.length)
    return {
      weights: moved(this.moves, colValue),
      slack: slack.map((value, limit) => (this.limits[limit].price === null ? value : 0)),
      softSlack: slack.map((value, limit) => (this.limits[limit].price === null ? 0 : value)),
      rowDual: rowDual.slice(1, this.slackRow),
      budgetDual: rowDual[0],
    }
  }

  dispose(): void {
    this.model.dispose()
  }

  private costs(goal: Goal): Float64Array {
    const own = goal === 'objective'
    const costs = new Float64Array(this.moveCosts.length + this.limits.length)
    if (own) costs.set(this.moveCosts)
    this.limits.forEach(({ price }, limit) => {
      costs[this.moveCosts.length + limit] = own ? -(price ?? 0) : price === null ? -1 : 0
    })
    return costs
  }

  private slackUpper(isFree: (limit: number) => boolean): Float64Array {
    return Float64Array.from(this.limits, ({ price }, limit) =>
      price !== null || isFree(limit) ? this.highs.infinity : 0,
    )
  }
}

type Goal = 'objective' | 'least_slack'
