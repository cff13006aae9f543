import { composeOptimizer } from '../../src-main/optim/compose.ts'
import { perturbedGradient } from '../../src-main/optim/sharpness/finalGradient.ts'
import { ascent } from '../../src-main/optim/sharpness/perturbation.ts'
import { everyStep } from '../../src-main/optim/sharpness/schedule.ts'
import { baseOf, describeTrajectories } from './optimizerProblem.ts'

/** SAM against two public implementations, which differ in the stabiliser of the norm (optimizers.md 2). */
describeTrajectories('sam.json', (run) =>
  composeOptimizer(baseOf(run), {
    schedule: everyStep,
    perturbation: ascent(run.hyper.rho, run.hyper.eps),
    finalGradient: perturbedGradient,
  }),
)
