import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adamw } from '../../../src-main/optim/base/adam.ts'
import { sgd } from '../../../src-main/optim/base/sgd.ts'
import { composeOptimizer, type Optimizer } from '../../../src-main/optim/compose.ts'
import { createOptimizer } from '../../../src-main/optim/presets.ts'
import { perturbedGradient } from '../../../src-main/optim/sharpness/finalGradient.ts'
import { ascent } from '../../../src-main/optim/sharpness/perturbation.ts'
import { everyStep } from '../../../src-main/optim/sharpness/schedule.ts'
import { optimizerConfig } from '../../../src-shared/domain/study.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { randomCrossSection } from '../nn/samples.ts'
import { descend, quadratic, randomWeights } from './problems.ts'

const adamwOptions = { learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 }
const sam = (rho: number): Optimizer =>
  composeOptimizer(adamw(adamwOptions), {
    schedule: everyStep,
    perturbation: ascent(rho),
    finalGradient: perturbedGradient,
  })

describe('SAM', () => {
  it('takes one step that can be computed by hand', async () => {
    // f = w0^2 / 2 + w1^2 at (3, 2): g = (3, 4), norm 5; rho 0.5 moves to (3.3, 2.4); G = (3.3, 4.8).
    // SGD with rate 0.1 from the unperturbed weights: (2.67, 1.52).
    const base = sgd({ learningRate: 0.1, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 })
    const optimizer = composeOptimizer(base, {
      schedule: everyStep,
      perturbation: ascent(0.5),
      finalGradient: perturbedGradient,
    })
    const start = Float64Array.of(3, 2)
    const { weights, telemetry } = await optimizer.step(start, optimizer.init(start), quadratic([1, 2]))
    expect(weights[0]).toBeCloseTo(2.67, 10)
    expect(weights[1]).toBeCloseTo(1.52, 10)
    expect(telemetry.cleanLoss).toBeCloseTo(8.5, 10)
    expect(telemetry.perturbedLoss).toBeCloseTo(3.3 ** 2 / 2 + 2.4 ** 2, 10)
    expect(telemetry.gradientNorm).toBeCloseTo(5, 10)
    expect(telemetry.perturbedGradientNorm).toBeCloseTo(Math.hypot(3.3, 4.8), 10)
    expect(telemetry.cosine).toBeCloseTo((3 * 3.3 + 4 * 4.8) / (5 * Math.hypot(3.3, 4.8)), 10)
    expect(telemetry.perturbationNorm).toBeCloseTo(0.5, 10)
    expect(telemetry.evaluations).toBe(2)
  })

  it('with rho 0 is the plain optimizer, bit for bit, and tends to it linearly in rho', async () => {
    const plain = composeOptimizer(adamw(adamwOptions), null)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 6 }),
        async (seed, curvatures) => {
          const start = randomWeights(seed, curvatures.length)
          const objective = quadratic(curvatures)
          const expected = (await descend(plain, start, objective, 5)).weights
          expect((await descend(sam(0), start, objective, 5)).weights).toEqual(expected)

          const gradient = (await objective(start)).gradient
          for (const rho of [1e-3, 1e-6]) {
            // On a quadratic the perturbed gradient is off by at most max(curvature) x rho.
            let seen: Float64Array | null = null
            await sam(rho).step(start, sam(rho).init(start), async (at) => {
              const evaluation = await objective(at)
              seen = evaluation.gradient
              return evaluation
            })
            const distance = Math.hypot(...gradient.map((g, i) => g - seen![i]))
            expect(distance).toBeGreaterThan(0)
            expect(distance).toBeLessThanOrEqual(Math.max(...curvatures) * rho * (1 + 1e-6))
          }
        },
      ),
    )
  })

  it('leaves a stationary point where it is', async () => {
    const zero = new Float64Array(3)
    const { weights, telemetry } = await sam(0.05).step(zero, sam(0.05).init(zero), quadratic([1, 2, 3]))
    expect(weights).toEqual(zero)
    expect(telemetry).toMatchObject({ gradientNorm: 0, perturbationNorm: 0, cosine: null, evaluations: 2 })
  })
})

describe('presets', () => {
  it('take the defaults of the study file: AdamW 1e-3, and SAM rho 0.05 around it', async () => {
    const start = randomWeights(4, 5)
    const objective = quadratic([1, 2, 3, 4, 5])
    const base = adamw({ ...adamwOptions, learningRate: 1e-3 })
    const sharpness = { schedule: everyStep, perturbation: ascent(0.05), finalGradient: perturbedGradient }
    for (const [method, expected] of [
      ['plain', composeOptimizer(base, null)],
      ['sam', composeOptimizer(base, sharpness)],
    ] as const) {
      const preset = createOptimizer(optimizerConfig.parse({ name: 'A', method }))
      expect(await descend(preset, start, objective, 4)).toEqual(await descend(expected, start, objective, 4))
    }
  })

  it('report no perturbation for a plain step', async () => {
    const plain = createOptimizer(optimizerConfig.parse({ name: 'AdamW', method: 'plain' }))
    const start = Float64Array.of(3, 4)
    const { telemetry } = await plain.step(start, plain.init(start), quadratic([1, 1]))
    expect(telemetry).toEqual({
      cleanLoss: 12.5,
      perturbedLoss: null,
      gradientNorm: 5,
      perturbedGradientNorm: null,
      cosine: null,
      perturbationNorm: null,
      evaluations: 1,
    })
  })

  it.each(['plain', 'sam'])('train the same weights from the same seed: %s', async (method) => {
    const model = { inputSize: 4, hiddenSize: 6, layers: 2 }
    const run = async (seed: number) => {
      const engine = createReferenceEngine(model)
      const handle = engine.upload(randomCrossSection(1, 40, 6, 4))
      const optimizer = createOptimizer(
        optimizerConfig.parse({ name: 'A', method, base: { learningRate: 0.01 } }),
      )
      return descend(optimizer, initialWeights(model, seed), (at) => engine.lossAndGradient(at, handle), 60)
    }
    const [first, again, other] = [await run(1), await run(1), await run(2)]
    expect(first).toEqual(again)
    expect(first.weights).not.toEqual(other.weights)
    // Forty stocks are learned by heart: the IC rises far above its start.
    expect(first.loss).toBeLessThan(-0.5)
  })
})
