import type { Highs, IndexSelection, Model, ModelData } from 'highs'
import { PlateauError } from '../../src-shared/errors.ts'
import type { Aggregates, EnhancementProblem } from './enhancementProblem.ts'

export interface ProgramSolution {
  readonly weights: Float64Array
  /** Slack used of each aggregate limit, in its own unit. */
  readonly slack: Float64Array
  /** d objective / d bound of each aggregate row, and of the budget. */
  readonly rowDual: Float64Array
  readonly budgetDual: number
}

/**
 * The linear program of one rebalance in HiGHS. Trades are split, w = held + buy - sell, so that the stock's range
 * becomes bounds of its two columns and turnover one row:
 *
 *   columns  buy (N), sell (N), one slack per aggregate limit
 *   rows     budget, the aggregate rows, the total slack
 *
 * Slack is fixed at 0 until it is freed. `dispose` returns the solver's memory, which no garbage collector sees.
 */
export class EnhancementProgram {
  private readonly highs: Highs
  private readonly model: Model
  private readonly held: Float64Array
  private readonly tradeCosts: Float64Array
  private readonly noSlack: Float64Array
  private readonly slackColumns: IndexSelection
  private readonly slackRow: number

  constructor(
    highs: Highs,
    problem: EnhancementProblem,
    bounds: { lower: Float64Array; upper: Float64Array },
    aggregates: Aggregates,
  ) {
    this.highs = highs
    this.held = problem.held
    this.noSlack = new Float64Array(aggregates.limits.length)
    const trades = 2 * this.held.length
    this.slackColumns = { kind: 'range', from: trades, to: trades + this.noSlack.length - 1 }
    this.slackRow = aggregates.rows.length + 1
    const alpha = problem.alpha.map((value) => (Number.isNaN(value) ? 0 : value))
    const { linearCost } = problem.limits
    this.tradeCosts = Float64Array.from([
      ...alpha.map((value) => value - linearCost),
      ...alpha.map((value) => -value - linearCost),
    ])
    this.model = highs.createModel(modelData(highs, problem, bounds, aggregates, this.tradeCosts))
    // Tolerances two orders under the 1e-7 at which a limit counts as binding.
    this.model.options.set({
      output_flag: false,
      solver: 'simplex',
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
    })
  }

  /** Lets the chosen limits give way without bound; the others hold. */
  freeSlack(isFree: (limit: number) => boolean): void {
    const upper = Array.from(this.noSlack, (_, limit) => (isFree(limit) ? this.highs.infinity : 0))
    this.model.changeColsBounds(this.slackColumns, this.noSlack, upper)
  }

  capTotalSlack(total: number): void {
    this.model.changeRowBounds(this.slackRow, -this.highs.infinity, total)
  }

  /** Objective: the enhancement's own, or the least total slack. */
  aimAt(goal: 'objective' | 'least_slack'): void {
    const own = goal === 'objective'
    const costs = [
      ...this.tradeCosts.map((cost) => (own ? cost : 0)),
      ...this.noSlack.map(() => (own ? 0 : -1)),
    ]
    this.model.changeColsCost({ kind: 'range', from: 0, to: costs.length - 1 }, costs)
  }

  /** The optimum, or null when there is no feasible point. */
  solve(): ProgramSolution | null {
    const { modelStatus: statusOf } = this.highs.constants
    const { modelStatus } = this.model.run()
    // Every objective is bounded: columns have bounds and slack is only ever minimised or capped.
    if (modelStatus === statusOf.infeasible || modelStatus === statusOf.unboundedOrInfeasible) return null
    if (modelStatus !== statusOf.optimal) {
      throw new PlateauError('internal', `HiGHS ended a rebalance with model status ${modelStatus}`)
    }
    const { colValue, rowDual } = this.model.getSolution()
    const count = this.held.length
    return {
      weights: this.held.map((held, i) => held + colValue[i] - colValue[count + i]),
      slack: colValue.slice(2 * count),
      rowDual: rowDual.slice(1, this.slackRow),
      budgetDual: rowDual[0],
    }
  }

  dispose(): void {
    this.model.dispose()
  }
}

function modelData(
  highs: Highs,
  problem: EnhancementProblem,
  bounds: { lower: Float64Array; upper: Float64Array },
  { rows, limits }: Aggregates,
  tradeCosts: Float64Array,
): ModelData {
  const { held } = problem
  const invested = held.reduce((sum, weight) => sum + weight, 0)
  // What the trades may add to each row, given what the holdings already put there.
  const before = rows.map(({ coefficients }) =>
    coefficients === null ? 0 : held.reduce((sum, weight, i) => sum + coefficients[i] * weight, 0),
  )
  const starts = [0]
  const indices: number[] = []
  const values: number[] = []
  const entry = (row: number, value: number): void => {
    if (value === 0) return
    indices.push(row)
    values.push(value)
  }
  for (const sign of [1, -1]) {
    for (let i = 0; i < held.length; i++) {
      entry(0, sign)
      rows.forEach(({ coefficients }, row) => {
        entry(row + 1, coefficients === null ? 1 : sign * coefficients[i])
      })
      starts.push(indices.length)
    }
  }
  for (const { row, side } of limits) {
    entry(row + 1, side === 'upper' ? -1 : 1)
    entry(rows.length + 1, 1)
    starts.push(indices.length)
  }
  const noSlack = limits.map(() => 0)
  const rise = (to: Float64Array) => to.map((weight, i) => Math.max(0, weight - held[i]))
  const fall = (to: Float64Array) => to.map((weight, i) => Math.max(0, held[i] - weight))
  const numCols = 2 * held.length + limits.length
  const numRows = rows.length + 2
  return {
    numCols,
    numRows,
    sense: highs.constants.objectiveSense.maximize,
    colCost: [...tradeCosts, ...noSlack],
    colLower: [...rise(bounds.lower), ...fall(bounds.upper), ...noSlack],
    colUpper: [...rise(bounds.upper), ...fall(bounds.lower), ...noSlack],
    rowLower: [1 - invested, ...rows.map(({ lower }, row) => lower - before[row]), -highs.infinity],
    rowUpper: [1 - invested, ...rows.map(({ upper }, row) => upper - before[row]), highs.infinity],
    matrix: { format: 'csc', numRows, numCols, starts, indices, values },
  }
}
