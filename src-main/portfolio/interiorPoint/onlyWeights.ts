import { total } from '../../../src-shared/statistics.ts'
import { portfolioVariance } from '../../risk/portfolioVariance.ts'
import type { FactorForm, FormSolution } from './form.ts'
import { POINT } from './reduced.ts'
import { excess, slacks } from './slacks.ts'

/** Weight left to place, or to take away, below which there is nothing to choose. */
const NO_ROOM = 1e-12
/** A hard limit passed by no more than this holds; a cap, by this share of it. */
const HELD = 1e-9
const WITHIN_CAP = 1e-10

/**
 * The weights, where ranges and budget allow one portfolio only: all stocks at their lower or all at their upper
 * bounds, as when all are fixed, or all fixed but one. An interior point has no room there. Null when there is a
 * choice.
 */
export function onlyWeights({ lower, upper }: FactorForm): Float64Array | null {
  const toPlace = 1 - total(lower)
  if (toPlace <= NO_ROOM) return lower.slice()
  if (total(upper) - 1 <= NO_ROOM) return upper.slice()
  const free = freeStocks({ lower, upper })
  return free.length === 1 ? lower.with(free[0], lower[free[0]] + toPlace) : null
}

/**
 * The solution at the only weights there are; null when a hard limit or the cap does not hold there. Slack in use has
 * its price, no other limit has one: none keeps the weights from being others.
 */
export function onlySolution(form: FactorForm, weights: Float64Array): FormSolution | null {
  const { rows, turnover, varianceMax, benchmark, risk } = form
  const over = excess(form, weights)
  const passes = (by: number, price: number): boolean => price === Infinity && by > HELD
  const broken =
    Math.abs(total(weights) - 1) > HELD ||
    rows.some(
      ({ lowerPrice, upperPrice }, row) =>
        passes(over.rows[row].lower, lowerPrice) || passes(over.rows[row].upper, upperPrice),
    ) ||
    (turnover !== null && passes(over.turnover, turnover.price))
  if (broken) return null
  const active = weights.map((weight, i) => weight - benchmark[i])
  if (varianceMax !== null && portfolioVariance(risk, active) > varianceMax * (1 + WITHIN_CAP)) return null
  const given = slacks(form, weights)
  const rowDual = Float64Array.from(rows, ({ lowerPrice, upperPrice }, row) => {
    const { lower, upper } = given.slack[row]
    return upper > 0 ? upperPrice : lower > 0 ? -lowerPrice : 0
  })
  const turnoverDual = turnover !== null && given.turnoverSlack > 0 ? turnover.price : 0
  return {
    weights,
    ...given,
    rowDual,
    turnoverDual,
    budgetDual: budgetDual(form, weights, rowDual, turnoverDual),
    varianceDual: 0,
    iterations: 0,
    polished: true,
  }
}

/** What the best use of a little more weight gains; with no room for more, what a little less costs. */
function budgetDual(
  form: FactorForm,
  weights: Float64Array,
  rowDual: Float64Array,
  turnoverDual: number,
): number {
  const { gain, upper, held, tradeCost, riskAversion, rows } = form
  const free = freeStocks(form)
  if (free.length === 0) return 0
  const risky = ofVariance(form, weights)
  const more = free.filter((i) => upper[i] - weights[i] > POINT)
  const marginal = (i: number): number => {
    const buys = more.length > 0 ? weights[i] >= held[i] : weights[i] > held[i]
    const ofRows = rows.reduce((sum, { coefficients }, row) => sum + rowDual[row] * coefficients[i], 0)
    return gain[i] - riskAversion * risky(i) - ofRows - (buys ? 1 : -1) * (tradeCost + turnoverDual)
  }
  return more.length > 0 ? Math.max(...more.map(marginal)) : Math.min(...free.map(marginal))
}

/** (Va)_i. */
function ofVariance({ risk, benchmark }: FactorForm, weights: Float64Array): (i: number) => number {
  const { exposure, covariance, specific } = risk
  const K = risk.factors.length
  const active = weights.map((weight, i) => weight - benchmark[i])
  const factors = new Float64Array(K)
  active.forEach((weight, i) => {
    for (let k = 0; k < K; k++) factors[k] += exposure[i * K + k] * weight
  })
  const pull = factors.map((_, k) =>
    factors.reduce((sum, value, l) => sum + covariance[k * K + l] * value, 0),
  )
  return (i) => pull.reduce((sum, value, k) => sum + exposure[i * K + k] * value, specific[i] * active[i])
}

function freeStocks({ lower, upper }: Pick<FactorForm, 'lower' | 'upper'>): number[] {
  return Array.from(lower.keys()).filter((i) => upper[i] - lower[i] > POINT)
}
