import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StepTelemetry } from '../../../src-main/optim/optimizer.ts'
import {
  compositionOf,
  type Method,
  type OptimizerConfig,
} from '../../../src-shared/domain/optimizer/index.ts'
import { BASE_ROWS, configOf, type Row } from './methods.ts'
import { createRegression, type Objective, quadratic, randomWeights } from './problems.ts'
import { advance, descend, optimizerOf, type Run, runOf, startRun } from './runs.ts'

/** Where a method becomes another one. */
const problem = createRegression(4)
const STEPS = 12
type Named = Pick<Row, 'method' | 'parameters'>
const named = (method: Method, parameters: Row['parameters'] = {}): Named => ({ method, parameters })
const parts = (composition: unknown): Named => named('composed', { parts: composition })
const linear = { kind: 'linear', end: 0.2 }
/** SAM with the stabiliser of the codes that add 1e-7. */
const coarseSam = parts({ perturbation: { rho: 0.1, stabiliser: 1e-7 } })
const plain = named('plain')
const sam = named('sam', { rho: 0.1 })

/** Pairs that move the weights alike, bit for bit. */
const EQUAL: readonly (readonly [name: string, one: Named, other: Named])[] = [
  ['SAM of radius 0 is the base rule', named('sam', { rho: 0 }), plain],
  ['ASAM of radius 0 is the base rule', named('asam', { rho: 0 }), plain],
  ['GSAM of radius 0 and alpha 0 is the base rule', named('gsam', { rho: 0, alpha: 0 }), plain],
  ['exact GAM of radius 0 is the base rule', named('gamExact', { rho: 0 }), plain],
  ['exact GAM of alpha 0 is the base rule', named('gamExact', { alpha: 0 }), plain],
  ['FSAM of radius 0 is the base rule', named('fsam', { rho: 0 }), plain],
  ['LookSAM of radius 0 is the base rule', named('looksam', { rho: 0, every: 1 }), plain],
  ['LookSAM of radius 0 keeps no rounding', named('looksam', { rho: 0, every: 3 }), plain],
  ['ESAM of radius 0 on all samples is the base rule', named('esam', { rho: 0, gamma: 1 }), plain],
  ['RST of radius 0 is the base rule', named('rst', { rho: 0 }), plain],
  ['SSAM-F of radius 0 is the base rule', named('ssamf', { rho: 0 }), plain],
  ['SSAM-D of radius 0 is the base rule', named('ssamd', { rho: 0 }), plain],
  ['RWP of radius 0 is the base rule', named('rwp', { rho: 0 }), plain],
  ['ARWP of radius 0 is the base rule', named('arwp', { rho: 0, rhoSchedule: { kind: 'constant' } }), plain],
  ['GSAM of alpha 0 is SAM', named('gsam', { rho: 0.1, alpha: 0 }), sam],
  [
    'GSAM of alpha 0 is SAM, whatever moves rho',
    named('gsam', { rho: 0.1, rhoSchedule: linear, alpha: 0 }),
    named('sam', { rho: 0.1, rhoSchedule: linear }),
  ],
  ['GSAM that adds no gap is the base rule', named('gsam', { descend: 'clean', alpha: 0 }), plain],
  ['FSAM of sigma 0 is SAM', named('fsam', { rho: 0.1, sigma: 0 }), sam],
  ['FSAM of sigma 0 is SAM, from any start', named('fsam', { rho: 0.1, sigma: 0, variant: 'paper' }), sam],
  ['LookSAM every step is SAM', named('looksam', { rho: 0.1, every: 1 }), sam],
  ['RST with probability 1 is SAM', named('rst', { rho: 0.1, probability: 1 }), sam],
  ['RST with probability 0 is the base rule', named('rst', { probability: 0 }), plain],
  ['ESAM of every tensor and sample is SAM', named('esam', { rho: 0.1, beta: 1, gamma: 1 }), coarseSam],
  [
    'ESAM of every weight and sample is SAM',
    named('esam', { rho: 0.1, beta: 1, gamma: 1, perturbed: 'weights' }),
    coarseSam,
  ],
  [
    'SSAM-D that drops none of all weights is SAM',
    named('ssamd', { rho: 0.1, sparsity: 0, dropRate: 0 }),
    coarseSam,
  ],
  [
    'ARWP of eta 0 is RWP',
    named('arwp', { rho: 0.05, rhoSchedule: linear, eta: 0 }),
    named('rwp', { rho: 0.05, rhoSchedule: linear }),
  ],
  ['m-ARWP of eta 0 is m-RWP', named('marwp', { eta: 0 }), named('mrwp')],
  ['SAF before its first epoch is the base rule', named('saf', { startEpoch: STEPS / 2 - 1 }), plain],
  ['MESA before its first epoch is the base rule', named('mesa', { startEpoch: STEPS / 2 - 1 }), plain],
  [
    'MESA of an average that keeps nothing is held to its own weights',
    named('mesa', { startEpoch: 0, decay: 0 }),
    plain,
  ],
  [
    'a rho that goes to itself is constant',
    named('sam', { rho: 0.1, rhoSchedule: { kind: 'cosine', end: 0.1 } }),
    sam,
  ],
]

