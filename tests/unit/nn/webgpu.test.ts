import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openWebGpu } from '../../../src-main/compute/webgpu.ts'
import type { CrossSection, Engine } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { createWebGpuEngine } from '../../../src-main/nn/engines/webgpu/engine.ts'
import { spreadOf } from '../../../src-main/nn/engines/webgpu/kernels/recurrence.ts'
import { createParameters } from '../../../src-main/nn/engines/webgpu/parameters.ts'
import { activationRowBytes, planOf } from '../../../src-main/nn/engines/webgpu/plan.ts'
import { createResidents } from '../../../src-main/nn/engines/webgpu/residents.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { gruLayout, type GruConfig } from '../../../src-main/nn/layout.ts'
import type { Loss } from '../../../src-main/nn/losses/loss.ts'
import { offerSoftwareGpu } from '../../fixtures/softwareGpu.ts'
import { randomCrossSection, randomSampleWeights } from './samples.ts'

offerSoftwareGpu()
const gpu = await openWebGpu()
const missing = gpu.device === null ? gpu.reason : null
// Never null inside the suite: it is skipped without a device.
const device = gpu.device as GPUDevice

/** What every WebGPU device allows. */
const LEAST_LIMITS = {
  maxStorageBufferBindingSize: 128 * 2 ** 20,
  maxBufferSize: 256 * 2 ** 20,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
}

const config = fc.record({
  inputSize: fc.integer({ min: 1, max: 64 }),
  hiddenSize: fc.integer({ min: 1, max: 128 }),
  layers: fc.integer({ min: 1, max: 3 }),
  outputs: fc.integer({ min: 1, max: 2 }),
})

function largest(values: Iterable<number>): number {
  let most = 0
  for (const value of values) if (!(Math.abs(value) <= most)) most = Math.abs(value)
  return most
}

const distance = (a: Float64Array, b: Float64Array): number =>
  largest(a.map((value, i) => value - b[i])) / largest(b)

async function evaluate(engine: Engine, weights: Float64Array, section: CrossSection, dropoutSeed?: number) {
  const handle = engine.upload(section)
  const predicted = await engine.predict(weights, handle)
  const answer = { predicted, ...(await engine.lossAndGradient(weights, handle, { dropoutSeed })) }
  engine.release(handle)
  return answer
}

async function expectConformance(
  model: GruConfig,
  weights: Float64Array,
  section: CrossSection,
  engine = createWebGpuEngine(device, model),
) {
  const actual = await evaluate(engine, weights, section)
  engine.close()
  const expected = await evaluate(createReferenceEngine(model), weights, section)
  expect(distance(actual.predicted, expected.predicted)).toBeLessThan(2e-6)
  expect(actual.predictions).toEqual(actual.predicted)
  expect(Math.abs(actual.loss - expected.loss)).toBeLessThan(2e-6)
  expect(distance(actual.gradient, expected.gradient)).toBeLessThan(2e-5)
}

