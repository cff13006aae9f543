import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CrossSection } from '../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../src-main/nn/engines/reference/engine.ts'
import { gruLayout, type GruConfig } from '../../src-main/nn/layout.ts'
import { evaluateLoss, NEGATIVE_IC } from '../../src-main/nn/losses/loss.ts'
import { referencePath } from './optimizerProblem.ts'

/** The reference engine against PyTorch in float64, to 1e-10. */
const TOLERANCE = 1e-10

type Matrix = number[][]
type Tensors = Record<string, number[] | Matrix>
interface Golden {
  config: { input_size: number; hidden_size: number; num_layers: number; seq_len: number; batch: number }
  weights: Tensors
  X: Matrix[]
  Y: number[]
  forward: { layer0_output_all_steps: Matrix[]; layer1_output_all_steps: Matrix[]; pred: number[] }
  neg_ic: { loss: number; grad_pred: number[]; grads: Tensors }
  mse: { loss: number; grads: Tensors }
}

const path = referencePath('gru_ic.json')
const skipped = path === null ? ' (skipped: no reference folder, see PLATEAU_REFERENCE)' : ''

describe.skipIf(path === null)(`GRU and IC against float64 PyTorch${skipped}`, () => {
  const golden = path === null ? ({} as Golden) : (JSON.parse(readFileSync(path, 'utf8')) as Golden)
  const config = (layers: number): GruConfig => ({
    inputSize: golden.config.input_size,
    hiddenSize: golden.config.hidden_size,
    layers,
  })

  it('predicts', async () => {
    const engine = createReferenceEngine(config(2))
    const predictions = await engine.predict(pack(config(2), golden.weights), engine.upload(batchOf(golden)))
    expectClose(predictions, golden.forward.pred)
  })

  it('gives the hidden state of every layer at every step', async () => {
    for (const layers of [1, 2] as const) {
      const expected = golden.forward[layers === 1 ? 'layer0_output_all_steps' : 'layer1_output_all_steps']
      const engine = createReferenceEngine(config(layers))
      for (let steps = 1; steps <= golden.config.seq_len; steps++) {
        const handle = engine.upload(batchOf(golden, steps))
        for (let unit = 0; unit < golden.config.hidden_size; unit++) {
          // A head that reads one unit turns the prediction into that unit's state after `steps`.
          const head = [Array.from({ length: golden.config.hidden_size }, (_, j) => (j === unit ? 1 : 0))]
          const weights = pack(config(layers), { ...golden.weights, 'head.weight': head, 'head.bias': [0] })
          expectClose(
            await engine.predict(weights, handle),
            expected.map((states) => states[steps - 1][unit]),
          )
        }
      }
    }
  })

  it('gives the IC loss and every gradient', async () => {
    const engine = createReferenceEngine(config(2))
    const handle = engine.upload(batchOf(golden))
    const { loss, gradient } = await engine.lossAndGradient(pack(config(2), golden.weights), handle)
    expectClose([loss], [golden.neg_ic.loss])
    expectClose(gradient, pack(config(2), golden.neg_ic.grads))
    expectClose(
      evaluateLoss(NEGATIVE_IC, {
        predictions: Float64Array.from(golden.forward.pred),
        labels: Float64Array.from(golden.Y),
        sampleWeights: null,
        outputs: 1,
      }).gradient,
      golden.neg_ic.grad_pred,
    )
  })

  it('gives the squared error and every gradient', async () => {
    const engine = createReferenceEngine(config(2), { loss: { kind: 'mse' } })
    const handle = engine.upload(batchOf(golden))
    const { loss, gradient } = await engine.lossAndGradient(pack(config(2), golden.weights), handle)
    expectClose([loss], [golden.mse.loss])
    expectClose(gradient, pack(config(2), golden.mse.grads))
  })
})

/** The first `steps` steps of the reference's batch. */
function batchOf({ X, Y, config }: Golden, steps = config.seq_len): CrossSection {
  return {
    stocks: config.batch,
    steps,
    features: config.input_size,
    inputs: Float64Array.from(X.flatMap((stock) => stock.slice(0, steps).flat())),
    labels: Float64Array.from(Y),
  }
}

function pack(config: GruConfig, tensors: Tensors): Float64Array {
  const { tensors: layout, size } = gruLayout(config)
  const flat = new Float64Array(size)
  for (const { name, shape, offset } of layout) {
    const values = tensors[name].flat()
    expect(values.length, name).toBe(shape.reduce((product, length) => product * length, 1))
    flat.set(values, offset)
  }
  return flat
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < actual.length; i++) {
    expect(Math.abs(actual[i] - expected[i]), `element ${i}`).toBeLessThanOrEqual(TOLERANCE)
  }
}
