import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CrossSection } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { gruLayout, type GruConfig } from '../../../src-main/nn/layout.ts'
import { dot } from '../../../src-main/optim/vector.ts'
import { derivative, directionIn } from './differences.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { randomCrossSection } from './samples.ts'

const config = fc.record({
  inputSize: fc.integer({ min: 1, max: 5 }),
  hiddenSize: fc.integer({ min: 1, max: 7 }),
  layers: fc.integer({ min: 1, max: 3 }),
})

async function evaluate(model: GruConfig, weights: Float64Array, section: CrossSection) {
  const engine = createReferenceEngine(model)
  const handle = engine.upload(section)
  return {
    ...(await engine.lossAndGradient(weights, handle)),
    predictions: await engine.predict(weights, handle),
  }
}

describe('reference engine', () => {
  it('has the IC gradient that finite differences give, tensor by tensor', async () => {
    const model = { inputSize: 4, hiddenSize: 6, layers: 2 }
    const engine = createReferenceEngine(model)
    const handle = engine.upload(randomCrossSection(1, 37, 5, 4))
    const weights = initialWeights(model, 1)
    const { gradient } = await engine.lossAndGradient(weights, handle)
    for (const tensor of gruLayout(model).tensors) {
      const direction = directionIn(tensor, weights.length, 1)
      const numeric = await derivative(
        weights,
        direction,
        async (at) => (await engine.lossAndGradient(at, handle)).loss,
      )
      expect(Math.abs(dot(gradient, direction) - numeric), tensor.name).toBeLessThan(1e-7)
    }
  })

  it('gives equal bits whatever the engine computed before and however little memory it may keep', async () => {
    const model = { inputSize: 3, hiddenSize: 5, layers: 2 }
    const weights = initialWeights(model, 1)
    const sections = [
      randomCrossSection(1, 50, 4, 3),
      randomCrossSection(2, 7, 9, 3),
      randomCrossSection(3, 33, 2, 3),
    ]
    const fresh = await Promise.all(sections.map((section) => evaluate(model, weights, section)))
    for (const activationBytes of [1, 150_000, 2 ** 28]) {
      const engine = createReferenceEngine(model, { activationBytes })
      const handles = sections.map((section) => engine.upload(section))
      for (const index of [0, 1, 2, 0, 2, 1]) {
        const { loss, gradient } = await engine.lossAndGradient(weights, handles[index])
        const predictions = await engine.predict(weights, handles[index])
        expect({ loss, gradient, predictions }).toEqual(fresh[index])
      }
    }
  })

  it('predicts a stock the same wherever it stands in the cross-section', async () => {
    await fc.assert(
      fc.asyncProperty(config, fc.nat(), fc.integer({ min: 2, max: 40 }), async (model, seed, stocks) => {
        const section = randomCrossSection(seed, stocks, 4, model.inputSize)
        const order = createRandom(seed).permutation(stocks)
        const width = 4 * model.inputSize
        const inputs = new Float64Array(section.inputs.length)
        order.forEach((from, to) =>
          inputs.set(section.inputs.subarray(from * width, (from + 1) * width), to * width),
        )
        const engine = createReferenceEngine(model)
        const weights = initialWeights(model, seed)
        const straight = await engine.predict(weights, engine.upload(section))
        const shuffled = await engine.predict(weights, engine.upload({ ...section, inputs }))
        expect(shuffled).toEqual(Float64Array.from(order, (from) => straight[from]))
      }),
    )
  })

  it('reads float32 inputs as the numbers they are', async () => {
    const model = { inputSize: 2, hiddenSize: 3, layers: 1 }
    const section = randomCrossSection(5, 20, 3, 2)
    const single = Float32Array.from(section.inputs)
    const weights = initialWeights(model, 5)
    expect(await evaluate(model, weights, { ...section, inputs: single })).toEqual(
      await evaluate(model, weights, { ...section, inputs: Float64Array.from(single) }),
    )
  })

  it('leaves weights and inputs alone and gives new arrays each time', async () => {
    const model = { inputSize: 2, hiddenSize: 3, layers: 2 }
    const section = randomCrossSection(6, 20, 3, 2)
    const weights = initialWeights(model, 6)
    const before = structuredClone({ weights, section })
    const engine = createReferenceEngine(model)
    const handle = engine.upload(section)
    const first = await engine.lossAndGradient(weights, handle)
    const second = await engine.lossAndGradient(weights, handle)
    expect({ weights, section }).toEqual(before)
    expect(second).toEqual(first)
    expect(second.gradient).not.toBe(first.gradient)
  })

  it('refuses what it does not hold, misshapen sections, and a loss without labels or variance', async () => {
    const model = { inputSize: 2, hiddenSize: 3, layers: 1 }
    const engine = createReferenceEngine(model)
    const section = randomCrossSection(7, 12, 3, 2)
    const weights = initialWeights(model, 7)
    const handle = engine.upload(section)
    engine.release(handle)
    const held = engine.upload({ ...section, labels: null })
    const flat = engine.upload({ ...section, labels: new Float64Array(12).fill(0.3) })
    const internal = expect.objectContaining({ code: 'internal' })
    await expect(engine.predict(weights, handle)).rejects.toEqual(internal)
    await expect(engine.predict(weights.slice(1), held)).rejects.toEqual(internal)
    await expect(engine.lossAndGradient(weights, held)).rejects.toEqual(internal)
    await expect(engine.lossAndGradient(weights, flat)).rejects.toMatchObject({ code: 'data_insufficient' })
    expect(() => engine.upload({ ...section, features: 3 })).toThrow(internal)
    expect(() => engine.upload({ ...section, stocks: 11 })).toThrow(internal)
    expect(() => engine.upload({ ...section, labels: new Float64Array(11) })).toThrow(internal)
    engine.close()
    await expect(engine.predict(weights, held)).rejects.toEqual(internal)
  })
})
