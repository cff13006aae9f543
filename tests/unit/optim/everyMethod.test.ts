import { deserialize, serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { baseOptimizer } from '../../../src-main/optim/base/rules.ts'
import type { StepInput } from '../../../src-main/optim/batch.ts'
import { type Draws, seededDraws } from '../../../src-main/optim/draws.ts'
import { createFederatedOptimizer } from '../../../src-main/optim/federated.ts'
import type { PlainState } from '../../../src-main/optim/optimizer.ts'
import { norm } from '../../../src-main/optim/vector.ts'
import {
  BASE_RULES,
  compositionOf,
  methodDefinition,
  METHODS,
  type OptimizerConfig,
  stateVectors,
  stepCost,
} from '../../../src-shared/domain/optimizer/index.ts'
import { BASE_ROWS, configOf, type Row, ROWS } from './methods.ts'
import { createRegression, randomWeights } from './problems.ts'
import { advance, type Call, optimizerOf, type Run, runOf, startRun, vectorsOf, watched } from './runs.ts'

/** Whatever is said of a method holds for all of them, on every base rule. */
const problem = createRegression(1)
const PLAIN_SGD = { rule: 'sgd', learningRate: 0.01, momentum: 0 }
/** Steps that take every branch: masks are renewed, targets act, perturbed steps come twice. */
const STEPS = 12

it('covers every method and every base rule', () => {
  expect(new Set(ROWS.map(({ method }) => method))).toEqual(new Set(METHODS.map(({ method }) => method)))
  expect(new Set(BASE_ROWS.map(({ rule }) => rule))).toEqual(new Set(BASE_RULES))
})

const table = ROWS.flatMap((row) =>
  BASE_ROWS.map((base) => ({ name: `${row.name} on ${String(base['rule'])}`, row, base })),
)

describe.each(table)('$name', ({ row, base }) => {
  const config = configOf(row, base)

  it('descends a convex quadratic from random starts', async () => {
    for (const seed of [1, 2, 3]) {
      const quadratic = createRegression(seed)
      const weights = randomWeights(seed + 10, quadratic.size)
      const before = quadratic.loss(weights)
      const after = await trained(config, quadratic, weights, seed)
      expect(quadratic.loss(after)).toBeLessThan(0.05 * before)
    }
  })

  it('goes on from a checkpoint as if it had not stopped, bit for bit', async () => {
    const whole = await runOf(config, problem, STEPS)
    for (const stop of [0, 1, 5]) {
      const first = optimizerOf(config, problem)
      const run = startRun(first, problem)
      await advance(first, problem, run, stop)
      const kept = deserialize(serialize(run)) as Run
      const telemetry = await advance(optimizerOf(config, problem, { seed: 99 }), problem, kept, STEPS - stop)
      expect(kept).toEqual({ at: STEPS, weights: whole.weights, state: whole.state })
      expect(telemetry).toEqual(whole.telemetry.slice(stop))
    }
  })

  it('is left as it was by a step of which any evaluation fails', async () => {
    const failure = new Error('lost')
    const steady = optimizerOf(config, problem)
    const calm = startRun(steady, problem)
    const shaken = optimizerOf(config, problem)
    const run = startRun(shaken, problem)
    let failures = 0
    for (let step = 0; step < STEPS; step++) {
      const expected = await advance(steady, problem, calm, 1)
      for (let failing = 1; ; failing++) {
        const before = structuredClone(run)
        let count = 0
        const attempt = advance(shaken, problem, run, 1, {
          change: (input) =>
            watched(input, ({ out }) => {
              if (++count !== failing) return
              out.fill(NaN)
              throw failure
            }),
        })
        const outcome = await attempt.catch((error: unknown) => error)
        if (count < failing) {
          expect(outcome).toEqual(expected)
          break
        }
        failures++
        expect(outcome).toBe(failure)
        expect(run).toEqual(before)
      }
      expect(run).toEqual(calm)
    }
    expect(failures).toBeGreaterThanOrEqual(STEPS)
  })

  it('draws from its seed and from nothing else', async () => {
    let drawn = 0
    const counting: Draws = {
      normals: (...given) => (drawn++, seededDraws.normals(...given)),
      uniforms: (...given) => (drawn++, seededDraws.uniforms(...given)),
      choose: (...given) => (drawn++, seededDraws.choose(...given)),
    }
    const run = await runOf(config, problem, STEPS, { seed: 5, draws: counting })
    expect(await runOf(config, problem, STEPS, { seed: 5 })).toEqual(run)
    const { weights } = await runOf(config, problem, STEPS, { seed: 6 })
    if (drawn === 0) expect(weights).toEqual(run.weights)
    else expect(weights).not.toEqual(run.weights)
  })

  it('carries as many vectors as it is said to', () => {
    const { federated } = compositionOf(config)
    const weights = randomWeights(1, problem.size)
    const states: PlainState[] =
      federated === null
        ? [optimizerOf(config, problem).init(weights)]
        : [
            createFederatedOptimizer(config, problem.tensors, { seed: 1 }).init(weights),
            baseOptimizer(config.base).init(problem.size),
          ]
    let vectors = 0
    for (const vector of states.flatMap((state) => [...vectorsOf(state).values()])) {
      if (vector instanceof Float64Array) vectors += vector.length / problem.size
      else if (vector.length === problem.size) vectors += vector.BYTES_PER_ELEMENT / 8
    }
    expect(stateVectors(config.base, compositionOf(config))).toBe(vectors)
  })

  it('makes no vector of the size of the weights after its first steps', async () => {
    const optimizer = optimizerOf(withoutRenewals(row, base), problem)
    const run = startRun(optimizer, problem)
    await advance(optimizer, problem, run, 6)
    const before = vectorsOf(run.state)
    const made = await vectorsMade(problem.size, () => advance(optimizer, problem, run, 20))
    expect(made).toBe(0)
    for (const [path, vector] of vectorsOf(run.state)) expect(vector, path).toBe(before.get(path))
  })
})

describe.each(ROWS)('$name', (row) => {
  const config = configOf(row, PLAIN_SGD)

  it('hands out vectors that may be filled, and moves no weight before the last answer', async () => {
    const optimizer = optimizerOf(config, problem)
    const run = startRun(optimizer, problem)
    const plain = await runOf(config, problem, STEPS)
    for (let step = 0; step < STEPS; step++) {
      const before = structuredClone(run)
      const calls: { call: Call; weights: Float64Array }[] = []
      await advance(optimizer, problem, run, 1, {
        change: (input) =>
          watched(input, (call) => {
            calls.push({ call, weights: run.weights.slice() })
            const { out, at, options, rows } = call
            const readOnly = [at, run.weights, ...vectorsOf(run.state).values(), options.target?.outputs]
            for (const filled of [out, options.outputs]) {
              if (filled === undefined) continue
              expect(readOnly.map((vector) => vector?.buffer)).not.toContain(filled.buffer)
              filled.fill(NaN)
            }
            expect(at.length).toBe(problem.size)
            expect(out.length).toBe(call.kind === 'prediction' ? 2 * rows : problem.size)
            expect(options.outputs?.length ?? 2 * rows).toBe(2 * rows)
            expect(options.rowWeights?.length ?? rows).toBe(rows)
            expect(options.target?.outputs.length ?? 2 * rows).toBe(2 * rows)
          }),
      })
      for (const { call, weights } of calls)
        expect(weights).toEqual(call.kind === 'sample' ? run.weights : before.weights)
    }
    expect(run).toEqual({ at: STEPS, weights: plain.weights, state: plain.state })
  })

  it('measures what a step did', async () => {
    const optimizer = optimizerOf(config, problem)
    const run = startRun(optimizer, problem)
    let perturbed = 0
    for (let step = 0; step < STEPS; step++) {
      const before = run.weights.slice()
      const calls: { kind: Call['kind']; at: Float64Array }[] = []
      const [measured] = await advance(optimizer, problem, run, 1, {
        change: (input) =>
          watched(input, ({ kind, at }) => {
            calls.push({ kind, at: at.slice() })
          }),
      })
      const gradients = calls.filter(({ kind }) => kind === 'gradient')
      const predictions = calls.filter(({ kind }) => kind === 'prediction')
      expect(measured.evaluations).toBe(calls.length - predictions.length)
      expect(measured.predictions).toBe(predictions.length)
      expect(measured.learningRate).toBe(PLAIN_SGD.learningRate)
      const moved = run.weights.map((w, i) => (before[i] - w) / PLAIN_SGD.learningRate)
      expect(measured.finalGradientNorm).toBeCloseTo(norm(moved), 10)

      const { batch } = problem.input(step, 100, optimizer.batchesPerStep)
      const gradient = new Float64Array(problem.size)
      const loss = await batch.lossAndGradient(before, gradient)
      const actsOnTarget = compositionOf(config).target !== null
      if (measured.cleanLoss === null) expect(measured.gradientNorm).toBeNull()
      else {
        expect(gradients[0].at).toEqual(before)
        expect(measured.cleanLoss).toBe(loss)
        if (!actsOnTarget) expect(measured.gradientNorm).toBe(norm(gradient))
      }
      const { perturbedLoss, perturbedGradientNorm, perturbationNorm, rho, cosine } = measured
      if (perturbedLoss === null) {
        expect([perturbedGradientNorm, perturbationNorm, rho, cosine]).toEqual([null, null, null, null])
        continue
      }
      perturbed++
      const distances = gradients.map(({ at }) => norm(at.map((w, i) => w - before[i])))
      expect(distances.some((distance) => Math.abs(distance - perturbationNorm!) < 1e-12)).toBe(true)
      expect(perturbedGradientNorm).toBeGreaterThan(0)
      expect(rho).toBeGreaterThan(0)
      if (measured.cleanLoss === null) expect(cosine).toBeNull()
      else expect(Math.abs(cosine!)).toBeLessThanOrEqual(1 + 1e-12)
    }
    expect(perturbed > 0).toBe(compositionOf(config).perturbation !== null)
  })

  it('costs on average what it is said to', async () => {
    const { perturbation, schedule } = compositionOf(config)
    const [skipped, counted] = [30, 1500]
    const { telemetry } = await runOf(withoutRenewals(row, PLAIN_SGD), problem, skipped + counted, {
      totalSteps: skipped + counted,
    })
    const mean = (of: 'evaluations' | 'predictions'): number =>
      telemetry.slice(skipped).reduce((sum, measured) => sum + measured[of], 0) / counted
    const expected = stepCost(compositionOf(config))
    // Four deviations of a mean of as many coins; the others are counted exactly.
    const off = perturbation !== null && schedule.steps.kind === 'bernoulli' ? 2 / Math.sqrt(counted) : 1e-12
    expect(Math.abs(mean('evaluations') - expected.gradients)).toBeLessThanOrEqual(off)
    expect(Math.abs(mean('predictions') - expected.predictions)).toBeLessThanOrEqual(off)
  })

  it.runIf(row.method !== 'composed')('is its parts and nothing else', async () => {
    for (const base of BASE_ROWS) {
      const preset = configOf(row, base)
      const parts = configOf({ method: 'composed', parameters: { parts: compositionOf(preset) } }, base)
      expect(await runOf(parts, problem, STEPS)).toEqual(await runOf(preset, problem, STEPS))
      if (compositionOf(preset).federated === null) continue
      const weights = randomWeights(3, problem.size)
      expect(await trained(parts, problem, weights, 1)).toEqual(await trained(preset, problem, weights, 1))
    }
  })
})

/** Weights after 400 steps, or 150 rounds of clients that share the rows. */
async function trained(
  config: OptimizerConfig,
  on: typeof problem,
  start: Float64Array,
  seed: number,
): Promise<Float64Array> {
  if (compositionOf(config).federated === null)
    return (await runOf(config, on, 400, { seed, totalSteps: 400, weights: start })).weights
  const federated = createFederatedOptimizer(config, on.tensors, { seed })
  const weights = start.slice()
  const state = federated.init(weights)
  const rowsOf = (client: number): number[] =>
    Array.from({ length: on.rows }, (_, row) => row).filter((row) => row % federated.clients === client)
  for (let round = 0; round < 150; round++) {
    await federated.round(weights, state, async (client, step) => {
      const input: StepInput = { ...on.input(0, 1, 1), batch: on.batch(rowsOf(client)) }
      for (let pass = 0; pass < 2 * federated.localEpochs; pass++) await step(input)
    })
  }
  return weights
}

/** The configuration, with a mask that its first step renews, and no later one. */
function withoutRenewals({ method, parameters }: Row, base: Row['parameters']): OptimizerConfig {
  const renewed = 'everyEpochs' in methodDefinition(method).parameters ? { everyEpochs: 1000 } : {}
  return configOf({ method, parameters: { ...parameters, ...renewed } }, base)
}

/** How many vectors of `size` numbers `action` makes, by construction or as a copy. */
async function vectorsMade(size: number, action: () => Promise<unknown>): Promise<number> {
  const Original = Float64Array
  let made = 0
  const count = <T extends Float64Array>(vector: T): T => {
    if (vector.length === size && vector.byteLength === vector.buffer.byteLength) made++
    return vector
  }
  const prototype = Original.prototype as unknown as Record<
    'slice' | 'map' | 'filter',
    (...given: unknown[]) => Float64Array
  >
  const copying = { slice: prototype.slice, map: prototype.map, filter: prototype.filter }
  globalThis.Float64Array = new Proxy(Original, {
    construct: (target, given) => count(Reflect.construct(target, given) as Float64Array),
  })
  for (const [name, method] of Object.entries(copying) as ['slice', typeof prototype.slice][])
    prototype[name] = function (this: Float64Array, ...given) {
      return count(method.apply(this, given))
    }
  try {
    const canary = new Float64Array(size)
    if (canary.slice().length !== size || made !== 2) throw new Error('Vectors are not counted.')
    made = 0
    await action()
    return made
  } finally {
    globalThis.Float64Array = Original
    Object.assign(prototype, copying)
  }
}
