import { z } from 'zod'

export const samplePart = z.enum(['train', 'valid', 'test'])
export type SamplePart = z.infer<typeof samplePart>

/** What is looked at, as a study file or a request says it. */
export const landscapeSettings = z.strictObject({
  /** Nodes along each axis of the grid. */
  resolution: z.int().min(3).max(201).default(21),
  /** Beyond the projected trajectory on every side, as a share of its span. */
  margin: z.number().min(0).max(5).default(0.2),
  /** Whose whole set of dates the loss is of. */
  part: samplePart.default('train'),
  /** One plane per run, or one for all of them. */
  axes: z.enum(['own', 'joint']).default('own'),
  /** Of the sharpness numbers. */
  rho: z.number().gt(0).max(10).default(0.05),
  /** Directions of the mean loss in the ball and of the trace, products of the largest eigenvalue. */
  draws: z.int().min(2).max(1000).default(20),
  /** Of those draws. */
  seed: z.int().min(0).default(1),
})
export type LandscapeSettings = z.infer<typeof landscapeSettings>
