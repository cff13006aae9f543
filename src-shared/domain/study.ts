import { z } from 'zod'
import { engineSetting } from './compute.ts'
import { parseDate } from './date.ts'
import { landscapeSettings, storedLandscapeSettings } from './landscapeSettings.ts'
import { optimizerConfig } from './optimizer/index.ts'
import { type Refusal, refusalIssue, type RefusalValues } from './refusal.ts'
import { seed, storedSeed } from './seed.ts'

/**
 * A study: one JSON file that says everything a run depends on. Defaults are those of methods.md (sections 2, 3,
 * 4, 6 and 7); every number is a named setting. Unknown fields are refused everywhere.
 */

const date = z
  .string()
  .refine(
    (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && parseDate(text) !== null,
    refusalIssue({ code: 'date_form', path: [], message: 'expected a date as YYYY-MM-DD' }),
  )
const fraction = z.number().min(0).max(1)
const name = z.string().min(1).max(80)

export const frequency = z.enum(['daily', 'weekly'])
export type Frequency = z.infer<typeof frequency>

/** Days or weeks that a model of a frequency sees, unless told otherwise (methods.md 2). */
export const SEQUENCE_LENGTHS: Readonly<Record<Frequency, number>> = { daily: 30, weekly: 20 }

export const modelConfig = z
  .strictObject({
    frequency,
    sequenceLength: z.int().min(2).max(128),
    hiddenSize: z.int().min(1).max(128).default(64),
    layers: z.int().min(1).max(3).default(2),
    /** Share of a layer's outputs that a training step drops on the way to the layer above. */
    dropout: z.number().min(0).lt(1).default(0),
  })
  .refine(
    ({ dropout, layers }) => dropout === 0 || layers > 1,
    refusalIssue({
      code: 'dropout_without_layers',
      path: ['dropout'],
      message: 'dropout acts between layers, and the model has one: give it 2 layers or more, or dropout 0',
    }),
  )
export type ModelConfig = z.infer<typeof modelConfig>

export const trainingLoss = z.enum(['ic', 'mse'])
export type TrainingLoss = z.infer<typeof trainingLoss>

export const vwapStandIn = z.enum(['typical', 'none'])
export type VwapStandIn = z.infer<typeof vwapStandIn>

/** Limits of one rebalance, methods.md 6. Null switches a limit off. Weights are fractions of the portfolio. */
export const portfolioLimits = z.strictObject({
  stockActiveMax: fraction.default(0.008),
  industryActiveMax: fraction.nullable().default(0.02),
  /** Active exposure to size, in standard deviations over the market (docs/decisions/0012-risk-model.md). */
  sizeActiveMax: z.number().min(0).nullable().default(0.2),
  memberWeightMin: fraction.default(0.8),
  turnoverMax: z.number().min(0).max(2).default(0.3),
  linearCost: z.number().min(0).default(0),
  /** The same to each other style. */
  styleActiveMax: z.number().min(0).nullable().default(0.3),
  /** Predicted tracking error, annualised; needs the risk model. */
  trackingErrorMax: z.number().positive().nullable().default(null),
  /** lambda of methods 6: objective less lambda / 2 x a'Va, V daily; needs the risk model when above 0. */
  riskAversion: z.number().min(0).default(0),
  /**
   * Weights a stock may have, in place of its band. `min` holds wherever the stock stands, also outside universe and benchmark,
   * where nothing above it is held; while the stock does not trade its weight stays as it is.
   */
  stocks: z
    .array(
      z
        .strictObject({ symbol: z.string().min(1), min: fraction.default(0), max: fraction })
        .refine(
          ({ min, max }) => min <= max,
          refusalIssue({ code: 'stock_bounds_crossed', path: ['max'], message: 'max must not be below min' }),
        ),
    )
    .default([]),
  /**
   * Never traded, neither bought nor sold: kept at the drifted weight. As a backtest begins in cash, a stock of this list is never
   * held in one, and a member of the benchmark is underweight by all of its weight there.
   */
  hold: z.array(z.string().min(1)).default([]),
  /** Sold when they can be. */
  sell: z.array(z.string().min(1)).default([]),
  /**
   * A trade's share of the stock's mean amount over the last 20 days; needs `backtest.capital`. Where it keeps a portfolio from
   * being had in one trade, fills keep to it and the rest stays as it is (docs/decisions/0014).
   */
  participationMax: z.number().positive().max(1).nullable().default(null),
  /**
   * Price of one unit of slack, in units of the objective: a limit with a price is soft, one without is hard. Turnover's and members' in
   * weight, industry's in weight, size's and style's in standard deviations.
   */
  soft: z
    .strictObject({
      industry: z.number().positive().optional(),
      size: z.number().positive().optional(),
      style: z.number().positive().optional(),
      members: z.number().positive().optional(),
      turnover: z.number().positive().optional(),
    })
    .prefault({}),
})
export type PortfolioLimits = z.infer<typeof portfolioLimits>

/** The risk model (docs/decisions/0012-risk-model.md). Days are trading days. */
export const riskSettings = z.strictObject({
  /** Days of factor returns that the covariance is estimated from. */
  window: z.int().min(120).max(1500).default(504),
  /** Half-lives of the weights of past days. */
  covarianceHalfLife: z.int().min(20).max(1000).default(90),
  specificHalfLife: z.int().min(20).max(1000).default(90),
  neweyWestLags: z.int().min(0).max(20).default(2),
  /** Smallest eigenvalue of the factor correlation that is kept, as a share of the mean eigenvalue. */
  eigenvalueFloor: z.number().min(0).max(1).default(0.01),
  /** Pull of specific risks towards those of stocks of like size; 0 = none. */
  specificShrinkage: z.number().min(0).max(1).default(0.1),
})
export type RiskSettings = z.infer<typeof riskSettings>

const seedsOf = (one: z.ZodInt) => z.array(one).min(1).max(32).default([1, 2, 3])

export const studyConfig = z
  .strictObject({
    version: z.literal(1),
    name,
    universe: z.strictObject({
      /** Symbol of the index whose point-in-time members are the universe; null: every instrument in the store. */
      index: z.string().min(1).nullable(),
      minListedDays: z.int().min(0).default(60),
      excludeSt: z.boolean().default(true),
    }),
    period: z.strictObject({ fitStart: date, fitEnd: date, predictEnd: date }).refine(
      (p) => p.fitStart < p.fitEnd && p.fitEnd < p.predictEnd,
      refusalIssue({
        code: 'period_order',
        path: [],
        message: 'dates must satisfy fitStart < fitEnd < predictEnd',
      }),
    ),
    /** Months between refits with an expanding fit period (methods.md 2: 6); null fits once. */
    refitMonths: z.int().min(1).max(120).nullable().default(null),
    /** Months of a fit period that rolls along with the refits; null: every fit begins at fitStart. */
    fitMonths: z.int().min(1).max(600).nullable().default(null),
    samples: z
      .strictObject({
        horizon: z.int().min(1).max(60).default(10),
        stride: z.int().min(1).max(60).default(5),
        vwapStandIn: vwapStandIn.default('typical'),
        minStocks: z.int().min(3).default(30),
      })
      .prefault({}),
    models: z.array(modelConfig).min(1).max(2),
    optimizers: z.array(optimizerConfig).min(1).max(32),
    training: z
      .strictObject({
        seeds: seedsOf(seed),
        maxEpochs: z.int().min(1).max(1000).default(100),
        patience: z.int().min(1).max(1000).default(10),
        /** What a step lowers: minus the IC, or the mean squared error. Epochs are compared by the IC either way. */
        loss: trainingLoss.default('ic'),
        /** What computes; `auto`: the engine chosen on the machine (docs/decisions/0006-engine-choice.md). */
        engine: engineSetting.default('auto'),
        /** Whose weights are kept after every epoch, for landscapes: of no seed, of the first, of all. */
        trajectories: z.enum(['none', 'first_seed', 'all']).default('first_seed'),
      })
      .prefault({}),
    /** Landscapes of the first seed of every optimizer and model in the last window; null: none. */
    landscape: landscapeSettings.nullable().default(null),
    factorTest: z
      .strictObject({
        layers: z.int().min(2).max(50).default(10),
        /** Trading days from the fill to the end of the period return (methods.md 4: 5). */
        horizon: z.int().min(1).max(60).default(5),
        /** Stored daily factors tested beside the models' own, by name. */
        imported: z.array(z.string().min(1)).max(50).default([]),
      })
      .prefault({}),
    composite: z
      .strictObject({
        /** What each frequency counts in the composite; only their ratio matters. */
        weights: z
          .strictObject({ daily: z.number().positive().default(1), weekly: z.number().positive().default(1) })
          .prefault({}),
        /** What the composite is freed of on each date: dummies of the industries, the size exposure. */
        neutralise: z
          .array(z.enum(['industry', 'size']))
          .max(2)
          .default([]),
      })
      .prefault({}),
    portfolio: z.strictObject({
      /** Benchmarks enhanced side by side; each needs membership or weights in the store. */
      indices: z.array(z.string().min(1)).min(1).max(8),
      limits: portfolioLimits.prefault({}),
      /** Null: no risk model, and so neither risk aversion nor a tracking-error cap. */
      risk: riskSettings.nullable().default(null),
    }),
    backtest: z
      .strictObject({
        /** Cost of one fill as a share of its value, buy or sell. */
        costRate: z.number().min(0).max(0.1).default(0.002),
        /** In currency; null: trades of any size, no lots and no participation limit. */
        capital: z.number().positive().nullable().default(null),
        /** Buys in whole lots of the exchange; needs `capital`. */
        lots: z.boolean().default(false),
        tradingDaysPerYear: z.union([z.literal(242), z.literal(244), z.literal(252)]).default(252),
        annualisedExcess: z.enum(['compound', 'difference', 'ratio']).default('compound'),
      })
      .prefault({}),
  })
  .superRefine((study, context) => {
    const repeated = <T>(values: readonly T[]): T | undefined =>
      values.find((value, at) => values.indexOf(value) !== at)
    const refuse = (
      code: Refusal['code'],
      path: Refusal['path'],
      message: string,
      values: RefusalValues = {},
    ): void => context.addIssue(refusalIssue({ code, path, message, values }))
    const optimizer = repeated(study.optimizers.map((o) => o.name))
    if (optimizer !== undefined)
      refuse('optimizer_repeated', ['optimizers'], `two optimizers are named ${optimizer}`, {
        name: optimizer,
      })
    study.optimizers.forEach(({ learningRateSchedule: { warmUpEpochs, decay } }, at) => {
      const last = study.training.maxEpochs
      const path = ['optimizers', at, 'learningRateSchedule']
      if (decay.kind !== 'none' && warmUpEpochs >= last)
        refuse(
          'warm_up_after_training',
          [...path, 'warmUpEpochs'],
          `the decay begins after ${warmUpEpochs} epochs of warm-up, and training ends with epoch ${last}`,
          { epochs: warmUpEpochs, last },
        )
      if (decay.kind === 'step' && decay.everyEpochs >= last)
        refuse(
          'decay_after_training',
          [...path, 'decay', 'everyEpochs'],
          `the rate first decays after ${decay.everyEpochs} epochs, and training ends with epoch ${last}`,
          { epochs: decay.everyEpochs, last },
        )
    })
    study.optimizers.forEach((optimizer, at) => {
      const own = optimizer.method === 'composed'
      const target = own
        ? optimizer.parts.target
        : optimizer.method === 'saf' || optimizer.method === 'mesa'
          ? optimizer
          : null
      if (target === null) return
      const [first, last] = [target.startEpoch + 2, study.training.maxEpochs]
      if (first <= last) return
      refuse(
        'target_after_training',
        ['optimizers', at, ...(own ? ['parts', 'target'] : []), 'startEpoch'],
        `its target acts from epoch ${first} on, and training ends with epoch ${last}`,
        { first, last },
      )
    })
    if (study.landscape !== null && study.training.trajectories === 'none')
      refuse(
        'landscape_without_trajectories',
        ['training', 'trajectories'],
        'a landscape needs the weights of every epoch: keep those of the first seed',
      )
    const model = repeated(study.models.map((m) => m.frequency))
    if (model !== undefined)
      refuse('frequency_repeated', ['models'], `two models have the frequency ${model}`, { frequency: model })
    const seed = repeated(study.training.seeds)
    if (seed !== undefined)
      refuse('seed_repeated', ['training', 'seeds'], `the seed ${seed} is listed twice`, {
        seed: String(seed),
      })
    const { limits, risk } = study.portfolio
    if (risk === null && (limits.trackingErrorMax !== null || limits.riskAversion > 0))
      refuse(
        'risk_model_missing',
        ['portfolio', 'risk'],
        'a tracking-error cap and risk aversion need the risk model: give `risk` an object, {} for its defaults',
      )
    const { capital, lots } = study.backtest
    if (capital === null && (lots || limits.participationMax !== null))
      refuse(
        'capital_missing',
        ['backtest', 'capital'],
        'lots and a participation limit need a capital in currency',
      )
    const twice = repeated([...limits.hold, ...limits.sell, ...limits.stocks.map(({ symbol }) => symbol)])
    if (twice !== undefined)
      refuse('stock_repeated', ['portfolio', 'limits'], `the stock ${twice} has two rules of its own`, {
        symbol: twice,
      })
    const imported = repeated(study.factorTest.imported)
    if (imported !== undefined)
      refuse('factor_repeated', ['factorTest', 'imported'], `the factor ${imported} is listed twice`, {
        name: imported,
      })
    const index = repeated(study.portfolio.indices)
    if (index !== undefined)
      refuse('index_repeated', ['portfolio', 'indices'], `the index ${index} is listed twice`, {
        symbol: index,
      })
  })
export type StudyConfig = z.infer<typeof studyConfig>
/** A study that is stored. */
export const storedStudyConfig = studyConfig.safeExtend({
  training: studyConfig.shape.training
    .unwrap()
    .extend({ seeds: seedsOf(storedSeed) })
    .prefault({}),
  landscape: storedLandscapeSettings.nullable().default(null),
})
/** A study as a user writes it, defaults left out. */
export type StudyInput = z.input<typeof studyConfig>
