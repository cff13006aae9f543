import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseOptimizer } from '../../../src-main/optim/base/rules.ts'
import { BASE_RULES, baseRule, type BaseRule } from '../../../src-shared/domain/optimizer/index.ts'
import { type Objective, quadratic, randomWeights, rosenbrock } from './problems.ts'

type Rule = Readonly<Record<string, unknown>> & { readonly rule: BaseRule['rule'] }

/** The weight after every step from 1 on the gradients given, with learning rate 0.1. */
function weightsAfter(fields: Rule, gradients: readonly number[]): number[] {
  const rule = baseRule.parse({ learningRate: 0.1, ...fields })
  const base = baseOptimizer(rule)
  const weights = Float64Array.of(1)
  const state = base.init(1)
  return gradients.map((gradient) => {
    base.step(weights, Float64Array.of(gradient), state, rule.learningRate)
    return weights[0]
  })
}

const plain = { rule: 'sgd', momentum: 0 } as const
const momentum = { rule: 'sgd', momentum: 0.9 } as const
const moments = { beta1: 0.5, beta2: 0.75, epsilon: 1e-15 }
const adam = { rule: 'adam', ...moments } as const
const adamw = { rule: 'adamw', ...moments, weightDecay: 0 } as const
const rmsprop = { rule: 'rmsprop', alpha: 0.75, epsilon: 1e-15 } as const