/** Neighbours of the pairs above, which differ: the equalities are not those of tests that cannot tell. */
const DIFFERENT: readonly (readonly [one: Named, other: Named])[] = [
  [sam, plain],
  [sam, named('sam', { rho: 0.1, rhoSchedule: linear })],
  [named('gsam', { rho: 0.1, alpha: 0.1 }), sam],
  [named('gamExact'), plain],
  [named('fsam', { rho: 0.1, sigma: 0.1 }), sam],
  [named('looksam', { rho: 0.1, every: 2 }), sam],
  [named('rst', { rho: 0.1, probability: 0.5 }), sam],
  [named('esam', { rho: 0.1, beta: 0.5, gamma: 1 }), coarseSam],
  [named('esam', { rho: 0.1, beta: 1, gamma: 0.5 }), coarseSam],
  [named('ssamd', { rho: 0.1, sparsity: 0.1 }), coarseSam],
  [named('rwp'), plain],
  [
    named('arwp', { rho: 0.05, rhoSchedule: linear, eta: 10 }),
    named('rwp', { rho: 0.05, rhoSchedule: linear }),
  ],
  [named('saf', { startEpoch: STEPS / 2 - 2 }), plain],
  [named('mesa', { startEpoch: STEPS / 2 - 2 }), plain],
]

