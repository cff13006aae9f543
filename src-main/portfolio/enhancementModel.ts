import type { Highs, ModelData } from 'highs'
import { activity } from './enhancementProblem.ts'
import type { Aggregates } from './enhancementProblem.ts'

/** The columns that move weights away from where they start. */
export interface Moves {
  /**
   * Per stock: the weight in its range nearest to its holding, so that every move is a trade on top of that to it.
   */
  readonly start: Float64Array
  /** Per column: its stock, +1 = up or -1 = down, and how far it goes. */
  readonly stock: Int32Array
  readonly sign: Int8Array
  readonly room: Float64Array
}

/** The moves that ranges of weights leave to stocks held at these; first all up, then all down. */
export function movesWithin(
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

/** Weights per stock after a solution's moves, the first of its columns. */
export function moved({ start, stock, sign }: Moves, by: Float64Array): Float64Array {
  const weights = start.slice()
  stock.forEach((i, column) => (weights[i] += sign[column] * by[column]))
  return weights
}

/**
 * A rebalance as the arrays of a linear program. A stock starts from the weight in its range nearest to its holding
 * and moves up or down from there: ranges become bounds of two columns (none where there is no room), turnover one
 * row, and what must be traded whatever the answer a constant:
 *
 *   columns  moves up, moves down, one slack per aggregate limit
 *   rows     budget, the aggregate rows, the total slack of hard limits
 *
 * @param held Weights per stock.
 * @param objective Per column, maximised.
 * @param slackUpper Per slack column: most that its limit may give.
 */
export function modelData(
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
