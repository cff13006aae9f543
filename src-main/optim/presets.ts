import type { OptimizerConfig } from '../../src-shared/domain/study.ts'
import { adamw } from './base/adam.ts'
import { composeOptimizer, type Optimizer } from './compose.ts'
import type { Sharpness } from './parts.ts'
import { perturbedGradient } from './sharpness/finalGradient.ts'
import { ascent } from './sharpness/perturbation.ts'
import { everyStep } from './sharpness/schedule.ts'

/** The optimizer a study names: each published method is a choice of parts. */
export function createOptimizer(config: OptimizerConfig): Optimizer {
  return composeOptimizer(adamw(config.base), sharpnessOf(config))
}

function sharpnessOf(config: OptimizerConfig): Sharpness | null {
  switch (config.method) {
    case 'plain':
      return null
    // Foret et al. 2021, Algorithm 1.
    case 'sam':
      return { schedule: everyStep, perturbation: ascent(config.rho), finalGradient: perturbedGradient }
  }
}
