import { z } from 'zod'
import { dateInt } from './date.ts'
import { decision, order, rebalance } from './portfolio.ts'
import { frequency } from './study.ts'
import { fitWindow, runKey, trainingRun } from './training.ts'

/**
 * Where the weights of a portfolio on one day come from: the rebalance that made them, what the optimiser was given, the
 * factor, and the training runs whose predictions it is made of. Weights are fractions of the portfolio.
 */
const value = z.number().nullable()

/** A number of the study's result, and the same computed anew from what the store holds. */
const checked = z.object({ stored: value, recomputed: value })

/** First and last decision date of a part of the fit period, purged (methods.md S5). */
const decisionDates = z.object({ first: dateInt, last: dateInt })

export const lineageRun = z.object({
  key: runKey,
  /** Its weights made the predictions. */
  bestEpoch: trainingRun.shape.bestEpoch,
  epochs: z.int(),
  stopReason: trainingRun.shape.stopReason,
  /** Mean over the valid dates, of the best epoch. */
  validIc: z.number(),
  /** Dates with enough stocks and a label. */
  trainDates: z.int(),
  validDates: z.int(),
})
export type LineageRun = z.infer<typeof lineageRun>

export const lineageStock = z.object({
  symbol: z.string(),
  /** Empty where the store has none. */
  name: z.string(),

  // At the close of the decision date, as the optimiser was given it.
  /** Null where none is stored. */
  industry: z.string().nullable(),
  /** Size exposure in standard deviations; null where the stock has no float capitalisation, which counts as 0. */
  size: value,
  inUniverse: z.boolean(),
  member: z.boolean(),
  /** No trade on the decision date: the optimiser left its weight as it was. */
  suspended: z.boolean(),
  benchmarkWeight: z.number(),
  heldWeight: z.number(),
  /** z-score of the neutralised composite over the stocks that have one (rule C3); null without one. */
  alpha: value,
  /** The composite, freed of what the study says (its setting `composite.neutralise`). */
  neutralised: value,
  /** Mean of the frequencies (rule C2). */
  composite: value,
  /** By `frequencies` of the answer: the seeds' average, z-scored (rule C1). */
  byFrequency: z.array(value),
  /** By `runs` of the answer: what the model said, in no unit. */
  predictions: z.array(value),

  targetWeight: z.number(),
  /** Null where the holding was on its target, nothing included. */
  order: order
    .pick({
      side: true,
      orderValue: true,
      filledValue: true,
      status: true,
      reason: true,
      fillPrice: true,
      cost: true,
    })
    .nullable(),
  /** At the fill prices, before and after trading. */
  weightBefore: z.number(),
  weightAfter: z.number(),
  /** At the close of the date asked for. */
  weight: z.number(),
})
export type LineageStock = z.infer<typeof lineageStock>

export const lineage = z.object({
  study: z.object({
    id: z.string(),
    name: z.string(),
    configHash: z.string(),
    dataHash: z.string(),
    engine: z.string(),
    appVersion: z.string(),
    synthetic: z.boolean(),
  }),
  model: z.string(),
  index: z.string(),
  /** The last trading day on or before the date asked for; what follows is as of its close. */
  date: dateInt,
  /** NAV, 1 before the first fill, and the share of it in cash. */
  nav: z.number(),
  cashWeight: z.number(),
  /** Of the day; null up to the day from whose morrow on returns are compared: that of the first fill, or a later one (methods.md 7). */
  returns: z.object({ portfolio: z.number(), benchmark: z.number() }).nullable(),
  /** The last one that was filled by then, and its fill. */
  decision,
  rebalance: rebalance.omit({ orders: true }),
  /** Later ones up to the date: the holdings were kept, or the fill was to come. */
  laterDecisions: z.array(decision),
  window: fitWindow.extend({ train: decisionDates, valid: decisionDates }),
  frequencies: z.array(frequency),
  /** Those of the window whose predictions are in the factor, by frequency and seed. */
  runs: z.array(lineageRun),
  check: z.object({
    /** IC of the neutralised composite on the decision date; null where too few stocks have one. */
    ic: checked,
    /** The optimiser's objective at the target weights. */
    objective: checked,
    /** The target weights' active size exposure; null without float capitalisations. */
    sizeActive: checked,
    /** The portfolio before the fill, at its prices. */
    valueBefore: checked,
  }),
  /** Held at the close of the date or ordered in the rebalance, the heaviest first; or the one asked for. */
  stocks: z.array(lineageStock),
})
export type Lineage = z.infer<typeof lineage>
