import { z } from 'zod'
import { pairedDifference, rankIcDifference } from './comparison.ts'
import { icSummary } from './factor.ts'
import { performanceRow } from './performance.ts'
import { frequency } from './study.ts'

/** Several studies, or optimizers of them, beside each other. */
const arm = z.object({ studyId: z.string(), study: z.string(), optimizer: z.string() })
export type Arm = z.infer<typeof arm>

/**
 * Of one measure over matched runs: same data, window, frequency and seed in both arms. Seeds of one window share its dates, so what
 * counts as independent are windows: with two or more of them the mean is that of the windows' means over seeds.
 */
export const matchedDifference = z.object({
  /** Matched runs, and the windows they are of. */
  pairs: z.int(),
  windows: z.int(),
  /** Mean of arm less baseline; null without a pair. */
  mean: z.number().nullable(),
  /**
   * 95 %, by Student's t with windows - 1 degrees of freedom; of a single window with pairs - 1, about its seeds alone and not about
   * other dates. Null under two pairs.
   */
  interval: z.object({ lower: z.number(), upper: z.number() }).nullable(),
  /** Null under two pairs, or where all that is averaged differs alike. */
  t: z.number().nullable(),
})
export type MatchedDifference = z.infer<typeof matchedDifference>

export const studyComparison = z.object({
  studies: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      configHash: z.string(),
      dataHash: z.string(),
      engine: z.string(),
      appVersion: z.string(),
      synthetic: z.boolean(),
    }),
  ),
  /**
   * Settings that are not the same in all studies: their path, and each study's value as JSON, null where it has none. Members of a
   * list that have names of their own are matched by these: `optimizers[SAM].rho`.
   */
  settings: z.array(z.object({ path: z.string(), values: z.array(z.string().nullable()) })),
  baseline: arm,
  /** Of every arm by itself, the baseline first: over its own test dates and days. */
  metrics: z.array(
    arm.extend({
      /** Of the composite. */
      rankIc: icSummary,
      /** Null of a portfolio that was never built. */
      portfolios: z.array(z.object({ index: z.string(), performance: performanceRow.nullable() })),
    }),
  ),
  arms: z.array(
    arm.extend({
      /** Best validation IC of matched runs. */
      validIc: z.array(matchedDifference.extend({ frequency })),
      /** Composite RankIC on common test dates. */
      rankIc: rankIcDifference,
      /** Daily excess over common days, of the indices that both studies have. */
      portfolios: z.array(pairedDifference.extend({ index: z.string() })),
    }),
  ),
})
export type StudyComparison = z.infer<typeof studyComparison>
