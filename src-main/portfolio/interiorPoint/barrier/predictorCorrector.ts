import type { Reduced } from '../reduced.ts'
import { barrierForm } from './barrierForm.ts'
import { Iterate } from './iterate.ts'
import { NewtonStep } from './newtonStep.ts'
import { Residuals } from './residuals.ts'
import { startingPoint } from './startingPoint.ts'

/** Share of the way to the boundary that a step may go. */
const TO_BOUNDARY = 0.995
/** A shorter step leads nowhere. */
const NO_STEP = 1e-10
/** Share of the complementarity at which the corrector aims at least. */
const LEAST_CENTRING = 1e-6
/** Largest residuals at the end: of the constraints, and of the gains over the tolerance. */
const PRIMAL = 1e-9
const DUAL = 10
/** Gap at which the iteration is given up, over the largest of scale and prices. */
const DIVERGED = 1e5
/** Several times what a problem with a solution takes. */
const MAX_ITERATIONS = 80

/**
 * Predictor-corrector primal-dual interior point (Mehrotra 1992) on the reduced problem, from an infeasible start.
 * The state is kept: `run` can be called again for a smaller gap.
 */
export class PredictorCorrector {
  iterations = 0
  readonly iterate: Iterate
  /** Typical size of a stock's marginal gain. */
  readonly scale: number
  private readonly residuals: Residuals
  private readonly newton: NewtonStep

  constructor(reduced: Reduced) {
    this.iterate = new Iterate(barrierForm(reduced))
    this.scale = startingPoint(this.iterate)
    this.residuals = new Residuals(this.iterate)
    this.newton = new NewtonStep(this.iterate, this.residuals)
  }

  /**
   * Iterates until the gap is below `tolerance` x scale and the residuals are small; false when it gets no further,
   * as happens when there is no solution.
   */
  run(tolerance: number): boolean {
    const { iterate, residuals, newton, scale } = this
    const most = iterate.form.cost.reduce((max, cost) => Math.max(max, cost), scale)
    for (;;) {
      iterate.evaluate()
      const { primal, dual } = residuals.take(scale)
      const gap = iterate.complementarity(0)
      // Multipliers grow without end where there is no solution.
      if (!(gap <= DIVERGED * most && dual + primal < Infinity)) return false
      if (gap <= tolerance * scale && primal <= PRIMAL && dual <= DUAL * tolerance) return true
      if (this.iterations++ >= MAX_ITERATIONS) return false
      newton.factorise()
      newton.direction(0, false)
      newton.direction(this.centring(gap, tolerance), true)
      const step = Math.min(1, TO_BOUNDARY * iterate.longestStep())
      if (!(step > NO_STEP)) return false
      iterate.move(step, newton.dv)
    }
  }

  /**
   * The complementarity of every bound at which the corrector aims: less, the further the predictor gets. The gap
   * does not run ahead of the residuals, of which the cap's falls by squares only.
   */
  private centring(gap: number, tolerance: number): number {
    const { iterate, scale } = this
    const sides = 2 * (iterate.trades.length + iterate.ranged.length)
    const mu = gap / sides
    const affine = Math.min(1, iterate.longestStep())
    const after = Math.max(0, iterate.complementarity(affine)) / gap
    const share = Math.min(1, Math.max(LEAST_CENTRING, after ** 3))
    return Math.max(share * mu, Math.min(mu, (0.1 * tolerance * scale) / sides))
  }
}
