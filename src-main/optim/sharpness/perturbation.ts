import type { Perturbation } from '../parts.ts'
import { norm } from '../vector.ts'

/**
 * The first-order worst case in a ball of radius `rho`: rho g / (||g|| + stabiliser), one global norm over all tensors
 * (Foret et al. 2021, Eq. 2). The stabiliser makes a zero gradient a zero offset.
 */
export function ascent(rho: number, stabiliser = 1e-12): Perturbation {
  return {
    init: () => ({}),
    perturb(_weights, gradient, state) {
      const scale = rho / (norm(gradient) + stabiliser)
      return { offset: gradient.map((value) => scale * value), state }
    },
  }
}
