import { z } from 'zod'

/** What a call that takes long is at: bytes of `pages` and `copying`, else so many of what the stage is named after. */
export const WORK_STAGES = [
  'pages',
  'tables',
  'copying',
  'replacing',
  'stocks',
  'chapters',
  'sheets',
  'pictures',
  'printing',
] as const
export type WorkStage = (typeof WORK_STAGES)[number]

/** How far a call is at its stage; `total` null: nobody can say. */
export const workProgress = z.object({
  stage: z.enum(WORK_STAGES),
  done: z.number().min(0),
  total: z.number().min(0).nullable(),
})
export type WorkProgress = z.infer<typeof workProgress>
export type OnProgress = (progress: WorkProgress) => void
