import { cpus } from 'node:os'
import { createRandom } from '../../../src-shared/random.ts'
import type { CrossSection } from '../../nn/engine.ts'
import { createReferenceEngine } from '../../nn/engines/reference.ts'
import { initialWeights } from '../../nn/initialise.ts'
import { forwardFlops } from '../../nn/flops.ts'

export interface EngineReport {
  readonly name: string
  readonly available: boolean
  /** Why it is, or is not, the one taken. */
  readonly reason: string
  readonly device: string
  readonly threads: number
  /** Relative error of a directional derivative against a central difference. */
  readonly gradientError: number
  /** Median of the timed evaluations; 2 operations per multiply-add, a gradient counted as 3 forward passes. */
  readonly gflops: number
  readonly shareOfPeak: number | null
}

const MODEL = { inputSize: 6, hiddenSize: 64, layers: 2 }
const STOCKS = 300
const STEPS = 30
const TIMED_EVALUATIONS = 3
const DIFFERENCE_STEP = 1e-5

/** Self-test and speed of the reference engine on a 300-stock cross-section of the default model. */
export async function measureReferenceEngine(): Promise<EngineReport> {
  const engine = createReferenceEngine(MODEL)
  const weights = initialWeights(MODEL, 1)
  const handle = engine.upload(randomCrossSection())
  const { gradient } = await engine.lossAndGradient(weights, handle)

  const random = createRandom(2)
  const direction = Float64Array.from(weights, () => random.normal())
  const lossAt = async (step: number): Promise<number> =>
    (
      await engine.lossAndGradient(
        weights.map((weight, i) => weight + step * direction[i]),
        handle,
      )
    ).loss
  const difference =
    ((await lossAt(DIFFERENCE_STEP)) - (await lossAt(-DIFFERENCE_STEP))) / (2 * DIFFERENCE_STEP)
  const derivative = gradient.reduce((sum, value, i) => sum + value * direction[i], 0)

  const seconds: number[] = []
  for (let k = 0; k < TIMED_EVALUATIONS; k++) {
    const started = performance.now()
    await engine.lossAndGradient(weights, handle)
    seconds.push((performance.now() - started) / 1000)
  }
  engine.close()
  const median = seconds.sort((a, b) => a - b)[Math.floor(TIMED_EVALUATIONS / 2)]
  return {
    name: engine.name,
    available: true,
    reason: 'float64 TypeScript, the only engine of this version',
    device: cpus()[0]?.model.trim() ?? 'CPU',
    threads: 1,
    gradientError: Math.abs(derivative - difference) / Math.abs(difference),
    gflops: (3 * forwardFlops(MODEL, STEPS) * STOCKS) / median / 1e9,
    shareOfPeak: null,
  }
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
