import { describe, expect, it } from 'vitest'
import type { CrossSection, Engine, LossAndGradient } from '../../src-main/nn/engine.ts'
import { initialWeights } from '../../src-main/nn/initialise.ts'
import type { GruConfig } from '../../src-main/nn/layout.ts'
import type { Loss } from '../../src-main/nn/losses/loss.ts'
import { randomCrossSection, randomSampleWeights } from '../unit/nn/samples.ts'
import { describeEngines } from './cases.ts'
import { withEngine } from './engines.ts'

type Overrides = { readonly labels?: Float64Array; readonly sampleWeights?: Float64Array }

const STOCKS = 70
const dropoutSeed = 3
const losses: [name: string, loss: Loss, outputs: number][] = [
  ['the IC', { kind: 'ic' }, 1],
  ['the IC of two outputs', { kind: 'ic', correlationPenalty: 0.5 }, 2],
  ['the squared error', { kind: 'mse' }, 1],
]
const internal = expect.objectContaining({ code: 'internal' })
const insufficient = expect.objectContaining({ code: 'data_insufficient' })

describeEngines((entry) => {
  describe.each(losses)('labels and sample weights of one evaluation in %s', (_, loss, outputs) => {
    const model: GruConfig = { inputSize: 3, hiddenSize: 14, layers: 2, outputs, dropout: 0.2 }
    const weights = initialWeights(model, 1)
    const section = randomCrossSection(1, STOCKS, 6, 3, outputs)
    const { labels } = randomCrossSection(2, STOCKS, 6, 3, outputs)
    const sampleWeights = randomSampleWeights(2, STOCKS)
    const owns: CrossSection[] = [
      section,
      { ...section, sampleWeights: randomSampleWeights(3, STOCKS) },
      { ...section, labels: null },
    ]
    const evaluate = (engine: Engine, each: CrossSection, options: Overrides = {}) =>
      engine.lossAndGradient(weights, engine.upload(each), { dropoutSeed, ...options })

    it('are in the place of the cross-section’s own, in that evaluation alone', () =>
      withEngine(entry, model, { loss }, async (engine) => {
        for (const own of owns) {
          const all: Overrides[] = [{ labels }, { labels, sampleWeights }, { sampleWeights }, {}]
          const overrides = own.labels === null ? all.slice(0, 2) : all
          const expected: LossAndGradient[] = []
          for (const each of overrides) expected.push(await evaluate(engine, { ...own, ...each }))
          expect(new Set(expected.map((answer) => answer.loss)).size).toBe(overrides.length)

          const handle = engine.upload(own)
          for (const index of [3, 0, 3, 1, 2, 2, 3, 1, 0]) {
            if (index >= overrides.length) continue
            const options = { dropoutSeed, ...overrides[index] }
            expect(await engine.lossAndGradient(weights, handle, options)).toEqual(expected[index])
            const predicted = await engine.predict(weights, handle, { dropoutSeed })
            expect(predicted).toEqual(expected[index].predictions)
          }
        }
      }))

    it('are those that the evaluation was asked with, whatever becomes of the arrays while it waits', () =>
      withEngine(entry, model, { loss }, async (engine) => {
        const handle = engine.upload(section)
        const points = [1, 2, 3].map((seed) => ({
          labels: randomCrossSection(seed, STOCKS, 1, 1, outputs).labels,
          sampleWeights: randomSampleWeights(seed, STOCKS),
        }))
        const plain = await engine.lossAndGradient(weights, handle)
        const expected: LossAndGradient[] = []
        for (const each of points) expected.push(await engine.lossAndGradient(weights, handle, each), plain)

        const reused = { labels: labels.slice(), sampleWeights: sampleWeights.slice() }
        const waiting = points.flatMap((each) => {
          reused.labels.set(each.labels)
          reused.sampleWeights.set(each.sampleWeights)
          return [engine.lossAndGradient(weights, handle, reused), engine.lossAndGradient(weights, handle)]
        })
        reused.labels.fill(NaN)
        reused.sampleWeights.fill(NaN)
        expect(await Promise.all(waiting)).toEqual(expected)
      }))

    it('leave the loss undefined, or define it, as the cross-section’s own do', () =>
      withEngine(entry, model, { loss }, async (engine) => {
        const none = { sampleWeights: new Float64Array(STOCKS) }
        const flat = { labels: section.labels.map(() => 0.3) }
        const plain = await evaluate(engine, section)
        const overridden = await evaluate(engine, { ...section, labels, sampleWeights })
        for (const spoilt of loss.kind === 'ic' ? [none, flat] : [none]) {
          const handle = engine.upload(section)
          await expect(engine.lossAndGradient(weights, handle, { dropoutSeed, ...spoilt })).rejects.toEqual(
            insufficient,
          )
          expect(await engine.lossAndGradient(weights, handle, { dropoutSeed })).toEqual(plain)

          const without = engine.upload({ ...section, ...spoilt })
          await expect(engine.lossAndGradient(weights, without)).rejects.toEqual(insufficient)
          const options = { dropoutSeed, labels, sampleWeights }
          expect(await engine.lossAndGradient(weights, without, options)).toEqual(overridden)
          await expect(engine.lossAndGradient(weights, without)).rejects.toEqual(insufficient)
        }
      }))

    it('are refused when they do not fit the cross-section', () =>
      withEngine(entry, model, { loss }, async (engine) => {
        const one = (value: number) => sampleWeights.with(5, value)
        const wrong: Overrides[] = [
          { labels: labels.subarray(1) },
          { labels: new Float64Array(STOCKS * outputs + 1) },
          { labels: new Float64Array(0) },
          { sampleWeights: sampleWeights.subarray(1) },
          { sampleWeights: new Float64Array(STOCKS + 1) },
          { labels, sampleWeights: one(-1) },
          { sampleWeights: one(NaN) },
          { sampleWeights: one(Infinity) },
        ]
        const plain = await evaluate(engine, section)
        const handle = engine.upload(section)
        for (const each of wrong)
          await expect(engine.lossAndGradient(weights, handle, each), JSON.stringify(each)).rejects.toEqual(
            internal,
          )
        await expect(evaluate(engine, { ...section, labels: null }, { sampleWeights })).rejects.toEqual(
          internal,
        )
        expect(await engine.lossAndGradient(weights, handle, { dropoutSeed })).toEqual(plain)
      }))
  })
})
