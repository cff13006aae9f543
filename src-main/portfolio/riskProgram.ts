import type { RiskModel } from '../risk/model.ts'
import type { Aggregates, EnhancementProblem } from './enhancementProblem.ts'
import type { FactorForm } from './interiorPoint/form.ts'
import { solveFactorForm } from './interiorPoint/solve.ts'

/** What is aimed at within the limits: the enhancement's own objective, or the least of something. */
export type Goal = 'objective' | 'least_variance' | 'least_slack'

export interface RiskSolution {
  readonly weights: Float64Array
  /** Slack used of each aggregate limit that has a price, in its own unit. */
  readonly slack: Float64Array
  /** d objective / d bound of each aggregate row, and of the budget. */
  readonly rowDual: Float64Array
  readonly budgetDual: number
  /** d objective / d (cap on a'Va / 2), >= 0. */
  readonly varianceDual: number
  /** False: within the interior point's tolerance, but not taken to the optimum itself. */
  readonly polished: boolean
}

/** A rebalance with a risk model, its stocks' ranges and its aggregate limits. */
export interface RiskRebalance {
  readonly problem: EnhancementProblem & { readonly risk: RiskModel }
  readonly bounds: { readonly lower: Float64Array; readonly upper: Float64Array }
  readonly aggregates: Aggregates
}

/**
 * A rebalance as the problem in factor form that the interior-point solver takes.
 *
 * @param priceOf Price of slack of an aggregate limit; Infinity = it holds.
 * @param varianceMax Largest a'Va, per day; null = any.
 * @returns Null when the solver does not converge, as where there is no solution.
 */
export function solveRisk(
  { problem, bounds, aggregates: { rows, limits } }: RiskRebalance,
  goal: Goal,
  priceOf: (limit: number) => number,
  varianceMax: number | null,
): RiskSolution | null {
  const { alpha, benchmark, held, risk, limits: settings } = problem
  const own = goal === 'objective'
  const prices = rows.map(() => ({ lower: Infinity, upper: Infinity }))
  limits.forEach(({ row, side }, limit) => (prices[row][side] = priceOf(limit)))
  const linear = rows.flatMap(({ coefficients, lower, upper }, row) =>
    coefficients === null
      ? []
      : [{ coefficients, lower, upper, lowerPrice: prices[row].lower, upperPrice: prices[row].upper }],
  )
  const turnoverRow = rows.findIndex(({ coefficients }) => coefficients === null)
  const form: FactorForm = {
    gain: own ? alpha.map((value) => (Number.isNaN(value) ? 0 : value)) : new Float64Array(alpha.length),
    ...bounds,
    benchmark,
    held,
    tradeCost: own ? settings.linearCost : 0,
    risk,
    riskAversion: own ? settings.riskAversion : goal === 'least_variance' ? unitAversion(risk, bounds) : 0,
    rows: linear,
    turnover:
      turnoverRow < 0 || rows[turnoverRow].upper === Infinity
        ? null
        : { max: rows[turnoverRow].upper, price: prices[turnoverRow].upper },
    varianceMax,
  }
  const solution = solveFactorForm(form)
  if (solution === null) return null
  // The rows but turnover, which comes last, are in the order of the aggregate rows.
  const rowDual = new Float64Array(rows.length)
  rowDual.set(solution.rowDual)
  if (turnoverRow >= 0) rowDual[turnoverRow] = solution.turnoverDual
  return {
    weights: solution.weights,
    slack: Float64Array.from(limits, ({ row, side }) =>
      row === turnoverRow ? solution.turnoverSlack : solution.slack[row][side],
    ),
    rowDual,
    budgetDual: solution.budgetDual,
    varianceDual: solution.varianceDual,
    polished: solution.polished,
  }
}

/**
 * Aversion at which a stock's own variance costs about 1 per unit of weight, so that prices and tolerances mean the
 * same.
 */
function unitAversion({ specific }: RiskModel, { lower, upper }: RiskRebalance['bounds']): number {
  let sum = 0
  for (let i = 0; i < specific.length; i++) sum += specific[i] * (upper[i] - lower[i])
  return sum > 0 ? specific.length / sum : 1
}
