import { deserialize, serialize } from 'node:v8'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Position, StepInput } from '../../../src-main/optim/batch.ts'
import { createFederatedOptimizer } from '../../../src-main/optim/federated.ts'
import {
  composition,
  compositionOf,
  optimizerConfig,
  type OptimizerConfig,
} from '../../../src-shared/domain/optimizer/index.ts'
import { refusalOf } from '../../../src-shared/domain/refusal.ts'
import { BASE_ROWS, configOf, MIXTURE } from './methods.ts'
import { createRegression, randomWeights } from './problems.ts'
import { advance, optimizerOf, type Run, runOf, startRun } from './runs.ts'
import { inputsOf } from '../optimizer/schemaInputs.ts'

const problem = createRegression(7)

describe('parts of four methods', () => {
  it('take the steps that their formulas say', async () => {
    const [sigma, lambda, rho, eta, alpha, every, share] = [0.8, 0.7, 0.1, 0.1, 0.3, 3, 0.5]
    const [rate, mu] = [0.03, 0.5]
    const dot = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, v, i) => sum + v * b[i], 0)
    const add = (a: readonly number[], s: number, b: readonly number[]): number[] =>
      a.map((v, i) => v + s * b[i])
    /** a less its projection on b. */
    const normal = (a: readonly number[], b: readonly number[]): number[] => add(a, -dot(a, b) / dot(b, b), b)

    const optimizer = optimizerOf(
      configOf(
        { method: 'composed', parameters: { parts: MIXTURE } },
        { rule: 'sgd', learningRate: rate, momentum: mu },
      ),
      problem,
    )
    const run = startRun(optimizer, problem)
    let w = [...run.weights]
    let [m, v, b]: number[][] = [[], [], []]
    for (let t = 0; t < 12; t++) {
      const { batch } = problem.input(t, 100, 1)
      const gradient = async (at: readonly number[]): Promise<number[]> => {
        const out = new Float64Array(problem.size)
        await batch.lossAndGradient(Float64Array.from(at), out)
        return [...out]
      }
      const g = await gradient(w)
      let G: number[]
      if (t % every === 0) {
        const d = t === 0 ? g : add(g, -sigma, m)
        // The last two weights are biases.
        const T = w.map((value, i) => (i < 8 ? Math.abs(value) + eta : 1))
        const Td = d.map((value, i) => T[i] * value)
        const g1 = await gradient(w.map((value, i) => value + (rho * T[i] * Td[i]) / Math.sqrt(dot(Td, Td))))
        G = add(g1, -alpha, normal(g, g1))
        v = normal(G, g)
      } else {
        G = add(g, (share * Math.sqrt(dot(g, g))) / Math.sqrt(dot(v, v)), v)
      }
      m = t === 0 ? g : m.map((value, i) => lambda * value + (1 - lambda) * g[i])
      b = t === 0 ? G : add(G, mu, b)
      w = add(w, -rate, b)
      const [measured] = await advance(optimizer, problem, run, 1)
      w.forEach((value, i) => expect(run.weights[i]).toBeCloseTo(value, 11))
      expect(measured.evaluations).toBe(t % every === 0 ? 2 : 1)
      expect(measured.finalGradientNorm).toBeCloseTo(Math.sqrt(dot(G, G)), 11)
    }
  })
})

