import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CrossSection, Engine } from '../../../src-main/nn/engine.ts'
import type { CompiledBinding } from '../../../src-main/nn/engines/compiled/binding.ts'
import { standardDeviation } from '../../../src-shared/statistics.ts'
import { createCompiledEngine, type CompiledOptions } from '../../../src-main/nn/engines/compiled/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import type { GruConfig } from '../../../src-main/nn/layout.ts'
import { nativeAvailability, nativeBinding } from '../../../src-main/compute/addon.ts'
import { randomCrossSection } from './samples.ts'

/** float32 against float64: largest difference of a prediction, and of a gradient over its largest component. */
const PREDICTION_TOLERANCE = 1e-5
const GRADIENT_TOLERANCE = 2e-4
/** Largest prediction, at least 1, over the spread of the predictions: what models of ordinary size stay under. */
const ORDINARY_SCALE_TO_SPREAD = 10

const { available, reason } = nativeAvailability()
// Never null inside the suite: it is skipped without a binding.
const binding = nativeBinding() as CompiledBinding
const levels = available ? binding.levels : []

const soakScript = path.join(import.meta.dirname, 'nativeSoak.ts')

const shape = fc.record({
  inputSize: fc.integer({ min: 1, max: 64 }),
  hiddenSize: fc.integer({ min: 1, max: 128 }),
  layers: fc.integer({ min: 1, max: 3 }),
})

function largest(values: Iterable<number>): number {
  let most = 0
  for (const value of values) most = Math.max(most, Math.abs(value))
  return most
}

function distance(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length)
  return largest(a.map((value, i) => value - b[i]))
}

async function evaluate(engine: Engine, weights: Float64Array, section: CrossSection) {
  const handle = engine.upload(section)
  const answer = {
    predictions: await engine.predict(weights, handle),
    ...(await engine.lossAndGradient(weights, handle)),
  }
  engine.release(handle)
  return answer
}

async function evaluateNative(
  model: GruConfig,
  weights: Float64Array,
  section: CrossSection,
  options?: CompiledOptions,
) {
  const engine = createCompiledEngine(binding, model, options)
  try {
    return await evaluate(engine, weights, section)
  } finally {
    engine.close()
  }
}

async function expectConformance(
  model: GruConfig,
  weights: Float64Array,
  section: CrossSection,
  options?: CompiledOptions,
) {
  const expected = await evaluate(createReferenceEngine(model), weights, section)
  const actual = await evaluateNative(model, weights, section, options)
  const scale = Math.max(1, largest(expected.predictions))
  expect(distance(actual.predictions, expected.predictions) / scale).toBeLessThan(PREDICTION_TOLERANCE)
  // The IC divides by the spread of the predictions, and so magnifies their rounding where they nearly coincide.
  const magnified = Math.max(1, scale / standardDeviation(expected.predictions)! / ORDINARY_SCALE_TO_SPREAD)
  expect(Math.abs(actual.loss - expected.loss)).toBeLessThan(PREDICTION_TOLERANCE * magnified)
  expect(distance(actual.gradient, expected.gradient) / largest(expected.gradient)).toBeLessThan(
    GRADIENT_TOLERANCE * magnified,
  )
}

