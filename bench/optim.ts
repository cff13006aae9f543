import { execFileSync, fork } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PerformanceObserver } from 'node:perf_hooks'
import { CATALOGUE, engineLabel } from '../src-main/compute/catalogue.ts'
import type { CrossSection, Engine } from '../src-main/nn/engine.ts'
import { initialWeights } from '../src-main/nn/initialise.ts'
import { gruLayout } from '../src-main/nn/layout.ts'
import type { Batch, Position, StepInput, TrainingData } from '../src-main/optim/batch.ts'
import { createOptimizer } from '../src-main/optim/compose.ts'
import type { Optimizer } from '../src-main/optim/optimizer.ts'
import { createBatches } from '../src-main/train/batches.ts'
import {
  type Method,
  METHODS,
  optimizerConfig,
  type OptimizerInput,
} from '../src-shared/domain/optimizer/index.ts'
import { createRandom } from '../src-shared/random.ts'

/**
 * What the optimizers cost beside the gradient evaluations: `npm run bench -- optim`.
 *
 * 1. Time: for every method, a step on the native engine less the time in which the engine was at work, as a share of the
 *    step. PyTorch's AdamW and a SAM step around it, gradients given, stand beside them (`--python`; without torch left out).
 * 2. Allocation: heap and vectors that a step allocates after the first ones, in a process whose garbage collector
 *    does not run meanwhile. The engine is left out of it: gradients are filled from a given vector.
 */
const { values } = parseArgs({
  options: {
    stocks: { type: 'string', default: '300,4096' },
    python: { type: 'string', default: 'python3' },
    steps: { type: 'string', default: '25' },
    allocations: { type: 'boolean', default: false },
  },
})
const MODEL = { inputSize: 6, hiddenSize: 64, layers: 2 }
const SEQUENCE = 30
const DATES = 4
const WARM_UP = 4
const ALLOCATION_STEPS = 300
const COMPILING_STEPS = 300

const layout = gruLayout(MODEL)
const methods = METHODS.map(({ method }) => method).filter(
  (method) => method !== 'composed' && method !== 'fedsmoo',
)

/** Defaults, with targets acting from the start. */
function optimizerOf(method: Method): Optimizer {
  const input = { name: method, method, ...(method === 'saf' && { epochsBack: 1 }) } as OptimizerInput
  const acting = method === 'saf' || method === 'mesa' ? { ...input, startEpoch: 0 } : input
  return createOptimizer(optimizerConfig.parse(acting), layout.tensors, { seed: 1 })
}

/** In the third epoch; an epoch's first step updates masks. */
const positionOf = (step: number, firstOfEpoch: boolean): Position => ({
  step,
  totalSteps: 10_000,
  epoch: 2,
  totalEpochs: 50,
  stepsPerEpoch: 200,
  firstOfEpoch,
})

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

function randomSection(stocks: number, seed: number): CrossSection {
  const random = createRandom(seed)
  const inputs = new Float32Array(stocks * SEQUENCE * MODEL.inputSize).map(() => random.normal())
  const labels = new Float64Array(stocks).map(() => random.normal())
  return { stocks, steps: SEQUENCE, features: MODEL.inputSize, inputs, labels }
}

/** The engine, and the milliseconds in which it was asked for something. */
function timed(engine: Engine): { engine: Engine; spent: () => number } {
  let spent = 0
  const during = async <T>(work: Promise<T>): Promise<T> => {
    const start = performance.now()
    try {
      return await work
    } finally {
      spent += performance.now() - start
    }
  }
  return {
    engine: {
      ...engine,
      lossAndGradient: (...args) => during(engine.lossAndGradient(...args)),
      predict: (...args) => during(engine.predict(...args)),
    },
    spent: () => spent,
  }
}

/** A training takes thousands of steps: its code is compiled long before the ones measured here. */
async function compile(optimizer: Optimizer): Promise<void> {
  const weights = initialWeights(MODEL, 1)
  const state = optimizer.init(weights)
  const input = withoutEngine()
  for (let at = 0; at < COMPILING_STEPS; at++) await optimizer.step(weights, state, input)
}