describe('any parts', () => {
  const input = (step: number, batchesPerStep: 1 | 2): StepInput => {
    // First the masks' and targets' beginnings, then epochs after which every target acts.
    const epoch = [0, 1, 2, 1001, 1002, 1003][step]
    const position: Position = {
      step,
      totalSteps: 6,
      epoch,
      totalEpochs: 1004,
      stepsPerEpoch: 1,
      firstOfEpoch: true,
    }
    return { ...problem.input(step, 6, batchesPerStep), position }
  }

  it('are refused by what they are, or take steps to finite weights on every base rule', async () => {
    let taken = 0
    await fc.assert(
      fc.asyncProperty(inputsOf(composition), async (parts) => {
        for (const base of BASE_ROWS) {
          const parsed = optimizerConfig.safeParse({
            name: 'own',
            method: 'composed',
            base,
            parts,
            learningRateSchedule: { decay: { kind: 'cosine' } },
          })
          if (!parsed.success) {
            for (const issue of parsed.error.issues)
              expect(refusalOf(issue), JSON.stringify(issue)).not.toBeNull()
            return
          }
          taken++
          const { weights } = await steps(parsed.data)
          expect(weights.every(Number.isFinite)).toBe(true)
        }
      }),
      { numRuns: 3000 },
    )
    // About one in sixteen goes together.
    expect(taken).toBeGreaterThan(200)
  })

  async function steps(config: OptimizerConfig): Promise<Pick<Run, 'weights' | 'state'>> {
    if (compositionOf(config).federated !== null) {
      const optimizer = createFederatedOptimizer(config, problem.tensors, { seed: 1 })
      const weights = randomWeights(2, problem.size)
      const state = optimizer.init(weights)
      for (let round = 0; round < 3; round++)
        await optimizer.round(weights, state, async (_client, step) => void (await step(input(round, 1))))
      return { weights, state }
    }
    const optimizer = optimizerOf(config, problem)
    const { weights, state } = startRun(optimizer, problem)
    for (let step = 0; step < 3; step++)
      await optimizer.step(weights, state, input(step, optimizer.batchesPerStep))
    // A checkpoint, too, whatever the parts.
    const kept = deserialize(serialize({ weights, state })) as Pick<Run, 'weights' | 'state'>
    const other = optimizerOf(config, problem, { seed: 2 })
    for (let step = 3; step < 6; step++) {
      await optimizer.step(weights, state, input(step, optimizer.batchesPerStep))
      await other.step(kept.weights, kept.state, input(step, optimizer.batchesPerStep))
    }
    expect(kept).toEqual({ weights, state })
    return kept
  }

  it('of clients mix no gradients', () => {
    const clients = { perturbation: { direction: { kind: 'dual' } }, federated: {} }
    const config = (mix: number) =>
      optimizerConfig.safeParse({
        name: 'own',
        method: 'composed',
        parts: { ...clients, finalGradient: { kind: 'perturbed', mix } },
      })
    expect(config(1).success).toBe(true)
    expect(config(0.5).error?.issues.map(refusalOf)).toEqual([{ code: 'clients_final', values: {} }])
  })
})

describe('clipping', () => {
  it('bounds what the base rule is handed, and measures what it was before', async () => {
    const base = { rule: 'sgd', momentum: 0, learningRate: 0.1 }
    for (const method of ['plain', 'sam', 'gsam', 'looksam', 'mrwp'] as const) {
      const free = configOf({ method, parameters: {} }, base)
      const clipped = configOf({ method, parameters: {} }, base, { clipNorm: 0.5 })
      const [one, other] = [await runOf(free, problem, 1), await runOf(clipped, problem, 1)]
      expect(other.telemetry).toEqual(one.telemetry)
      const start = randomWeights(2, problem.size)
      const handed = (to: Float64Array): Float64Array => start.map((w, i) => (w - to[i]) / 0.1)
      const factor = 0.5 / (one.telemetry[0].finalGradientNorm + 1e-6)
      expect(factor).toBeLessThan(1)
      const [before, after] = [handed(one.weights), handed(other.weights)]
      expect(Math.hypot(...after)).toBeCloseTo(0.5, 6)
      after.forEach((value, i) => expect(value).toBeCloseTo(factor * before[i], 10))
    }
  })

  it('leaves a shorter gradient alone, bit for bit', async () => {
    for (const base of BASE_ROWS) {
      const free = await runOf(configOf({ method: 'sam', parameters: {} }, base), problem, 5)
      const most = Math.max(...free.telemetry.map(({ finalGradientNorm }) => finalGradientNorm)) + 1e-3
      const clipped = configOf({ method: 'sam', parameters: {} }, base, { clipNorm: most })
      expect(await runOf(clipped, problem, 5)).toEqual(free)
    }
  })

  it('is not seen by what the parts remember', async () => {
    for (const method of ['arwp', 'looksam', 'fsam'] as const) {
      const [free, clipped] = [
        await runOf(configOf({ method, parameters: {} }), problem, 1),
        await runOf(configOf({ method, parameters: {} }, {}, { clipNorm: 0.01 }), problem, 1),
      ]
      const { perturbation, steps: kept } = free.state
      expect(clipped.state).toMatchObject({ perturbation, steps: kept })
    }
  })
})
