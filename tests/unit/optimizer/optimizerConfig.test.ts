import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BASE_RULES,
  type BaseRule,
  baseRule,
  COMMON_FIELDS,
  compositionOf,
  type Method,
  methodDefinition,
  METHODS,
  optimizerConfig,
  stateVectors,
  trainingEvaluations,
} from '../../../src-shared/domain/optimizer/index.ts'
import { refusalOf } from '../../../src-shared/domain/refusal.ts'
import { fieldsOf, inputsOf } from './schemaInputs.ts'

const constant = { kind: 'constant' }
const methods = METHODS.map(({ method }) => method)
const TRAINING = { dates: 64, epochs: 10 }

/** What a method's parameters are where a study leaves them out, and what it then costs with AdamW. */
const DEFAULTS: Record<
  Method,
  {
    readonly parameters: Readonly<Record<string, unknown>>
    /** Evaluations of loss and gradient a date of a `TRAINING`. */
    readonly cost: number
    /** Vectors of the size of the weights that are carried from step to step; two are AdamW's. */
    readonly vectors: number
  }
> = {
  plain: { parameters: {}, cost: 1, vectors: 2 },
  sam: { parameters: { rho: 0.05, rhoSchedule: constant }, cost: 2, vectors: 2 },
  asam: {
    parameters: { rho: 0.5, rhoSchedule: constant, eta: 0.01, biases: 'unscaled' },
    cost: 2,
    vectors: 2,
  },
  gsam: {
    parameters: { rho: 0.05, rhoSchedule: constant, alpha: 0.4, scaling: 'none', descend: 'perturbed' },
    cost: 2,
    vectors: 2,
  },
  gam: {
    parameters: {
      rho: 0.02,
      rhoSchedule: constant,
      rhoNorm: 0.2,
      alpha: 0.6,
      beta: 0.5,
      gamma: 0.03,
      variant: 'code',
      adaptive: false,
    },
    cost: 4,
    vectors: 2,
  },
  gamExact: {
    parameters: { rho: 0.2, rhoSchedule: constant, alpha: 0.5, differenceStep: 0.01 },
    cost: 6,
    vectors: 2,
  },
  fsam: {
    parameters: { rho: 0.1, rhoSchedule: constant, sigma: 1, lambda: 0.6, variant: 'code' },
    cost: 2,
    vectors: 3,
  },
  looksam: { parameters: { rho: 0.05, rhoSchedule: constant, every: 5, alpha: 0.7 }, cost: 1.2, vectors: 3 },
  esam: {
    parameters: {
      rho: 0.05,
      rhoSchedule: constant,
      beta: 0.6,
      gamma: 0.5,
      perturbed: 'tensors',
      variant: 'paper',
      adaptive: false,
    },
    cost: 2 + 1 / 3,
    vectors: 2,
  },
  rst: {
    parameters: {
      rho: 0.05,
      rhoSchedule: constant,
      probability: 0.5,
      endProbability: null,
      curve: 'linear',
      gamma: 1,
    },
    cost: 1.5,
    vectors: 2,
  },
  saf: { parameters: { strength: 0.3, startEpoch: 5, epochsBack: 3 }, cost: 1, vectors: 2 },
  mesa: { parameters: { strength: 0.8, startEpoch: 5, decay: 0.995 }, cost: 1 + 1 / 3, vectors: 3 },
  ssamf: {
    parameters: {
      rho: 0.1,
      rhoSchedule: constant,
      sparsity: 0.5,
      samples: 16,
      everyEpochs: 1,
      variant: 'paper',
    },
    cost: 2 + 16 / 64,
    vectors: 2 + 1 / 8,
  },
  ssamd: {
    parameters: {
      rho: 0.1,
      rhoSchedule: constant,
      sparsity: 0.5,
      dropRate: 0.5,
      growth: 'random',
      everyEpochs: 1,
    },
    cost: 2,
    vectors: 2 + 1 / 8,
  },
  rwp: { parameters: { rho: 0.01, rhoSchedule: constant }, cost: 1, vectors: 2 },
  arwp: {
    parameters: { rho: 0.001, rhoSchedule: { kind: 'cosine', end: 0.011 }, eta: 0.1, beta: 0.99 },
    cost: 1,
    vectors: 3,
  },
  mrwp: { parameters: { rho: 0.015, rhoSchedule: constant, lambda: 0.5 }, cost: 1, vectors: 2 },
  marwp: {
    parameters: { rho: 0.015, rhoSchedule: constant, lambda: 0.5, eta: 0.1, beta: 0.99 },
    cost: 1,
    vectors: 3,
  },
  fedsmoo: {
    parameters: { rho: 0.1, clients: 4, activeShare: 1, localEpochs: 1, lambda: 0.1, localClipNorm: 10 },
    cost: 2,
    vectors: 2 + 1 + 2 * 4,
  },
  composed: {
    parameters: {
      parts: {
        perturbation: null,
        finalGradient: { kind: 'perturbed', mix: 1 },
        schedule: { steps: { kind: 'every' }, samples: { kind: 'all' } },
        target: null,
        federated: null,
      },
    },
    cost: 1,
    vectors: 2,
  },
}

