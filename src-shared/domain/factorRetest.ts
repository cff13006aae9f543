import { z } from 'zod'

/** By what a factor of a finished study is tested anew, each within what a study may set. */
export const retestSettings = z.object({
  /** Trading days from the fill to the end of the period return. */
  horizon: z.int().min(1).max(60),
  layers: z.int().min(2).max(50),
  /** What the factor is freed of on each date; a composite in place of what the study freed it of. */
  neutralise: z.array(z.enum(['industry', 'size'])).max(2),
})
export type RetestSettings = z.infer<typeof retestSettings>
