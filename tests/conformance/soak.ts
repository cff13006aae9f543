import { existsSync, readdirSync } from 'node:fs'
import { initialWeights } from '../../src-main/nn/initialise.ts'
import { randomCrossSection } from '../unit/nn/samples.ts'
import { engines, withEngine } from './engines.ts'

/**
 * A process of its own, since others' garbage would drown the figures: `node --expose-gc soak.ts ENGINE` prints as JSON
 * how many bytes of resident memory and how many threads a thousand evaluations leave behind.
 */
const entry = engines.find(({ name }) => name === process.argv[2])!
const model = { inputSize: 6, hiddenSize: entry.sizes === 'small' ? 16 : 32, layers: 2 }
const weights = initialWeights(model, 1)
const section = randomCrossSection(1, entry.sizes === 'small' ? 100 : 400, 4, 6)

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
  await threads()
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await settled()
  }
  return process.memoryUsage.rss()
}

const countThreads = () => (existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0)

/** Threads asked to end take a moment: the count when it has come to rest. */
async function threads(): Promise<number> {
  for (;;) {
    const before = countThreads()
    await new Promise((resolve) => setTimeout(resolve, 200))
    if (countThreads() === before) return before
  }
}

const ROUNDS = 5
/** Until what a process keeps for itself has its size; an emulated device takes too long for that, and its driver does it. */
const WARM_UPS = entry.emulated ? 1 : 6

async function round(): Promise<void> {
  await evaluateOften(10, 2)
  await evaluateOften(1, 180)
}

for (let k = 0; k < WARM_UPS; k++) await round()
const threadsBefore = await threads()
const growths: number[] = []
let before = await residentBytes()
for (let k = 0; k < ROUNDS; k++) {
  await round()
  const after = await residentBytes()
  growths.push(after - before)
  before = after
}
// A leak grows in every round; what libraries and the garbage collector keep for themselves, in one or two of them.
const total = growths.reduce((sum, growth) => sum + growth, 0)
const median = growths.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]
console.log(
  JSON.stringify({
    rssGrowth: Math.min(ROUNDS * median, total),
    threadGrowth: (await threads()) - threadsBefore,
  }),
)
// What a GPU's driver has started would keep the process.
process.exit()
