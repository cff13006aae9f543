import { z } from 'zod'
import { METHOD_SCHEMAS, methodDefinition } from './methods.ts'
import { type Composition, type CompositionInput, composition } from './parts.ts'
import { refusalIssue } from '../refusal.ts'
import type { TrainingLoss } from '../study.ts'
import { refusals } from './refusals.ts'

const methods = z.discriminatedUnion('method', METHOD_SCHEMAS)
type Configured = z.output<typeof methods>

/** The parts that a method's parameters stand for: every optimizer is built from them and from nothing else. */
export function compositionOf(config: Configured): Composition {
  return composition.parse(composed(config))
}

function composed(config: Configured): CompositionInput {
  const compose = methodDefinition(config.method).compose as (parameters: Configured) => CompositionInput
  return compose(config)
}

/** What a method computes with these parameters under that loss, one formula a line; none of an own composition. */
export function formulaOf(config: Configured, loss: TrainingLoss): readonly string[] {
  const formula = methodDefinition(config.method).formula as (
    parameters: Configured,
    loss: TrainingLoss,
  ) => readonly string[]
  return formula(config, loss)
}

/** An optimizer of a study: a base rule and, around it, a method or the user's own parts. Nonsense is refused. */
export const optimizerConfig = methods.superRefine((config, context) => {
  // A value out of range is its own issue already.
  const parsed = composition.safeParse(composed(config))
  if (!parsed.success) return
  const parts = parsed.data
  for (const refusal of refusals(parts)) {
    const path = config.method === 'composed' ? ['parts', ...refusal.path] : []
    context.addIssue(refusalIssue({ ...refusal, path }))
  }
  if (
    parts.perturbation?.rhoSchedule.kind === 'proportional' &&
    config.learningRateSchedule.decay.kind === 'none'
  ) {
    context.addIssue(
      refusalIssue({
        code: 'proportional_without_decay',
        path: config.method === 'composed' ? ['parts', 'perturbation', 'rhoSchedule'] : ['rhoSchedule'],
        message: 'a proportional rho follows the learning rate, which is constant: give the rate a decay',
      }),
    )
  }
  const { target } = parts
  if (target?.kind === 'past' && target.startEpoch + 1 < target.epochsBack) {
    const [first, back] = [target.startEpoch + 2, target.epochsBack]
    context.addIssue(
      refusalIssue({
        code: 'past_target_too_early',
        path: config.method === 'composed' ? ['parts', 'target', 'epochsBack'] : ['epochsBack'],
        message: `the first epoch with a target is number ${first}, and there are no outputs ${back} epochs before it`,
        values: { first, back },
      }),
    )
  }
})
export type OptimizerConfig = z.output<typeof optimizerConfig>
export type OptimizerInput = z.input<typeof optimizerConfig>
