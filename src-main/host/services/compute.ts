import { cpus } from 'node:os'
import { createRandom } from '../../../src-shared/random.ts'
import type { CrossSection, Engine } from '../../nn/engine.ts'
import { createCompiledEngine } from '../../nn/engines/compiled/engine.ts'
import { createReferenceEngine } from '../../nn/engines/reference/engine.ts'
import { forwardFlops } from '../../nn/flops.ts'
import { initialWeights } from '../../nn/initialise.ts'
import { nativeAvailability, nativeBinding } from '../../compute/addon.ts'

export interface EngineReport {
  readonly name: string
  readonly available: boolean
  /** What it is, or why it is not available. */
  readonly reason: string
  readonly device: string
  readonly threads: number
  /**
   * Largest deviation of the gradient from the reference engine's, over its largest component; the reference engine's own
   * is the relative error of a directional derivative against a central difference.
   */
  readonly gradientError: number | null
  /** Median of the timed evaluations; 2 operations per multiply-add, a gradient counted as 3 forward passes. */
  readonly gflops: number | null
  readonly shareOfPeak: number | null
}

export interface ComputeReport {
  /** Fused multiply-adds of all cores, 2 operations each; null without the native engine, which measures it. */
  readonly fmaPeakGflops: number | null
  readonly engines: readonly EngineReport[]
}

const MODEL = { inputSize: 6, hiddenSize: 64, layers: 2 }
const STOCKS = 300
const STEPS = 30
const TIMED_EVALUATIONS = 5
const DIFFERENCE_STEP = 1e-5
const PEAK_ROUNDS = 40_000_000

/** Self-test and speed of every engine on a 300-stock cross-section of the default model. */
export async function measureEngines(): Promise<ComputeReport> {
  const weights = initialWeights(MODEL, 1)
  const section = randomCrossSection()
  const device = cpus()[0]?.model.trim() ?? 'CPU'
  const { available, reason } = nativeAvailability()
  const binding = nativeBinding()

  const reference = createReferenceEngine(MODEL)
  const exact = await gradientOf(reference, weights, section)
  const referenceReport: EngineReport = {
    name: 'reference',
    available: true,
    reason: 'float64 TypeScript, the oracle of the others',
    device,
    threads: 1,
    gradientError: await differenceError(reference, weights, section, exact),
    gflops: await speed(reference, weights, section),
    shareOfPeak: null,
  }
  reference.close()
  if (binding === null) {
    const missing = {
      name: 'native',
      available,
      reason,
      device,
      threads: 0,
      gradientError: null,
      gflops: null,
    }
    return { fmaPeakGflops: null, engines: [{ ...missing, shareOfPeak: null }, referenceReport] }
  }

  const fmaPeakGflops = await peak(binding)
  const native = createCompiledEngine(binding, MODEL)
  const gradient = await gradientOf(native, weights, section)
  const gflops = await speed(native, weights, section)
  native.close()
  const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const nativeReport: EngineReport = {
    name: 'native',
    available,
    reason,
    device,
    threads: binding.cores,
    gradientError:
      exact.reduce((most, value, i) => Math.max(most, Math.abs(value - gradient[i])), 0) / largest,
    gflops,
    shareOfPeak: gflops / fmaPeakGflops,
  }
  return { fmaPeakGflops, engines: [nativeReport, referenceReport] }
}

async function peak(binding: NonNullable<ReturnType<typeof nativeBinding>>): Promise<number> {
  const rates: number[] = []
  for (let k = 0; k < 3; k++) {
    const started = performance.now()
    const operations = await binding.multiplyAdds(binding.levels[0], binding.cores, PEAK_ROUNDS)
    rates.push(operations / (performance.now() - started) / 1e6)
  }
  return Math.max(...rates)
}

async function gradientOf(
  engine: Engine,
  weights: Float64Array,
  section: CrossSection,
): Promise<Float64Array> {
  const handle = engine.upload(section)
  const { gradient } = await engine.lossAndGradient(weights, handle)
  engine.release(handle)
  return gradient
}

async function differenceError(
  engine: Engine,
  weights: Float64Array,
  section: CrossSection,
  gradient: Float64Array,
): Promise<number> {
  const random = createRandom(2)
  const direction = Float64Array.from(weights, () => random.normal())
  const handle = engine.upload(section)
  const lossAt = async (step: number): Promise<number> => {
    const at = weights.map((weight, i) => weight + step * direction[i])
    return (await engine.lossAndGradient(at, handle)).loss
  }
  const difference =
    ((await lossAt(DIFFERENCE_STEP)) - (await lossAt(-DIFFERENCE_STEP))) / (2 * DIFFERENCE_STEP)
  engine.release(handle)
  const derivative = gradient.reduce((sum, value, i) => sum + value * direction[i], 0)
  return Math.abs(derivative - difference) / Math.abs(difference)
}

/** GFLOP/s of a loss-and-gradient evaluation, median. */
async function speed(engine: Engine, weights: Float64Array, section: CrossSection): Promise<number> {
  const handle = engine.upload(section)
  const milliseconds: number[] = []
  for (let k = 0; k < TIMED_EVALUATIONS; k++) {
    const started = performance.now()
    await engine.lossAndGradient(weights, handle)
    milliseconds.push(performance.now() - started)
  }
  engine.release(handle)
  const median = milliseconds.sort((a, b) => a - b)[Math.floor(TIMED_EVALUATIONS / 2)]
  return (3 * forwardFlops(MODEL, STEPS) * STOCKS) / median / 1e6
}

function randomCrossSection(): CrossSection {
  const random = createRandom(1)
  return {
    stocks: STOCKS,
    steps: STEPS,
    features: MODEL.inputSize,
    inputs: Float64Array.from({ length: STOCKS * STEPS * MODEL.inputSize }, () => random.normal()),
    labels: Float64Array.from({ length: STOCKS }, () => random.normal()),
  }
}