describe.skipIf(!available)(`native engine${available ? '' : ` (skipped: ${reason})`}`, () => {
  it.each(levels)('conforms to the reference engine for any model and cross-section on %s', async (level) => {
    await fc.assert(
      fc.asyncProperty(
        shape,
        fc.nat(),
        fc.integer({ min: 8, max: 70 }),
        fc.integer({ min: 1, max: 6 }),
        (model, seed, stocks, steps) =>
          expectConformance(
            model,
            initialWeights(model, seed),
            randomCrossSection(seed, stocks, steps, model.inputSize),
            { level, threads: 2 },
          ),
      ),
      { numRuns: 25 },
    )
  })

  it('conforms for every hidden size from 1 to 128', async () => {
    for (let hiddenSize = 1; hiddenSize <= 128; hiddenSize++) {
      const model = { inputSize: 3, hiddenSize, layers: 1 + (hiddenSize % 2) }
      await expectConformance(
        model,
        initialWeights(model, hiddenSize),
        randomCrossSection(hiddenSize, 20, 2, 3),
      )
    }
  })

  it('conforms for every number of stocks from 3 to 70', async () => {
    const model = { inputSize: 5, hiddenSize: 18, layers: 2 }
    for (let stocks = 3; stocks <= 70; stocks++) {
      await expectConformance(model, initialWeights(model, stocks), randomCrossSection(stocks, stocks, 3, 5))
    }
  })

  it('conforms at the largest sizes, and with inputs that saturate the gates or are all but zero', async () => {
    const large = { inputSize: 64, hiddenSize: 128, layers: 3 }
    await expectConformance(large, initialWeights(large, 1), randomCrossSection(1, 31, 128, 64))
    const model = { inputSize: 4, hiddenSize: 16, layers: 2 }
    const section = randomCrossSection(2, 60, 8, 4)
    for (const scale of [0.1, 30, 1e3]) {
      const inputs = section.inputs.map((value) => value * scale)
      await expectConformance(model, initialWeights(model, 2), { ...section, inputs })
    }
    // Denormal in float32: taken as zero, as the reference all but takes them.
    const inputs = section.inputs.map((value, i) => (i % 3 === 0 ? value * 1e-41 : value))
    await expectConformance(model, initialWeights(model, 2), { ...section, inputs })
  })

  it.each(levels)('gives equal bits on 1, 2, 3 and 8 threads on %s', async (level) => {
    for (const [hiddenSize, stocks] of [
      [20, 700],
      [64, 301],
      [9, 40],
    ]) {
      const model = { inputSize: 6, hiddenSize, layers: 2 }
      const weights = initialWeights(model, 3)
      const section = randomCrossSection(3, stocks, 5, 6)
      const single = await evaluateNative(model, weights, section, { level, threads: 1 })
      for (const threads of [2, 3, 8]) {
        expect(await evaluateNative(model, weights, section, { level, threads })).toEqual(single)
      }
    }
  })

  it('gives equal bits however little memory it may keep and whatever it computed before', async () => {
    const model = { inputSize: 6, hiddenSize: 24, layers: 2 }
    const weights = initialWeights(model, 4)
    const sections = [
      randomCrossSection(1, 500, 6, 6),
      randomCrossSection(2, 33, 9, 6),
      randomCrossSection(3, 70, 1, 6),
    ]
    const fresh = await Promise.all(sections.map((section) => evaluateNative(model, weights, section)))
    for (const activationBytes of [0, 1_000_000, 2 ** 28]) {
      const engine = createCompiledEngine(binding, model, { activationBytes, threads: 2 })
      for (const index of [0, 1, 2, 0, 2, 1]) {
        expect(await evaluate(engine, weights, sections[index])).toEqual(fresh[index])
      }
      engine.close()
    }
  })

  it('predicts a stock the same wherever it stands', async () => {
    const model = { inputSize: 2, hiddenSize: 10, layers: 2 }
    const section = randomCrossSection(5, 61, 4, 2)
    const width = 4 * 2
    const stocks = Array.from({ length: 61 }, (_, s) => section.inputs.slice(s * width, (s + 1) * width))
    const inputs = Float64Array.from(stocks.reverse().flatMap((stock) => [...stock]))
    const weights = initialWeights(model, 5)
    const straight = await evaluateNative(model, weights, section)
    const reversed = await evaluateNative(model, weights, { ...section, inputs })
    expect(reversed.predictions).toEqual(straight.predictions.toReversed())
  })

  it('answers engines side by side and evaluations that wait for one another', async () => {
    const models = [
      { inputSize: 3, hiddenSize: 12, layers: 1 },
      { inputSize: 3, hiddenSize: 40, layers: 2 },
    ]
    const section = randomCrossSection(6, 90, 7, 3)
    const answers = await Promise.all(
      models.flatMap((model, i) => {
        const engine = createCompiledEngine(binding, model, { threads: 2 })
        const handle = engine.upload(section)
        const weights = initialWeights(model, i)
        const waiting = Array.from({ length: 4 }, async () => {
          const answer = engine.lossAndGradient(weights, handle)
          return Promise.all([answer, engine.predict(weights, handle)])
        })
        engine.close()
        return waiting
      }),
    )
    for (const [i, model] of models.entries()) {
      const expected = await evaluateNative(model, initialWeights(model, i), section)
      for (const [{ loss, gradient }, predictions] of answers.slice(4 * i, 4 * i + 4)) {
        expect({ predictions, loss, gradient }).toEqual(expected)
      }
    }
  })

  it('computes on the weights it was called with and leaves weights and inputs alone', async () => {
    const model = { inputSize: 2, hiddenSize: 8, layers: 1 }
    const section = randomCrossSection(7, 50, 3, 2)
    const weights = initialWeights(model, 7)
    const expected = await evaluateNative(model, weights, section)
    const before = structuredClone({ weights, section })
    expect(await evaluateNative(model, weights, section)).toEqual(expected)
    expect({ weights, section }).toEqual(before)

    const engine = createCompiledEngine(binding, model)
    const handle = engine.upload(section)
    const first = engine.lossAndGradient(weights, handle)
    const second = engine.predict(weights, handle)
    weights.fill(0)
    expect({ ...(await first), predictions: await second }).toEqual(expected)
    engine.close()
  })

  it('reads float32 inputs as the numbers they are', async () => {
    const model = { inputSize: 2, hiddenSize: 8, layers: 2 }
    const section = randomCrossSection(8, 40, 3, 2)
    const weights = initialWeights(model, 8)
    expect(
      await evaluateNative(model, weights, { ...section, inputs: Float32Array.from(section.inputs) }),
    ).toEqual(await evaluateNative(model, weights, section))
  })

  it('keeps the event loop free', async () => {
    const model = { inputSize: 6, hiddenSize: 64, layers: 2 }
    const engine = createCompiledEngine(binding, model, { threads: 1 })
    const handle = engine.upload(randomCrossSection(9, 1500, 30, 6))
    let turns = 0
    let settled = false
    const evaluation = engine.lossAndGradient(initialWeights(model, 9), handle).then(() => (settled = true))
    while (!settled) {
      await new Promise((resolve) => setImmediate(resolve))
      turns++
    }
    await evaluation
    engine.close()
    // A blocked loop would turn a handful of times, once for each promise of the chain.
    expect(turns).toBeGreaterThan(50)
  })

  it('gives a NaN loss rather than an answer when the weights are not finite', async () => {
    const model = { inputSize: 2, hiddenSize: 5, layers: 2 }
    for (const broken of [NaN, Infinity, 1e39]) {
      const weights = initialWeights(model, 1)
      weights[3] = broken
      const inputs = new Float64Array(20 * 3 * 2).map((_, i) => (i % 2 === 0 ? 0 : 1 + (i % 7)))
      const section = { ...randomCrossSection(1, 20, 3, 2), inputs }
      const { loss } = await evaluateNative(model, weights, section)
      const { loss: expected } = await evaluate(createReferenceEngine(model), weights, section)
      if (Number.isNaN(expected)) expect(loss).toBeNaN()
      else expect(Number.isNaN(loss) || Math.abs(loss - expected) < PREDICTION_TOLERANCE).toBe(true)
    }
  })

  it('leaks neither memory nor threads over evaluations, uploads and engines', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', soakScript])
    const { rssGrowth, threadGrowth } = JSON.parse(stdout) as { rssGrowth: number; threadGrowth: number }
    // Every one of the objects that come and go is larger than the bound or comes hundreds of times.
    expect(rssGrowth).toBeLessThan(16 * 2 ** 20)
    expect(threadGrowth).toBe(0)
  })

  it('refuses what the reference engine refuses', async () => {
    const model = { inputSize: 2, hiddenSize: 3, layers: 1 }
    const engine = createCompiledEngine(binding, model)
    const section = randomCrossSection(7, 12, 3, 2)
    const weights = initialWeights(model, 7)
    const handle = engine.upload(section)
    engine.release(handle)
    const held = engine.upload({ ...section, labels: null })
    const flat = engine.upload({ ...section, labels: new Float64Array(12).fill(0.3) })
    const equal = engine.upload({ ...section, inputs: new Float64Array(section.inputs.length).fill(0.7) })
    const internal = expect.objectContaining({ code: 'internal' })
    await expect(engine.predict(weights, handle)).rejects.toEqual(internal)
    await expect(engine.predict(weights.slice(1), held)).rejects.toEqual(internal)
    await expect(engine.lossAndGradient(weights, held)).rejects.toEqual(internal)
    await expect(engine.lossAndGradient(weights, flat)).rejects.toMatchObject({ code: 'data_insufficient' })
    await expect(engine.lossAndGradient(weights, equal)).rejects.toMatchObject({ code: 'data_insufficient' })
    expect(() => engine.upload({ ...section, features: 3 })).toThrow(internal)
    expect(() => engine.upload({ ...section, stocks: 11 })).toThrow(internal)
    expect(() => engine.upload({ ...section, labels: new Float64Array(11) })).toThrow(internal)
    // A refused evaluation leaves the engine in order.
    expect((await engine.predict(weights, held)).length).toBe(12)
    engine.close()
    await expect(engine.predict(weights, held)).rejects.toEqual(internal)
  })

  it('lets no wrong length or foreign value into the addon', async () => {
    const network = binding.create(binding.levels[0], { features: 2, hidden: 3, layers: 1, outputs: 1 }, 1, 0)
    const weights = new Float32Array(3 * 3 * (2 + 3 + 2) + 4)
    const inputs = new Float32Array(10 * 4 * 2)
    const predictions = new Float64Array(10)
    const forward = (...[w, x, stocks, steps, p]: [unknown, unknown, number, number, unknown]) =>
      binding.forward(
        network,
        w as Float32Array,
        x as Float32Array,
        { stocks, steps },
        true,
        { seed: 0, threshold: 0 },
        p as Float64Array,
      )
    expect(() => binding.backward(network, inputs, predictions, new Float64Array(67))).toThrow(
      'no forward pass',
    )
    expect(() => forward(weights.subarray(1), inputs, 10, 4, predictions)).toThrow('do not fit')
    expect(() => forward(weights, inputs.subarray(1), 10, 4, predictions)).toThrow('do not fit')
    expect(() => forward(weights, new Float64Array(80), 10, 4, predictions)).toThrow('do not fit')
    expect(() => forward(weights, inputs, 10, 4, predictions.subarray(1))).toThrow('do not fit')
    expect(() => forward(weights, inputs, 0, 4, new Float64Array(0))).toThrow('do not fit')
    expect(() => forward(weights, inputs, 10.5, 4, predictions)).toThrow('do not fit')
    expect(() => forward('weights', inputs, 10, 4, predictions)).toThrow('do not fit')
    const working = forward(weights, inputs, 10, 4, predictions)
    expect(() => forward(weights, inputs, 10, 4, predictions)).toThrow('at work')
    expect(() => binding.close(network)).toThrow('at work')
    await working
    expect(() => binding.backward(network, inputs, predictions.subarray(1), new Float64Array(67))).toThrow(
      'do not fit',
    )
    expect(() => binding.backward(network, inputs, predictions, new Float64Array(66))).toThrow('do not fit')
    binding.close(network)
    expect(() => forward(weights, inputs, 10, 4, predictions)).toThrow('closed')
    expect(() => binding.close({} as typeof network)).toThrow('Not a network')
    const sizes = { features: 2, hidden: 3, layers: 1, outputs: 1 }
    expect(() => binding.create('sse9', sizes, 1, 0)).toThrow('level')
    for (const name of ['features', 'hidden', 'layers', 'outputs'] as const)
      expect(() => binding.create(binding.levels[0], { ...sizes, [name]: 0 }, 1, 0)).toThrow('out of range')
  })
})
