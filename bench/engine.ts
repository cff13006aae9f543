import { cpus, loadavg } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { CATALOGUE, engineLabel } from '../src-main/compute/catalogue.ts'
import { nativeBinding } from '../src-main/compute/addon.ts'
import type { CrossSection, Engine } from '../src-main/nn/engine.ts'
import { forwardFlops } from '../src-main/nn/flops.ts'
import { initialWeights } from '../src-main/nn/initialise.ts'
import { createRandom } from '../src-shared/random.ts'
import { describeSetting, fastestTorch } from './peers/torch.ts'

/**
 * Speed of one loss-and-gradient evaluation on every engine present, PyTorch in its fastest setting beside them:
 * `npm run bench -- engine`. PyTorch is taken from `--python` (python3 unless given); without torch it is left out.
 *
 * Engines, peer and the machine's multiply-add peak take turns, so that a change of load meets all of them. A turn runs
 * evaluations one after the other for a while, as training does, and counts with their median; figures are medians over
 * the turns, for the peak the best. Operations are counted as nn/flops.ts says.
 */
const { values } = parseArgs({
  options: {
    stocks: { type: 'string', default: '512,4096' },
    hidden: { type: 'string', default: '64' },
    steps: { type: 'string', default: '30' },
    features: { type: 'string', default: '6' },
    layers: { type: 'string', default: '2' },
    threads: { type: 'string' },
    /** All that are there but the reference engine and emulated GPUs, unless given. */
    engines: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    turns: { type: 'string', default: '7' },
  },
})
const TURN_MS = 150
/** So that the median is not of the first one alone, which finds the caches full of another's data. */
const LEAST_EVALUATIONS = 3
/** PyTorch's threads spin for a while after their work; nobody should be measured beside them. */
const PAUSE_MS = 50
/** About 15 ms a turn. */
const PEAK_ROUNDS = 2_500_000

const model = {
  inputSize: Number(values.features),
  hiddenSize: Number(values.hidden),
  layers: Number(values.layers),
}
const steps = Number(values.steps)
const turns = Number(values.turns)
const weights = initialWeights(model, 1)
const binding = nativeBinding()
const threads = Number(values.threads ?? binding?.cores ?? 1)

/** Something that evaluates, and the milliseconds of its turns. */
interface Contender {
  readonly name: string
  readonly threads: string
  /** Milliseconds of one evaluation. */
  evaluate(): Promise<number>
  readonly turns: number[]
}

