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
  status: z.enum(['filled', 'scaled', 'refused']),
  reason: z.enum(['suspended', 'limit_up', 'limit_down', 'no_price']).nullable(),
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

/** What the optimiser answered on one decision date, beside its binding limits. */
export const decision = z.object({
  date: dateInt,
  /** `relaxed`: some limits had to give; `kept`: stock bands alone have no solution, the holdings were kept. */
  status: z.enum(['optimal', 'relaxed', 'kept']),
  /** Null when `kept`. */
  objective: value,
  targetTurnover: value,
  memberWeight: value,
  sizeActive: value,
  /** Names as in methods.md 6: `industry:+X`, `industry:-X`, `size:+`, `size:-`, `members`, `turnover`. */
  binding: z.array(z.string()),
  /** When `relaxed`: each limit that had to give, with the slack used in its own unit. */
  relaxed: z.array(z.object({ limit: z.string(), slack: z.number() })),
})
export type Decision = z.infer<typeof decision>

export const portfolioReport = z.object({
  /** The optimizer whose composite factor was the alpha. */
  model: z.string(),
  index: z.string(),
  /** Where benchmark weights came from: published weights, float market cap, or equal weight. */
  benchmarkWeights: z.enum(['published', 'float_cap', 'equal']),
  dates: z.array(dateInt),
  /** Daily returns on `dates`, net of cost. */
  returns: z.array(z.number()),
  benchmarkReturns: z.array(z.number()),
  performance,
  decisions: z.array(decision),
  ledger: z.array(rebalance),
  /** Orders refused, by reason. */
  refused: z.array(z.object({ reason: z.string(), count: z.int() })),
  totalCost: z.number(),
})
export type PortfolioReport = z.infer<typeof portfolioReport>
