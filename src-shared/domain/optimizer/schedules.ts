import { z } from 'zod'

/**
 * How the learning rate moves over a training of `maxEpochs` epochs, whether or not it stops early: linear warm-up from 0,
 * then constant, a half cosine down to a share of the rate, or a factor every so many epochs.
 */
export const learningRateSchedule = z.strictObject({
  /** May be a fraction of an epoch. */
  warmUpEpochs: z.number().min(0).max(1000).default(0),
  decay: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({
        kind: z.literal('cosine'),
        /** Share of the learning rate that is left at the end. */
        floor: z.number().min(0).lt(1).default(0.01),
      }),
      z.strictObject({
        kind: z.literal('step'),
        everyEpochs: z.int().min(1).max(1000).default(10),
        factor: z.number().positive().lt(1).default(0.5),
      }),
    ])
    .prefault({ kind: 'none' }),
})
export type LearningRateSchedule = z.output<typeof learningRateSchedule>

const end = z.number().min(0).max(10)

/**
 * How rho moves over the same training. `proportional` (Zhuang et al. 2022): as the learning rate goes from its highest to
 * its lowest, rho goes from its value to `end` with it. `linear` and `cosine`: with the steps.
 */
export const rhoSchedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({ kind: z.literal('proportional'), end }),
  z.strictObject({ kind: z.literal('linear'), end }),
  z.strictObject({ kind: z.literal('cosine'), end }),
])
export type RhoSchedule = z.output<typeof rhoSchedule>
