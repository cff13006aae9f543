import { z } from 'zod'
import { dateInt } from './date.ts'
import { frequency } from './study.ts'

/** One epoch of one training run. IC = mean over the dates of a part at the weights of the epoch's end. */
export const epochRecord = z.object({
  epoch: z.int().min(1),
  /** Mean loss of the steps' first pass, measured while the weights move: at the weights, or where a method takes no pass there, at the perturbed ones. */
  trainLoss: z.number(),
  /** Mean loss over the valid dates at the weights of the epoch's end; null in runs of versions that did not measure it. */
  validLoss: z.number().nullable().default(null),
  trainIc: z.number(),
  validIc: z.number(),
  /** mean / std (ddof 1) of the dates' IC; null under two dates, and in runs of versions that did not keep that of train. */
  trainIcir: z.number().nullable().default(null),
  validIcir: z.number().nullable(),
  // Means over the epoch's steps; null where the method has no such thing, and in runs of versions that did not keep it.
  perturbedLoss: z.number().nullable().default(null),
  /** Mean perturbed loss less clean loss. */
  sharpnessGap: z.number().nullable(),
  gradientNorm: z.number().nullable(),
  perturbedGradientNorm: z.number().nullable().default(null),
  /** Of what the base rule was handed, before clipping. */
  finalGradientNorm: z.number().nullable().default(null),
  /** Of clean and perturbed gradient. */
  cosine: z.number().nullable().default(null),
  perturbationNorm: z.number().nullable().default(null),
  learningRate: z.number().nullable().default(null),
  rho: z.number().nullable().default(null),
  /** Of loss and gradient. */
  evaluations: z.int(),
  /** Forward passes of steps alone. */
  predictions: z.int().default(0),
  /** Dates on which the predictions had no variance, so that no step was taken. */
  skippedSteps: z.int(),
})
export type EpochRecord = z.infer<typeof epochRecord>

/** What an epoch took of its machine. Nothing else depends on it, and no two runs have it equal. */
export const epochClock = z.object({
  /** ISO time at which it ended. */
  endedAt: z.string(),
  /** Wall time of the epoch: its steps, and the IC of all dates at the weights after them. */
  seconds: z.number().min(0),
  /** Of that, its steps. */
  stepSeconds: z.number().min(0),
  /** Steps taken. */
  steps: z.int().min(0),
  /** Stocks over all dates that its steps went through. */
  samples: z.int().min(0),
  /** The most bytes that its process held after a step. */
  memory: z.number().min(0),
})
export type EpochClock = z.infer<typeof epochClock>

/** What is kept of every step, in this order: new ones go to the end. Null where the step had no such thing. */
export const STEP_COLUMNS = [
  'cleanLoss',
  'perturbedLoss',
  'gap',
  'gradientNorm',
  'perturbedGradientNorm',
  'finalGradientNorm',
  'cosine',
  'perturbationNorm',
  'learningRate',
  'rho',
  'evaluations',
  'predictions',
  'seconds',
  'memory',
] as const
export type StepColumn = (typeof STEP_COLUMNS)[number]

/** Of those: wall time of the step, and bytes that its process held after it. No two runs have them equal. */
export const MACHINE_COLUMNS: readonly StepColumn[] = ['seconds', 'memory']

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

/** A device was lost while a run trained, and another engine went on. */
export const handover = z.object({
  /** In which epoch; 0 before the first began. */
  epoch: z.int().min(0),
  lost: z.string(),
  by: z.string(),
  reason: z.string(),
})
export type Handover = z.infer<typeof handover>

/** Why training ended: `patience` epochs without a better validation IC, or the most epochs the study allows. */
export const stopReason = z.enum(['patience', 'max_epochs'])

export const trainingRun = z.object({
  key: runKey,
  epochs: z.array(epochRecord),
  bestEpoch: z.int().min(1),
  stopReason,
  trainDates: z.int(),
  validDates: z.int(),
  /** Dates left out: under `minStocks` stocks or no variance in the label. */
  skippedDates: z.int(),
  handovers: z.array(handover).default([]),
})
export type TrainingRun = z.infer<typeof trainingRun>
