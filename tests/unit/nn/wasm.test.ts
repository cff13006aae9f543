import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { compiledFile } from '../../../src-main/compute/compiledFile.ts'
import { wasmAvailability, wasmBinding } from '../../../src-main/compute/wasm.ts'
import { startWasmThread } from '../../../src-main/compute/wasmThread.ts'
import { createCompiledEngine } from '../../../src-main/nn/engines/compiled/engine.ts'
import { createWasmBinding } from '../../../src-main/nn/engines/wasm/binding.ts'
import { startProgram, type WasmThread } from '../../../src-main/nn/engines/wasm/program.ts'
import { webAssembly, type WasmMemory } from '../../../src-main/nn/engines/wasm/webAssembly.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { randomCrossSection } from './samples.ts'

// What both bindings of the compiled engine have to answer: compiled.test.ts.
const { available, reason } = wasmAvailability()
const model = { inputSize: 3, hiddenSize: 12, layers: 2 }
const sizes = { features: 3, hidden: 12, layers: 2, outputs: 1 }
const weights = initialWeights(model, 1)

const moduleOf = (level: string) =>
  new webAssembly.Module(readFileSync(compiledFile('wasm', `plateau_gru.${level}.wasm`)))

/** A binding whose memories and threads can be seen. */
function openBinding(level = 'simd128', inputBytes = 2 ** 30) {
  const memories = new Set<WasmMemory>()
  const threads: WasmThread[] = []
  const start = (...args: Parameters<typeof startWasmThread>): WasmThread => {
    memories.add(args[1])
    const thread = startWasmThread(...args)
    threads.push(thread)
    return thread
  }
  const binding = createWasmBinding([{ level, module: moduleOf(level) }], 2, start, inputBytes)
  return { binding, memories, threads }
}

async function runScript(mode: string): Promise<string> {
  const script = path.join(import.meta.dirname, 'wasmProcess.ts')
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, mode])
  return stdout.trim()
}

