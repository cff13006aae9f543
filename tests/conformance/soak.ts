import { existsSync, readdirSync } from 'node:fs'
import { initialWeights } from '../../src-main/nn/initialise.ts'
import { randomCrossSection } from '../unit/nn/samples.ts'
import { engines, withEngine } from './engines.ts'

/**
 * A process of its own, since others' garbage would drown the figures: `node --expose-gc soak.ts ENGINE` prints as JSON
 * how many bytes of resident memory and how many threads a thousand evaluations leave behind.
 */
const entry = engines.find(({ name }) => name === process.argv[2])!
const model = { inputSize: 6, hiddenSize: 16, layers: 2 }
const weights = initialWeights(model, 1)
const section = randomCrossSection(1, 400, 4, 6)

async function evaluateOften(opened: number, uploads: number): Promise<void> {
  for (let i = 0; i < opened; i++) {
    await withEngine(entry, model, {}, async (engine) => {
      for (let k = 0; k < uploads; k++) {
        const handle = engine.upload(section)
        await engine.lossAndGradient(weights, handle)
        engine.release(handle)
      }
    })
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
