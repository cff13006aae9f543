import {
  type BaseRule,
  METHODS,
  type Method,
  optimizerConfig,
  type OptimizerConfig,
} from '../../../src-shared/domain/optimizer/index.ts'

type Parameters = Readonly<Record<string, unknown>>

/** Friendly direction, adaptive scaling, surrogate gap, every third step: parts of four methods. */
export const MIXTURE: Parameters = {
  perturbation: {
    direction: { kind: 'friendly', sigma: 0.8, lambda: 0.7 },
    scaling: { kind: 'elementwise', eta: 0.1 },
    rho: 0.1,
  },
  finalGradient: { kind: 'surrogateGap', alpha: 0.3 },
  schedule: { steps: { kind: 'look', every: 3, alpha: 0.5 } },
}

/**
 * Parameters with which a method goes through the tests of every method, where its defaults alone would leave a branch out or
 * start after their end. A method without an entry goes through them with its defaults.
 */
const PARAMETERS: { readonly [M in Method]?: readonly Parameters[] } = {
  asam: [{}, { biases: 'scaled', rhoSchedule: { kind: 'linear', end: 0.1 } }],
  gsam: [{}, { scaling: 'paper', descend: 'clean' }, { scaling: 'code' }],
  gam: [{}, { variant: 'paper', adaptive: true }],
  fsam: [{}, { variant: 'paper', sigma: 0.5 }],
  looksam: [{}, { every: 2, alpha: 0.3 }],
  esam: [{}, { variant: 'code', adaptive: true }, { perturbed: 'weights', gamma: 1 }],
  rst: [{}, { probability: 0.2, endProbability: 0.9, curve: 'cosine', gamma: 1.5 }],
  saf: [{ startEpoch: 1, epochsBack: 2 }],
  mesa: [{ startEpoch: 1, decay: 0.9 }],
  ssamf: [{ samples: 5 }, { samples: 5, variant: 'code', everyEpochs: 2 }],
  ssamd: [{}, { growth: 'gradient', sparsity: 0.3 }, { growth: 'weight', everyEpochs: 2 }],
  // With the default lambda and few local steps, Adam's steps of one length swing about the minimum.
  fedsmoo: [
    { clients: 2, lambda: 1 },
    { clients: 3, activeShare: 0.67, localEpochs: 5, lambda: 1 },
  ],
  composed: [
    { parts: MIXTURE },
    {
      parts: {
        perturbation: { direction: { kind: 'noise', eta: 0.2 }, rho: 0.02 },
        schedule: { steps: { kind: 'look', every: 2, norms: 'tensor', firstProjection: 'weights' } },
        target: { kind: 'past', startEpoch: 0, epochsBack: 1 },
      },
    },
    {
      parts: {
        perturbation: { mask: { kind: 'tensors' }, scaling: { kind: 'single' } },
        finalGradient: { kind: 'perturbed', mix: 0.7 },
        schedule: { steps: { kind: 'bernoulli' } },
        target: { kind: 'average', startEpoch: 0, decay: 0.9 },
      },
    },
  ],
}

export interface Row {
  readonly method: Method
  readonly parameters: Parameters
  readonly name: string
}

/** Every method there is. */
export const ROWS: readonly Row[] = METHODS.flatMap(({ method }) =>
  (PARAMETERS[method] ?? [{}]).map((parameters) => ({
    method,
    parameters,
    name: `${method} ${JSON.stringify(parameters)}`,
  })),
)

/** Every base rule there is, at rates that suit the problems of the tests. */
export const BASES = {
  adamw: [{ learningRate: 0.02, weightDecay: 1e-4 }],
  adam: [{ learningRate: 0.02, weightDecay: 1e-4, amsgrad: true }],
  sgd: [{ learningRate: 0.03, momentum: 0.5, nesterov: true }],
  adagrad: [{ learningRate: 0.3 }],
  rmsprop: [{ learningRate: 0.01, momentum: 0.3, centered: true }],
} as const satisfies Record<BaseRule['rule'], readonly Parameters[]>

export const BASE_ROWS: readonly Parameters[] = Object.entries(BASES).flatMap(([rule, rows]) =>
  rows.map((row) => ({ rule, ...row })),
)

export const configOf = (
  { method, parameters }: Pick<Row, 'method' | 'parameters'>,
  base: Parameters = {},
  common: Parameters = {},
): OptimizerConfig => optimizerConfig.parse({ name: method, method, base, ...common, ...parameters })
