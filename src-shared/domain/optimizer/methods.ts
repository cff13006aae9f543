import { z } from 'zod'
import { baseRule } from './baseRule.ts'
import type { TrainingLoss } from '../study.ts'
import {
  activeClients,
  ALL_SAMPLES,
  composition,
  type CompositionInput,
  differenceStep,
  rho,
} from './parts.ts'
import { learningRateSchedule, rhoSchedule } from './schedules.ts'

/**
 * The published methods: each is a preset of parts (parts.ts), with its paper, its formulas and its parameters. Where paper
 * and released code disagree both can be chosen; docs/optimizers.md says what the default is and why. In the formulas w are
 * the weights, b the biases among them, g = grad L(w), eps the perturbation, G what the base rule is handed, m and v running
 * means, t the step, from 0; symbols only, for they are shown in every language. They are what src-main/optim computes with
 * the settings shown with them, but for the term added to norms.
 */

export interface Paper {
  readonly authors: string
  readonly year: number
  readonly title: string
}

const label = z.string().min(1).max(80)

/** What every optimizer has, whatever its method. */
const common = {
  /** Label of its rows in every table. */
  name: label,
  base: baseRule.prefault({}),
  learningRateSchedule: learningRateSchedule.prefault({}),
  /** Norm to which the final gradient is clipped; null: not at all. */
  clipNorm: z.number().positive().nullable().default(null),
}
export const COMMON_FIELDS: readonly string[] = [...Object.keys(common), 'method']

function define<M extends string, S extends z.ZodRawShape>(
  method: M,
  definition: {
    readonly paper: Paper | null
    /** One formula a line. */
    readonly formula: (parameters: z.output<z.ZodObject<S>>, loss: TrainingLoss) => readonly string[]
    readonly parameters: S
    /** The method as parts; what is left out has the parts' defaults. */
    readonly compose: (parameters: z.output<z.ZodObject<S>>) => CompositionInput
  },
) {
  return {
    method,
    ...definition,
    schema: z.strictObject({ method: z.literal(method), ...common, ...definition.parameters }),
  }
}

const constant = rhoSchedule.prefault({ kind: 'constant' })
const radius = (value: number) => ({ rho: rho.default(value), rhoSchedule: constant })
const share = (value: number) => z.number().positive().max(1).default(value)
const weight = (most: number, value: number) => z.number().min(0).max(most).default(value)
const keepRate = (value: number) => z.number().min(0).lt(1).default(value)
const count = (least: number, most: number, value: number) => z.int().min(least).max(most).default(value)
const sparsity = keepRate(0.5)

/** |w| for every tensor, biases too: the form that most public codes call adaptive. */
const EVERY_TENSOR = { kind: 'elementwise', eta: 0, biases: 'scaled' } as const
/** Of the authors' ESAM and SSAM codes. */
const COARSE_STABILISER = 1e-7

const ASCENT = 'ε = ρ g / ‖g‖'
/** Of EVERY_TENSOR. */
const SIZE = 'T = |w|'
const SCALED_ASCENT = 'ε = ρ T² g / ‖T g‖'
const SAM_GRADIENT = 'G = ∇L(w + ε)'
const MIXED_GRADIENT = 'G = λ ∇L_{B₂}(w + ε) + (1−λ) ∇L_{B₁}(w)'
const ROW_NOISE = 'ε ~ N(0, σ²‖w_row‖²)'
const ADAPTED_NOISE = 'ε ~ N(0, σ²‖w_row‖² / (1 + η F)),  F = Σ_row f,  F_b = f_b'
/** Of RST, p₁ being the probability at the end and τ the part of the training that is done. */
const PROBABILITY = {
  linear: 'p_τ = p + (p₁ − p) τ',
  cosine: 'p_τ = p + (p₁ − p) (1 − cos πτ) / 2',
  step: 'τ < ½:  p_τ = p,  τ ≥ ½:  p_τ = p₁',
}
/** The distance of two outputs that a target adds to the loss. */
const DISTANCE: Readonly<Record<TrainingLoss, string>> = {
  ic: 'D(a, b) = 1 − corr(a, b)',
  mse: 'D(a, b) = ½ mean (a − b)²',
}
const WANG = {
  authors: 'Li et al.',
  year: 2022,
  title: 'Efficient generalization improvement guided by random weight perturbation',
}
const MARWP = { authors: 'Li et al.', year: 2024, title: 'Revisiting random weight perturbation' }
const DU_FREE = { authors: 'Du et al.', year: 2022, title: 'Sharpness-aware training for free' }
const MI = {
  authors: 'Mi et al.',
  year: 2022,
  title: 'Make sharpness-aware minimization stronger: a sparsified perturbation approach',
}
const ZHANG = {
  authors: 'Zhang et al.',
  year: 2023,
  title: 'Gradient norm aware minimization seeks first-order flatness',
}

