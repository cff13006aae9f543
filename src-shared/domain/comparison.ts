import { z } from 'zod'

/** Paired differences between models: methods.md section 5, last paragraph. Undefined quantities are null. */
const value = z.number().nullable()

/** Stationary block bootstrap of a mean, percentile interval. Lengths in observations. */
export const bootstrapSettings = z.object({
  expectedBlock: z.number(),
  draws: z.int(),
  level: z.literal(0.95),
  seed: z.int(),
})
export type BootstrapSettings = z.infer<typeof bootstrapSettings>

/** Of x = d1 - d2, the daily excess returns of a model less those of another on the days both have. */
export const pairedDifference = z.object({
  commonDays: z.int(),
  /** Y x mean(x). */
  meanDifference: value,
  /** Of meanDifference; null on too few days to resample blocks. */
  interval: z.object({ lower: z.number(), upper: z.number() }).nullable(),
  neweyWestT4: value,
  neweyWestT20: value,
  /** Difference of the two annualised excesses on the common days, by the rule of the study. */
  annualisedExcessDifference: value,
})
export type PairedDifference = z.infer<typeof pairedDifference>

/** Of the RankIC of a model less that of another on the test dates where both have one. */
export const rankIcDifference = z.object({
  commonDates: z.int(),
  meanRankIcDifference: value,
  /** Newey-West t, lag the larger of the two RankICs'. */
  rankIcDifferenceT: value,
})
export type RankIcDifference = z.infer<typeof rankIcDifference>

/**
 * Whether a portfolio's Sharpe is above chance. Sharpe here: arithmetic mean over standard deviation (ddof 1) of its daily excess
 * returns, not annualised. Trials: the portfolios of the same index in this study.
 */
export const sharpeSignificance = z.object({
  dailySharpe: value,
  skewness: value,
  /** Raw: 3 for a normal distribution. */
  kurtosis: value,
  /** Probability that the true Sharpe is above 0. */
  probabilisticSharpe: value,
  trials: z.int(),
  /** Expected maximum daily Sharpe of as many trials without skill; null for under two. */
  expectedMaximumSharpe: value,
  /** Probability that the true Sharpe is above that maximum. */
  deflatedSharpe: value,
})
export type SharpeSignificance = z.infer<typeof sharpeSignificance>

/** Every later optimizer of a study against its first. */
export const comparisons = z.object({
  baseline: z.string(),
  bootstrap: bootstrapSettings,
  portfolios: z.array(pairedDifference.extend({ model: z.string(), index: z.string() })),
  /** Of the composite factors. */
  rankIc: z.array(rankIcDifference.extend({ model: z.string() })),
  /** Of every portfolio; empty in results of earlier versions. */
  sharpe: z.array(sharpeSignificance.extend({ model: z.string(), index: z.string() })).default([]),
})
export type Comparisons = z.infer<typeof comparisons>
