import { describe, expect, it } from 'vitest'
import { adagrad } from '../../../src-main/optim/base/adagrad.ts'
import { adam, adamw } from '../../../src-main/optim/base/adam.ts'
import { rmsprop } from '../../../src-main/optim/base/rmsprop.ts'
import { sgd } from '../../../src-main/optim/base/sgd.ts'
import { composeOptimizer } from '../../../src-main/optim/compose.ts'
import type { BaseOptimizer, Sharpness } from '../../../src-main/optim/parts.ts'
import { perturbedGradient } from '../../../src-main/optim/sharpness/finalGradient.ts'
import { ascent } from '../../../src-main/optim/sharpness/perturbation.ts'
import { everyStep } from '../../../src-main/optim/sharpness/schedule.ts'
import { descend, quadratic, randomWeights, rosenbrock } from './problems.ts'

const moments = { learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }
const momentum = { momentum: 0.9, dampening: 0, weightDecay: 0 }

/** Every optimizer goes through every test below; a new base rule or method is one row. */
const bases: [name: string, base: BaseOptimizer][] = [
  ['sgd', sgd({ ...momentum, learningRate: 5e-4, nesterov: false })],
  ['sgd nesterov', sgd({ ...momentum, learningRate: 5e-4, nesterov: true })],
  [
    'adagrad',
    adagrad({ learningRate: 0.5, learningRateDecay: 0, epsilon: 1e-10, weightDecay: 0, initialSum: 0 }),
  ],
  [
    'rmsprop',
    rmsprop({
      learningRate: 2e-3,
      alpha: 0.99,
      momentum: 0.5,
      epsilon: 1e-8,
      weightDecay: 0,
      centered: true,
    }),
  ],
  ['adam', adam({ ...moments, amsgrad: false })],
  ['adam amsgrad', adam({ ...moments, amsgrad: true })],
  ['adamw', adamw(moments)],
]
const methods: [name: string, sharpness: Sharpness | null][] = [
  ['plain', null],
  ['SAM', { schedule: everyStep, perturbation: ascent(1e-3), finalGradient: perturbedGradient }],
]
const table = bases.flatMap(([base, rule]) =>
  methods.map(([method, sharpness]) => ({
    name: `${method} on ${base}`,
    optimizer: composeOptimizer(rule, sharpness),
  })),
)

describe.each(table)('$name', ({ optimizer }) => {
  it('descends a quadratic and the Rosenbrock valley', async () => {
    const bowl = await descend(optimizer, Float64Array.of(1, -2, 0.5), quadratic([1, 3, 10]), 3000)
    expect(bowl.loss).toBeLessThan(1e-4)
    const valley = await descend(optimizer, Float64Array.of(-0.5, 1), rosenbrock, 3000)
    expect(valley.loss).toBeLessThan(0.05)
  })

  it('changes neither weights nor state', async () => {
    const { weights, state } = await descend(optimizer, randomWeights(1, 6), quadratic([1, 2, 3, 4, 5, 6]), 3)
    const before = structuredClone({ weights, state })
    const gradients: Float64Array[] = []
    const copies: Float64Array[] = []
    const result = await optimizer.step(weights, state, async (at) => {
      const evaluation = await quadratic([1, 2, 3, 4, 5, 6])(at)
      gradients.push(evaluation.gradient)
      copies.push(evaluation.gradient.slice())
      return evaluation
    })
    expect({ weights, state }).toEqual(before)
    expect(gradients).toEqual(copies)
    expect(result.weights).not.toBe(weights)
    expect(result.weights).not.toEqual(weights)
  })

  it('continues bit for bit from a serialised state', async () => {
    const objective = quadratic([1, 20, 3, 0.1])
    const start = randomWeights(2, 4)
    const whole = await descend(optimizer, start, objective, 9)
    let { weights, state } = await descend(optimizer, start, objective, 4)
    for (let i = 4; i < 9; i++) {
      const checkpoint = structuredClone({ weights, state })
      ;({ weights, state } = await optimizer.step(checkpoint.weights, checkpoint.state, objective))
    }
    expect({ weights, state }).toEqual({ weights: whole.weights, state: whole.state })
  })
})
