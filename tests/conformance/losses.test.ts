import { describe, expect, it } from 'vitest'
import type { Engine, EvaluationOptions } from '../../src-main/nn/engine.ts'
import { initialWeights } from '../../src-main/nn/initialise.ts'
import { NEGATIVE_IC, type Loss } from '../../src-main/nn/losses/loss.ts'
import { createRandom } from '../../src-shared/random.ts'
import { randomCrossSection, randomSampleWeights } from '../unit/nn/samples.ts'
import { describeEngines, distance, expectCloseLoss, type LabelledSection } from './cases.ts'
import { referenceEngine, withEngine } from './engines.ts'

const STOCKS = 70
const model = { inputSize: 3, hiddenSize: 14, layers: 2 }
const weights = initialWeights(model, 1)
const section = randomCrossSection(1, STOCKS, 6, 3)
const insufficient = expect.objectContaining({ code: 'data_insufficient' })
const losses: [name: string, loss: Loss][] = [
  ['the IC', NEGATIVE_IC],
  ['the squared error', { kind: 'mse' }],
]

async function evaluate(engine: Engine, each: LabelledSection, options?: EvaluationOptions, at = weights) {
  const handle = engine.upload(each)
  try {
    return await engine.lossAndGradient(at, handle, options)
  } finally {
    engine.release(handle)
  }
}

/** The cross-section of these stocks, any number of times each. */
function chosen({ inputs, labels, ...rest }: LabelledSection, stocks: number[]): LabelledSection {
  const width = rest.steps * rest.features
  const rows = stocks.flatMap((stock) => [...inputs.subarray(stock * width, (stock + 1) * width)])
  return {
    ...rest,
    stocks: stocks.length,
    inputs: Float64Array.from(rows),
    labels: Float64Array.from(stocks, (stock) => labels[stock]),
  }
}

