import { existsSync, readdirSync } from 'node:fs'
import type { CompiledBinding } from '../../../src-main/nn/engines/compiled/binding.ts'
import { createCompiledEngine } from '../../../src-main/nn/engines/compiled/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { nativeBinding } from '../../../src-main/compute/addon.ts'
import { randomCrossSection } from './samples.ts'

/**
 * A process of its own, since others' garbage would drown the figures: `node --expose-gc nativeSoak.ts` prints as JSON
 * how many bytes of resident memory and how many threads a thousand evaluations leave behind.
 */
const binding = nativeBinding() as CompiledBinding
const model = { inputSize: 6, hiddenSize: 32, layers: 2 }
const weights = initialWeights(model, 1)
const section = randomCrossSection(1, 400, 8, 6)

async function evaluateOften(engines: number, uploads: number): Promise<void> {
  for (let i = 0; i < engines; i++) {
    const engine = createCompiledEngine(binding, model, { threads: 3 })
    for (let k = 0; k < uploads; k++) {
      const handle = engine.upload(section)
      await engine.lossAndGradient(weights, handle)
      engine.release(handle)
    }
    engine.close()
    await settled()
  }
}

/** Closing waits for its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

async function residentBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await settled()
  }
  return process.memoryUsage.rss()
}

const threads = () => (existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0)

await evaluateOften(20, 2)
await evaluateOften(1, 100)
const rss = await residentBytes()
const threadsBefore = threads()
await evaluateOften(50, 2)
await evaluateOften(1, 900)
console.log(
  JSON.stringify({ rssGrowth: (await residentBytes()) - rss, threadGrowth: threads() - threadsBefore }),
)
