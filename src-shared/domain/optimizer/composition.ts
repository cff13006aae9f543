import { type BaseRule, baseVectors } from './baseRule.ts'
import type { Composition } from './parts.ts'
import type { Refusal, RefusalCode } from './refusal.ts'

/** Every reason for which a composition makes no sense; none when it does. */
export function refusals(composition: Composition): Refusal[] {
  const found: Refusal[] = []
  const refuse = (when: boolean, code: RefusalCode, path: string, message: string): void => {
    if (when) found.push({ code, path: path.split('.'), message })
  }
  const { perturbation, finalGradient, schedule, target, federated } = composition
  const { steps, samples } = schedule
  const plainFinal = finalGradient.kind === 'perturbed' && finalGradient.mix === 1

  if (perturbation === null) {
    refuse(
      !plainFinal,
      'final_without_perturbation',
      'finalGradient',
      'without a perturbation there is no perturbed gradient to combine with',
    )
    refuse(
      steps.kind !== 'every',
      'steps_without_perturbation',
      'schedule.steps',
      'without a perturbation there are no perturbed steps',
    )
    refuse(
      samples.kind !== 'all',
      'samples_without_perturbation',
      'schedule.samples',
      'without a perturbation there is no perturbed pass to choose samples for',
    )
    refuse(
      federated !== null,
      'clients_without_perturbation',
      'federated',
      'FedSMOO corrects the perturbation of every client: give the parts the direction dual',
    )
    return found
  }

  const { direction, scaling, mask } = perturbation
  if (direction.kind === 'noise') {
    refuse(
      scaling.kind !== 'none',
      'noise_scaled',
      'perturbation.scaling',
      'noise already has the scale of its row of weights',
    )
    refuse(
      mask.kind !== 'none',
      'noise_masked',
      'perturbation.mask',
      'masks choose among gradients, and noise has none',
    )
    refuse(
      finalGradient.kind !== 'perturbed',
      'noise_final',
      'finalGradient',
      'surrogate gap and gradient norm are defined at the point of steepest ascent, not at a random one',
    )
    refuse(
      samples.kind === 'sharpest',
      'noise_sharpest',
      'schedule.samples',
      'the sharpest samples are those whose loss an ascent step raises most, not a random one',
    )
    refuse(
      target?.kind === 'past' && !takesCleanPass(composition),
      'noise_past_target',
      'target',
      'the outputs to come back to are recorded in the pass at the weights, which noise alone does not take',
    )
  }
  if (direction.kind === 'curvature' || finalGradient.kind === 'gradientNormPenalty') {
    refuse(
      direction.kind !== 'curvature',
      'penalty_direction',
      'perturbation.direction',
      'the gradient norm penalty is taken where the gradient grows fastest: direction curvature',
    )
    refuse(
      finalGradient.kind !== 'gradientNormPenalty',
      'curvature_final',
      'finalGradient',
      'the direction curvature raises the gradient norm: its final gradient is gradientNormPenalty',
    )
    refuse(
      scaling.kind !== 'none' || mask.kind !== 'none',
      'curvature_scaled_masked',
      'perturbation',
      'the Hessian-vector products are those of all weights: no scaling and no mask',
    )
    refuse(
      samples.kind === 'sharpest',
      'curvature_sharpest',
      'schedule.samples',
      'the Hessian-vector products are those of the whole batch',
    )
  }
  if (finalGradient.kind === 'gradientNorm') {
    refuse(
      direction.kind !== 'gradient',
      'norm_direction',
      'perturbation.direction',
      'GAM measures how the gradient changes along itself: direction gradient',
    )
    refuse(
      mask.kind !== 'none',
      'norm_masked',
      'perturbation.mask',
      'GAM measures how the whole gradient changes: no mask',
    )
    refuse(
      samples.kind !== 'all',
      'norm_samples',
      'schedule.samples',
      'the four gradients of GAM are compared, so that they must be of the same samples',
    )
  }
  if (samples.kind === 'next') {
    refuse(
      finalGradient.kind !== 'perturbed',
      'next_final',
      'finalGradient',
      'gradients of two batches can be mixed, but their difference is not the effect of the perturbation',
    )
    refuse(
      steps.kind !== 'every',
      'next_steps',
      'schedule.steps',
      'a step takes two batches or one, not now this, now that',
    )
    refuse(target !== null, 'next_target', 'target', 'a target belongs to one batch, and this step has two')
  }
  refuse(
    samples.kind === 'sharpest' && target !== null,
    'sharpest_target',
    'schedule.samples',
    'a target changes the loss by which the sharpest samples are chosen',
  )
  if (direction.kind === 'dual' || federated !== null) {
    refuse(
      federated === null,
      'dual_without_clients',
      'perturbation.direction',
      'dual variables belong to clients: give federated',
    )
    refuse(
      direction.kind !== 'dual',
      'clients_without_dual',
      'perturbation.direction',
      'with clients every perturbation is corrected by the dual variables: direction dual',
    )
    refuse(
      !plainFinal,
      'clients_final',
      'finalGradient',
      'the proximal term of a client is added to the perturbed gradient',
    )
    refuse(
      perturbation.rhoSchedule.kind !== 'constant',
      'clients_rho_schedule',
      'perturbation.rhoSchedule',
      'the dual variables of all rounds have the length rho: it is constant',
    )
    refuse(
      scaling.kind !== 'none' || mask.kind !== 'none',
      'clients_scaled_masked',
      'perturbation',
      'the dual variables are those of an unscaled perturbation of all weights',
    )
    refuse(
      steps.kind !== 'every' || samples.kind !== 'all',
      'clients_schedule',
      'schedule',
      'the dual variables need the perturbation of every step on the whole batch',
    )
    refuse(
      target !== null,
      'clients_target',
      'target',
      'a target needs one course of training, and clients have one each',
    )
  }
  return found
}