const moments = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, amsgrad: false }
const BASE_DEFAULTS: Record<BaseRule['rule'], Readonly<Record<string, unknown>>> = {
  adamw: { ...moments, weightDecay: 0.01 },
  adam: { ...moments, weightDecay: 0 },
  sgd: { learningRate: 1e-2, momentum: 0.9, dampening: 0, nesterov: false, weightDecay: 0 },
  adagrad: { learningRate: 1e-2, learningRateDecay: 0, epsilon: 1e-10, initialSum: 0, weightDecay: 0 },
  rmsprop: { learningRate: 1e-2, alpha: 0.99, momentum: 0, epsilon: 1e-8, centered: false, weightDecay: 0 },
}

const named = (method: string, fields: Readonly<Record<string, unknown>> = {}) => ({
  name: 'A',
  method,
  ...fields,
})
/** Path and kind of every issue. */
const issuesOf = (input: unknown): [path: string, code: string][] =>
  (optimizerConfig.safeParse(input).error?.issues ?? []).map((issue) => [issue.path.join('.'), issue.code])

describe('a method left to its defaults', () => {
  it.each(methods)('%s has these', (method) => {
    expect(optimizerConfig.parse(named(method))).toEqual({
      ...named(method),
      base: { rule: 'adamw', ...BASE_DEFAULTS.adamw },
      learningRateSchedule: { warmUpEpochs: 0, decay: { kind: 'none' } },
      clipNorm: null,
      ...DEFAULTS[method].parameters,
    })
  })

  it.each(methods)('%s costs this', (method) => {
    const config = optimizerConfig.parse(named(method))
    const composition = compositionOf(config)
    const { dates, epochs } = TRAINING
    const evaluations = trainingEvaluations(composition, TRAINING)
    expect(evaluations / dates / epochs).toBeCloseTo(DEFAULTS[method].cost, 12)
    expect(stateVectors(config.base, composition)).toBe(DEFAULTS[method].vectors)
  })

  it('has no field of another name than those above', () => {
    for (const { method, schema } of METHODS)
      expect(new Set(Object.keys(fieldsOf(schema)))).toEqual(
        new Set([...COMMON_FIELDS, ...Object.keys(DEFAULTS[method].parameters)]),
      )
  })
})

describe('a base rule', () => {
  it.each(BASE_RULES)('%s has its defaults', (rule) => {
    expect(baseRule.parse({ rule })).toEqual({ rule, ...BASE_DEFAULTS[rule] })
  })

  it('without a name is AdamW', () => {
    expect(baseRule.parse({})).toEqual({ rule: 'adamw', ...BASE_DEFAULTS.adamw })
    expect(baseRule.parse({ learningRate: 0.02, amsgrad: true })).toEqual({
      rule: 'adamw',
      ...BASE_DEFAULTS.adamw,
      learningRate: 0.02,
      amsgrad: true,
    })
    expect(issuesOf(named('sam', { base: { momentum: 0.9 } }))).toEqual([['base', 'unrecognized_keys']])
  })

  it('carries vectors by its options', () => {
    const vectors = (base: Readonly<Record<string, unknown>>): number =>
      stateVectors(baseRule.parse(base), compositionOf(optimizerConfig.parse(named('plain'))))
    expect(vectors({ rule: 'sgd' })).toBe(1)
    expect(vectors({ rule: 'sgd', momentum: 0 })).toBe(0)
    expect(vectors({ rule: 'adagrad' })).toBe(1)
    expect(vectors({ rule: 'rmsprop' })).toBe(1)
    expect(vectors({ rule: 'rmsprop', centered: true, momentum: 0.1 })).toBe(3)
    expect(vectors({ rule: 'adam', amsgrad: true })).toBe(3)
  })
})

