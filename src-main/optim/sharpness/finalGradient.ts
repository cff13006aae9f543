import type { FinalGradient } from '../parts.ts'

/** The gradient at the perturbed weights, used as it is (Foret et al. 2021, Eq. 3); the clean one where there is none. */
export const perturbedGradient: FinalGradient = {
  init: () => ({}),
  combine: (clean, perturbed, state) => ({ gradient: (perturbed ?? clean).gradient, state }),
}