/** Whether a perturbed step evaluates the gradient at the weights themselves. */
export function takesCleanPass({ perturbation, finalGradient, schedule }: Composition): boolean {
  return !(
    perturbation?.direction.kind === 'noise' &&
    finalGradient.kind === 'perturbed' &&
    finalGradient.mix === 1 &&
    schedule.samples.kind === 'all' &&
    schedule.steps.kind !== 'look'
  )
}

/** Work of a step, in expectation. */
export interface StepCost {
  /** Evaluations of loss and gradient. */
  readonly gradients: number
  /** Forward passes alone. */
  readonly predictions: number
}

/** A forward pass alone takes about a third of the time of loss and gradient. */
const FORWARD_SHARE = 1 / 3

/** Of a composition without the rare updates of masks; a step of two batches counts for both. */
export function stepCost(composition: Composition): StepCost {
  const { perturbation, finalGradient, schedule, target } = composition
  const targetPasses = target?.kind === 'average' ? 1 : 0
  if (perturbation === null) return { gradients: 1, predictions: targetPasses }
  const extra = { perturbed: 0, surrogateGap: 0, gradientNorm: 2, gradientNormPenalty: 2 }[finalGradient.kind]
  const own =
    (takesCleanPass(composition) ? 1 : 0) + 1 + extra + (perturbation.direction.kind === 'curvature' ? 2 : 0)
  const forward = schedule.samples.kind === 'sharpest' && schedule.samples.share < ALL_SAMPLES ? 1 : 0
  const often = perturbedShare(schedule.steps)
  return {
    gradients: often * own + (1 - often),
    predictions: targetPasses + often * forward,
  }
}

/** In evaluations of loss and gradient: what progress and estimates count. */
export function relativeCost(composition: Composition): number {
  const { gradients, predictions } = stepCost(composition)
  const perBatch = composition.schedule.samples.kind === 'next' ? 1 / 2 : 1
  const passes = composition.federated
    ? composition.federated.localEpochs * composition.federated.activeShare
    : 1
  return (gradients + FORWARD_SHARE * predictions) * perBatch * passes
}

/** From this share on the data selection keeps every sample (Du et al. 2022, code). */
export const ALL_SAMPLES = 0.99

function perturbedShare(steps: Composition['schedule']['steps']): number {
  switch (steps.kind) {
    case 'every':
      return 1
    case 'look':
      return 1 / steps.every
    case 'bernoulli':
      // Every curve has the mean of its ends.
      return (steps.probability + (steps.endProbability ?? steps.probability)) / 2
  }
}

/**
 * What is carried from step to step, in vectors of the size of the weights (float64), the base rule's included. Outputs
 * that SAF records come on top: training rows x (epochs back + 1).
 */
export function stateVectors(
  base: BaseRule,
  { perturbation, schedule, target, federated }: Composition,
): number {
  const maskBytes =
    perturbation === null || ['none', 'tensors', 'weights'].includes(perturbation.mask.kind) ? 0 : 1
  return (
    baseVectors(base) +
    maskBytes / 8 +
    (perturbation?.direction.kind === 'friendly' ? 1 : 0) +
    (perturbation?.direction.kind === 'noise' && perturbation.direction.eta > 0 ? 1 : 0) +
    (schedule.steps.kind === 'look' ? 1 : 0) +
    (target?.kind === 'average' ? 1 : 0) +
    // The server's dual, and of each client its correction and its dual.
    (federated === null ? 0 : 1 + 2 * federated.clients)
  )
}
