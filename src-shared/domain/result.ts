import { z } from 'zod'
import { comparisons } from './comparison.ts'
import { convergence } from './convergence.ts'
import { dateInt } from './date.ts'
import { factorReport } from './factor.ts'
import { factorAnalysis, factorCorrelations } from './factorAnalysis.ts'
import { interpolation, landscape } from './landscape.ts'
import { portfolioReport } from './portfolio.ts'
import { storedStudyConfig } from './study.ts'
import { fitWindow, trainingRun } from './training.ts'

/**
 * A note the reader must see: a fallback taken, an assumption made. `code` is the i18n key `notes.<code>`,
 * `values` fill its placeholders.
 */
export const note = z.object({
  code: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type Note = z.infer<typeof note>

/**
 * The one result object of a study: window, report, command line and exports read this and nothing else. It holds
 * no clock time, so that the same study on the same data gives equal bytes.
 */
export const studyResult = z.object({
  format: z.literal('plateau-study-1'),
  config: storedStudyConfig,
  /** SHA-256 of the canonical config. */
  configHash: z.string(),
  /** Of the market that the study read (dataHash.ts). */
  dataHash: z.string(),
  /** SHA-256 of the stored factors that it tested beside its own; null without any, and in results of earlier versions. */
  importedHash: z.string().nullable().default(null),
  appVersion: z.string(),
  engine: z.string(),
  /** True when any part of the data is generated: shown on every screen and page. */
  synthetic: z.boolean(),
  data: z.object({
    instruments: z.int(),
    bars: z.int(),
    firstDate: dateInt,
    lastDate: dateInt,
    /** Mean number of stocks in the universe per prediction date. */
    meanUniverse: z.number(),
  }),
  notes: z.array(note),
  windows: z.array(fitWindow),
  runs: z.array(trainingRun),
  /** Empty in results of earlier versions. */
  convergence: z.array(convergence).default([]),
  /** Computed where the study, or a request after it, asked for them. */
  landscapes: z.array(landscape).default([]),
  interpolations: z.array(interpolation).default([]),
  /** One composite per optimizer, then one per optimizer and frequency. */
  factors: z.array(
    factorReport.extend({
      optimizer: z.string(),
      frequency: z.enum(['composite', 'daily', 'weekly']),
      /** Of composites. */
      analysis: factorAnalysis.nullable().default(null),
    }),
  ),
  /** Stored daily factors that the study asked to be tested beside its own. */
  importedFactors: z.array(factorReport.extend({ analysis: factorAnalysis })).default([]),
  /** Between composites and imported factors; null in results of earlier versions. */
  factorCorrelations: factorCorrelations.nullable().default(null),
  portfolios: z.array(portfolioReport),
  comparisons,
})
export type StudyResult = z.infer<typeof studyResult>
