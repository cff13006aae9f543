import { describe, expect, it } from 'vitest'
import type { CrossSection, Engine } from '../../src-main/nn/engine.ts'
import { initialWeights } from '../../src-main/nn/initialise.ts'
import { gruLayout, type GruConfig } from '../../src-main/nn/layout.ts'
import { createRandom } from '../../src-shared/random.ts'
import { randomCrossSection } from '../unit/nn/samples.ts'
import { describeEngines, distance, type Answer } from './cases.ts'
import { referenceEngine, withEngine, type EngineUnderTest } from './engines.ts'

const model: GruConfig = { inputSize: 3, hiddenSize: 14, layers: 2 }
const weights = initialWeights(model, 1)
const section = randomCrossSection(1, 50, 6, 3)
const internal = expect.objectContaining({ code: 'internal' })

async function evaluate(engine: Engine, each: CrossSection, at = weights): Promise<Answer> {
  const handle = engine.upload(each)
  const predicted = await engine.predict(at, handle)
  const answer = { predicted, ...(await engine.lossAndGradient(at, handle)) }
  engine.release(handle)
  return answer
}

describeEngines((entry) => {
  it('gives equal bits again, whatever it computed before', async () => {
    const sections = [
      randomCrossSection(1, 300, 6, 3),
      randomCrossSection(2, 33, 9, 3),
      randomCrossSection(3, 70, 1, 3),
    ]
    const fresh: Answer[] = []
    for (const each of sections)
      fresh.push(await withEngine(entry, model, {}, (engine) => evaluate(engine, each)))
    await withEngine(entry, model, {}, async (engine) => {
      for (const index of [0, 1, 2, 0, 0, 2, 1])
        expect(await evaluate(engine, sections[index])).toEqual(fresh[index])
      // What was not a number is not carried on either.
      await evaluate(
        engine,
        sections[0],
        weights.map(() => NaN),
      )
      expect(await evaluate(engine, sections[0])).toEqual(fresh[0])
    })
  })

  it('predicts a stock the same wherever it stands and whichever others there are', () =>
    withEngine(entry, model, {}, async (engine) => {
      const order = createRandom(1).permutation(section.stocks).subarray(0, 41)
      const width = section.steps * section.features
      const inputs = new Float64Array(order.length * width)
      order.forEach((from, to) =>
        inputs.set(section.inputs.subarray(from * width, (from + 1) * width), to * width),
      )
      const straight = await engine.predict(weights, engine.upload(section))
      const some = engine.upload({ ...section, stocks: order.length, inputs, labels: null })
      // Bits may differ where a library sums in an order of its own.
      expect(
        distance(
          await engine.predict(weights, some),
          Float64Array.from(order, (from) => straight[from]),
        ),
      ).toBeLessThan(entry.predictionTolerance)
    }))

  it('reads float32 and float64 inputs as the numbers they are', () =>
    withEngine(entry, model, {}, async (engine) => {
      const inputs = Float32Array.from(section.inputs)
      expect(await evaluate(engine, { ...section, inputs })).toEqual(
        await evaluate(engine, { ...section, inputs: Float64Array.from(inputs) }),
      )
    }))

  it('leaves weights and cross-section alone and gives new arrays each time', () =>
    withEngine(entry, model, {}, async (engine) => {
      const before = structuredClone({ weights, section })
      const handle = engine.upload(section)
      const first = await engine.lossAndGradient(weights, handle)
      const predicted = await engine.predict(weights, handle)
      const kept = structuredClone({ first, predicted })
      const other = initialWeights(model, 2)
      expect(await engine.lossAndGradient(other, handle)).not.toEqual(first)
      expect(await engine.predict(other, handle)).not.toEqual(predicted)
      expect({ weights, section }).toEqual(before)
      expect({ first, predicted }).toEqual(kept)
    }))

  it('computes on the weights it was called with', () =>
    withEngine(entry, model, {}, async (engine) => {
      const expected = await evaluate(engine, section)
      const handle = engine.upload(section)
      const changing = weights.slice()
      const value = engine.lossAndGradient(changing, handle)
      const predicted = engine.predict(changing, handle)
      changing.fill(0)
      expect({ predicted: await predicted, ...(await value) }).toEqual(expected)
    }))

  it('answers evaluations that wait for one another, also when what they need is released meanwhile', async () => {
    const sections = [section, randomCrossSection(2, 33, 9, 3)]
    const points = [weights, initialWeights(model, 2)]
    const expected = await withEngine(entry, model, {}, async (engine) => {
      const answers: Answer[] = []
      for (const each of sections) for (const at of points) answers.push(await evaluate(engine, each, at))
      return answers
    })
    const engine = await entry.open(model)
    const handles = sections.map((each) => engine.upload(each))
    const waiting = handles.flatMap((handle) =>
      points.map(async (at) => {
        const value = engine.lossAndGradient(at, handle)
        return { predicted: await engine.predict(at, handle), ...(await value) }
      }),
    )
    engine.release(handles[0])
    engine.close()
    expect(await Promise.all(waiting)).toEqual(expected)
  })

  it('answers what it computes when it is closed', async () => {
    const long = randomCrossSection(3, 300, 40, 3)
    const at = initialWeights(model, 1)
    const timed = await withEngine(entry, model, {}, async (engine) => {
      const handle = engine.upload(long)
      await engine.lossAndGradient(at, handle)
      const started = performance.now()
      const answer = await engine.lossAndGradient(at, handle)
      return { answer, duration: performance.now() - started }
    })
    for (const part of [0.2, 0.4, 0.6, 0.8]) {
      const engine = await entry.open(model)
      const evaluation = engine.lossAndGradient(at, engine.upload(long))
      await new Promise((resolve) => setTimeout(resolve, part * timed.duration))
      engine.close()
      expect(await evaluation).toEqual(timed.answer)
    }
  })

  it('answers beside another engine of its kind', async () => {
    const models = [model, { inputSize: 3, hiddenSize: 40, layers: 1 }]
    const alone: Answer[] = []
    for (const [i, config] of models.entries())
      alone.push(
        await withEngine(entry, config, {}, (engine) => evaluate(engine, section, initialWeights(config, i))),
      )
    const opened = await Promise.all(models.map((config) => entry.open(config)))
    const together = await Promise.all(
      opened.map(async (engine, i) => {
        for (let k = 0; k < 3; k++) await evaluate(engine, section, initialWeights(models[i], i))
        return evaluate(engine, section, initialWeights(models[i], i))
      }),
    )
    expect(together).toEqual(alone)
    // The other one goes on when one is closed.
    opened[0].close()
    expect(await evaluate(opened[1], section, initialWeights(models[1], 1))).toEqual(alone[1])
    opened[1].close()
  })

  it('gives a NaN loss when any of the weights is not a number', () =>
    withEngine(entry, model, {}, async (engine) => {
      const handle = engine.upload(section)
      for (const { name, shape, offset } of gruLayout(model).tensors) {
        // One weight of each gate.
        const length = shape.reduce((product, extent) => product * extent, 1)
        for (const place of [0, 1 / 3, 2 / 3]) {
          const broken = weights.slice()
          broken[offset + Math.floor(place * length)] = NaN
          const { loss } = await engine.lossAndGradient(broken, handle)
          expect(loss, `${name} at ${place}`).toBeNaN()
        }
      }
    }))

  it('gives the right loss or none that is finite when a weight is beyond float32', async () => {
    const squares = { loss: { kind: 'mse' } } as const
    const lossOf = (each: EngineUnderTest, at: Float64Array) =>
      withEngine(each, model, squares, async (engine) => (await evaluate(engine, section, at)).loss)
    for (const value of [Infinity, -Infinity, 1e39, -1e39])
      for (const { name, offset } of gruLayout(model).tensors) {
        const broken = weights.slice()
        broken[offset] = value
        const actual = await lossOf(entry, broken)
        if (!Number.isFinite(actual)) continue
        // What an ever larger weight tends to: infinity x 0 is not a number, and no engine has to compute it.
        broken[offset] = Math.max(-1e300, Math.min(value, 1e300))
        const expected = await lossOf(referenceEngine, broken)
        expect(Math.abs(actual / expected - 1), `${value} in ${name}`).toBeLessThan(entry.predictionTolerance)
      }
  })

  describe('refuses', () => {
    it('what it does not hold', () =>
      withEngine(entry, model, {}, async (engine) => {
        const [kept, released] = [engine.upload(section), engine.upload(section)]
        engine.release(released)
        engine.release(released)
        const foreign = await withEngine(entry, model, {}, (other) => other.upload(section))
        for (const handle of [released, foreign, { stocks: 50 }]) {
          await expect(engine.predict(weights, handle)).rejects.toEqual(internal)
          await expect(engine.lossAndGradient(weights, handle)).rejects.toEqual(internal)
        }
        expect((await engine.predict(weights, kept)).length).toBe(50)
        engine.close()
        await expect(engine.predict(weights, kept)).rejects.toEqual(internal)
        await expect(engine.lossAndGradient(weights, kept)).rejects.toEqual(internal)
      }))

    it('weights of another model and a loss without labels', () =>
      withEngine(entry, model, {}, async (engine) => {
        const handle = engine.upload({ ...section, labels: null })
        const other = initialWeights({ ...model, outputs: 2 }, 1)
        for (const wrong of [weights.slice(1), other, new Float64Array(0)]) {
          await expect(engine.predict(wrong, handle)).rejects.toEqual(internal)
          await expect(engine.lossAndGradient(wrong, handle)).rejects.toEqual(internal)
        }
        await expect(engine.lossAndGradient(weights, handle)).rejects.toEqual(internal)
        expect((await engine.predict(weights, handle)).length).toBe(50)
      }))

    it('a misshapen cross-section', () =>
      withEngine(entry, model, {}, (engine) => {
        const weighted = (values: number[]) => ({
          sampleWeights: Float64Array.from({ length: 50 }, (_, i) => values[i] ?? 1),
        })
        const wrong: Partial<CrossSection>[] = [
          { features: 2 },
          { stocks: 49 },
          { stocks: 0, inputs: new Float64Array(0), labels: new Float64Array(0) },
          { stocks: 49.5 },
          { steps: 5 },
          { labels: new Float64Array(100) },
          { inputs: section.inputs.subarray(1) },
          { sampleWeights: new Float64Array(49) },
          weighted([-1]),
          weighted([1, NaN]),
          weighted([Infinity]),
        ]
        for (const each of wrong)
          expect(() => engine.upload({ ...section, ...each }), JSON.stringify(each)).toThrow(internal)
      }))

    it('a loss that makes no sense for the model', async () => {
      const open = async (outputs: number, correlationPenalty: number) => {
        const engine = await entry.open({ ...model, outputs }, { loss: { kind: 'ic', correlationPenalty } })
        engine.close()
      }
      const usage = expect.objectContaining({ code: 'usage' })
      await expect(open(1, 0.5)).rejects.toEqual(usage)
      await expect(open(2, -0.5)).rejects.toEqual(usage)
      await expect(open(2, NaN)).rejects.toEqual(usage)
      await open(1, 0)
      await open(2, 0.5)
    })

    it('a dropout rate that is not from 0 to below 1', async () => {
      const open = async (dropout: number) => (await entry.open({ ...model, dropout })).close()
      for (const rate of [1, -0.1, NaN])
        await expect(open(rate)).rejects.toEqual(expect.objectContaining({ code: 'usage' }))
      await open(0.999)
    })
  })
})
