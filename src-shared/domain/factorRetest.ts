import { z } from 'zod'
import { factorReport } from './factor.ts'

/** By what a factor of a finished study is tested anew, each within what a study may set. */
export const retestSettings = z.object({
  /** Trading days from the fill to the end of the period return. */
  horizon: z.int().min(1).max(60),
  layers: z.int().min(2).max(50),
  /** What the factor is freed of on each date; a composite in place of what the study freed it of. */
  neutralise: z.array(z.enum(['industry', 'size'])).max(2),
})
export type RetestSettings = z.infer<typeof retestSettings>

/** What the test came to, and how many stock-dates of the factor had no industry or no size to be freed of; 0 where it is not asked for. */
export const retestAnswer = z.object({
  report: factorReport,
  withoutIndustry: z.int(),
  withoutSize: z.int(),
})
export type RetestAnswer = z.infer<typeof retestAnswer>
