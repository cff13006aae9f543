import { z } from 'zod'

/** What a study will take, before it starts. */
export const studyEstimate = z.object({
  windows: z.int(),
  /** Training runs, and epochs of all of them if none stops early. */
  runs: z.int(),
  epochs: z.int(),
  /** Over all windows and models, dates that are trained on in one epoch of each; stocks of a date on average. */
  trainDates: z.int(),
  meanStocks: z.number(),
  /** Floating-point operations of the training if no run stops early. */
  operations: z.number(),
  /** Engine and its measured speed on this machine; null where it was not measured. */
  engine: z.string(),
  gflops: z.number().nullable(),
  /** Of the training alone if no run stops early; null without a measured speed. */
  secondsAtMost: z.number().nullable(),
  /** Runs at a time, and threads of each on the processor. */
  workers: z.int(),
  threads: z.int(),
  /** Runs that there is no memory for beside them. */
  heldBack: z.int(),
  /** Bytes of memory that the runs and the study take together at most, and that they may take. */
  memory: z.number(),
  memoryLimit: z.number(),
  /** Bytes on disk beside the store while it runs, and those that stay in the store, at most. */
  diskWhileRunning: z.number(),
  diskKept: z.number(),
})
export type StudyEstimate = z.infer<typeof studyEstimate>