describeEngines((entry) => {
  describe.each(losses)('sample weights in %s', (_, loss) => {
    it('leave a stock of weight 0 out, whatever its inputs and label are', () =>
      withEngine(entry, model, { loss }, async (engine) => {
        const sampleWeights = randomSampleWeights(1, STOCKS)
        const counts = Array.from(sampleWeights.keys()).filter((stock) => sampleWeights[stock] > 0)
        expect(counts.length).toBeLessThan(STOCKS)
        const masked = await evaluate(engine, { ...section, sampleWeights })

        const random = createRandom(5)
        const width = section.steps * section.features
        for (const scale of [1, 1e6, 1e30]) {
          const [inputs, labels] = [section.inputs.slice(), section.labels.slice()]
          sampleWeights.forEach((weight, stock) => {
            if (weight > 0) return
            for (let i = stock * width; i < (stock + 1) * width; i++) inputs[i] = scale * random.normal()
            labels[stock] = scale ** 10 * random.normal()
          })
          const other = await evaluate(engine, { ...section, inputs, labels, sampleWeights })
          expect(other.loss).toBe(masked.loss)
          expect(distance(other.gradient, masked.gradient)).toBe(0)
        }

        const without = chosen(section, counts)
        const left = await evaluate(engine, {
          ...without,
          sampleWeights: sampleWeights.filter((weight) => weight > 0),
        })
        expectCloseLoss(entry, left, masked)
      }))

    it('count a stock of weight n as n stocks', () =>
      withEngine(entry, model, { loss }, async (engine) => {
        const times = Array.from({ length: STOCKS }, (_, stock) => stock % 4)
        const repeated = chosen(
          section,
          times.flatMap((n, stock) => new Array<number>(n).fill(stock)),
        )
        const weighted = await evaluate(engine, { ...section, sampleWeights: Float64Array.from(times) })
        expectCloseLoss(entry, weighted, await evaluate(engine, repeated))
      }))

    it('change nothing when they are all alike', () =>
      withEngine(entry, model, { loss }, async (engine) => {
        const sampleWeights = new Float64Array(STOCKS).fill(0.25)
        const plain = await evaluate(engine, { ...section, sampleWeights: null })
        expectCloseLoss(entry, await evaluate(engine, { ...section, sampleWeights }), plain)
        expect(await evaluate(engine, section)).toEqual(plain)
      }))

    it('have to leave a stock', () =>
      withEngine(entry, model, { loss }, async (engine) => {
        const sampleWeights = new Float64Array(STOCKS)
        await expect(evaluate(engine, { ...section, sampleWeights })).rejects.toEqual(insufficient)
        sampleWeights[3] = 1
        const single = evaluate(engine, { ...section, sampleWeights })
        if (loss.kind === 'ic') await expect(single).rejects.toEqual(insufficient)
        else expect((await single).loss).toBeGreaterThan(0)
      }))
  })

  it('refuses an IC without variance', () =>
    withEngine(entry, model, {}, async (engine) => {
      const flat = { ...section, labels: section.labels.map(() => 0.3) }
      await expect(evaluate(engine, flat)).rejects.toEqual(insufficient)
      // Equal stocks, which are told apart by nothing but their place.
      const equal = { ...section, inputs: section.inputs.map((_, i) => section.inputs[i % 18]) }
      await expect(evaluate(engine, equal)).rejects.toEqual(insufficient)
      const tiny = { ...section, inputs: section.inputs.map((value) => 1e-310 * value) }
      await expect(evaluate(engine, tiny)).rejects.toEqual(insufficient)
      expect((await evaluate(engine, section)).loss).toBeLessThan(1)
    }))

  it('refuses an IC without variance of either of two outputs', () =>
    withEngine(entry, { ...model, outputs: 2 }, {}, async (engine) => {
      const two = randomCrossSection(1, STOCKS, 6, 3, 2)
      const at = initialWeights({ ...model, outputs: 2 }, 1)
      for (const flat of [0, 1]) {
        const labels = two.labels.map((value, i) => (i % 2 === flat ? 0.3 : value))
        await expect(evaluate(engine, { ...two, labels }, {}, at)).rejects.toEqual(insufficient)
      }
    }))

  describe('dropout', () => {
    const config = { ...model, dropout: 0.3 }
    const seeds = [0, 1, 2, 2 ** 31, 2 ** 32 - 1]

    it('is a function of its seed', () =>
      withEngine(entry, config, {}, async (engine) => {
        const first = []
        for (const dropoutSeed of seeds) first.push(await evaluate(engine, section, { dropoutSeed }))
        expect(new Set(first.map(({ loss }) => loss)).size).toBe(seeds.length)
        for (const [i, dropoutSeed] of [...seeds.entries()].reverse())
          expect(await evaluate(engine, section, { dropoutSeed })).toEqual(first[i])
      }))

    it('is the same in predictions, with a loss or without', async () => {
      const two = { ...config, outputs: 2 }
      const at = initialWeights(two, 1)
      const each = randomCrossSection(3, STOCKS, 6, 3, 2)
      const exact = await withEngine(referenceEngine, two, {}, async (engine) => {
        const handle = engine.upload(each)
        return Promise.all(seeds.map((dropoutSeed) => engine.predict(at, handle, { dropoutSeed })))
      })
      await withEngine(entry, two, {}, async (engine) => {
        const handle = engine.upload(each)
        const plain = await engine.predict(at, handle)
        for (const [i, dropoutSeed] of seeds.entries()) {
          const predicted = await engine.predict(at, handle, { dropoutSeed })
          expect(distance(predicted, exact[i])).toBeLessThan(entry.predictionTolerance)
          expect(distance(predicted, plain)).toBeGreaterThan(1e-3)
          expect((await engine.lossAndGradient(at, handle, { dropoutSeed })).predictions).toEqual(predicted)
          expect(await engine.predict(at, handle)).toEqual(plain)
        }
        expect((await engine.lossAndGradient(at, handle)).predictions).toEqual(plain)
      })
    })

    it('is absent without a seed and below the head', async () => {
      const plain = await withEngine(entry, model, {}, (engine) => evaluate(engine, section))
      await withEngine(entry, config, {}, async (engine) => {
        const handle = engine.upload(section)
        await engine.lossAndGradient(weights, handle, { dropoutSeed: 7 })
        const undropped = await engine.lossAndGradient(weights, handle)
        expectCloseLoss(entry, undropped, plain)
        expect(distance(undropped.predictions, plain.predictions)).toBeLessThan(entry.predictionTolerance)
      })
      const single = { ...config, layers: 1 }
      await withEngine(entry, single, {}, async (engine) => {
        const at = initialWeights(single, 1)
        expect(await evaluate(engine, section, { dropoutSeed: 7 }, at)).toEqual(
          await evaluate(engine, section, {}, at),
        )
      })
    })

    it('leaves in the gradient the share of a layer that is not dropped', () =>
      withEngine(entry, { ...config, hiddenSize: 64 }, { loss: { kind: 'mse' } }, async (engine) => {
        const wide = { ...model, hiddenSize: 64 }
        const once = randomCrossSection(2, 1, 1, 3)
        const at = initialWeights(wide, 2)
        // Of one stock at one step, d loss / d weight_ih_l1 is 0 in the columns of what was dropped.
        const offset = 3 * 64 * (3 + 64 + 2)
        let kept = 0
        const draws = entry.sizes === 'small' ? 20 : 100
        for (let dropoutSeed = 0; dropoutSeed < draws; dropoutSeed++) {
          const { gradient } = await evaluate(engine, once, { dropoutSeed }, at)
          kept += gradient.subarray(offset, offset + 64).filter((value) => value !== 0).length
        }
        const deviation = Math.sqrt((0.3 * 0.7) / (64 * draws))
        expect(Math.abs(kept / (64 * draws) - 0.7)).toBeLessThan(4 * deviation)
      }))
  })
})
