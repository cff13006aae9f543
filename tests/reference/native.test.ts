import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CompiledBinding } from '../../src-main/nn/engines/compiled/binding.ts'
import { createCompiledEngine } from '../../src-main/nn/engines/compiled/engine.ts'
import { gruLayout } from '../../src-main/nn/layout.ts'
import { nativeAvailability, nativeBinding } from '../../src-main/compute/addon.ts'
import { referencePath } from './optimizerProblem.ts'

/** float32 against PyTorch in float64, absolute; the gradient's largest component is near 0.1. */
const TOLERANCE = 2e-6

type Tensors = Record<string, number[] | number[][]>
interface Golden {
  config: { input_size: number; hidden_size: number; num_layers: number; seq_len: number; batch: number }
  weights: Tensors
  X: number[][][]
  Y: number[]
  forward: { pred: number[] }
  neg_ic: { loss: number; grads: Tensors }
}

const path = referencePath('gru_ic.json')
const { available, reason } = nativeAvailability()
const missing = available ? 'no reference folder, see PLATEAU_REFERENCE' : reason
const runs = available && path !== null
const levels = available ? (nativeBinding() as CompiledBinding).levels : []

describe.skipIf(!runs)(`native engine against float64 PyTorch${runs ? '' : ` (skipped: ${missing})`}`, () => {
  it.each(levels)('predicts and gives the IC loss and every gradient on %s', async (level) => {
    const { config, weights, X, Y, forward, neg_ic } = JSON.parse(readFileSync(path!, 'utf8')) as Golden
    const model = { inputSize: config.input_size, hiddenSize: config.hidden_size, layers: config.num_layers }
    const pack = (tensors: Tensors) =>
      Float64Array.from(gruLayout(model).tensors.flatMap(({ name }) => tensors[name].flat()))
    const engine = createCompiledEngine(nativeBinding() as CompiledBinding, model, { level })
    const handle = engine.upload({
      stocks: config.batch,
      steps: config.seq_len,
      features: config.input_size,
      inputs: Float64Array.from(X.flat(2)),
      labels: Float64Array.from(Y),
    })
    const { loss, gradient } = await engine.lossAndGradient(pack(weights), handle)
    expectClose(await engine.predict(pack(weights), handle), forward.pred)
    expectClose([loss], [neg_ic.loss])
    expectClose(gradient, pack(neg_ic.grads))
    engine.close()
  })
})

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < actual.length; i++) {
    expect(Math.abs(actual[i] - expected[i]), `element ${i}`).toBeLessThanOrEqual(TOLERANCE)
  }
}
