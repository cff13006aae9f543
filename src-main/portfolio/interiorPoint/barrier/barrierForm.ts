import type { Reduced } from '../reduced.ts'

/** Constraints with a narrower range are equations. */
const EQUATION = 1e-12
/** Room beyond what the ranges of turnover reach, so that its sides stay apart. */
const TURNOVER_MARGIN = 0.1

/**
 * The reduced problem as the interior point takes it, as a minimisation: variables between two bounds, tied together
 * by equations. The variables are the trades, with a slack column after them for each side of a soft constraint, and
 * the activities of the constraints that are not equations, called ranged.
 */
export interface BarrierForm {
  readonly reduced: Reduced
  /** Of each trade and slack column: its range [0, room] and its price per unit. */
  readonly room: Float64Array
  readonly cost: Float64Array
  /** Of each slack column: its constraint, and whether it lifts (1) or lowers (-1) the activity. */
  readonly slackRow: Int32Array
  readonly slackSign: Float64Array
  /** Of each constraint: whether it is an equation (1), and the activity where it then stands. */
  readonly equation: Uint8Array
  readonly target: Float64Array
  /** Of each constraint: what its residual is measured by. */
  readonly rowScale: Float64Array
  /** The ranged constraints, with their sides. */
  readonly rangedRow: Int32Array
  readonly rangedLow: Float64Array
  readonly rangedHigh: Float64Array
}

export function barrierForm(reduced: Reduced): BarrierForm {
  const columns = slackColumns(reduced)
  const { low, high } = sides(reduced)
  const equation = Uint8Array.from(low, (lower, row) => (high[row] - lower < EQUATION ? 1 : 0))
  const rangedRow = Int32Array.from(Array.from(low.keys()).filter((row) => equation[row] === 0))
  const cost = new Float64Array(reduced.room.length + columns.length).fill(reduced.tradeCost)
  columns.forEach(({ price }, at) => (cost[reduced.room.length + at] = price))
  return {
    reduced,
    room: Float64Array.from([...reduced.room, ...columns.map(({ room }) => room)]),
    cost,
    slackRow: Int32Array.from(columns, ({ row }) => row),
    slackSign: Float64Array.from(columns, ({ sign }) => sign),
    equation,
    target: Float64Array.from(low, (lower, row) => (lower + high[row]) / 2),
    rowScale: Float64Array.from(low, (lower, row) =>
      row === reduced.capAt ? high[row] : Math.max(1e-3, Math.min(1, high[row] - lower)),
    ),
    rangedRow,
    rangedLow: Float64Array.from(rangedRow, (row) => low[row]),
    rangedHigh: Float64Array.from(rangedRow, (row) => high[row]),
  }
}

interface SlackColumn {
  readonly row: number
  readonly sign: number
  readonly room: number
  readonly price: number
}

function slackColumns({ rows, turnover, turnoverAt, room }: Reduced): SlackColumn[] {
  const columns: SlackColumn[] = []
  rows.forEach(({ lowerPrice, upperPrice, beyondLower, beyondUpper }, row) => {
    if (lowerPrice < Infinity && beyondLower > 0) {
      columns.push({ row, sign: 1, room: beyondLower, price: lowerPrice })
    }
    if (upperPrice < Infinity && beyondUpper > 0) {
      columns.push({ row, sign: -1, room: beyondUpper, price: upperPrice })
    }
  })
  if (turnover !== null && turnover.price < Infinity) {
    const most = room.reduce((sum, value) => sum + value, turnover.base)
    columns.push({
      row: turnoverAt,
      sign: -1,
      room: Math.max(0, most - turnover.max) + TURNOVER_MARGIN,
      price: turnover.price,
    })
  }
  return columns
}

/** Both sides of each constraint, finite: one that does not apply lies where no portfolio comes. */
function sides({ rows, turnover, varianceMax }: Reduced): { low: number[]; high: number[] } {
  const low = rows.map(({ lower }) => lower)
  const high = rows.map(({ upper }) => upper)
  if (turnover !== null) {
    low.push(Math.min(0, turnover.max) - TURNOVER_MARGIN)
    high.push(turnover.max)
  }
  if (varianceMax !== null) {
    // Half a variance is never below 0: a lower side far from it stays out of the way.
    low.push(-1e3 * varianceMax)
    high.push(varianceMax / 2)
  }
  return { low, high }
}
