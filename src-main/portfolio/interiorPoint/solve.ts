import { ActiveSet } from './activeSet.ts'
import type { FactorForm, FormSolution } from './form.ts'
import { InteriorPoint } from './interiorPoint.ts'
import { onlySolution, onlyWeights } from './onlyWeights.ts'
import { reduce } from './reduced.ts'
import { slacks } from './slacks.ts'

/** Gaps, over the scale of marginal gains, from which the active set is read. */
const GAPS = [1e-6, 1e-8, 1e-10]
/** A gap at which the point itself will do, should a smaller one be out of reach. */
const ACCEPTED = 1e-8

/**
 * The optimum of a problem in factor form, or null when the interior point does not converge, which is what happens
 * when there is no solution. An interior point to a moderate gap, then the active set that it shows; where that does
 * not settle, a smaller gap. Where there is nothing to choose, the only weights there are, if they meet the limits.
 */
export function solveFactorForm(form: FactorForm): FormSolution | null {
  const only = onlyWeights(form)
  if (only !== null) return onlySolution(form, only)
  const reduced = reduce(form)
  const point = new InteriorPoint(form, reduced)
  let reached: { readonly weights: Float64Array; readonly v: Float64Array } | null = null
  for (const gap of GAPS) {
    if (!point.run(gap)) break
    if (gap <= ACCEPTED) reached = { weights: point.weights.slice(), v: point.v.slice() }
    const set = new ActiveSet(form, reduced, point)
    if (set.solve(gap === GAPS.at(-1))) return solution(form, reduced, set, point.iterations, true)
  }
  return reached === null ? null : solution(form, reduced, reached, point.iterations, false)
}

function solution(
  form: FactorForm,
  { stock, rows, turnover }: ReturnType<typeof reduce>,
  { weights: ofStocks, v }: { readonly weights: Float64Array; readonly v: Float64Array },
  iterations: number,
  polished: boolean,
): FormSolution {
  const weights = form.lower.slice()
  stock.forEach((i, at) => (weights[i] = ofStocks[at]))
  const after = rows.length + (turnover === null ? 0 : 1)
  return {
    weights,
    ...slacks(form, weights),
    rowDual: Float64Array.from(form.rows, (_, row) => -v[row + 1]),
    turnoverDual: turnover === null ? 0 : -v[rows.length],
    budgetDual: -v[0],
    varianceDual: form.varianceMax === null ? 0 : Math.max(0, -v[after]),
    iterations,
    polished,
  }
}