function randomSection(stocks: number): CrossSection {
  const random = createRandom(1)
  const normals = (length: number) => Float64Array.from({ length }, () => random.normal())
  const inputs = new Float32Array(normals(stocks * steps * model.inputSize))
  return { stocks, steps, features: model.inputSize, inputs, labels: normals(stocks) }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

const load = (): string => loadavg()[0].toFixed(1)

async function openEngines(): Promise<Map<string, { engine: Engine; threads: string }>> {
  const asked = values.engines?.split(',')
  const opened = new Map<string, { engine: Engine; threads: string }>()
  for (const source of CATALOGUE) {
    const found = await source.find()
    if (!found.available) {
      console.log(
        `  ${source.name}: missing: ${Object.values(found.reason.values).join(' ') || found.reason.code}`,
      )
      continue
    }
    const wanted = asked?.includes(source.name) ?? (source.name !== 'reference' && !found.software)
    console.log(`  ${engineLabel(source.name, found)}: ${found.device}${wanted ? '' : ' (not measured)'}`)
    if (!wanted) continue
    const engine = await found.open(model, { threads })
    const counted = source.name === 'reference' ? 1 : found.threads
    opened.set(source.name, { engine, threads: counted === 0 ? '' : String(Math.min(counted, threads)) })
  }
  return opened
}

async function takeTurn(contender: Contender): Promise<void> {
  const milliseconds: number[] = []
  let spent = 0
  while (spent < TURN_MS || milliseconds.length < LEAST_EVALUATIONS) {
    const one = await contender.evaluate()
    milliseconds.push(one)
    spent += one
  }
  contender.turns.push(median(milliseconds))
}

/** GFLOP/s of the multiply-adds of one turn; null without the native binding. */
async function peakTurn(): Promise<number | null> {
  if (binding === null) return null
  const start = performance.now()
  const operations = await binding.multiplyAdds(binding.levels[0], threads, PEAK_ROUNDS)
  return operations / ((performance.now() - start) * 1e6)
}

async function measure(engines: ReadonlyMap<string, { engine: Engine; threads: string }>, stocks: number) {
  console.log(`\n${stocks} stocks`)
  const peers: Contender[] = []
  const closing: (() => void)[] = []
  for (const device of ['cpu', 'cuda'] as const) {
    const torch = await fastestTorch(
      values.python,
      model,
      { steps, stocks },
      device,
      threads,
      (setting, ms) => console.log(`  torch, ${describeSetting(setting)}: ${ms.toFixed(1)} ms`),
    )
    if (torch === null) continue
    closing.push(torch.close)
    peers.push({
      name: `torch ${torch.version}, ${describeSetting(torch.setting)}`,
      threads: device === 'cpu' ? String(torch.setting.threads) : '',
      evaluate: torch.evaluate,
      turns: [],
    })
  }
  const section = randomSection(stocks)
  const ours = [...engines].map(([name, { engine, threads }]): Contender => {
    const handle = engine.upload(section)
    closing.push(() => engine.release(handle))
    return {
      name,
      threads,
      turns: [],
      async evaluate() {
        const start = performance.now()
        await engine.lossAndGradient(weights, handle)
        return performance.now() - start
      },
    }
  })
  const contenders = [...ours, ...peers]
  for (const { evaluate } of contenders) await evaluate()

  const peaks: number[] = []
  for (let turn = 0; turn < turns; turn++) {
    for (const contender of contenders) {
      await pause(PAUSE_MS)
      await takeTurn(contender)
    }
    await pause(PAUSE_MS)
    const peak = await peakTurn()
    if (peak !== null) peaks.push(peak)
  }
  for (const close of closing) close()
  print(stocks, contenders, peers, peaks.length === 0 ? null : Math.max(...peaks))
}

function print(
  stocks: number,
  contenders: readonly Contender[],
  peers: readonly Contender[],
  peak: number | null,
) {
  const operations = 3 * stocks * forwardFlops(model, steps)
  const rows = contenders.map(({ name, threads, turns }) => {
    const milliseconds = median(turns)
    const gflops = operations / (milliseconds * 1e6)
    const share = peak === null ? '' : `${((100 * gflops) / peak).toFixed(0)} %`
    const ratios = peers.map((peer) => `${(median(peer.turns) / milliseconds).toFixed(2)} x`)
    const range = `${Math.min(...turns).toFixed(1)} - ${Math.max(...turns).toFixed(1)}`
    return [name, threads, milliseconds.toFixed(1), range, gflops.toFixed(0), share, ...ratios]
  })
  const head = [
    '',
    'threads',
    'median ms',
    'range',
    'GFLOP/s',
    'of peak',
    ...peers.map((_, i) => `vs peer ${i + 1}`),
  ]
  const table = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column].length)))
  for (const row of table) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
    console.log(`  ${cells.join('  ')}`)
  }
  console.log(
    `  multiply-add peak ${peak === null ? 'not measured' : `${peak.toFixed(0)} GFLOP/s on ${threads} threads`}`,
  )
}

console.log(
  `${cpus()[0]?.model.trim() ?? 'CPU'}, ${cpus().length} CPUs, load ${load()}; ${model.layers} layers x ` +
    `${model.hiddenSize} hidden, ${steps} steps x ${model.inputSize} features, ${turns} turns`,
)
const engines = await openEngines()
for (const stocks of values.stocks.split(',').map(Number)) await measure(engines, stocks)
for (const { engine } of engines.values()) engine.close()
console.log(`\nload ${load()} at the end`)
