import { polish } from './activeSet/polish.ts'
import { PredictorCorrector } from './barrier/predictorCorrector.ts'
import type { FactorForm, FormSolution } from './form.ts'
import { onlySolution, onlyWeights } from './onlyWeights.ts'
import { reduce, type Reduced } from './reduced.ts'
import { slacks } from './slacks.ts'

/** Gaps, over the scale of marginal gains, from which the active set is read. */
const GAPS = [1e-6, 1e-8, 1e-10]
/** A gap at which the point itself will do, should a smaller one be out of reach. */
const ACCEPTED = 1e-8

/**
 * The optimum of a problem in factor form, or null when the interior point does not converge, which is what happens
 * when there is no solution. Where there is nothing to choose, the only weights there are, if they meet the limits.
 *
 *   form.ts               the problem and its solution
 *   reduced.ts            without its fixed stocks; limits and factors as columns (loadings.ts)
 *   barrier/              an interior point to a moderate gap
 *   activeSet/            the optimum on the active set that it shows; where that does not settle, a smaller gap
 *   standing.ts, schur.ts, cholesky.ts    of both: risk and gradient of weights, the equations of a Newton step
 */
export function solveFactorForm(form: FactorForm): FormSolution | null {
  const only = onlyWeights(form)
  if (only !== null) return onlySolution(form, only)
  const reduced = reduce(form)
  const interior = new PredictorCorrector(reduced)
  let reached: Point | null = null
  for (const gap of GAPS) {
    if (!interior.run(gap)) break
    const { weights, v } = interior.iterate
    if (gap <= ACCEPTED) reached = { weights: weights.slice(), v: v.slice() }
    const optimum = polish(interior, gap === GAPS.at(-1))
    if (optimum !== null) return solution(form, reduced, optimum, interior.iterations, true)
  }
  return reached === null ? null : solution(form, reduced, reached, interior.iterations, false)
}

/** Weights per free stock, multipliers per constraint. */
interface Point {
  readonly weights: Float64Array
  readonly v: Float64Array
}

function solution(
  form: FactorForm,
  { stock, turnoverAt, capAt }: Reduced,
  { weights: ofStocks, v }: Point,
  iterations: number,
  polished: boolean,
): FormSolution {
  const weights = form.lower.slice()
  stock.forEach((i, at) => (weights[i] = ofStocks[at]))
  return {
    weights,
    ...slacks(form, weights),
    rowDual: Float64Array.from(form.rows, (_, row) => -v[row + 1]),
    turnoverDual: turnoverAt < 0 ? 0 : -v[turnoverAt],
    budgetDual: -v[0],
    varianceDual: capAt < 0 ? 0 : Math.max(0, -v[capAt]),
    iterations,
    polished,
  }
}
