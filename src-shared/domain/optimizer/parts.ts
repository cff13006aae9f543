import { z } from 'zod'
import { type BaseRule, baseVectors } from './baseRule.ts'
import { rhoSchedule } from './schedules.ts'

/**
 * The parts an optimizer is composed of around its base rule: where the second gradient is taken (perturbation), what the
 * base rule is handed (final gradient), when and on which samples (schedule), a target beside the labels, and clients.
 * Formulas and sources: src-main/optim, at the part of the same name. w are the weights, g the gradient at w. What a part costs
 * stands below.
 */

/** Radius of the perturbation. */
export const rho = z.number().min(0).max(10)
const share = z.number().positive().max(1)
const keepRate = z.number().min(0).lt(1)
/** Length of a finite difference along a unit vector; 1e-2 suits gradients in float32. */
export const differenceStep = z.number().positive().max(1).default(1e-2)
const everyEpochs = z.int().min(1).max(1000).default(1)
const sparsity = z.number().min(0).lt(1).default(0.5)

export const direction = z.discriminatedUnion('kind', [
  /** g (Foret et al. 2021). */
  z.strictObject({ kind: z.literal('gradient') }),
  /** g less sigma x its running mean (Li et al. 2024). */
  z.strictObject({
    kind: z.literal('friendly'),
    sigma: z.number().min(0).max(2).default(1),
    lambda: keepRate.default(0.6),
    /** The running mean starts as the first gradient and lags a step (`code`), or starts at 0 and does not (`paper`). */
    start: z.enum(['code', 'paper']).default('code'),
  }),
  /** Hessian x g / |g|: where the gradient's norm grows fastest (Zhang et al. 2023, Alg. 1). */
  z.strictObject({ kind: z.literal('curvature'), differenceStep }),
  /** Gaussian noise, rho x the norm of each row of weights (Li et al. 2022, 2024); no gradient needed. */
  z.strictObject({
    kind: z.literal('noise'),
    /** Less noise where gradients have been large: divided by root(1 + eta x running squares). */
    eta: z.number().min(0).max(100).default(0),
    beta: keepRate.default(0.99),
  }),
  /** g less the client's and the server's dual variables (Sun et al. 2023); with `federated` only. */
  z.strictObject({ kind: z.literal('dual') }),
])

export const scaling = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** rho T^2 d / |T d| with T = |w| + eta (Kwon et al. 2021). */
  z.strictObject({
    kind: z.literal('elementwise'),
    eta: z.number().min(0).max(1).default(0.01),
    /** T = 1 for biases, or as for the weights. */
    biases: z.enum(['unscaled', 'scaled']).default('unscaled'),
  }),
  /** rho |w| d / |d| (Zhuang et al. 2022, Alg. 1 with its adaptive form). */
  z.strictObject({ kind: z.literal('single') }),
])

export const mask = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** Whole tensors, each kept for a step with probability beta (Du et al. 2022, stochastic weight perturbation). */
  z.strictObject({ kind: z.literal('tensors'), beta: share.default(0.6) }),
  /** The same with each weight by itself (the paper's own form). */
  z.strictObject({ kind: z.literal('weights'), beta: share.default(0.6) }),
  /** The weights with the largest empirical Fisher information (Mi et al. 2022, SSAM-F). */
  z.strictObject({
    kind: z.literal('fisher'),
    /** Share of the weights that is not perturbed. */
    sparsity,
    /** Samples of an update: dates. */
    samples: z.int().min(1).max(4096).default(16),
    everyEpochs,
    /** `code` adds the step's gradient to the first sample's. */
    sum: z.enum(['paper', 'code']).default('paper'),
  }),
  /** The flattest weights are dropped, others grown in their place (Mi et al. 2022, SSAM-D). */
  z.strictObject({
    kind: z.literal('dynamic'),
    sparsity,
    dropRate: z.number().min(0).max(1).default(0.5),
    growth: z.enum(['random', 'gradient', 'weight']).default('random'),
    everyEpochs,
  }),
])