/** Steps of one weight that starts at 1, worked out by hand. */
const BY_HAND: readonly {
  readonly name: string
  readonly fields: Rule
  readonly gradients: readonly number[]
  readonly weights: readonly number[]
}[] = [
  // 1 - 0.1 x 2; 0.8 - 0.1 x 1.
  { name: 'SGD', fields: plain, gradients: [2, 1], weights: [0.8, 0.7] },
  // G = 2 + 0.5 x 1 = 2.5; then 1 + 0.5 x 0.75 = 1.375.
  { name: 'SGD, decay', fields: { ...plain, weightDecay: 0.5 }, gradients: [2, 1], weights: [0.75, 0.6125] },
  // b = 2; then 0.9 x 2 + 1 = 2.8.
  { name: 'SGD, momentum', fields: momentum, gradients: [2, 1], weights: [0.8, 0.52] },
  // b = 2, undampened; then 0.9 x 2 + 0.5 x 1 = 2.3.
  {
    name: 'SGD, dampening',
    fields: { ...momentum, dampening: 0.5 },
    gradients: [2, 1],
    weights: [0.8, 0.57],
  },
  // b = 2, direction 2 + 0.9 x 2 = 3.8; then b = 2.8, direction 1 + 0.9 x 2.8 = 3.52.
  {
    name: 'SGD, Nesterov',
    fields: { ...momentum, nesterov: true },
    gradients: [2, 1],
    weights: [0.62, 0.268],
  },
  // G = 2.5, b = 2.5; then G = 1.375, b = 0.9 x 2.5 + 1.375 = 3.625: decay enters the buffer.
  {
    name: 'SGD, momentum and decay',
    fields: { ...momentum, weightDecay: 0.5 },
    gradients: [2, 1],
    weights: [0.75, 0.3875],
  },
  // s = 9, 3 / 3; then s = 25, 4 / 5.
  { name: 'Adagrad', fields: { rule: 'adagrad', epsilon: 1e-15 }, gradients: [3, 4], weights: [0.9, 0.82] },
  // The second rate is 0.1 / (1 + 1).
  {
    name: 'Adagrad, falling rate',
    fields: { rule: 'adagrad', epsilon: 1e-15, learningRateDecay: 1 },
    gradients: [3, 4],
    weights: [0.9, 0.86],
  },
  // s = 16 + 9 = 25, 3 / 5; then s = 25 + 144 = 169, 12 / 13.
  {
    name: 'Adagrad, initial sum',
    fields: { rule: 'adagrad', epsilon: 1e-15, initialSum: 16 },
    gradients: [3, 12],
    weights: [0.94, 0.94 - 1.2 / 13],
  },
  // G = 2 + 1 = 3, as above; then G = 3.1 + 0.9 = 4. 3 / (3 + 1) with an epsilon of 1 outside the root.
  {
    name: 'Adagrad, decay',
    fields: { rule: 'adagrad', epsilon: 1e-15, weightDecay: 1 },
    gradients: [2, 3.1],
    weights: [0.9, 0.82],
  },
  {
    name: 'Adagrad, epsilon',
    fields: { rule: 'adagrad', epsilon: 1 },
    gradients: [3, 0],
    weights: [0.925, 0.925],
  },
  // s = 0.25 x 4 = 1, 2 / 1; then s = 0.75 + 0.25 = 1, 1 / 1.
  { name: 'RMSprop', fields: rmsprop, gradients: [2, 1], weights: [0.8, 0.7] },
  // G = 1 + 1 x 1 = 2; then 0.2 + 1 x 0.8 = 1.
  {
    name: 'RMSprop, decay',
    fields: { ...rmsprop, weightDecay: 1 },
    gradients: [1, 0.2],
    weights: [0.8, 0.7],
  },
  // 2 / (1 + 1), epsilon 1 outside the root; then 1 / 2.
  { name: 'RMSprop, epsilon', fields: { ...rmsprop, epsilon: 1 }, gradients: [2, 1], weights: [0.9, 0.85] },
  // b = 2 / 1; then 0.5 x 2 + 1 / 1 = 2.
  {
    name: 'RMSprop, momentum',
    fields: { ...rmsprop, momentum: 0.5 },
    gradients: [2, 1],
    weights: [0.8, 0.6],
  },
  // s = 1, m = 0.5, variance 3/4; then s = 1, m = 0.625, variance 39/64.
  {
    name: 'RMSprop, centred',
    fields: { ...rmsprop, centered: true },
    gradients: [2, 1],
    weights: [1 - 0.2 / Math.sqrt(3 / 4), 1 - 0.2 / Math.sqrt(3 / 4) - 0.1 / Math.sqrt(39 / 64)],
  },
  // m = 1, v = 1, corrected 2 and 4: 2 / 2. Then m = 0.5 - 1 = -0.5, v = 0.75 + 1 = 7/4, corrected -2/3 and 4: -1/3.
  { name: 'Adam', fields: adam, gradients: [2, -2], weights: [0.9, 0.9 + 0.1 / 3] },
  // G = 1 + 1 = 2; then -2.9 + 0.9 = -2: as above.
  {
    name: 'Adam, decay',
    fields: { ...adam, weightDecay: 1 },
    gradients: [1, -2.9],
    weights: [0.9, 0.9 + 0.1 / 3],
  },
  // 2 / (2 + 1), epsilon 1 outside the corrected root; then -2/3 / (2 + 1).
  {
    name: 'Adam, epsilon',
    fields: { ...adam, epsilon: 1 },
    gradients: [2, -2],
    weights: [1 - 0.2 / 3, 1 - 0.2 / 3 + 0.2 / 9],
  },
  // m = 0.5, corrected 2/3; v = 0.75, corrected 0.75 / (7/16) = 12/7.
  {
    name: 'Adam, no gradient',
    fields: adam,
    gradients: [2, 0],
    weights: [0.9, 0.9 - 0.2 / 3 / Math.sqrt(12 / 7)],
  },
  // The largest v is the first, 1: corrected 16/7, then 64/37; the third m is 0.25, corrected 2/7.
  {
    name: 'AMSGrad',
    fields: { ...adam, amsgrad: true },
    gradients: [2, 0, 0],
    weights: [
      0.9,
      0.9 - 0.2 / 3 / Math.sqrt(16 / 7),
      0.9 - 0.2 / 3 / Math.sqrt(16 / 7) - 0.2 / 7 / Math.sqrt(64 / 37),
    ],
  },
  { name: 'AdamW without decay', fields: adamw, gradients: [2, -2], weights: [0.9, 0.9 + 0.1 / 3] },
  // 1 x (1 - 0.1 x 0.5) - 0.1; then 0.85 x 0.95 + 0.1 / 3: the moments have not seen the decay.
  {
    name: 'AdamW',
    fields: { ...adamw, weightDecay: 0.5 },
    gradients: [2, -2],
    weights: [0.85, 0.8075 + 0.1 / 3],
  },
  {
    name: 'AdamW, AMSGrad',
    fields: { ...adamw, weightDecay: 0.5, amsgrad: true },
    gradients: [2, 0],
    weights: [0.85, 0.8075 - 0.2 / 3 / Math.sqrt(16 / 7)],
  },
]

