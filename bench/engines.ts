import { cpus, loadavg } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { CrossSection, Engine } from '../src-main/nn/engine.ts'
import type { CompiledBinding } from '../src-main/nn/engines/compiled/binding.ts'
import { createCompiledEngine } from '../src-main/nn/engines/compiled/engine.ts'
import { createReferenceEngine } from '../src-main/nn/engines/reference/engine.ts'
import { forwardFlops } from '../src-main/nn/flops.ts'
import { initialWeights } from '../src-main/nn/initialise.ts'
import { nativeAvailability, nativeBinding } from '../src-main/compute/addon.ts'
import { createRandom } from '../src-shared/random.ts'
import { startTorch } from './peers/torch.ts'

/**
 * Speed of one loss-and-gradient evaluation on every engine present, PyTorch on the same sizes and threads beside them:
 * `node bench/engines.ts`. PyTorch is taken from `--python` (python3 unless given); without torch it is left out.
 * Engine, peer and the machine's multiply-add peak take turns, so that a change of load meets all of them; medians of
 * the turns, for the peak the best. Operations are counted as nn/flops.ts says.
 */
const { values } = parseArgs({
  options: {
    threads: { type: 'string' },
    stocks: { type: 'string', default: '300,512,4096' },
    hidden: { type: 'string', default: '64' },
    steps: { type: 'string', default: '30' },
    level: { type: 'string' },
    python: { type: 'string', default: 'python3' },
  },
})
const TURNS = 7
/** The reference engine is slow and its speed does not depend on the stocks: one size is enough. */
const REFERENCE_STOCKS = 300
const REFERENCE_TURNS = 3
/** PyTorch's threads spin for a while after their work; nobody should be measured beside them. */
const PAUSE_MS = 50
/** About 30 ms a turn. */
const PEAK_ROUNDS = 5_000_000

const model = { inputSize: 6, hiddenSize: Number(values.hidden), layers: 2 }
const steps = Number(values.steps)
const weights = initialWeights(model, 1)

function randomSection(stocks: number): CrossSection {
  const random = createRandom(1)
  const normals = (length: number) => Float64Array.from({ length }, () => random.normal())
  const inputs = Float32Array.from(normals(stocks * steps * model.inputSize))
  return { stocks, steps, features: model.inputSize, inputs, labels: normals(stocks) }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
}

/** GFLOP/s of an evaluation of `stocks` that takes `milliseconds`. */
function speed(stocks: number, milliseconds: number): number {
  return (3 * stocks * forwardFlops(model, steps)) / (milliseconds * 1e6)
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function measureReference(): Promise<number> {
  const engine = createReferenceEngine(model)
  const handle = engine.upload(randomSection(REFERENCE_STOCKS))
  const turns: number[] = []
  for (let turn = 0; turn < REFERENCE_TURNS; turn++) {
    turns.push(await time(() => engine.lossAndGradient(weights, handle)))
  }
  engine.close()
  const milliseconds = median(turns)
  const gflops = speed(REFERENCE_STOCKS, milliseconds)
  console.log(
    `reference  ${REFERENCE_STOCKS} stocks: ${milliseconds.toFixed(1)} ms, ${gflops.toFixed(2)} GFLOP/s, 1 thread`,
  )
  return gflops
}

async function measureNative(binding: CompiledBinding, engine: Engine, stocks: number, reference: number) {
  const handle = engine.upload(randomSection(stocks))
  const torch = await startTorch(values.python, model, threads, steps, stocks)
  const evaluate = () => engine.lossAndGradient(weights, handle)
  await evaluate()
  const native: number[] = []
  const peer: number[] = []
  const peaks: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    await pause(PAUSE_MS)
    native.push(await time(evaluate))
    if (torch !== null) peer.push(await torch.evaluate())
    await pause(PAUSE_MS)
    let operations = 0
    const milliseconds = await time(async () => {
      operations = await binding.multiplyAdds(level, threads, PEAK_ROUNDS)
    })
    peaks.push(operations / (milliseconds * 1e6))
  }
  torch?.close()
  engine.release(handle)

  const milliseconds = median(native)
  const gflops = speed(stocks, milliseconds)
  const peak = Math.max(...peaks)
  const figures = [
    `${milliseconds.toFixed(1)} ms`,
    `${gflops.toFixed(0)} GFLOP/s`,
    `${((100 * gflops) / peak).toFixed(0)} % of ${peak.toFixed(0)} peak`,
    `${(gflops / reference).toFixed(0)} x reference`,
  ]
  if (torch !== null) {
    const beside = median(peer)
    figures.push(`${(beside / milliseconds).toFixed(1)} x torch ${torch.version} (${beside.toFixed(1)} ms)`)
  }
  console.log(`native     ${stocks} stocks: ${figures.join(', ')}`)
}

const binding = nativeBinding()
const threads = Number(values.threads ?? binding?.cores ?? 1)
const level = values.level ?? binding?.levels[0] ?? ''
const load = () => loadavg()[0].toFixed(1)
console.log(
  `${cpus()[0]?.model.trim() ?? 'CPU'}, ${cpus().length} CPUs, load ${load()}; ` +
    `${model.layers} layers x ${model.hiddenSize} hidden, ${steps} steps x ${model.inputSize} features, ` +
    `${threads} threads`,
)
const reference = await measureReference()
if (binding === null) console.log(`native     missing: ${nativeAvailability().reason}`)
else {
  console.log(`native     ${level}`)
  const engine = createCompiledEngine(binding, model, { threads, level })
  for (const stocks of values.stocks.split(',').map(Number)) {
    await measureNative(binding, engine, stocks, reference)
  }
  engine.close()
}
console.log(`load ${load()} at the end`)