export const perturbation = z.strictObject({
  direction: direction.prefault({ kind: 'gradient' }),
  scaling: scaling.prefault({ kind: 'none' }),
  mask: mask.prefault({ kind: 'none' }),
  rho: rho.default(0.05),
  rhoSchedule: rhoSchedule.prefault({ kind: 'constant' }),
  /** Added to a norm before it divides. */
  stabiliser: z.number().min(0).max(1e-3).default(1e-12),
})

export const finalGradient = z.discriminatedUnion('kind', [
  /** (1 - mix) g + mix x the perturbed gradient. */
  z.strictObject({ kind: z.literal('perturbed'), mix: z.number().positive().max(10).default(1) }),
  /** Without the surrogate gap's growth (Zhuang et al. 2022). */
  z.strictObject({
    kind: z.literal('surrogateGap'),
    alpha: z.number().min(0).max(2).default(0.4),
    /** Take from the perturbed gradient alpha x the clean one's normal part, or add to the clean one the perturbed one's. */
    descend: z.enum(['perturbed', 'clean']).default('perturbed'),
  }),
  /** Gradient norm aware minimisation, accelerated (Zhang et al. 2023, Alg. 2). */
  z.strictObject({
    kind: z.literal('gradientNorm'),
    /** Radius along the change of the gradient. */
    rho: rho.default(0.2),
    alpha: z.number().min(0).max(1).default(0.6),
    beta: z.number().min(0).max(1).default(0.5),
    gamma: z.number().min(0).max(2).default(0.03),
    /** Weight of g in h-: 1 (`code`) or beta (`paper`). */
    cleanWeight: z.enum(['code', 'paper']).default('code'),
  }),
  /** g + alpha rho x Hessian x unit gradient at the perturbed weights (Zhang et al. 2023, Alg. 1). */
  z.strictObject({
    kind: z.literal('gradientNormPenalty'),
    alpha: z.number().min(0).max(2).default(0.5),
    differenceStep,
  }),
])

export const steps = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('every') }),
  /** Every k-th step; between them g + alpha |g| x the unit normal part kept from the last one (Liu et al. 2022). */
  z.strictObject({
    kind: z.literal('look'),
    every: z.int().min(1).max(1000).default(5),
    alpha: z.number().min(0).max(5).default(0.7),
    /** Of all weights together, or tensor by tensor. */
    norms: z.enum(['global', 'tensor']).default('global'),
    /** What the first normal part is normal to: g, or the weights. */
    firstProjection: z.enum(['gradient', 'weights']).default('gradient'),
  }),
  /** With a probability that goes from `probability` to `endProbability` over the training (Zhao et al. 2022). */
  z.strictObject({
    kind: z.literal('bernoulli'),
    probability: z.number().min(0).max(1).default(0.5),
    /** Null: stays. */
    endProbability: z.number().min(0).max(1).nullable().default(null),
    /** `step` changes half way. */
    curve: z.enum(['linear', 'cosine', 'step']).default('linear'),
  }),
])

export const samples = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  /** Those whose loss the perturbation raises most (Du et al. 2022, sharpness-sensitive data selection). */
  z.strictObject({
    kind: z.literal('sharpest'),
    share: share.default(0.5),
    /** Exactly that share (`paper`), or one sample fewer (`code`: strictly above the last of them). */
    rule: z.enum(['paper', 'code']).default('paper'),
  }),
  /** The perturbed gradient is taken on the batch after the clean one's: a step uses two batches (Li et al. 2022, 2024). */
  z.strictObject({ kind: z.literal('next') }),
])

export const target = z.discriminatedUnion('kind', [
  /** The model's own outputs of some epochs ago (Du et al. 2022, SAF). */
  z.strictObject({
    kind: z.literal('past'),
    strength: z.number().positive().max(100).default(0.3),
    /** Epochs without the target; one more passes before it acts. */
    startEpoch: z.int().min(0).max(1000).default(5),
    epochsBack: z.int().min(1).max(50).default(3),
  }),
  /** Outputs of a running mean of the weights (Du et al. 2022, MESA). */
  z.strictObject({
    kind: z.literal('average'),
    strength: z.number().positive().max(100).default(0.8),
    startEpoch: z.int().min(0).max(1000).default(5),
    decay: keepRate.default(0.995),
  }),
])