describe.skipIf(!available)(`wasm engine${available ? '' : ` (skipped: ${reason})`}`, () => {
  it('has both instruction sets, the one with fused multiply-adds first', () => {
    expect(wasmBinding()?.levels).toEqual(['relaxed', 'simd128'])
  })

  it('holds more inputs than its memory may keep, and answers as if it kept all', async () => {
    // 200 x 5 x 3 floats are 12,000 bytes: room for two of the five.
    const { binding, memories } = openBinding('simd128', 25_000)
    const sections = [1, 2, 3, 4, 5].map((seed) => randomCrossSection(seed, 200, 5, 3))
    const engine = createCompiledEngine(binding, model)
    const roomy = createCompiledEngine(openBinding().binding, model)
    const handles = sections.map((section) => engine.upload(section))
    const expected = await Promise.all(
      sections.map((section) => roomy.lossAndGradient(weights, roomy.upload(section))),
    )
    const bytes = (): number => [...memories][0].buffer.byteLength
    let before = 0
    for (let round = 0; round < 20; round++) {
      for (const [i, handle] of handles.entries())
        expect(await engine.lossAndGradient(weights, handle)).toEqual(expected[i])
      if (round === 1) before = bytes()
    }
    expect(bytes()).toBe(before)
    for (const handle of handles) engine.release(handle)
    engine.close()
    roomy.close()
  })

  it.each(['relaxed', 'simd128'])('uses memory again over a thousand evaluations on %s', async (level) => {
    const { binding, memories } = openBinding(level)
    const engine = createCompiledEngine(binding, model, { threads: 2 })
    const sections = [180, 20, 90, 60].map((stocks, i) => randomCrossSection(i, stocks, 2 + i, 3))
    const evaluateAll = async (times: number) => {
      for (let i = 0; i < times; i++) {
        const handle = engine.upload(sections[i % sections.length])
        await engine.lossAndGradient(weights, handle)
        engine.release(handle)
      }
    }
    await evaluateAll(2 * sections.length)
    const [memory] = memories
    const before = memory.buffer.byteLength
    await evaluateAll(1000)
    expect(memory.buffer.byteLength).toBe(before)
    expect(memories.size).toBe(1)
    engine.close()
  })

  it('reads inputs anew when they were released in between', async () => {
    const { binding } = openBinding()
    const engine = createCompiledEngine(binding, model, { threads: 1 })
    const section = randomCrossSection(1, 40, 5, 3)
    const inputs = Float32Array.from(section.inputs)
    const first = engine.upload({ ...section, inputs })
    const before = await engine.predict(weights, first)
    engine.release(first)
    inputs.fill(0.5)
    const after = await engine.predict(weights, engine.upload({ ...section, inputs }))
    expect(new Set(before).size).toBeGreaterThan(1)
    expect(new Set(after).size).toBe(1)
    engine.close()
  })

  it('refuses what 32-bit addresses cannot hold, and goes on', async () => {
    const { binding, threads } = openBinding()
    expect(() => binding.create('simd128', { ...sizes, hidden: 2 ** 20 }, 1, 0)).toThrow('out of memory')
    const network = binding.create('simd128', sizes, 2, 2 ** 40)
    const size = weights.length
    const forward = (steps: number) =>
      binding.forward(
        network,
        new Float32Array(size).fill(0.1),
        new Float32Array(steps * 3),
        { stocks: 1, steps },
        true,
        { seed: 0, threshold: 0 },
        new Float64Array(1),
      )
    expect(() => forward(10 ** 6)).toThrow('out of memory')
    await forward(3)
    binding.close(network)
    expect(threads.length).toBe(2)
  })

  it('fails, rather than waits for ever, when one of its threads dies at work', async () => {
    const { binding, threads } = openBinding()
    const engine = createCompiledEngine(binding, { ...model, hiddenSize: 64 }, { threads: 2 })
    const handle = engine.upload(randomCrossSection(1, 3000, 40, 3))
    const evaluation = engine.lossAndGradient(initialWeights({ ...model, hiddenSize: 64 }, 1), handle)
    evaluation.catch(() => {})
    while (threads.length < 2) await new Promise((resolve) => setImmediate(resolve))
    threads[1].end()
    await expect(evaluation).rejects.toThrow('ended')
  })

  it('lets the process end while an engine idles', async () => {
    expect(await runScript('idle')).toBe('evaluated')
  })

  const title = 'ends its threads when it is closed, and when it is collected (counted in /proc of Linux)'
  it.skipIf(process.platform !== 'linux')(title, async () => {
    expect(await runScript('closed')).toBe('no threads left')
    expect(await runScript('collected')).toBe('no threads left')
  })

  describe('its allocator', () => {
    const opened: { end(): void }[] = []
    afterEach(() => opened.splice(0).forEach((program) => program.end()))
    const open = () => {
      let memory: WasmMemory | undefined
      const program = startProgram(moduleOf('simd128'), (module, shared, stack) => {
        memory = shared
        return startWasmThread(module, shared, stack)
      })
      opened.push(program)
      return { program, bytes: () => memory!.buffer.byteLength }
    }

    it('gives blocks on cache lines that do not overlap, whatever is released in between', () => {
      const { program } = open()
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 60 }),
          fc.nat(),
          (asked, seed) => {
            const random = createRandom(seed)
            const held: { at: number; bytes: number }[] = []
            for (const bytes of asked) {
              const at = program.allocate(bytes)
              expect(at % 64).toBe(0)
              for (const other of held)
                expect(at + bytes <= other.at || other.at + other.bytes <= at).toBe(true)
              held.push({ at, bytes })
              if (random.uniform() < 0.5) {
                const [freed] = held.splice(Math.floor(random.uniform() * held.length), 1)
                program.exports.release(freed.at)
              }
            }
            for (const { at } of held) program.exports.release(at)
          },
        ),
        { numRuns: 50 },
      )
    })

    it('merges what is released to one block again', () => {
      const { program, bytes } = open()
      const whole = program.allocate(10_000_000)
      program.exports.release(whole)
      const before = bytes()
      for (let round = 0; round < 3; round++) {
        const parts = Array.from({ length: 90 }, () => program.allocate(100_000))
        for (const part of [...parts.filter((_, i) => i % 2 === 0), ...parts.filter((_, i) => i % 2 === 1)])
          program.exports.release(part)
        expect(program.allocate(10_000_000)).toBe(whole)
        program.exports.release(whole)
      }
      expect(bytes()).toBe(before)
    })

    it('says when memory has run out', () => {
      const { program } = open()
      expect(() => program.allocate(2 ** 32)).toThrow('out of memory')
      expect(() => program.allocate(2 ** 32 - 100_000)).toThrow('out of memory')
      expect(program.allocate(1000)).toBeGreaterThan(0)
    })
  })
})
