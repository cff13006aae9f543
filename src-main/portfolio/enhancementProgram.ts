import type { Highs, IndexSelection, Model, ModelData } from 'highs'
import { PlateauError } from '../../src-shared/errors.ts'
import { activity } from './enhancementProblem.ts'
import type { Aggregates, EnhancementProblem } from './enhancementProblem.ts'

export interface ProgramSolution {
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
 * The linear program of one rebalance in HiGHS. A stock starts from the weight in its range nearest to its holding and moves
 * up or down from there: ranges become bounds of two columns (none where there is no room), turnover one row, and what must
 * be traded whatever the answer a constant:
 *
 *   columns  moves up, moves down, one slack per aggregate limit
 *   rows     budget, the aggregate rows, the total slack of hard limits
 *
 * Slack of a soft limit is bought at its price, that of a hard one is 0 until it is freed. `dispose` returns the solver's
 * memory, which no garbage collector sees.
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

/** The columns that move weights away from where they start. */
interface Moves {
  /** Per stock: the weight in its range nearest to its holding, so that every move is a trade on top of that to it. */
  readonly start: Float64Array
  /** Per column: its stock, +1 = up or -1 = down, and how far it goes. */
  readonly stock: Int32Array
  readonly sign: Int8Array
  readonly room: Float64Array
}

function movesWithin(
  held: Float64Array,
  { lower, upper }: { lower: Float64Array; upper: Float64Array },
): Moves {
  const start = held.map((weight, i) => Math.min(Math.max(weight, lower[i]), upper[i]))
  const stock = new Int32Array(2 * held.length)
  const sign = new Int8Array(2 * held.length)
  const room = new Float64Array(2 * held.length)
  let count = 0
  const add = (i: number, direction: 1 | -1, width: number): void => {
    if (width <= 0) return
    stock[count] = i
    sign[count] = direction
    room[count++] = width
  }
  start.forEach((weight, i) => add(i, 1, upper[i] - weight))
  start.forEach((weight, i) => add(i, -1, weight - lower[i]))
  return {
    start,
    stock: stock.subarray(0, count),
    sign: sign.subarray(0, count),
    room: room.subarray(0, count),
  }
}

function moved({ start, stock, sign }: Moves, by: Float64Array): Float64Array {
  const weights = start.slice()
  stock.forEach((i, column) => (weights[i] += sign[column] * by[column]))
  return weights
}

function modelData(
  highs: Highs,
  { start, stock, sign, room }: Moves,
  { rows, limits }: Aggregates,
  held: Float64Array,
  objective: Float64Array,
  slackUpper: Float64Array,
): ModelData {
  const numCols = objective.length
  const numRows = rows.length + 2
  const starts = new Int32Array(numCols + 1)
  const indices = new Int32Array(stock.length * (rows.length + 1) + 2 * limits.length)
  const values = new Float64Array(indices.length)
  let entries = 0
  const entry = (row: number, value: number): void => {
    if (value === 0) return
    indices[entries] = row
    values[entries++] = value
  }
  const coefficients = rows.map((row) => row.coefficients)
  for (let column = 0; column < stock.length; column++) {
    entry(0, sign[column])
    for (let row = 0; row < coefficients.length; row++) {
      const ofRow = coefficients[row]
      entry(row + 1, ofRow === null ? 1 : sign[column] * ofRow[stock[column]])
    }
    starts[column + 1] = entries
  }
  limits.forEach(({ row, side, price }, limit) => {
    entry(row + 1, side === 'upper' ? -1 : 1)
    if (price === null) entry(rows.length + 1, 1)
    starts[stock.length + limit + 1] = entries
  })

  // What moves may add to each row, given what the start already puts there.
  const toInvest = 1 - start.reduce((sum, weight) => sum + weight, 0)
  const before = rows.map((row) => activity(row, start, held))
  const colUpper = new Float64Array(numCols)
  colUpper.set(room)
  colUpper.set(slackUpper, stock.length)
  return {
    numCols,
    numRows,
    sense: highs.constants.objectiveSense.maximize,
    colCost: objective,
    colLower: new Float64Array(numCols),
    colUpper,
    rowLower: [toInvest, ...rows.map(({ lower }, row) => lower - before[row]), -highs.infinity],
    rowUpper: [toInvest, ...rows.map(({ upper }, row) => upper - before[row]), highs.infinity],
    matrix: {
      format: 'csc',
      numRows,
      numCols,
      starts,
      indices: indices.subarray(0, entries),
      values: values.subarray(0, entries),
    },
  }
}
