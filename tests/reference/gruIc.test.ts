import { describe, expect, it } from 'vitest'
import { createReferenceEngine } from '../../src-main/nn/engines/reference/engine.ts'
import { evaluateLoss, NEGATIVE_IC } from '../../src-main/nn/losses/loss.ts'
import { configOf, gruIcGolden, pack, sectionOf, type GruIcGolden } from './gruIcGolden.ts'

/** Against PyTorch in float64. Predictions, losses and gradients of every engine: tests/conformance. */
const TOLERANCE = 1e-10

const found = gruIcGolden()
const skipped = found === null ? ' (skipped: no reference folder, see PLATEAU_REFERENCE)' : ''

describe.skipIf(found === null)(`GRU and IC against float64 PyTorch${skipped}`, () => {
  // Never null inside the suite: it is skipped without the file.
  const golden = found as GruIcGolden

  it('gives the hidden state of every layer at every step', async () => {
    const { hidden_size: hiddenSize, seq_len: length } = golden.config
    for (const layers of [1, 2] as const) {
      const config = configOf(golden, layers)
      const expected = golden.forward[layers === 1 ? 'layer0_output_all_steps' : 'layer1_output_all_steps']
      const engine = createReferenceEngine(config)
      for (let steps = 1; steps <= length; steps++) {
        const handle = engine.upload(sectionOf(golden, steps))
        for (let unit = 0; unit < hiddenSize; unit++) {
          // A head that reads one unit turns the prediction into that unit's state after `steps`.
          const head = [Array.from({ length: hiddenSize }, (_, j) => (j === unit ? 1 : 0))]
          const weights = pack(config, { ...golden.weights, 'head.weight': head, 'head.bias': [0] })
          expectClose(
            await engine.predict(weights, handle),
            expected.map((states) => states[steps - 1][unit]),
          )
        }
      }
    }
  })

  it('gives the gradient of the IC with respect to the predictions', () => {
    const { loss, gradient } = evaluateLoss(NEGATIVE_IC, {
      predictions: Float64Array.from(golden.forward.pred),
      labels: Float64Array.from(golden.Y),
      sampleWeights: null,
      outputs: 1,
    })
    expectClose([loss], [golden.neg_ic.loss])
    expectClose(gradient, golden.neg_ic.grad_pred)
  })
})

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < actual.length; i++) {
    expect(Math.abs(actual[i] - expected[i]), `element ${i}`).toBeLessThanOrEqual(TOLERANCE)
  }
}