describe('the work of a WebGPU evaluation', () => {
  it('has padded parameters that give the weights back', () =>
    fc.assert(
      fc.property(config, fc.nat(), (model, seed) => {
        const parameters = createParameters(model)
        const weights = Float64Array.from(Float32Array.from(initialWeights(model, seed)))
        const packed = parameters.pack(weights)
        expect(packed.length % 4).toBe(0)
        expect(parameters.unpack(packed)).toEqual(weights)
        expect(packed.filter((value) => value !== 0).length).toBe(weights.filter((w) => w !== 0).length)
      }),
      { numRuns: 30 },
    ))

  it('stays within the least limits of a device, with every stock in one chunk and every row in one part', () =>
    fc.assert(
      fc.property(
        config,
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 1, max: 128 }),
        fc.integer({ min: 0, max: 2 ** 30 }),
        (model, stocks, steps, activationBytes) => {
          const parameters = createParameters(model)
          const section = { stocks, steps }
          const plan = planOf(parameters, model.inputSize, section, activationBytes, LEAST_LIMITS)
          const { hidden, size } = parameters
          const bindings = [
            plan.rows * 4 * hidden,
            (plan.rows + plan.stocks) * hidden,
            plan.rows * model.inputSize,
            plan.splits * size,
          ]
          expect(4 * Math.max(...bindings)).toBeLessThanOrEqual(LEAST_LIMITS.maxStorageBufferBindingSize)
          if (plan.stocks > 4)
            expect(plan.rows * activationRowBytes(parameters)).toBeLessThanOrEqual(activationBytes)
          let covered = 0
          for (const chunk of plan.chunks) {
            expect(chunk.first).toBe(covered)
            expect(chunk.stocks % 4).toBe(0)
            expect(chunk.count).toBeGreaterThan(0)
            expect(chunk.splits * chunk.splitRows).toBeGreaterThanOrEqual(chunk.rows)
            expect(chunk.splits * chunk.splitStocks).toBeGreaterThanOrEqual(chunk.stocks)
            covered += chunk.count
          }
          expect(covered).toBe(stocks)

          const spread = spreadOf(hidden, stocks, LEAST_LIMITS)
          expect(spread.threads).toBeLessThanOrEqual(LEAST_LIMITS.maxComputeInvocationsPerWorkgroup)
          expect(spread.slices * spread.forwardDepth).toBeGreaterThanOrEqual(hidden)
          expect(2 * spread.slices * spread.backwardDepth).toBeGreaterThanOrEqual(3 * hidden)
        },
      ),
      { numRuns: 300 },
    ))

  it('keeps the most recently used cross-sections within its budget', () => {
    const destroyed: string[] = []
    const residents = createResidents<string, { bytes: number; destroy(): void }>(10)
    const use = (key: string, bytes: number) =>
      residents.use(key, bytes, () => ({ bytes, destroy: () => destroyed.push(key) }))
    const a = use('a', 4)
    use('b', 4)
    expect(use('a', 4)).toBe(a)
    use('c', 4)
    expect(destroyed).toEqual(['b'])
    use('large', 99)
    expect(destroyed).toEqual(['b', 'a', 'c'])
    use('d', 1)
    residents.drop('d')
    residents.drop('d')
    expect(destroyed).toEqual(['b', 'a', 'c', 'large', 'd'])
    use('e', 1)
    residents.clear()
    expect(destroyed.at(-1)).toBe('e')
  })
})

