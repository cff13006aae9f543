import { z } from 'zod'
import { dateInt } from './date.ts'
import { performance } from './performance.ts'

/** Results of methods.md sections 6 and 7. Weights and turnover are fractions; turnover is two-sided. */
const value = z.number().nullable()

export const order = z.object({
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  targetWeight: z.number(),
  weightBefore: z.number(),
  orderValue: z.number(),
  /** Signed: + bought, - sold. */
  filledValue: z.number(),
  /** `clipped`: to the limit of participation; `scaled`: to the cash at hand. */
  status: z.enum(['filled', 'clipped', 'scaled', 'refused']),
  /**
   * `below_lot`: less than a lot of the exchange, where fills are whole lots. `participation`: the limit of participation
   * allows no trade at all.
   */
  reason: z
    .enum(['suspended', 'limit_up', 'limit_down', 'no_price', 'participation', 'below_lot'])
    .nullable(),
  /** Raw price of the fill (vwap or its stand-in); null when refused. */
  fillPrice: value,
  cost: z.number(),
  weightAfter: z.number(),
})
export type Order = z.infer<typeof order>

export const rebalance = z.object({
  decisionDate: dateInt,
  fillDate: dateInt,
  valueBefore: z.number(),
  cashBefore: z.number(),
  /** Scale of the buys to the cash at hand; null when nothing was bought. */
  buyScale: value,
  soldValue: z.number(),
  boughtValue: z.number(),
  cost: z.number(),
  /** Realised, over the value before trading. */
  turnover: z.number(),
  cashAfter: z.number(),
  valueAfter: z.number(),
  orders: z.array(order),
})
export type Rebalance = z.infer<typeof rebalance>

/**
 * What is taken where the solver with a risk model does not converge on the optimum. `specific_floor`: the optimum of the same problem with
 * the smallest specific variances raised; `part_way`: within the tracking-error cap, on the way from the least tracking error to
 * an optimum without the cap; `least_risk`: the least tracking error; `without_risk`: the optimum of the same limits without
 * risk.
 */
export const solverFallback = z.enum(['specific_floor', 'part_way', 'least_risk', 'without_risk'])
export type SolverFallback = z.infer<typeof solverFallback>

/** What the optimiser answered on one decision date, beside its binding limits. */
export const decision = z.object({
  date: dateInt,
  /** `relaxed`: some limits had to give; `kept`: nothing was decided and the holdings were kept, for the `reason`. */
  status: z.enum(['optimal', 'relaxed', 'kept']),
  /**
   * When `kept`. `no_alpha`: no stock has a factor value; `bands`: what single stocks may weigh does not sum to 1. Null in results
   * of earlier versions.
   */
  reason: z.enum(['no_alpha', 'bands']).nullable().default(null),
  /** Null when `kept`. */
  objective: value,
  targetTurnover: value,
  memberWeight: value,
  sizeActive: value,
  /**
   * Names as in methods.md 6: `industry:+X`, `industry:-X`, `size:+`, `size:-`, `members`, `turnover`; `participation` where it
   * was left to the fills. When `kept` for `bands`: what alone, left out, would let the weights sum to 1, of `stocks`, `sell`,
   * `untraded` (suspended, or on `hold`) and `stockActiveMax`.
   */
  binding: z.array(z.string()),
  /**
   * When `relaxed`: each limit that had to give, with the slack used in its own unit; of `participation` it is the weight that one
   * trade within it leaves out of reach, and the fills keep to it all the same (docs/decisions/0014).
   */
  relaxed: z.array(z.object({ limit: z.string(), slack: z.number() })),
  /**
   * When `relaxed`: limits that alone, loosened by `slack` to `value`, would have let all others hold; of none, no single limit
   * is enough. Null: not known, as where the solver did not converge or in results of earlier versions.
   */
  remedies: z
    .array(z.object({ limit: z.string(), slack: z.number(), value: z.number() }))
    .nullable()
    .default(null),
  /** Soft limits that gave at their price, with the slack in their own unit. */
  softened: z.array(z.object({ limit: z.string(), slack: z.number() })).default([]),
  /**
   * Shadow prices: gain of the objective per unit of each binding limit, >= 0. None where a limit other than `participation` had
   * to give, except in results of earlier versions.
   */
  multipliers: z.record(z.string(), z.number()).default({}),
  /** Predicted by the risk model, annualised; null without one. */
  trackingError: value.default(null),
  /** Null: nothing stands in for the optimum; also in results of earlier versions, which do not say. */
  fallback: solverFallback.nullable().default(null),
})
export type Decision = z.infer<typeof decision>

/** Active exposures (holdings less benchmark) at the close of each decision day and of the last day. */
export const exposures = z.object({
  dates: z.array(dateInt),
  /** `industry:X` in weight, `style:size` and the like in standard deviations, `cash` and `nonmembers` in weight. */
  series: z.array(z.object({ name: z.string(), values: z.array(value) })),
})
export type Exposures = z.infer<typeof exposures>

/**
 * Where the excess came from: sums over the compared days of active weight at the previous close x the day's return (arithmetic).
 * industries + trading + cost + benchmark = the sum of the daily excess returns.
 */
export const contributions = z.object({
  industries: z.array(
    z.object({ industry: z.string(), meanActiveWeight: z.number(), contribution: z.number() }),
  ),
  /** The largest and the smallest, at most 20 of each, largest first. */
  stocks: z.array(z.object({ symbol: z.string(), meanActiveWeight: z.number(), contribution: z.number() })),
  /** Fill prices against the close before and the close of the day. */
  trading: z.number(),
  cost: z.number(),
  /** Return of the benchmark's weights less the published index. */
  benchmark: z.number(),
  /** Sum of the daily excess returns. */
  total: z.number(),
})
export type Contributions = z.infer<typeof contributions>

export const portfolioReport = z.object({
  /** The optimizer whose composite factor was the alpha. */
  model: z.string(),
  index: z.string(),
  /** Where benchmark weights came from: published weights, float market cap, or equal weight. */
  benchmarkWeights: z.enum(['published', 'float_cap', 'equal']),
  /** From the day after the first fill on, or after the first later one on which the index has a close; none where it was never built. */
  dates: z.array(dateInt),
  /** Daily returns on `dates`, net of cost. */
  returns: z.array(z.number()),
  benchmarkReturns: z.array(z.number()),
  /** Null where there is no date. */
  performance: performance.nullable(),
  decisions: z.array(decision),
  ledger: z.array(rebalance),
  /** Orders refused, by reason. */
  refused: z.array(z.object({ reason: z.string(), count: z.int() })),
  totalCost: z.number(),
  /** Null in results of earlier versions and of a portfolio never built. */
  exposures: exposures.nullable().default(null),
  contributions: contributions.nullable().default(null),
})
export type PortfolioReport = z.infer<typeof portfolioReport>
