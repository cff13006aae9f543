import { z } from 'zod'
import { frequency } from './study.ts'

/** How the runs of one optimizer and frequency converge in one fit window, over its seeds. */
export const convergence = z.object({
  window: z.int().min(0),
  frequency,
  optimizer: z.string(),
  seeds: z.array(z.int()),
  /** By epoch, over the seeds that reached it. */
  epochs: z.array(
    z.object({
      epoch: z.int().min(1),
      seeds: z.int().min(1),
      meanValidIc: z.number(),
      /** Standard deviation (ddof 1) over seeds; null under two. */
      validIcSpread: z.number().nullable(),
      meanTrainIc: z.number(),
      meanValidIcir: z.number().nullable(),
    }),
  ),
  /** Over seeds, of each one's best epoch. */
  meanBestEpoch: z.number(),
  meanBestValidIc: z.number(),
  /**
   * Mean over seeds of the least-squares slope of validation IC on epochs from the best one to the last, IC per epoch:
   * how fast it decays after its peak. Null where no seed trained on past its best epoch.
   */
  decaySlope: z.number().nullable(),
  /** Mean over seeds of training less validation IC at the best epoch. */
  generalisationGap: z.number(),
})
export type Convergence = z.infer<typeof convergence>