describe('what is refused', () => {
  it.each(methods)('%s: a field that it does not have', (method) => {
    expect(issuesOf(named(method, { colour: 'red' }))).toEqual([['', 'unrecognized_keys']])
    expect(issuesOf(named(method, { base: { rule: 'adam', momentum: 0.9 } }))).toEqual([
      ['base', 'unrecognized_keys'],
    ])
    expect(issuesOf(named(method, { learningRateSchedule: { decay: { kind: 'none', floor: 0 } } }))).toEqual([
      ['learningRateSchedule.decay', 'unrecognized_keys'],
    ])
  })

  it('a method or base rule that there is not', () => {
    expect(issuesOf(named('adamax'))).toEqual([['method', 'invalid_union']])
    expect(issuesOf(named('sam', { base: { rule: 'adamax' } }))).toEqual([['base.rule', 'invalid_union']])
    expect(issuesOf({ method: 'sam' })).toEqual([['name', 'invalid_type']])
  })

  const ranges = METHODS.flatMap(({ method, schema }) =>
    Object.entries(fieldsOf(schema)).flatMap(([field, range]) => {
      const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } =
        range.anyOf?.find(({ type }) => type === 'number') ?? range
      const outside = [
        ...(minimum === undefined ? [] : [minimum - 1]),
        ...(maximum === undefined ? [] : [maximum + 1]),
        ...(exclusiveMinimum === undefined ? [] : [exclusiveMinimum]),
        ...(exclusiveMaximum === undefined ? [] : [exclusiveMaximum]),
      ]
      return outside.map((value) => ({ method, field, value }))
    }),
  )

  it.each(ranges)('$method: $field of $value', ({ method, field, value }) => {
    expect(new Set(issuesOf(named(method, { [field]: value })).map(([path]) => path))).toEqual(
      new Set([field]),
    )
  })

  it('a number out of the range of a part or of a base rule, with its place', () => {
    const places = (fields: Readonly<Record<string, unknown>>, method = 'composed') =>
      issuesOf(named(method, fields)).map(([path]) => path)
    expect(places({ parts: { perturbation: { rho: -1 } } })).toEqual(['parts.perturbation.rho'])
    expect(places({ parts: { perturbation: { mask: { kind: 'dynamic', dropRate: 2 } } } })).toEqual([
      'parts.perturbation.mask.dropRate',
    ])
    expect(places({ parts: { schedule: { steps: { kind: 'look', every: 2.5 } } } })).toEqual([
      'parts.schedule.steps.every',
    ])
    expect(places({ base: { learningRate: 0 } }, 'sam')).toEqual(['base.learningRate'])
    expect(places({ base: { rule: 'sgd', momentum: 1 } }, 'sam')).toEqual(['base.momentum'])
    expect(places({ rhoSchedule: { kind: 'linear', end: 11 } }, 'sam')).toEqual(['rhoSchedule.end'])
    expect(places({ learningRateSchedule: { warmUpEpochs: -1 } }, 'sam')).toEqual([
      'learningRateSchedule.warmUpEpochs',
    ])
  })

  it('a rho that follows a rate which does not move', () => {
    const proportional = { rhoSchedule: { kind: 'proportional', end: 0.01 } }
    const inParts = { parts: { perturbation: proportional } }
    const decay = { learningRateSchedule: { decay: { kind: 'cosine' } } }
    expect(issuesOf(named('sam', proportional))).toEqual([['rhoSchedule', 'custom']])
    expect(issuesOf(named('composed', inParts))).toEqual([['parts.perturbation.rhoSchedule', 'custom']])
    // A warm-up alone leaves it where it was.
    expect(issuesOf(named('sam', { ...proportional, learningRateSchedule: { warmUpEpochs: 3 } }))).toEqual([
      ['rhoSchedule', 'custom'],
    ])
    expect(issuesOf(named('sam', { ...proportional, ...decay }))).toEqual([])
    expect(issuesOf(named('composed', { ...inParts, ...decay }))).toEqual([])
  })

  it('outputs of epochs that were not', () => {
    // With a start after epoch number 3 (from 0) the first target acts in number 4, which can look four epochs back.
    expect(issuesOf(named('saf', { startEpoch: 3, epochsBack: 4 }))).toEqual([])
    expect(issuesOf(named('saf', { startEpoch: 3, epochsBack: 5 }))).toEqual([['epochsBack', 'custom']])
    const target = { kind: 'past', startEpoch: 0, epochsBack: 2 }
    expect(issuesOf(named('composed', { parts: { target } }))).toEqual([
      ['parts.target.epochsBack', 'custom'],
    ])
  })

  it('Nesterov momentum with none, or dampened', () => {
    const nesterov = { rule: 'sgd', nesterov: true }
    expect(issuesOf(named('plain', { base: nesterov }))).toEqual([])
    for (const fault of [{ momentum: 0 }, { dampening: 0.1 }])
      expect(issuesOf(named('plain', { base: { ...nesterov, ...fault } }))).toEqual([
        ['base.nesterov', 'custom'],
      ])
  })
})

describe('whatever is in its ranges', () => {
  it.each(methods)('%s has parts, or is refused with a reason', (method) => {
    fc.assert(
      fc.property(inputsOf(methodDefinition(method).schema), (input) => {
        const parsed = optimizerConfig.safeParse(input)
        if (!parsed.success) {
          for (const issue of parsed.error.issues)
            expect(refusalOf(issue), JSON.stringify(issue)).not.toBeNull()
          return
        }
        const composition = compositionOf(parsed.data)
        expect(trainingEvaluations(composition, TRAINING)).toBeGreaterThan(0)
        expect(stateVectors(parsed.data.base, composition)).toBeGreaterThanOrEqual(0)
        // Parsed once more, nothing moves.
        expect(optimizerConfig.parse(parsed.data)).toEqual(parsed.data)
      }),
      { numRuns: 100 },
    )
  })
})