describe('base rules', () => {
  it.each(BY_HAND)('$name takes the steps worked out by hand', ({ fields, gradients, weights }) => {
    const actual = weightsAfter(fields, gradients)
    actual.forEach((weight, at) => expect(weight).toBeCloseTo(weights[at], 13))
  })

  it('are all worked out by hand', () => {
    expect(new Set(BY_HAND.map(({ fields }) => fields.rule))).toEqual(new Set(BASE_RULES))
  })

  const descending: readonly Rule[] = [
    { rule: 'sgd', learningRate: 5e-4 },
    { rule: 'sgd', learningRate: 5e-4, nesterov: true },
    { rule: 'sgd', learningRate: 5e-4, dampening: 0.5 },
    { rule: 'adagrad', learningRate: 0.5 },
    { rule: 'rmsprop', learningRate: 2e-3, momentum: 0.5, centered: true },
    { rule: 'rmsprop', learningRate: 2e-3 },
    { rule: 'adam', learningRate: 0.02 },
    { rule: 'adam', learningRate: 0.02, amsgrad: true },
    { rule: 'adamw', learningRate: 0.02, weightDecay: 1e-4 },
  ]
  it.each(descending.map((fields) => ({ name: JSON.stringify(fields), fields })))(
    '$name descends a quadratic and the Rosenbrock valley',
    ({ fields }) => {
      const bowl = lossAfter(fields, Float64Array.of(1, -2, 0.5), quadratic([1, 3, 10]), 3000)
      expect(bowl).toBeLessThan(1e-4)
      const valley = lossAfter(fields, Float64Array.of(-0.5, 1), rosenbrock, 3000)
      expect(valley).toBeLessThan(0.05)
    },
  )

  it('keeps what it is handed', () => {
    for (const rule of BASE_RULES) {
      const gradient = randomWeights(1, 5)
      const base = baseOptimizer(baseRule.parse({ rule, weightDecay: 0.1 }))
      base.step(randomWeights(2, 5), gradient, base.init(5), 0.1)
      expect(gradient).toEqual(randomWeights(1, 5))
    }
  })

  it('decays without a gradient: AdamW by the factor 1 - rate x decay, the coupled rules as by a gradient', () => {
    const shrunk = (fields: Rule) => weightsAfter({ ...fields, weightDecay: 0.5 }, [0, 0, 0]).at(-1)!
    expect(shrunk(adamw)).toBeCloseTo(0.95 ** 3, 14)
    expect(shrunk(plain)).toBeCloseTo(0.95 ** 3, 14)
    // A gradient of any size, decay's too, moves Adam's first step by the learning rate.
    expect(weightsAfter({ ...adam, weightDecay: 0.5 }, [0])[0]).toBeCloseTo(0.9, 14)
    expect(weightsAfter({ ...adam, weightDecay: 1e-3 }, [0])[0]).toBeCloseTo(0.9, 9)
  })

  it('couples decay to the gradient in Adam and not in AdamW', () => {
    const gradients = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(gradients, fc.double({ min: 10, max: 100, noNaN: true }), (small, factor) => {
        const large = small.map((gradient) => factor * gradient)
        // The size of the gradients means nothing to either rule but beside a coupled decay.
        const ofSize = (fields: Rule): number =>
          Math.abs(weightsAfter(fields, large).at(-1)! - weightsAfter(fields, small).at(-1)!)
        expect(ofSize({ ...adamw, weightDecay: 0.3 })).toBeLessThan(1e-9)
        expect(ofSize({ ...adam, weightDecay: 0 })).toBeLessThan(1e-9)
        if (small.length > 1 && new Set(small).size > 1)
          expect(ofSize({ ...adam, weightDecay: 0.3 })).toBeGreaterThan(0)
      }),
    )
  })

  it('stays finite on a gradient without variance, where centred RMSprop subtracts equals', () => {
    for (const gradient of [0, 0.1, 0.7, 1.1]) {
      for (const alpha of [0, 0.5, 0.9, 0.99]) {
        const path = weightsAfter({ rule: 'rmsprop', alpha, centered: true }, Array(4000).fill(gradient))
        expect(path.every(Number.isFinite)).toBe(true)
      }
    }
  })
})

function lossAfter(fields: Rule, weights: Float64Array, objective: Objective, steps: number): number {
  const rule = baseRule.parse(fields)
  const base = baseOptimizer(rule)
  const state = base.init(weights.length)
  const gradient = new Float64Array(weights.length)
  for (let step = 0; step < steps; step++) {
    objective(weights, gradient)
    base.step(weights, gradient, state, rule.learningRate)
  }
  return objective(weights, gradient)
}