describe('limits', () => {
  it.each(EQUAL)('%s, bit for bit', async (_name, one, other) => {
    for (const base of BASE_ROWS) {
      const [left, right] = [
        await runOf(configOf(one, base), problem, STEPS),
        await runOf(configOf(other, base), problem, STEPS),
      ]
      expect(left.weights).toEqual(right.weights)
      expect(left.state.base).toEqual(right.state.base)
    }
  })

  it.each(DIFFERENT.map(([one, other]) => ({ name: JSON.stringify([one, other]), one, other })))(
    'their neighbours differ: $name',
    async ({ one, other }) => {
      const [base] = BASE_ROWS
      const { weights } = await runOf(configOf(one, base), problem, STEPS)
      expect((await runOf(configOf(other, base), problem, STEPS)).weights).not.toEqual(weights)
    },
  )

  it.each(BASE_ROWS)('SSAM-F of all weights is SAM from its second step on ($rule)', async (base) => {
    const sparse = await runOf(configOf(named('ssamf', { rho: 0.1, sparsity: 0 }), base), problem, STEPS)
    const first = await runOf(configOf(plain, base), problem, 1)
    const optimizer = optimizerOf(configOf(coarseSam, base), problem)
    const run: Run = {
      at: 1,
      weights: first.weights,
      state: { ...startRun(optimizer, problem).state, base: first.state.base },
    }
    await advance(optimizer, problem, run, STEPS - 1)
    expect(run.weights).toEqual(sparse.weights)
    expect(run.state.base).toEqual(sparse.state.base)
  })

  it.each(BASE_ROWS)(
    'm-RWP that gives the noisy gradient all the weight is RWP on the second batch ($rule)',
    async (base) => {
      const mixed = await runOf(configOf(named('mrwp', { rho: 0.05, lambda: 1 }), base), problem, STEPS)
      const noisy = await runOf(configOf(named('rwp', { rho: 0.05 }), base), problem, STEPS, {
        change: (input) => ({ ...input, batch: problem.input(input.position.step, 1, 2).second! }),
      })
      expect(noisy.weights).toEqual(mixed.weights)
      expect(noisy.telemetry.map(({ perturbedLoss }) => perturbedLoss)).toEqual(
        mixed.telemetry.map(({ perturbedLoss }) => perturbedLoss),
      )
    },
  )

  it('GAM of radii 0 hands on the gradient, to rounding', async () => {
    for (const variant of ['code', 'paper'] as const) {
      const base = { rule: 'sgd', momentum: 0, learningRate: 0.05 }
      const flat = named('gam', { rho: 0, rhoNorm: 0, gamma: 0.5, variant })
      const { weights } = await runOf(configOf(flat, base), problem, STEPS)
      const expected = (await runOf(configOf(plain, base), problem, STEPS)).weights
      weights.forEach((weight, i) => expect(weight).toBeCloseTo(expected[i], 12))
    }
  })

  it('ASAM on weights of size 1 - eta is SAM', async () => {
    const adaptive = configOf(named('asam', { rho: 0.1, eta: 0.25, biases: 'scaled' }), { rule: 'sgd' })
    const weights = randomWeights(1, problem.size).map((w) => 0.75 * Math.sign(w))
    const samLike = configOf(parts({ perturbation: { rho: 0.1, stabiliser: 1e-16 } }), { rule: 'sgd' })
    const [one, other] = [
      await runOf(adaptive, problem, 1, { weights }),
      await runOf(samLike, problem, 1, { weights }),
    ]
    one.weights.forEach((weight, i) => expect(weight).toBeCloseTo(other.weights[i], 14))
  })

  it('LookSAM along an eigenvector, where nothing is normal to the gradient, makes plain steps of its own', async () => {
    // Of equal curvatures every gradient has the direction of the weights: what is left of the perturbed one is rounding.
    const start = Float64Array.of(0.3, -0.7, 0.11)
    const look = configOf(named('looksam', { every: 4, alpha: 1 }), { rule: 'sgd', momentum: 0 })
    const { weights } = await descend(look, start, quadratic([2, 2, 2]), 8)
    const ratio = weights[0] / start[0]
    expect(ratio).toBeLessThan(1)
    weights.forEach((weight, i) => expect(weight).toBeCloseTo(ratio * start[i], 14))
  })
})

