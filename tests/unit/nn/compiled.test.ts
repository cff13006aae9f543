import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nativeAvailability, nativeBinding } from '../../../src-main/compute/addon.ts'
import { wasmAvailability, wasmBinding } from '../../../src-main/compute/wasm.ts'
import type { CrossSection } from '../../../src-main/nn/engine.ts'
import type { CompiledBinding } from '../../../src-main/nn/engines/compiled/binding.ts'
import { createCompiledEngine, type CompiledOptions } from '../../../src-main/nn/engines/compiled/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import type { GruConfig } from '../../../src-main/nn/layout.ts'
import { randomCrossSection } from './samples.ts'

// What every engine has to answer: tests/conformance.
const bindings = [
  { kind: 'native', found: nativeBinding(), ...nativeAvailability() },
  { kind: 'wasm', found: wasmBinding(), ...wasmAvailability() },
]

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never

/** A system that is told to grant any memory says only later, by ending a process, that there is none. */
const OVERCOMMIT = '/proc/sys/vm/overcommit_memory'
const alwaysGiven = existsSync(OVERCOMMIT) && readFileSync(OVERCOMMIT, 'utf8').trim() === '1'

/** Predictions, loss and gradient of each cross-section, one after the other on one engine. */
async function evaluateOn(
  binding: CompiledBinding,
  model: GruConfig,
  sections: readonly CrossSection[],
  options: CompiledOptions,
) {
  const engine = createCompiledEngine(binding, model, options)
  const weights = initialWeights(model, 4)
  const answers = []
  for (const section of sections) {
    const handle = engine.upload(section)
    const predicted = await engine.predict(weights, handle)
    answers.push({ predicted, ...(await engine.lossAndGradient(weights, handle, { dropoutSeed: 5 })) })
  }
  engine.close()
  return answers
}

describe.each(bindings)('$kind engine', ({ kind, found, available, reason }) => {
  if (!available) {
    it.skip(`is not here: ${reason}`, () => {})
    return
  }
  const binding = found as CompiledBinding
  const { levels } = binding
  const evaluate = (...rest: Tail<Parameters<typeof evaluateOn>>) => evaluateOn(binding, ...rest)

  it('says what it is', () => {
    expect(binding.name).toBe(kind)
    expect(levels.length).toBeGreaterThan(0)
    expect(binding.cores).toBeGreaterThanOrEqual(1)
  })

  it.each(levels)('gives equal bits on 1, 2, 3 and 8 threads on %s', async (level) => {
    for (const [hiddenSize, stocks, outputs, dropout] of [
      [20, 700, 1, 0],
      [64, 301, 2, 0.2],
      [9, 40, 1, 0.5],
    ]) {
      const model = { inputSize: 6, hiddenSize, layers: 2, outputs, dropout }
      const sections = [randomCrossSection(3, stocks, 5, 6, outputs)]
      const single = await evaluate(model, sections, { level, threads: 1 })
      for (const threads of [2, 3, 8])
        expect(await evaluate(model, sections, { level, threads })).toEqual(single)
    }
  })

  it.each(levels)('gives equal bits however little memory it may keep on %s', async (level) => {
    const sections = [
      randomCrossSection(1, 500, 6, 6),
      randomCrossSection(2, 33, 9, 6),
      randomCrossSection(3, 70, 1, 6),
    ]
    for (const dropout of [0, 0.3]) {
      const model = { inputSize: 6, hiddenSize: 24, layers: 2, dropout }
      const most = await evaluate(model, sections, { level, activationBytes: 2 ** 28, threads: 2 })
      for (const activationBytes of [0, 1_000_000])
        expect(await evaluate(model, sections, { level, activationBytes, threads: 2 })).toEqual(most)
    }
  })

  it.each(levels)('predicts a stock to the bit wherever it stands on %s', async (level) => {
    const model = { inputSize: 2, hiddenSize: 10, layers: 2 }
    const section = randomCrossSection(5, 61, 4, 2)
    const width = 4 * 2
    const stocks = Array.from({ length: 61 }, (_, s) => section.inputs.slice(s * width, (s + 1) * width))
    const inputs = Float64Array.from(stocks.reverse().flatMap((stock) => [...stock]))
    const [straight, reversed] = await evaluate(model, [section, { ...section, inputs }], { level })
    expect(reversed.predicted).toEqual(straight.predicted.toReversed())
  })

  it.skipIf(alwaysGiven)('says that memory has run out, and goes on with what fits', async () => {
    // One tile of these steps is terabytes.
    const model = { inputSize: 1, hiddenSize: 1024, layers: 1 }
    const steps = 20_000_000
    const endless = { stocks: 1, steps, features: 1, inputs: new Float32Array(steps), labels: null }
    const engine = createCompiledEngine(binding, model)
    const weights = initialWeights(model, 1)
    await expect(engine.predict(weights, engine.upload(endless))).rejects.toMatchObject({
      code: 'memory_limit',
      message: expect.stringContaining(kind) as string,
      remedy: expect.stringContaining('--workers') as string,
      inChinese: { message: expect.stringContaining('内存') as string },
    })
    const small = engine.upload(randomCrossSection(1, 3, 2, 1))
    expect((await engine.predict(weights, small)).every(Number.isFinite)).toBe(true)
    engine.close()
  })

  it('lets no wrong length or foreign value into the C', async () => {
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
