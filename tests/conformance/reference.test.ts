import fc from 'fast-check'
import { expect, it } from 'vitest'
import { gruLayout } from '../../src-main/nn/layout.ts'
import { dot } from '../../src-main/optim/vector.ts'
import { derivative, directionIn } from '../unit/nn/differences.ts'
import { answerOf, distance, problemOf, type Case } from './cases.ts'
import { definedLoss, definedPredictions } from './definition.ts'
import { referenceEngine } from './engines.ts'

/** Everything the interface offers, on models small enough for finite differences. */
const anyCase: fc.Arbitrary<Case & { loss: object; dropoutSeed: number | undefined }> = fc
  .record({
    inputSize: fc.integer({ min: 1, max: 4 }),
    hiddenSize: fc.integer({ min: 2, max: 6 }),
    layers: fc.integer({ min: 1, max: 3 }),
    outputs: fc.integer({ min: 1, max: 2 }),
    dropout: fc.constantFrom(0, 0.2, 0.6),
    loss: fc.constantFrom({ kind: 'mse' as const }, { kind: 'ic' as const, correlationPenalty: 0.7 }),
    // More than one tile of the reference engine, so that sums over tiles are seen.
    stocks: fc.integer({ min: 12, max: 40 }),
    steps: fc.integer({ min: 1, max: 5 }),
    seed: fc.nat(),
    weighted: fc.boolean(),
    dropoutSeed: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { nil: undefined }),
  })
  .map(({ inputSize, hiddenSize, layers, outputs, dropout, loss, ...rest }) => ({
    config: { inputSize, hiddenSize, layers, outputs, dropout },
    loss: loss.kind === 'ic' && outputs === 1 ? { kind: 'ic' as const } : loss,
    ...rest,
  }))

it('predicts and loses what the definitions say, with the gradient of their finite differences', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async (each) => {
      const { config, loss, dropoutSeed, seed } = each
      const problem = problemOf(each)
      const { section } = problem
      const objective = (weights: Float64Array) =>
        definedLoss(loss, definedPredictions(config, weights, section, dropoutSeed), section)
      // Spread out, for the IC has no derivative where all predictions are equal.
      const { offset, shape } = gruLayout(config).tensors.at(-2)!
      const weights = problem.weights.map((weight, i) =>
        i >= offset && i < offset + shape[0] * shape[1] ? 8 * weight : weight,
      )
      const { predicted, predictions, ...value } = await answerOf(referenceEngine, each, { weights, section })
      expect(distance(predicted, definedPredictions(config, weights, section))).toBeLessThan(1e-12)
      const dropped = definedPredictions(config, weights, section, dropoutSeed)
      expect(distance(predictions, dropped)).toBeLessThan(1e-12)
      expect(Math.abs(value.loss - objective(weights))).toBeLessThan(1e-10)
      for (const tensor of gruLayout(config).tensors) {
        const direction = directionIn(tensor, weights.length, seed)
        const numeric = await derivative(weights, direction, objective)
        expect(Math.abs(dot(value.gradient, direction) - numeric), tensor.name).toBeLessThan(1e-7)
      }
    }),
    { seed: 1, numRuns: 60 },
  )
})
