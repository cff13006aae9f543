import type { PredictorCorrector } from '../barrier/predictorCorrector.ts'
import { EquationStep } from './equationStep.ts'
import { identify } from './identify.ts'
import { KktPoint } from './kktPoint.ts'
import { release, untilBlocked } from './primal.ts'
import { changeSides } from './primalDual.ts'
import { WorkingSet } from './workingSet.ts'

const STEPS = 15
const CAREFUL_STEPS = 200
/** Residual of the equations that is rounding. */
const CONVERGED = 1e-11
/** Where no side changes, a residual that falls by less will not fall to that. */
const STALLED = 0.8

/**
 * Takes the interior point's answer to the optimum itself. The bounds, held weights and constraints on which the
 * point all but stands are taken for equations and those are solved by Newton's method (with the cap's curvature, a
 * few steps); what then violates a bound or has a multiplier of the wrong sign changes side, until nothing does.
 * Stocks on a bound or at their held weight are there exactly.
 *
 * @param careful False: every side that is wrong changes at once, which settles in a few steps where the point showed
 *   nearly the right sides. True: no further than the first bound that is met, one side at a time.
 * @returns Weights per free stock and multipliers per constraint; null when it does not settle.
 */
export function polish(
  { iterate, scale }: PredictorCorrector,
  careful: boolean,
): { readonly weights: Float64Array; readonly v: Float64Array } | null {
  const { reduced } = iterate.form
  const set = new WorkingSet(reduced)
  const point = new KktPoint(reduced, set, iterate.weights, iterate.v, scale)
  identify(set, iterate, scale)
  point.settle()
  point.evaluate()
  const newton = new EquationStep(point, scale)
  let before = Infinity
  for (let step = 0; step < (careful ? CAREFUL_STEPS : STEPS); step++) {
    if (!(point.standing.curvature > 0)) return null
    newton.solve()
    const fraction = careful ? untilBlocked(point, newton) : 1
    point.move(fraction, newton.dw, newton.dv)
    if (fraction < 1) point.settle()
    point.evaluate()
    const residual = point.residual()
    if (!Number.isFinite(residual)) return null
    const changed = fraction < 1 || (careful ? residual <= CONVERGED && release(point) : changeSides(point))
    if (changed) point.evaluate()
    else if (residual <= CONVERGED) return point
    else if (!careful && residual > STALLED * before) return null
    before = changed ? Infinity : residual
  }
  return null
}
