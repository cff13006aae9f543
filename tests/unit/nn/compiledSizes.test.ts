import { describe, expect, it } from 'vitest'
import { nativeAvailability, nativeBinding } from '../../../src-main/compute/addon.ts'
import { createCompiledEngine } from '../../../src-main/nn/engines/compiled/engine.ts'
import { compiledBytes } from '../../../src-main/nn/engines/compiled/sizes.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { createRandom } from '../../../src-shared/random.ts'

const FEATURES = 6
const THREADS = 2
/** What the evaluations leave beside the buffers. */
const BESIDE = 16e6
const { available, reason } = nativeAvailability()

/** Bytes by which resident memory grows over gradients and predictions of one cross-section. */
async function grown(hiddenSize: number, layers: number, steps: number, stocks: number): Promise<number> {
  const config = { inputSize: FEATURES, hiddenSize, layers }
  const random = createRandom(3)
  const inputs = new Float32Array(stocks * steps * FEATURES)
  for (let i = 0; i < inputs.length; i++) inputs[i] = random.uniform() - 0.5
  const labels = new Float64Array(stocks)
  for (let s = 0; s < stocks; s++) labels[s] = random.uniform() - 0.5
  const weights = initialWeights(config, 1)
  const engine = createCompiledEngine(nativeBinding()!, config, { threads: THREADS })
  const handle = engine.upload({ stocks, steps, features: FEATURES, inputs, labels })
  const before = process.memoryUsage.rss()
  for (let pass = 0; pass < 2; pass++) {
    await engine.lossAndGradient(weights, handle)
    await engine.predict(weights, handle)
  }
  const after = process.memoryUsage.rss()
  engine.close()
  return after - before
}

describe.skipIf(!available)(`memory of the native engine${available ? '' : ` (skipped: ${reason})`}`, () => {
  it.each([
    { what: 'all activations', model: [64, 2, 30, 770] },
    { what: 'partial gradients of a wide layer', model: [256, 1, 5, 500] },
    { what: 'as many activations as it keeps, and a tile of each thread', model: [16, 3, 60, 10_000] },
  ] as const)('is what was computed: $what', async ({ model }) => {
    const [hiddenSize, layers, steps, stocks] = model
    const computed = compiledBytes(
      { inputSize: FEATURES, hiddenSize, layers },
      { stocks, steps, threads: THREADS },
    )
    const measured = await grown(hiddenSize, layers, steps, stocks)
    expect(Math.abs(measured - computed)).toBeLessThan(BESIDE)
  })

  it('is never less for more stocks, steps or threads', () => {
    const config = { inputSize: FEATURES, hiddenSize: 20, layers: 2 }
    const bytes = (stocks: number, steps: number, threads: number) =>
      compiledBytes(config, { stocks, steps, threads })
    for (let stocks = 1; stocks < 2000; stocks++) {
      const one = bytes(stocks, 10, 2)
      expect(bytes(stocks + 1, 10, 2)).toBeGreaterThanOrEqual(one)
      expect(bytes(stocks, 11, 2)).toBeGreaterThan(one)
      expect(bytes(stocks, 10, 3)).toBeGreaterThan(one)
    }
  })
})