/** Dates split into clients that train apart and are averaged after every round (Sun et al. 2023). */
export const federated = z.strictObject({
  clients: z.int().min(2).max(64).default(4),
  /** Clients drawn for a round, as a share of all. */
  activeShare: share.default(1),
  /** Passes over a client's dates in a round. */
  localEpochs: z.int().min(1).max(100).default(1),
  /** Weight of the proximal term. */
  lambda: z.number().min(0).max(100).default(0.1),
  /** Norm to which a local gradient is clipped before decay; null: not at all. */
  clipNorm: z.number().positive().nullable().default(10),
})

export const schedule = z.strictObject({
  steps: steps.prefault({ kind: 'every' }),
  samples: samples.prefault({ kind: 'all' }),
})

export const composition = z.strictObject({
  /** Null: every step takes the gradient at the weights. */
  perturbation: perturbation.nullable().default(null),
  finalGradient: finalGradient.prefault({ kind: 'perturbed' }),
  schedule: schedule.prefault({}),
  target: target.nullable().default(null),
  federated: federated.nullable().default(null),
})
export type Composition = z.output<typeof composition>
export type CompositionInput = z.input<typeof composition>
export type Perturbation = z.output<typeof perturbation>
export type Direction = z.output<typeof direction>
export type Scaling = z.output<typeof scaling>
export type Mask = z.output<typeof mask>
export type FinalGradient = z.output<typeof finalGradient>
export type Schedule = z.output<typeof schedule>
export type Target = z.output<typeof target>
export type Federated = z.output<typeof federated>

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

/** Whether the pass at the weights and the one at the perturbed weights are on the same samples. */
export function comparesPasses({ schedule: { samples } }: Composition): boolean {
  return samples.kind === 'all' || (samples.kind === 'sharpest' && samples.share >= ALL_SAMPLES)
}

/** Clients that train in a round. */
export const activeClients = ({ clients, activeShare }: Pick<Federated, 'clients' | 'activeShare'>): number =>
  Math.max(1, Math.round(clients * activeShare))

/** Work of a step, in expectation. */
export interface StepCost {
  /** Evaluations of loss and gradient. */
  readonly gradients: number
  /** Forward passes alone. */
  readonly predictions: number
}

/** A forward pass alone takes about a third of the time of loss and gradient. */
const FORWARD_SHARE = 1 / 3

/** Of a composition without the renewals of its mask; a step of two batches counts for both. */
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

/** How long a training is. */
export interface TrainingLength {
  /** Train dates of an epoch. */
  readonly dates: number
  readonly epochs: number
}

/**
 * Evaluations of loss and gradient that a training of that length asks for at most, a forward pass alone as its part of one: what
 * progress and estimates count. Where chance or a cycle decides which steps are perturbed, or chance which clients train, it is
 * what they come to on average.
 */
export function trainingEvaluations(composition: Composition, length: TrainingLength): number {
  const { schedule, federated } = composition
  const { gradients, predictions } = stepCost(composition)
  // The last of an odd number of dates is both dates of its step.
  const steps = schedule.samples.kind === 'next' ? Math.ceil(length.dates / 2) : length.dates
  const passes =
    federated === null ? 1 : (federated.localEpochs * activeClients(federated)) / federated.clients
  return (
    length.epochs * steps * passes * (gradients + FORWARD_SHARE * predictions) +
    renewalGradients(composition, length)
  )
}

/** Gradients at which a Fisher mask is renewed, in the first epoch and every `everyEpochs`-th after it. */
function renewalGradients({ perturbation }: Composition, { dates, epochs }: TrainingLength): number {
  if (perturbation?.mask.kind !== 'fisher') return 0
  const { samples, everyEpochs } = perturbation.mask
  return Math.ceil(epochs / everyEpochs) * Math.min(samples, dates)
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
