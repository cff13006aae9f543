import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src-main/nn/engine.ts'
import { createTensorflowEngine } from '../../../src-main/nn/engines/tensorflow/engine.ts'
import { divide } from '../../../src-main/nn/engines/tensorflow/pieces.ts'
import type { TensorFlow } from '../../../src-main/nn/engines/tensorflow/tensorScope.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import type { GruConfig } from '../../../src-main/nn/layout.ts'
import { tensorflowBackends } from '../../fixtures/tensorflow.ts'
import { randomCrossSection } from './samples.ts'

const MEBIBYTE = 2 ** 20
const model: GruConfig = { inputSize: 3, hiddenSize: 20, layers: 3, dropout: 0.3 }
const weights = initialWeights(model, 1)
const section = randomCrossSection(1, 100, 8, 3)

/** Lets what waits for its turn have it. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

/** Largest absolute value. */
const largest = (values: Float64Array): number =>
  values.reduce((most, each) => Math.max(most, Math.abs(each)), 0)

for (const { name, missing, activate } of tensorflowBackends) {
  describe.skipIf(missing !== null)(`${name}${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
    let tf: TensorFlow
    beforeAll(async () => {
      tf = await activate()
    })
    const tensors = () => tf.memory().numTensors

    /** Tensors that `use` leaves behind beside those of the cross-sections the engine holds, then when it is closed. */
    const tensorsLeft = async (use: (engine: Engine) => Promise<void>): Promise<number[]> => {
      const before = tensors()
      const engine = createTensorflowEngine(tf, model)
      const handle = engine.upload(section)
      const held = tensors()
      expect(held).toBeGreaterThan(before)
      await use(engine)
      await settled()
      const after = tensors()
      engine.release(handle)
      engine.close()
      await settled()
      return [after - held, tensors() - before]
    }

    it('leaves no tensor behind', async () => {
      const left = await tensorsLeft(async (engine) => {
        const handle = engine.upload(section)
        await engine.predict(weights, handle)
        await engine.predict(weights, handle, { dropoutSeed: 1 })
        await engine.lossAndGradient(weights, handle)
        await engine.lossAndGradient(weights, handle, { dropoutSeed: 1 })
        engine.release(handle)
      })
      expect(left).toEqual([0, 0])
    })

    it('leaves no tensor behind when there is no loss, nor when a cross-section goes while its evaluation waits', async () => {
      const left = await tensorsLeft(async (engine) => {
        const flat = engine.upload({ ...section, labels: section.labels.map(() => 1) })
        await expect(engine.lossAndGradient(weights, flat)).rejects.toMatchObject({
          code: 'data_insufficient',
        })
        const waiting = engine.predict(weights, flat)
        engine.release(flat)
        expect((await waiting).length).toBe(100)
        expect(() => engine.upload({ ...section, stocks: 99 })).toThrow()
      })
      expect(left).toEqual([0, 0])
    })

    it('leaves no tensor behind when it is cancelled', async () => {
      const left = await tensorsLeft(async (engine) => {
        const large = engine.upload(randomCrossSection(2, 2000, 100, 3))
        for (const delay of [0, 50, 300]) {
          const controller = new AbortController()
          const evaluation = engine.lossAndGradient(weights, large, {
            dropoutSeed: 1,
            signal: controller.signal,
          })
          setTimeout(() => controller.abort(), delay)
          await expect(evaluation).rejects.toMatchObject({ code: 'cancelled' })
        }
        engine.release(large)
      })
      expect(left).toEqual([0, 0])
    })

    it('answers the same however little memory it may keep', async () => {
      const answers = []
      for (const activationBytes of [512 * MEBIBYTE, 400_000, 1]) {
        const engine = createTensorflowEngine(tf, model, { activationBytes })
        const handle = engine.upload(section)
        const predicted = await engine.predict(weights, handle)
        answers.push({ predicted, ...(await engine.lossAndGradient(weights, handle, { dropoutSeed: 3 })) })
        engine.close()
      }
      const [whole, ...divided] = answers
      for (const { predicted, predictions, loss, gradient } of divided) {
        expect(predicted).toEqual(whole.predicted)
        expect(predictions).toEqual(whole.predictions)
        expect(loss).toBe(whole.loss)
        const error = gradient.map((value, i) => value - whole.gradient[i])
        expect(largest(error) / largest(gradient)).toBeLessThan(1e-5)
      }
    })

    it('keeps no more than it may', async () => {
      const wide: GruConfig = { inputSize: 3, hiddenSize: 32, layers: 2 }
      const at = initialWeights(wide, 1)
      /** The most that is seen in use, beside the cross-section, while it computes. */
      const peak = async (activationBytes: number): Promise<number> => {
        const engine = createTensorflowEngine(tf, wide, { activationBytes })
        const handle = engine.upload(randomCrossSection(1, 1000, 60, 3))
        const before = tf.memory().numBytes
        let [most, ended] = [0, false]
        const evaluation = engine.lossAndGradient(at, handle).finally(() => (ended = true))
        while (!ended) {
          await new Promise((resolve) => setImmediate(resolve))
          most = Math.max(most, tf.memory().numBytes - before)
        }
        await evaluation
        engine.close()
        return most
      }
      // 1000 stocks x 60 steps x 11 matrices of 32 columns: 84 MB.
      expect(await peak(512 * MEBIBYTE)).toBeGreaterThan(40 * MEBIBYTE)
      expect(await peak(12 * MEBIBYTE)).toBeLessThan(20 * MEBIBYTE)
    })
  })
}

describe('division of a cross-section', () => {
  const config = fc.record({
    inputSize: fc.integer({ min: 1, max: 64 }),
    hiddenSize: fc.integer({ min: 1, max: 256 }),
    layers: fc.integer({ min: 1, max: 3 }),
    dropout: fc.constantFrom(0, 0.5),
  })

  it('has every stock in one chunk and every step in one block, whatever the sizes', () =>
    fc.assert(
      fc.property(
        config,
        fc.integer({ min: 1, max: 6000 }),
        fc.integer({ min: 1, max: 130 }),
        fc.integer({ min: 1, max: 30 }),
        (gru, stocks, steps, exponent) => {
          const { chunks } = divide(gru, stocks, steps, 2 ** exponent)
          expect(chunks.flatMap(({ first, stocks: own }) => numbers(first, own))).toEqual(numbers(0, stocks))
          for (const { rows, stocks: own, blocks } of chunks) {
            expect(rows % 16).toBe(0)
            expect(rows - own).toBeGreaterThanOrEqual(0)
            expect(rows - own).toBeLessThan(16)
            expect(blocks.flatMap((block) => numbers(block.first, block.steps))).toEqual(numbers(0, steps))
          }
        },
      ),
    ))

  it('keeps whole what fits, and cuts what is larger', () => {
    const gru = { inputSize: 6, hiddenSize: 128, layers: 2 }
    const small = divide(gru, 512, 30, 512 * MEBIBYTE)
    expect(small.keepAll).toBe(true)
    expect(small.chunks.length).toBe(1)
    // 128 steps x 11 matrices x 128 columns x 4 bytes: 744 stocks.
    const large = divide(gru, 6000, 128, 512 * MEBIBYTE)
    expect(large.keepAll).toBe(false)
    expect(large.chunks.length).toBe(9)
  })

  const numbers = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i)
})
