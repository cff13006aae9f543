import type { Schedule } from '../parts.ts'

/** Perturb on every step. */
export const everyStep: Schedule = {
  init: () => ({}),
  next: (state) => ({ perturb: true, state }),
}