describe('on a quadratic with a known Hessian', () => {
  const H = [
    [2, 0.5, 0],
    [0.5, 1, 0.3],
    [0, 0.3, 3],
  ]
  const times = (v: readonly number[]): number[] =>
    H.map((row) => row.reduce((sum, h, i) => sum + h * v[i], 0))
  const length = (v: readonly number[]): number => Math.hypot(...v)
  const add = (a: readonly number[], factor: number, b: readonly number[]): number[] =>
    a.map((value, i) => value + factor * b[i])
  const unit = (v: readonly number[]): number[] => v.map((value) => value / length(v))
  const objective: Objective = (weights, gradient) => {
    gradient.set(times([...weights]))
    return gradient.reduce((sum, g, i) => sum + g * weights[i], 0) / 2
  }
  const start = fc
    .array(fc.double({ min: 0.1, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 })
    .map((sizes) => sizes.map((size, i) => (i === 1 ? -size : size)))
  const RATE = 0.1

  /** The final gradient of one step, and what it measured. */
  async function handed(
    row: Named,
    w: readonly number[],
  ): Promise<{ final: number[]; telemetry: StepTelemetry }> {
    const config: OptimizerConfig = configOf(row, { rule: 'sgd', momentum: 0, learningRate: RATE })
    const { weights, telemetry } = await descend(config, Float64Array.from(w), objective, 1)
    return { final: w.map((value, i) => (value - weights[i]) / RATE), telemetry: telemetry[0] }
  }
  const expectVector = (actual: readonly number[], expected: readonly number[], digits = 10): void =>
    actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i], digits))

  it('SAM is at most the largest curvature x rho off the gradient, and tends to it with rho', async () => {
    await fc.assert(
      fc.asyncProperty(start, async (w) => {
        for (const rho of [1, 1e-3, 1e-6]) {
          const { final } = await handed(named('sam', { rho }), w)
          const off = length(add(final, -1, times(w)))
          expect(off).toBeGreaterThan(0)
          // No row of H sums to more than 3.3.
          expect(off).toBeLessThanOrEqual(3.3 * rho + 1e-13)
        }
      }),
    )
  })

  it('exact GAM is g + alpha rho H g1 / |g1| with w1 = w + rho f / |f|, f = H g / |g|', async () => {
    await fc.assert(
      fc.asyncProperty(start, fc.double({ min: 0.01, max: 1, noNaN: true }), async (w, rho) => {
        const g = times(w)
        const g1 = times(add(w, rho, unit(times(unit(g)))))
        const expected = add(g, 0.5 * rho, times(unit(g1)))
        for (const differenceStep of [1e-2, 0.5]) {
          const { final, telemetry } = await handed(named('gamExact', { rho, alpha: 0.5, differenceStep }), w)
          expectVector(final, expected)
          expect(telemetry.perturbedGradientNorm).toBeCloseTo(length(g1), 10)
          expect(telemetry.evaluations).toBe(6)
        }
      }),
    )
  })

  it.each(['code', 'paper'] as const)('accelerated GAM is its four gradients (%s)', async (variant) => {
    await fc.assert(
      fc.asyncProperty(start, fc.double({ min: 0.01, max: 0.5, noNaN: true }), async (w, rho) => {
        const [alpha, beta, gamma, rhoNorm] = [0.6, 0.3, 0.4, 0.2]
        const g = times(w)
        const g1 = times(add(w, rho, unit(g)))
        const w2 = add(w, rhoNorm, unit(add(g1, -1, g)))
        const g2 = times(w2)
        const g3 = times(add(w2, rho, unit(g2)))
        const plus = g1.map((value, i) => alpha * value + (1 - alpha) * g3[i])
        const minus = g.map((value, i) => (variant === 'code' ? 1 : beta) * value + (1 - beta) * g2[i])
        const along = unit(plus)
        const product = minus.reduce((sum, value, i) => sum + value * along[i], 0)
        const expected = add(plus, -gamma, add(minus, -product, along))
        const { final } = await handed(named('gam', { rho, rhoNorm, alpha, beta, gamma, variant }), w)
        expectVector(final, expected)
      }),
    )
  })

  it('GSAM leaves out alpha x the part of the gradient normal to the perturbed one', async () => {
    await fc.assert(
      fc.asyncProperty(start, fc.double({ min: 0, max: 2, noNaN: true }), async (w, alpha) => {
        const g = times(w)
        const g1 = times(add(w, 0.3, unit(g)))
        const normal = (v: readonly number[], to: readonly number[]): number[] =>
          add(v, -v.reduce((sum, value, i) => sum + value * unit(to)[i], 0), unit(to))
        const perturbed = await handed(named('gsam', { rho: 0.3, alpha }), w)
        expectVector(perturbed.final, add(g1, -alpha, normal(g, g1)))
        const clean = await handed(named('gsam', { rho: 0.3, alpha, descend: 'clean' }), w)
        expectVector(clean.final, add(g, alpha, normal(g1, g)))
      }),
    )
  })

  it('SAM takes one step that can be computed by hand', async () => {
    // f = w0^2 / 2 + w1^2 at (3, 2): g = (3, 4), norm 5; rho 0.5 moves to (3.3, 2.4); G = (3.3, 4.8).
    // SGD with rate 0.1 from the unperturbed weights: (2.67, 1.52).
    const config = configOf(named('sam', { rho: 0.5 }), { rule: 'sgd', momentum: 0, learningRate: 0.1 })
    const { weights, telemetry } = await descend(config, Float64Array.of(3, 2), quadratic([1, 2]), 1)
    expectVector([...weights], [2.67, 1.52])
    const [measured] = telemetry
    expect(measured.cleanLoss).toBeCloseTo(8.5, 10)
    expect(measured.perturbedLoss).toBeCloseTo(3.3 ** 2 / 2 + 2.4 ** 2, 10)
    expect(measured.gradientNorm).toBeCloseTo(5, 10)
    expect(measured.perturbedGradientNorm).toBeCloseTo(Math.hypot(3.3, 4.8), 10)
    expect(measured.finalGradientNorm).toBeCloseTo(Math.hypot(3.3, 4.8), 10)
    expect(measured.cosine).toBeCloseTo((3 * 3.3 + 4 * 4.8) / (5 * Math.hypot(3.3, 4.8)), 10)
    expect(measured.perturbationNorm).toBeCloseTo(0.5, 10)
    expect(measured).toMatchObject({ learningRate: 0.1, rho: 0.5, evaluations: 2, predictions: 0 })
  })

  it('the base rule alone measures no perturbation', async () => {
    const { telemetry } = await descend(configOf(plain), Float64Array.of(3, 4), quadratic([1, 1]), 1)
    expect(telemetry).toEqual([
      {
        cleanLoss: 12.5,
        perturbedLoss: null,
        gap: null,
        gradientNorm: 5,
        perturbedGradientNorm: null,
        finalGradientNorm: 5,
        cosine: null,
        perturbationNorm: null,
        learningRate: 1e-3,
        rho: null,
        evaluations: 1,
        predictions: 0,
      },
    ])
  })
})

