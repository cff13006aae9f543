import { z } from 'zod'
import { refusalIssue } from '../refusal.ts'

/**
 * The base rules of optimizers.md 1, in PyTorch's semantics and with its defaults. `weightDecay` is coupled, G = g + lambda w,
 * but for AdamW.
 */

const learningRate = z.number().positive().max(10)
const weightDecay = z.number().min(0).default(0)
const decayRate = z.number().min(0).lt(1)

const moments = {
  learningRate: learningRate.default(1e-3),
  beta1: decayRate.default(0.9),
  beta2: decayRate.default(0.999),
  epsilon: z.number().min(0).default(1e-8),
  /** Divide by the root of the largest second moment so far. */
  amsgrad: z.boolean().default(false),
}

const rules = z.discriminatedUnion('rule', [
  z.strictObject({
    rule: z.literal('adamw'),
    ...moments,
    /** Decoupled: w shrinks by the factor 1 - learning rate x weight decay. */
    weightDecay: z.number().min(0).default(0.01),
  }),
  z.strictObject({ rule: z.literal('adam'), ...moments, weightDecay }),
  z
    .strictObject({
      rule: z.literal('sgd'),
      learningRate: learningRate.default(1e-2),
      momentum: decayRate.default(0.9),
      dampening: z.number().min(0).max(1).default(0),
      nesterov: z.boolean().default(false),
      weightDecay,
    })
    .refine(
      ({ nesterov, momentum, dampening }) => !nesterov || (momentum > 0 && dampening === 0),
      refusalIssue({
        code: 'nesterov',
        path: ['nesterov'],
        message: 'Nesterov momentum needs a momentum above 0 and no dampening',
      }),
    ),
  z.strictObject({
    rule: z.literal('adagrad'),
    learningRate: learningRate.default(1e-2),
    /** The rate of step t (from 1) is divided by 1 + (t - 1) learningRateDecay. */
    learningRateDecay: z.number().min(0).default(0),
    epsilon: z.number().min(0).default(1e-10),
    initialSum: z.number().min(0).default(0),
    weightDecay,
  }),
  z.strictObject({
    rule: z.literal('rmsprop'),
    learningRate: learningRate.default(1e-2),
    /** Decay of the running squares. */
    alpha: decayRate.default(0.99),
    momentum: decayRate.default(0),
    epsilon: z.number().min(0).default(1e-8),
    /** Subtract the squared running mean: a variance instead of a second moment. */
    centered: z.boolean().default(false),
    weightDecay,
  }),
])
export type BaseRule = z.output<typeof rules>
type RuleInput = z.input<typeof rules>
export type BaseRuleInput = RuleInput | Omit<Extract<RuleInput, { rule: 'adamw' }>, 'rule'>

export const BASE_RULES = ['adamw', 'adam', 'sgd', 'adagrad', 'rmsprop'] as const satisfies BaseRule['rule'][]

/** A base rule as a study names it; AdamW (methods.md 3) where no rule is named. */
export const baseRule = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null && !('rule' in value) ? { rule: 'adamw', ...value } : value,
  rules,
) as z.ZodType<BaseRule, BaseRuleInput>

/** Vectors of the size of the weights that a base rule carries from step to step. */
export function baseVectors(base: BaseRule): number {
  switch (base.rule) {
    case 'adamw':
    case 'adam':
      return base.amsgrad ? 3 : 2
    case 'sgd':
      return base.momentum > 0 ? 1 : 0
    case 'adagrad':
      return 1
    case 'rmsprop':
      return 1 + (base.centered ? 1 : 0) + (base.momentum > 0 ? 1 : 0)
  }
}
