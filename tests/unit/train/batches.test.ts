import { describe, expect, it } from 'vitest'
import type { CrossSection } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { gruLayout } from '../../../src-main/nn/layout.ts'
import { icOf } from '../../../src-main/nn/losses/ic.ts'
import { createBatches } from '../../../src-main/train/batches.ts'
import { createRandom } from '../../../src-shared/random.ts'

const MODEL = { inputSize: 2, hiddenSize: 4, layers: 2, dropout: 0.4 }
const STOCKS = 30
const STEPS = 4
const size = gruLayout(MODEL).size
const weights = initialWeights(MODEL, 3)

function date(seed: number): CrossSection {
  const random = createRandom(seed)
  const inputs = Float64Array.from({ length: STOCKS * STEPS * 2 }, () => random.normal())
  const labels = Float64Array.from({ length: STOCKS }, () => random.normal())
  return { stocks: STOCKS, steps: STEPS, features: 2, inputs, labels }
}
const sections = [date(1), date(2), date(3)]
const open = (loss: 'ic' | 'mse' = 'ic') => {
  const engine = createReferenceEngine(MODEL, { loss: { kind: loss } })
  return { engine, batches: createBatches(engine, sections, { kind: loss }) }
}

describe('batches of an engine', () => {
  it('number every stock of every date', () => {
    const { batches } = open()
    expect(batches.training).toMatchObject({ rows: 3 * STOCKS, samples: 3, outputs: 1 })
    expect([...batches.batch(1, 0).rows]).toEqual(Array.from({ length: STOCKS }, (_, i) => STOCKS + i))
  })

  it('answer what the engine does, with one dropout mask for every pass of a step', async () => {
    const { engine, batches } = open()
    const batch = batches.batch(0, 77)
    const gradient = new Float64Array(size)
    const outputs = new Float64Array(STOCKS)
    const loss = await batch.lossAndGradient(weights, gradient, { outputs })
    const answer = await engine.lossAndGradient(weights, batches.handles[0], { dropoutSeed: 77 })
    expect(loss).toBe(answer.loss)
    expect(gradient).toEqual(answer.gradient)
    expect(outputs).toEqual(answer.predictions)
    const again = new Float64Array(STOCKS)
    await batch.predict(weights, again, 'step')
    expect(again).toEqual(outputs)
    await batch.predict(weights, again, 'whole')
    expect(again).toEqual(await engine.predict(weights, batches.handles[0]))
    expect(again).not.toEqual(outputs)
  })

  it('leave rows out of the loss', async () => {
    const rowWeights = Float64Array.from({ length: STOCKS }, (_, i) => (i % 3 === 0 ? 0 : 1))
    const kept = [...rowWeights.keys()].filter((i) => rowWeights[i] === 1)
    const width = STEPS * 2
    const [whole] = sections
    const part: CrossSection = {
      ...whole,
      stocks: kept.length,
      inputs: Float64Array.from(kept.flatMap((i) => [...whole.inputs.slice(i * width, (i + 1) * width)])),
      labels: Float64Array.from(kept, (i) => whole.labels![i]),
    }
    const gradient = new Float64Array(size)
    // Masks of dropout go by the stock's place, which differs in the part: without it.
    const plain = createReferenceEngine({ ...MODEL, dropout: 0 })
    const expected = await plain.lossAndGradient(weights, plain.upload(part))
    const undropped = createBatches(plain, sections, { kind: 'ic' })
    const loss = await undropped.batch(0, 1).lossAndGradient(weights, gradient, { rowWeights })
    expect(loss).toBeCloseTo(expected.loss, 12)
    for (let i = 0; i < size; i++) expect(gradient[i]).toBeCloseTo(expected.gradient[i], 12)
  })

  it.each(['ic', 'mse'] as const)('hold to a target beside the labels (%s)', async (loss) => {
    const { batches } = open(loss)
    const batch = batches.batch(2, 5)
    const outputs = date(9).labels!
    const target = { outputs, strength: 0.7 }
    const gradient = new Float64Array(size)
    const plain = new Float64Array(size)
    const value = await batch.lossAndGradient(weights, gradient, { target })
    // The loss is told without the target's part.
    expect(value).toBeCloseTo(await batch.lossAndGradient(weights, plain), 12)
    const whole = async (at: Float64Array): Promise<number> => {
      const p = new Float64Array(STOCKS)
      await batch.predict(at, p, 'step')
      const own = await batch.lossAndGradient(at, new Float64Array(size))
      const agreed =
        loss === 'ic'
          ? 1 - icOf(p, outputs)!
          : p.reduce((sum, one, i) => sum + (one - outputs[i]) ** 2, 0) / STOCKS / 2
      return own + target.strength * agreed
    }
    const step = 1e-6
    for (const i of [0, 7, 31, size - 2]) {
      const [up, down] = [weights.slice(), weights.slice()]
      up[i] += step
      down[i] -= step
      expect(gradient[i]).toBeCloseTo(((await whole(up)) - (await whole(down))) / (2 * step), 7)
    }
  })

  it('give every date a gradient of its own, and say where its loss is undefined', async () => {
    const engine = createReferenceEngine({ ...MODEL, dropout: 0 })
    const flat: CrossSection = { ...sections[0], labels: new Float64Array(STOCKS).fill(1) }
    const { training, handles } = createBatches(engine, [sections[1], flat], { kind: 'ic' })
    const gradient = new Float64Array(size)
    expect(await training.sampleGradient(0, weights, gradient)).toBe(true)
    expect(gradient).toEqual((await engine.lossAndGradient(weights, handles[0])).gradient)
    expect(await training.sampleGradient(1, weights, gradient)).toBe(false)
  })

  it('refuse dates without labels', () => {
    const engine = createReferenceEngine(MODEL)
    expect(() => createBatches(engine, [{ ...sections[0], labels: null }], { kind: 'ic' })).toThrow(/labels/)
  })
})
