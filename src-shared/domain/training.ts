import { z } from 'zod'
import { dateInt } from './date.ts'
import { frequency } from './study.ts'

/** One epoch of one training run. IC = mean over the dates of a part at the weights of the epoch's end. */
export const epochRecord = z.object({
  epoch: z.int().min(1),
  /** Mean of the clean loss (-IC of the first pass) over the epoch's steps, measured while the weights move. */
  trainLoss: z.number(),
  trainIc: z.number(),
  validIc: z.number(),
  /** mean / std (ddof 1) of the valid dates' IC; null under two dates. */
  validIcir: z.number().nullable(),
  /** Mean perturbed loss less clean loss; null for a method without perturbation. */
  sharpnessGap: z.number().nullable(),
  gradientNorm: z.number(),
  evaluations: z.int(),
  /** Dates on which the predictions had no variance, so that no step was taken. */
  skippedSteps: z.int(),
})
export type EpochRecord = z.infer<typeof epochRecord>

export const fitWindow = z.object({
  index: z.int().min(0),
  fitStart: dateInt,
  fitEnd: dateInt,
  predictStart: dateInt,
  predictEnd: dateInt,
})
export type FitWindow = z.infer<typeof fitWindow>

/** The key of one training run inside a study: window x frequency x optimizer x seed. */
export const runKey = z.object({ window: z.int(), frequency, optimizer: z.string(), seed: z.int() })
export type RunKey = z.infer<typeof runKey>

export const trainingRun = z.object({
  key: runKey,
  epochs: z.array(epochRecord),
  bestEpoch: z.int().min(1),
  stopReason: z.enum(['patience', 'max_epochs']),
  trainDates: z.int(),
  validDates: z.int(),
  /** Dates left out: under `minStocks` stocks or no variance in the label. */
  skippedDates: z.int(),
})
export type TrainingRun = z.infer<typeof trainingRun>
