import { createReferenceEngine } from '../src-main/nn/engines/reference/engine.ts'
import { forwardFlops } from '../src-main/nn/flops.ts'
import { initialWeights } from '../src-main/nn/initialise.ts'
import { createRandom } from '../src-shared/random.ts'

/**
 * Speed of one loss-and-gradient evaluation of the GRU: `node bench/gru.ts`. Operations are
 * counted as nn/flops.ts says, forward + backward as 3 x forward.
 */
const STOCKS = 300
const STEPS = 30
const FEATURES = 6
const LAYERS = 2
const REPEATS = 9

const random = createRandom(1)
const crossSection = {
  stocks: STOCKS,
  steps: STEPS,
  features: FEATURES,
  inputs: Float64Array.from({ length: STOCKS * STEPS * FEATURES }, () => random.normal()),
  labels: Float64Array.from({ length: STOCKS }, () => random.normal()),
}
console.log(`${STOCKS} stocks x ${STEPS} steps x ${FEATURES} features, ${LAYERS} layers, one core`)
for (const hiddenSize of [16, 32, 64]) {
  const config = { inputSize: FEATURES, hiddenSize, layers: LAYERS }
  const engine = createReferenceEngine(config)
  const handle = engine.upload(crossSection)
  const weights = initialWeights(config, 1)
  const milliseconds: number[] = []
  for (let i = 0; i < REPEATS + 2; i++) {
    const start = performance.now()
    await engine.lossAndGradient(weights, handle)
    if (i >= 2) milliseconds.push(performance.now() - start)
  }
  const median = milliseconds.toSorted((a, b) => a - b)[(REPEATS - 1) / 2]
  const gflops = (3 * STOCKS * forwardFlops(config, STEPS)) / (median * 1e6)
  console.log(
    `${engine.name}  hidden ${hiddenSize}: median ${median.toFixed(1)} ms, ${gflops.toFixed(2)} GFLOP/s`,
  )
}