export const METHODS = [
  define('plain', {
    paper: null,
    formula: () => ['G = g'],
    parameters: {},
    compose: () => ({}),
  }),
  define('sam', {
    paper: {
      authors: 'Foret et al.',
      year: 2021,
      title: 'Sharpness-aware minimization for efficiently improving generalization',
    },
    formula: () => [ASCENT, SAM_GRADIENT],
    parameters: radius(0.05),
    compose: ({ rho, rhoSchedule }) => ({ perturbation: { rho, rhoSchedule } }),
  }),
  define('asam', {
    paper: { authors: 'Kwon et al.', year: 2021, title: 'ASAM: adaptive sharpness-aware minimization' },
    formula: ({ biases }) => [
      biases === 'scaled' ? 'T = |w| + η' : 'T = |w| + η,  T_b = 1',
      SCALED_ASCENT,
      SAM_GRADIENT,
    ],
    parameters: {
      ...radius(0.5),
      eta: weight(1, 0.01),
      /** Biases: T = 1 (the authors' code), or T as for the weights. */
      biases: z.enum(['unscaled', 'scaled']).default('unscaled'),
    },
    compose: ({ rho, rhoSchedule, eta, biases }) => ({
      perturbation: { rho, rhoSchedule, scaling: { kind: 'elementwise', eta, biases }, stabiliser: 1e-16 },
    }),
  }),
  define('gsam', {
    paper: {
      authors: 'Zhuang et al.',
      year: 2022,
      title: 'Surrogate gap minimization improves sharpness-aware training',
    },
    formula: ({ scaling, descend }) => [
      ...{ none: [ASCENT], paper: ['ε = ρ |w| g / ‖g‖'], code: [SIZE, SCALED_ASCENT] }[scaling],
      'g₁ = ∇L(w + ε)',
      descend === 'perturbed' ? 'G = g₁ − α (g − proj_{g₁} g)' : 'G = g + α (g₁ − proj_g g₁)',
    ],
    parameters: {
      ...radius(0.05),
      alpha: weight(2, 0.4),
      /** No scaling, the paper's (one factor |w|), or the form of the authors' PyTorch code. */
      scaling: z.enum(['none', 'paper', 'code']).default('none'),
      descend: z.enum(['perturbed', 'clean']).default('perturbed'),
    },
    compose: ({ rho, rhoSchedule, alpha, scaling, descend }) => ({
      perturbation: {
        rho,
        rhoSchedule,
        scaling:
          scaling === 'none' ? { kind: 'none' } : scaling === 'paper' ? { kind: 'single' } : EVERY_TENSOR,
      },
      finalGradient: { kind: 'surrogateGap', alpha, descend },
    }),
  }),
  define('gam', {
    paper: ZHANG,
    formula: ({ variant, adaptive }) => [
      ...(adaptive
        ? [
            'T = |w|,  T₂ = |w₂|',
            'g₁ = ∇L(w + ρ′ T² g/‖T g‖),  h = g₁ − g',
            'g₂ = ∇L(w₂),  w₂ = w + ρ T² h/‖T h‖',
            'g₃ = ∇L(w₂ + ρ′ T₂² g₂/‖T₂ g₂‖)',
          ]
        : [
            'g₁ = ∇L(w + ρ′ g/‖g‖),  h = g₁ − g',
            'g₂ = ∇L(w₂),  w₂ = w + ρ h/‖h‖',
            'g₃ = ∇L(w₂ + ρ′ g₂/‖g₂‖)',
          ]),
      `h₊ = α g₁ + (1−α) g₃,  h₋ = ${variant === 'paper' ? 'β g' : 'g'} + (1−β) g₂`,
      'G = h₊ − γ (h₋ − proj_{h₊} h₋)',
    ],
    parameters: {
      ...radius(0.02),
      /** Radius along the change of the gradient. */
      rhoNorm: rho.default(0.2),
      alpha: weight(1, 0.6),
      beta: weight(1, 0.5),
      gamma: weight(2, 0.03),
      /** The weight of g in h₋: 1 as the authors' code has it, or β as in the paper's Algorithm 2. */
      variant: z.enum(['code', 'paper']).default('code'),
      adaptive: z.boolean().default(false),
    },
    compose: ({ rho, rhoSchedule, rhoNorm, alpha, beta, gamma, variant, adaptive }) => ({
      perturbation: { rho, rhoSchedule, scaling: adaptive ? EVERY_TENSOR : { kind: 'none' } },
      finalGradient: { kind: 'gradientNorm', rho: rhoNorm, alpha, beta, gamma, cleanWeight: variant },
    }),
  }),
  define('gamExact', {
    paper: ZHANG,
    formula: () => ['f = H(w) g/‖g‖,  w₁ = w + ρ f/‖f‖', 'G = g + α ρ H(w₁) ∇L(w₁)/‖∇L(w₁)‖'],
    parameters: { ...radius(0.2), alpha: weight(2, 0.5), differenceStep },
    compose: ({ rho, rhoSchedule, alpha, differenceStep }) => ({
      perturbation: { rho, rhoSchedule, direction: { kind: 'curvature', differenceStep } },
      finalGradient: { kind: 'gradientNormPenalty', alpha, differenceStep },
    }),
  }),
  define('fsam', {
    paper: { authors: 'Li et al.', year: 2024, title: 'Friendly sharpness-aware minimization' },
    formula: ({ variant }) => [
      ...(variant === 'paper'
        ? ['m₀ = 0,  m ← λ m + (1−λ) g,  d = g − σ m']
        : ['t = 0:  d = g,  m ← g', 't > 0:  d = g − σ m,  m ← λ m + (1−λ) g']),
      'ε = ρ d / ‖d‖',
      SAM_GRADIENT,
    ],
    parameters: {
      ...radius(0.1),
      sigma: weight(2, 1),
      lambda: keepRate(0.6),
      /** The mean starts as the first gradient and lags a step (the authors' code), or starts at 0 and does not (paper). */
      variant: z.enum(['code', 'paper']).default('code'),
    },
    compose: ({ rho, rhoSchedule, sigma, lambda, variant }) => ({
      perturbation: { rho, rhoSchedule, direction: { kind: 'friendly', sigma, lambda, start: variant } },
    }),
  }),
  define('looksam', {
    paper: {
      authors: 'Liu et al.',
      year: 2022,
      title: 'Towards efficient and scalable sharpness-aware minimization',
    },
    formula: () => [
      't mod k = 0:  G = ∇L(w + ρ g/‖g‖),  v = G − proj_g G',
      't mod k ≠ 0:  G = g + α ‖g‖ v/‖v‖',
    ],
    parameters: { ...radius(0.05), every: count(1, 1000, 5), alpha: weight(5, 0.7) },
    compose: ({ rho, rhoSchedule, every, alpha }) => ({
      perturbation: { rho, rhoSchedule },
      schedule: { steps: { kind: 'look', every, alpha } },
    }),
  }),
  define('esam', {
    paper: {
      authors: 'Du et al.',
      year: 2022,
      title: 'Efficient sharpness-aware minimization for improved training of neural networks',
    },
    formula: ({ gamma, perturbed, variant, adaptive }) => [
      perturbed === 'weights' ? 'P(k ∈ S) = β' : 't = 0:  P(k ∈ S) = 1,  t > 0:  P(k ∈ S) = β',
      ...(adaptive ? [SIZE, 'ε = ρ T² g_S / (β ‖T g_S‖)'] : ['ε = ρ g_S / (β ‖g_S‖)']),
      ...(gamma >= ALL_SAMPLES
        ? [SAM_GRADIENT]
        : [
            'G = ∇L_Q(w + ε),  Q = top_m {Lᵢ(w + ε) − Lᵢ(w)}',
            variant === 'paper' ? 'm = ⌊γ n⌋' : 'm = ⌊γ n⌋ − 1',
          ]),
    ],
    parameters: {
      ...radius(0.05),
      beta: share(0.6),
      gamma: share(0.5),
      /** Whole tensors are left out of a perturbation (the authors' code), or single weights (paper). */
      perturbed: z.enum(['tensors', 'weights']).default('tensors'),
      /** The share γ itself (paper), or one sample fewer (the authors' code). */
      variant: z.enum(['paper', 'code']).default('paper'),
      adaptive: z.boolean().default(false),
    },
    compose: ({ rho, rhoSchedule, beta, gamma, perturbed, variant, adaptive }) => ({
      perturbation: {
        rho,
        rhoSchedule,
        mask: { kind: perturbed, beta },
        scaling: adaptive ? EVERY_TENSOR : { kind: 'none' },
        stabiliser: COARSE_STABILISER,
      },
      schedule: { samples: { kind: 'sharpest', share: gamma, rule: variant } },
    }),
  }),
  define('rst', {
    paper: {
      authors: 'Zhao et al.',
      year: 2022,
      title: 'Randomized sharpness-aware training for boosting computational efficiency in deep learning',
    },
    formula: ({ endProbability, curve }) => [
      ...(endProbability === null
        ? ['X ~ Bernoulli(p)']
        : ['X ~ Bernoulli(p_τ),  0 ≤ τ < 1', PROBABILITY[curve]]),
      'X = 1:  G = (1−γ) g + γ ∇L(w + ρ g/‖g‖)',
      'X = 0:  G = g',
    ],
    parameters: {
      ...radius(0.05),
      probability: z.number().min(0).max(1).default(0.5),
      endProbability: z.number().min(0).max(1).nullable().default(null),
      curve: z.enum(['linear', 'cosine', 'step']).default('linear'),
      gamma: z.number().positive().max(10).default(1),
    },
    compose: ({ rho, rhoSchedule, probability, endProbability, curve, gamma }) => ({
      perturbation: { rho, rhoSchedule },
      finalGradient: { kind: 'perturbed', mix: gamma },
      schedule: { steps: { kind: 'bernoulli', probability, endProbability, curve } },
    }),
  }),
  define('saf', {
    paper: DU_FREE,
    formula: (_parameters, loss) => ['G = ∇(L + λ D(f_{e−M}, f))', DISTANCE[loss]],
    parameters: {
      strength: z.number().positive().max(100).default(0.3),
      startEpoch: count(0, 1000, 5),
      epochsBack: count(1, 50, 3),
    },
    compose: ({ strength, startEpoch, epochsBack }) => ({
      target: { kind: 'past', strength, startEpoch, epochsBack },
    }),
  }),
  define('mesa', {
    paper: DU_FREE,
    formula: (_parameters, loss) => ['v ← d v + (1−d) w', 'G = ∇(L + λ D(f_v, f_w))', DISTANCE[loss]],
    parameters: {
      strength: z.number().positive().max(100).default(0.8),
      startEpoch: count(0, 1000, 5),
      decay: keepRate(0.995),
    },
    compose: ({ strength, startEpoch, decay }) => ({
      target: { kind: 'average', strength, startEpoch, decay },
    }),
  }),
  define('ssamf', {
    paper: MI,
    formula: ({ variant }) => [
      `ε = M ⊙ ρ g / ‖g‖,  M = top_{1−s} ${variant === 'paper' ? 'Σᵢ (∇Lᵢ)²' : '{(∇L₁ + G)² + Σ_{i>1} (∇Lᵢ)²}'}`,
      SAM_GRADIENT,
    ],
    parameters: {
      ...radius(0.1),
      sparsity,
      samples: count(1, 4096, 16),
      everyEpochs: count(1, 1000, 1),
      /** Squares of the samples' gradients (paper), or with the step's own added to the first (the authors' code). */
      variant: z.enum(['paper', 'code']).default('paper'),
    },
    compose: ({ rho, rhoSchedule, sparsity, samples, everyEpochs, variant }) => ({
      perturbation: {
        rho,
        rhoSchedule,
        mask: { kind: 'fisher', sparsity, samples, everyEpochs, sum: variant },
        stabiliser: COARSE_STABILISER,
      },
    }),
  }),
  define('ssamd', {
    paper: MI,
    formula: ({ sparsity, dropRate }) => [
      // As many as are dropped can be grown only where so many others are left.
      `ε = M ⊙ ρ g / ‖g‖,  ‖M‖₀ ${sparsity < (1 - sparsity) * dropRate ? '≤' : '='} (1−s) n`,
      SAM_GRADIENT,
    ],
    parameters: {
      ...radius(0.1),
      sparsity,
      dropRate: weight(1, 0.5),
      growth: z.enum(['random', 'gradient', 'weight']).default('random'),
      everyEpochs: count(1, 1000, 1),
    },
    compose: ({ rho, rhoSchedule, sparsity, dropRate, growth, everyEpochs }) => ({
      perturbation: {
        rho,
        rhoSchedule,
        mask: { kind: 'dynamic', sparsity, dropRate, growth, everyEpochs },
        stabiliser: COARSE_STABILISER,
      },
    }),
  }),
  define('rwp', {
    paper: WANG,
    formula: () => [ROW_NOISE, SAM_GRADIENT],
    parameters: radius(0.01),
    compose: ({ rho, rhoSchedule }) => ({
      perturbation: { rho, rhoSchedule, direction: { kind: 'noise' } },
    }),
  }),
  define('arwp', {
    paper: MARWP,
    formula: () => [ADAPTED_NOISE, 'f ← β f + ∇L(w + ε)²', SAM_GRADIENT],
    parameters: {
      rho: rho.default(0.001),
      rhoSchedule: rhoSchedule.prefault({ kind: 'cosine', end: 0.011 }),
      eta: weight(100, 0.1),
      beta: keepRate(0.99),
    },
    compose: ({ rho, rhoSchedule, eta, beta }) => ({
      perturbation: { rho, rhoSchedule, direction: { kind: 'noise', eta, beta } },
    }),
  }),
  define('mrwp', {
    paper: WANG,
    formula: () => [ROW_NOISE, MIXED_GRADIENT],
    parameters: { ...radius(0.015), lambda: share(0.5) },
    compose: ({ rho, rhoSchedule, lambda }) => ({
      perturbation: { rho, rhoSchedule, direction: { kind: 'noise' } },
      finalGradient: { kind: 'perturbed', mix: lambda },
      schedule: { samples: { kind: 'next' } },
    }),
  }),
  define('marwp', {
    paper: MARWP,
    formula: () => [ADAPTED_NOISE, 'f ← β f + ∇L_{B₂}(w + ε)²', MIXED_GRADIENT],
    parameters: { ...radius(0.015), lambda: share(0.5), eta: weight(100, 0.1), beta: keepRate(0.99) },
    compose: ({ rho, rhoSchedule, lambda, eta, beta }) => ({
      perturbation: { rho, rhoSchedule, direction: { kind: 'noise', eta, beta } },
      finalGradient: { kind: 'perturbed', mix: lambda },
      schedule: { samples: { kind: 'next' } },
    }),
  }),
  define('fedsmoo', {
    paper: {
      authors: 'Sun et al.',
      year: 2023,
      title: 'Dynamic regularized sharpness aware minimization in federated learning',
    },
    formula: ({ clients, activeShare, localClipNorm }) => [
      'q = g − μᵢ − s,  ε = ρ q/‖q‖,  μᵢ ← μᵢ + ε − s',
      localClipNorm === null
        ? 'G = ∇L(w + ε) + λ (hᵢ − w₀) + λ w'
        : 'G = clip(∇L(w + ε) + λ (hᵢ − w₀)) + λ w',
      ...(activeClients({ clients, activeShare }) === clients
        ? ['hᵢ ← hᵢ + wᵢ − w₀,  s = ρ Σμᵢ/‖Σμᵢ‖,  w₀ ← (Σwᵢ + Σhᵢ)/n']
        : ['i ∈ A:  hᵢ ← hᵢ + wᵢ − w₀', 's = ρ Σ_A μᵢ/‖Σ_A μᵢ‖,  w₀ ← Σ_A wᵢ/|A| + Σhᵢ/n']),
    ],
    parameters: {
      /** The server's dual has this length too, so that it does not move with the training. */
      rho: rho.default(0.1),
      clients: count(2, 64, 4),
      activeShare: share(1),
      localEpochs: count(1, 100, 1),
      lambda: weight(100, 0.1),
      localClipNorm: z.number().positive().nullable().default(10),
    },
    compose: ({ rho, clients, activeShare, localEpochs, lambda, localClipNorm }) => ({
      perturbation: { rho, direction: { kind: 'dual' }, stabiliser: COARSE_STABILISER },
      federated: { clients, activeShare, localEpochs, lambda, clipNorm: localClipNorm },
    }),
  }),
  define('composed', {
    paper: null,
    formula: () => [],
    /** The parts themselves. */
    parameters: { parts: composition.prefault({}) },
    compose: ({ parts }) => parts,
  }),
] as const

export type Method = (typeof METHODS)[number]['method']
export type MethodDefinition = (typeof METHODS)[number]
type Schemas<List> = { -readonly [At in keyof List]: List[At] extends { schema: infer S } ? S : never }
export const METHOD_SCHEMAS = METHODS.map(({ schema }) => schema) as unknown as Schemas<typeof METHODS>

export const methodDefinition = (method: Method): MethodDefinition =>
  METHODS.find((definition) => definition.method === method)!
