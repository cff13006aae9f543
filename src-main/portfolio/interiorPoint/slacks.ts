import type { FactorForm, FormSolution } from './form.ts'

/** What weights use of each slack that has a price. */
export function slacks(
  { rows, turnover, held }: FactorForm,
  weights: Float64Array,
): Pick<FormSolution, 'slack' | 'turnoverSlack'> {
  const over = excess({ rows, turnover, held }, weights)
  return {
    slack: rows.map(({ lowerPrice, upperPrice }, row) => ({
      lower: lowerPrice < Infinity ? Math.max(0, over.rows[row].lower) : 0,
      upper: upperPrice < Infinity ? Math.max(0, over.rows[row].upper) : 0,
    })),
    turnoverSlack: turnover !== null && turnover.price < Infinity ? Math.max(0, over.turnover) : 0,
  }
}

/** By how much weights pass each side of the rows, and the turnover; negative: room that is left. */
export function excess(
  { rows, turnover, held }: Pick<FactorForm, 'rows' | 'turnover' | 'held'>,
  weights: Float64Array,
): { rows: { lower: number; upper: number }[]; turnover: number } {
  const traded = weights.reduce((sum, weight, i) => sum + Math.abs(weight - held[i]), 0)
  return {
    rows: rows.map(({ coefficients, lower, upper }) => {
      const activity = coefficients.reduce((sum, value, i) => sum + value * weights[i], 0)
      return { lower: lower - activity, upper: activity - upper }
    }),
    turnover: traded - (turnover?.max ?? Infinity),
  }
}
