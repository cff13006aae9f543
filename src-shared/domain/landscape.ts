import { z } from 'zod'
import { samplePart, storedLandscapeSettings } from './landscapeSettings.ts'
import { runKey } from './training.ts'

/** Loss landscapes of trained runs and how sharp their minima are: methods.md 8. Losses are means over dates. */

/** Where the weights of one epoch lie. */
const trajectoryPoint = z.object({
  epoch: z.int().min(0),
  /** On the plane, in its units. */
  x: z.number(),
  y: z.number(),
  /** Distance from the plane, in units of weights. */
  offPlane: z.number(),
  /** At the weights themselves; null while it is not computed or undefined. */
  trueLoss: z.number().nullable(),
  /** At their projection. */
  onPlaneLoss: z.number().nullable(),
})
export type TrajectoryPoint = z.infer<typeof trajectoryPoint>

/** Numbers of one minimum, each a difference of losses or of their second derivative; null where undefined. */
export const sharpness = z.object({
  rho: z.number(),
  /** At the minimum. */
  loss: z.number(),
  gradientNorm: z.number(),
  /** Loss at w + rho g / |g| less loss at w. */
  samSharpness: z.number().nullable(),
  /** Mean increase over draws uniform in the ball of radius rho, and the standard error of that mean. */
  ballIncrease: z.number().nullable(),
  ballIncreaseError: z.number().nullable(),
  /** Largest algebraic eigenvalue of the Hessian (Lanczos), and the norm of its residual. */
  topEigenvalue: z.number().nullable(),
  topEigenvalueResidual: z.number().nullable(),
  /** Hutchinson's estimate of the Hessian's trace, and its standard error. */
  trace: z.number().nullable(),
  traceError: z.number().nullable(),
})
export type Sharpness = z.infer<typeof sharpness>

/** Of the Hessian at the best epoch; some eigenvalue lies within the residual of the value. */
const eigenvalue = z.object({ value: z.number(), residual: z.number() })

/** The landscape of one run. */
export const landscape = z.object({
  key: runKey,
  settings: storedLandscapeSettings,
  /** As results name them; after the first those that went on where one was lost. None is known of older landscapes. */
  engines: z.array(z.string()).default([]),
  /** Dates the losses are of, and those left out because the loss is undefined there, at the best epoch. */
  dates: z.int(),
  skippedDates: z.int(),
  /** The run whose best epoch is the plane's origin: itself, or the first one on a joint plane. */
  originKey: runKey,
  /** The run's own best epoch. */
  originEpoch: z.int(),
  /** Distance between weights that a coordinate of 1 stands for, along either direction: not 1 where filters are normalised. */
  units: z.tuple([z.number(), z.number()]).default([1, 1]),
  /** Of the eigenvectors that the directions are; null of other directions. */
  eigenvalues: z.tuple([eigenvalue, eigenvalue]).nullable().default(null),
  /** Shares of the squared distance of the run's epochs from the origin along the two directions. */
  explained: z.tuple([z.number(), z.number()]),
  /** The same after the mean of the weights is taken away. */
  explainedMeanCentred: z.tuple([z.number(), z.number()]),
  x: z.array(z.number()),
  y: z.array(z.number()),
  /** values[iy][ix]; null where the grid was cancelled first or the loss is undefined. */
  values: z.array(z.array(z.number().nullable())),
  trajectory: z.array(trajectoryPoint),
  sharpness: sharpness.nullable(),
})
export type Landscape = z.infer<typeof landscape>

/** Loss on the straight line between the weights of two runs: at 0 the first, at 1 the second. */
export const interpolation = z.object({
  from: runKey,
  to: runKey,
  part: samplePart,
  at: z.array(z.number()),
  loss: z.array(z.number().nullable()),
  /** Largest excess over the line between the two ends' losses; null where either end has none. */
  barrier: z.number().nullable(),
})
export type Interpolation = z.infer<typeof interpolation>