describe.skipIf(missing !== null)(`webgpu engine${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const uncaptured: string[] = []
  device?.addEventListener('uncapturederror', ({ error }) => uncaptured.push(error.message))
  afterAll(() => {
    device?.destroy()
    expect(uncaptured).toEqual([])
  })

  it.each([
    [1, 300, 3, 2, 1],
    [18, 513, 3, 5, 2],
    [66, 41, 4, 64, 2],
    [100, 258, 2, 3, 1],
    [128, 37, 3, 6, 3],
    [16, 4096, 4, 6, 2],
  ])(
    'conforms with %i units, %i stocks, %i steps, %i features, %i layers',
    (hiddenSize, stocks, steps, inputSize, layers) => {
      const model = { inputSize, hiddenSize, layers }
      return expectConformance(
        model,
        initialWeights(model, hiddenSize),
        randomCrossSection(hiddenSize, stocks, steps, inputSize),
      )
    },
  )

  it('sees differences of predictions of any size', async () => {
    const model = { inputSize: 3, hiddenSize: 12, layers: 1 }
    const { tensors } = gruLayout(model)
    const [weight, bias] = tensors.slice(-2)
    for (const scale of [1e-30, 1e-12, 1e12, 1e17]) {
      const weights = initialWeights(model, 3)
      for (let i = weight.offset; i < bias.offset; i++) weights[i] *= scale
      weights[bias.offset] = 0
      const section = randomCrossSection(3, 60, 3, 3)
      const engine = createWebGpuEngine(device, model)
      const actual = await evaluate(engine, weights, section)
      engine.close()
      const expected = await evaluate(createReferenceEngine(model), weights, section)
      expect(Math.abs(actual.loss - expected.loss)).toBeLessThan(2e-6)
      expect(distance(actual.gradient, expected.gradient)).toBeLessThan(2e-5)
    }
  })

  describe('with a loss of two outputs, sample weights and dropout', () => {
    const model = { inputSize: 3, hiddenSize: 10, layers: 3, outputs: 2, dropout: 0.3 }
    const loss: Loss = { kind: 'ic', correlationPenalty: 0.5 }
    const weights = initialWeights(model, 4)
    const section = {
      ...randomCrossSection(4, 301, 5, 3, 2),
      sampleWeights: randomSampleWeights(4, 301),
    }

    it('answers the same however little memory it may keep', async () => {
      const rowBytes = activationRowBytes(createParameters(model))
      const whole = createWebGpuEngine(device, model, { loss })
      const expected = await evaluate(whole, weights, section, 7)
      whole.close()
      const exact = await evaluate(createReferenceEngine(model, { loss }), weights, section, 7)
      expect(distance(expected.gradient, exact.gradient)).toBeLessThan(2e-5)
      for (const stocks of [4, 96, 160]) {
        const activationBytes = stocks * section.steps * rowBytes
        const engine = createWebGpuEngine(device, model, { loss, activationBytes })
        const first = await evaluate(engine, weights, section, 7)
        expect(first.predicted).toEqual(expected.predicted)
        expect(first.predictions).toEqual(expected.predictions)
        expect(first.loss).toBe(expected.loss)
        expect(distance(first.gradient, expected.gradient)).toBeLessThan(2e-6)
        expect(await evaluate(engine, weights, section, 7)).toEqual(first)
        engine.close()
      }
    })
  })

  describe('buffers', () => {
    const model = { inputSize: 2, hiddenSize: 4, layers: 1 }
    const weights = initialWeights(model, 5)
    const sections = [9, 40, 23].map((stocks) => randomCrossSection(stocks, stocks, 2, 2))

    /** A device of its own whose living buffers are counted. */
    async function countedDevice() {
      const counted = (await openWebGpu()).device!
      const living = new Set<GPUBuffer>()
      const create = counted.createBuffer.bind(counted)
      counted.createBuffer = (descriptor) => {
        const buffer = create(descriptor)
        const destroy = buffer.destroy.bind(buffer)
        living.add(buffer)
        buffer.destroy = () => {
          living.delete(buffer)
          return destroy()
        }
        return buffer
      }
      return { counted, living }
    }

    it('are as many after a thousand evaluations, and none after closing', async () => {
      const { counted, living } = await countedDevice()
      const engine = createWebGpuEngine(counted, model)
      const handles = sections.map((section) => engine.upload(section))
      for (const handle of handles) await engine.lossAndGradient(weights, handle)
      const before = living.size
      for (let i = 0; i < 1000; i++) {
        const handle = engine.upload(sections[i % 3])
        await (i % 7 === 0 ? engine.predict(weights, handle) : engine.lossAndGradient(weights, handle))
        engine.release(handle)
        if (i % 10 === 0) {
          const controller = new AbortController()
          const evaluation = engine.lossAndGradient(weights, handles[i % 3], { signal: controller.signal })
          controller.abort()
          await expect(evaluation).rejects.toMatchObject({ code: 'cancelled' })
        }
      }
      await engine.predict(weights, handles[0])
      expect(living.size).toBe(before)
      engine.close()
      await new Promise((resolve) => setTimeout(resolve))
      expect(living.size).toBe(0)
      counted.destroy()
    }, 300_000)

    it('of a cross-section get other labels and sample weights without its inputs', async () => {
      const { counted } = await countedDevice()
      const { queue } = counted
      const write = queue.writeBuffer.bind(queue)
      let written = 0
      queue.writeBuffer = (buffer, offset, data, from = 0, length = (data as Float32Array).length - from) => {
        written += 4 * length
        return write(buffer, offset, data, from, length)
      }
      const engine = createWebGpuEngine(counted, model)
      const [section] = sections
      const { stocks, inputs, labels } = section
      const handle = engine.upload(section)
      /** Bytes that an evaluation brings to the device. */
      const writtenBy = async (evaluation: () => Promise<unknown>): Promise<number> => {
        written = 0
        await evaluation()
        return written
      }
      const plain = () => engine.lossAndGradient(weights, handle)
      const other = { labels: labels.toReversed(), sampleWeights: randomSampleWeights(1, stocks) }
      const overridden = () => engine.lossAndGradient(weights, handle, other)
      const first = await writtenBy(plain)
      const again = await writtenBy(plain)
      const targets = 4 * 2 * stocks
      expect(first).toBe(again + 4 * inputs.length + targets)
      expect(await writtenBy(overridden)).toBe(again + targets)
      expect(await writtenBy(() => engine.predict(weights, handle))).toBe(again)
      expect(await writtenBy(plain)).toBe(again + targets)
      expect(await writtenBy(plain)).toBe(again)
      engine.close()
      counted.destroy()
    })

    it('of evicted cross-sections come back with the same answers', async () => {
      const roomy = createWebGpuEngine(device, model)
      const expected = []
      for (const section of sections) expected.push(await evaluate(roomy, weights, section))
      roomy.close()
      const sizes = sections.map(({ inputs, stocks }) => 4 * (inputs.length + 2 * stocks))
      for (const memoryBytes of [0, sizes[1], sizes[0] + sizes[1]]) {
        const { counted, living } = await countedDevice()
        const engine = createWebGpuEngine(counted, model, { memoryBytes })
        const handles = sections.map((section) => engine.upload(section))
        await engine.predict(weights, handles[1])
        const bytes = (): number => [...living].reduce((sum, { size }) => sum + size, 0)
        const own = bytes() - sizes[1]
        for (const index of [0, 1, 2, 0, 0, 2, 1]) {
          const predicted = await engine.predict(weights, handles[index])
          expect({ predicted, ...(await engine.lossAndGradient(weights, handles[index])) }).toEqual(
            expected[index],
          )
          expect(bytes() - own).toBeLessThanOrEqual(Math.max(memoryBytes, sizes[index]))
        }
        engine.close()
        counted.destroy()
      }
    })
  })

  it('takes weights that float32 cannot multiply for diverged', async () => {
    const model = { inputSize: 2, hiddenSize: 4, layers: 1 }
    const engine = createWebGpuEngine(device, model)
    const handle = engine.upload(randomCrossSection(6, 12, 2, 2))
    for (const value of [NaN, -Infinity, 1e30]) {
      const weights = initialWeights(model, 6)
      weights[7] = value
      const { loss, gradient, predictions } = await engine.lossAndGradient(weights, handle)
      expect(loss).toBeNaN()
      const predicted = await engine.predict(weights, handle)
      expect([...gradient, ...predictions, ...predicted].every(Number.isNaN)).toBe(true)
      expect([predictions.length, predicted.length]).toEqual([12, 12])
    }
    engine.close()
  })

  it('rejects what waits and what comes when its device is lost', async () => {
    const model = { inputSize: 2, hiddenSize: 4, layers: 1 }
    const lost = (await openWebGpu()).device!
    const engine = createWebGpuEngine(lost, model)
    const weights = initialWeights(model, 7)
    const handle = engine.upload(randomCrossSection(7, 300, 5, 2))
    await engine.lossAndGradient(weights, handle)
    const waiting = [engine.lossAndGradient(weights, handle), engine.predict(weights, handle)]
    lost.destroy()
    for (const each of [...waiting, engine.predict(weights, handle)])
      await expect(each).rejects.toMatchObject({ code: 'device_lost' })
    const late = createWebGpuEngine(lost, model)
    await expect(
      late.lossAndGradient(weights, late.upload(randomCrossSection(7, 9, 2, 2))),
    ).rejects.toMatchObject({ code: 'device_lost' })
    engine.close()
    late.close()
  })
})