async function measureTimes(stocks: number): Promise<void> {
  const source = CATALOGUE.find(({ name }) => name === 'native')!
  const found = await source.find()
  if (!found.available) throw new Error('The native engine is not built: npm run setup.')
  console.log(`\n${stocks} stocks, ${layout.size} weights, ${engineLabel('native', found)}`)
  const rows: string[][] = []
  for (const method of methods) {
    const { engine, spent } = timed(await found.open(MODEL))
    const sections = Array.from({ length: DATES }, (_, date) => randomSection(stocks, date))
    const batches = createBatches(engine, sections, { kind: 'ic' })
    const optimizer = optimizerOf(method)
    const weights = initialWeights(MODEL, 1)
    await compile(optimizer)
    const state = optimizer.init(weights)
    const wholes: number[] = []
    const overheads: number[] = []
    let update = 0
    for (let at = 0; at < WARM_UP + Number(values.steps); at++) {
      const input: StepInput = {
        batch: batches.batch(at % DATES, at),
        second: batches.batch((at + 1) % DATES, at),
        training: batches.training,
        position: positionOf(at, at === WARM_UP - 1),
      }
      const before = spent()
      const start = performance.now()
      await optimizer.step(weights, state, input)
      const whole = performance.now() - start
      const overhead = whole - (spent() - before)
      if (at === WARM_UP - 1) update = overhead
      if (at < WARM_UP) continue
      wholes.push(whole)
      overheads.push(overhead)
    }
    engine.close()
    const overhead = median(overheads)
    const whole = median(wholes)
    const masked = method.startsWith('ssam') ? update.toFixed(2) : ''
    rows.push([
      method,
      whole.toFixed(1),
      overhead.toFixed(3),
      `${((100 * overhead) / whole).toFixed(2)} %`,
      masked,
    ])
  }
  print(['method', 'step ms', 'beside it ms', 'share', 'mask update ms'], rows)
}

function measureTorch(): void {
  const sizes = layout.tensors.map(({ shape }) => shape.reduce((product, length) => product * length, 1))
  const script = fileURLToPath(new URL('peers/torchOptimizer.py', import.meta.url))
  try {
    const answer = execFileSync(values.python, [script, '1', ...sizes.map(String)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [version, adamw, sam] = answer.trim().split(' ')
    console.log(`\ntorch ${version}, gradients given: AdamW ${adamw} ms, SAM around AdamW ${sam} ms a step`)
  } catch {
    console.log(`\ntorch: not in ${values.python}, left out`)
  }
}

/** The input of a step whose gradients are filled from a given vector, at no cost but that. */
function withoutEngine(): StepInput {
  const gradient = initialWeights(MODEL, 7)
  const rows = new Int32Array(300).map((_, at) => at)
  const loss = Promise.resolve(0.1)
  const nothing = Promise.resolve()
  const yes = Promise.resolve(true)
  const fill = (into: Float64Array): void => {
    for (let i = 0; i < into.length; i++) into[i] = gradient[i % gradient.length] * (1 + 0.01 * Math.sin(i))
  }
  const batch: Batch = {
    rows,
    outputs: 1,
    leastRows: 1,
    lossAndGradient(_weights, into, options) {
      fill(into)
      if (options?.outputs !== undefined) fill(options.outputs)
      return loss
    },
    predict(_weights, outputs) {
      fill(outputs)
      return nothing
    },
    rowLosses: (outputs, losses) => losses.set(outputs),
  }
  const training: TrainingData = {
    rows: rows.length,
    outputs: 1,
    samples: 16,
    sampleGradient(_sample, _weights, into) {
      fill(into)
      return yes
    },
  }
  return { batch, second: batch, training, position: positionOf(1, false) }
}

/** Bytes a step allocates on the heap and outside of it, for every method, without an engine. */
async function measureAllocations(): Promise<void> {
  const collect = globalThis.gc!
  let collections = 0
  new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({
    entryTypes: ['gc'],
  })
  const input = withoutEngine()
  const table: string[][] = []
  for (const method of methods) {
    const optimizer = optimizerOf(method)
    const weights = initialWeights(MODEL, 1)
    const state = optimizer.init(weights)
    for (let at = 0; at < 50; at++) await optimizer.step(weights, state, input)
    collect()
    await new Promise((resolve) => setTimeout(resolve, 20))
    collections = 0
    const before = process.memoryUsage()
    for (let at = 0; at < ALLOCATION_STEPS; at++) await optimizer.step(weights, state, input)
    const after = process.memoryUsage()
    await new Promise((resolve) => setTimeout(resolve, 20))
    table.push([
      method,
      ((after.arrayBuffers - before.arrayBuffers) / ALLOCATION_STEPS).toFixed(0),
      ((after.heapUsed - before.heapUsed) / ALLOCATION_STEPS).toFixed(0),
      String(collections),
    ])
  }
  console.log(
    `\nBytes allocated by a step after the first 50 (mean of ${ALLOCATION_STEPS} steps, ${layout.size} weights)`,
  )
  print(['method', 'vectors', 'heap', 'collections meanwhile'], table)
}

function print(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column].length)))
  for (const row of table) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
    console.log(`  ${cells.join('  ')}`)
  }
}

if (values.allocations) await measureAllocations()
else {
  console.log(`${cpus()[0]?.model.trim() ?? 'CPU'}, ${cpus().length} CPUs, load ${loadavg()[0].toFixed(1)}`)
  for (const stocks of values.stocks.split(',')) await measureTimes(Number(stocks))
  measureTorch()
  const child = fork(fileURLToPath(import.meta.url), ['--allocations'], {
    // New objects have room for every step without a collection.
    execArgv: ['--expose-gc', '--max-semi-space-size=256', '--min-semi-space-size=256'],
  })
  await new Promise((resolve) => child.on('exit', resolve))
}