describe('at a stationary point', () => {
  const bare = { stabiliser: 0 }
  const still: readonly Named[] = [
    ...(['plain', 'sam', 'asam', 'gsam', 'gam', 'gamExact', 'fsam', 'looksam', 'rst', 'ssamd'] as const).map(
      (method) => named(method),
    ),
    parts({ perturbation: bare, finalGradient: { kind: 'surrogateGap' } }),
    parts({ perturbation: { ...bare, scaling: { kind: 'elementwise' } } }),
    parts({
      perturbation: { ...bare, scaling: { kind: 'single' } },
      finalGradient: { kind: 'gradientNorm' },
    }),
  ]

  it.each(still.map((row) => ({ name: JSON.stringify(row), row })))(
    '$name stays where it is',
    async ({ row }) => {
      for (const base of BASE_ROWS) {
        const config = configOf(row, base)
        const zero = new Float64Array(3)
        const { weights, telemetry } = await descend(config, zero, quadratic([1, 2, 3]), 3)
        weights.forEach((weight) => expect(Math.abs(weight)).toBe(0))
        const { perturbation, schedule } = compositionOf(config)
        const perturbed = perturbation !== null && schedule.steps.kind !== 'bernoulli'
        const [measured] = telemetry
        expect(measured).toMatchObject({ gradientNorm: 0, finalGradientNorm: 0, cosine: null })
        if (perturbed) expect(measured.perturbationNorm).toBe(0)
      }
    },
  )
})

describe('a gradient that changes by its rounding alone', () => {
  it('has no curvature: the exact GAM is not perturbed, at any difference step', async () => {
    // A linear loss whose gradient carries half a unit in the last place of float32, this way or that.
    let turn = 0
    const linearLoss: Objective = (_weights, gradient) => {
      turn++
      for (let i = 0; i < gradient.length; i++)
        gradient[i] = (1 + i) * (1 + (((turn + i) % 2) - 0.5) * 2 ** -24)
      return 1
    }
    for (const differenceStep of [1e-1, 1e-2, 1e-4]) {
      const { telemetry } = await descend(
        configOf(named('gamExact', { differenceStep })),
        Float64Array.of(1, 2, 3),
        linearLoss,
        3,
      )
      expect(telemetry.map((step) => step.perturbationNorm)).toEqual([0, 0, 0])
    }
  })
})
