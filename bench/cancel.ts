import { cpus } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { CATALOGUE, engineLabel } from '../src-main/compute/catalogue.ts'
import type { CrossSection, Engine } from '../src-main/nn/engine.ts'
import type { GruConfig } from '../src-main/nn/layout.ts'
import { initialWeights } from '../src-main/nn/initialise.ts'
import { createRandom } from '../src-shared/random.ts'

/**
 * How long an evaluation goes on after its signal has aborted, for every engine present: `npm run bench -- cancel`. The
 * abort comes at different moments of an evaluation of some seconds.
 */
const ABORTS_AFTER_MS = [20, 60, 150, 300, 500, 800, 1200]

/** The default model on a whole market, and the largest on what keeps an engine busy long enough. */
const CASES: readonly { readonly model: GruConfig; readonly steps: number; readonly stocks: number }[] = [
  { model: { inputSize: 6, hiddenSize: 64, layers: 2 }, steps: 30, stocks: 60_000 },
  { model: { inputSize: 64, hiddenSize: 128, layers: 3 }, steps: 128, stocks: 3_000 },
]

function randomSection(stocks: number, steps: number, features: number): CrossSection {
  const random = createRandom(1)
  const inputs = new Float32Array(stocks * steps * features).map(() => 2 * random.uniform() - 1)
  const labels = new Float64Array(stocks).map(() => random.normal())
  return { stocks, steps, features, inputs, labels }
}

/** Milliseconds from the abort to the rejection; null when the evaluation had ended before. */
async function cancelOnce(
  engine: Engine,
  weights: Float64Array,
  handle: ReturnType<Engine['upload']>,
  after: number,
): Promise<number | null> {
  const stop = new AbortController()
  const evaluation = engine.lossAndGradient(weights, handle, { signal: stop.signal }).then(
    () => null,
    () => performance.now(),
  )
  // From when the abort is due: an engine on the JavaScript thread delays the abort itself.
  const due = performance.now() + after
  await pause(after)
  stop.abort()
  const rejected = await evaluation
  return rejected === null ? null : rejected - due
}

console.log(`${cpus()[0]?.model.trim() ?? 'CPU'}, ${cpus().length} CPUs`)
for (const { model, steps, stocks } of CASES) {
  console.log(`${model.layers} layers x ${model.hiddenSize} hidden, ${steps} steps, ${stocks} stocks`)
  const weights = initialWeights(model, 1)
  const section = randomSection(stocks, steps, model.inputSize)
  for (const source of CATALOGUE) {
    const found = await source.find()
    if (!found.available || found.software) continue
    const engine = await found.open(model)
    const handle = engine.upload(section)
    const delays: (number | null)[] = []
    for (const after of ABORTS_AFTER_MS) delays.push(await cancelOnce(engine, weights, handle, after))
    engine.close()
    const told = delays.map((delay) => (delay === null ? 'ended before' : delay.toFixed(0)))
    console.log(`  ${engineLabel(source.name, found)}: ${told.join(', ')} ms`)
  }
}
