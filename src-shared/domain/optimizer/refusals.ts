import { type Composition, takesCleanPass } from './parts.ts'
import type { Refusal, RefusalCode } from '../refusal.ts'

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
  refuse(
    samples.kind === 'sharpest' && finalGradient.kind === 'surrogateGap',
    'sharpest_final',
    'finalGradient',
    'the part of a gradient normal to another is that of the perturbation only when both are of the same samples',
  )
  refuse(
    samples.kind === 'sharpest' && steps.kind === 'look',
    'sharpest_steps',
    'schedule.steps',
    'LookSAM keeps the part of the perturbed gradient normal to the clean one, which must be of the same samples',
  )
  refuse(
    steps.kind === 'bernoulli' && steps.curve !== 'linear' && steps.endProbability === null,
    'curve_without_end',
    'schedule.steps',
    'a curve needs a probability to go to: give endProbability',
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
