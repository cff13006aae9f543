import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createGruNetwork } from '../../../src-main/nn/engines/reference/gruNetwork.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { gruLayout } from '../../../src-main/nn/layout.ts'
import { dot } from '../../../src-main/optim/vector.ts'
import { derivative, directionIn } from './differences.ts'
import { randomCrossSection } from './samples.ts'

it('has the gradient that finite differences give, for every tensor of any small model', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        inputSize: fc.integer({ min: 1, max: 5 }),
        hiddenSize: fc.integer({ min: 1, max: 7 }),
        layers: fc.integer({ min: 1, max: 3 }),
      }),
      fc.nat(),
      fc.integer({ min: 1, max: 37 }),
      fc.integer({ min: 1, max: 6 }),
      async (config, seed, stocks, steps) => {
        // A weighted mean of the predictions is as smooth as the network itself; the IC is not where all
        // predictions are nearly equal.
        const { labels: share, ...batch } = randomCrossSection(seed, stocks, steps, config.inputSize)
        const predictionGradient = share.map((value) => value / stocks)
        const network = createGruNetwork(config, 2 ** 20)
        const section = { ...batch, labels: null }
        const objective = async (weights: Float64Array) => {
          const predictions = new Float64Array(stocks)
          await network.forward(weights, section, predictions, { keep: true, dropout: null })
          return dot(predictions, predictionGradient)
        }
        const weights = initialWeights(config, seed)
        const gradient = new Float64Array(weights.length)
        await objective(weights)
        await network.backward(weights, section, predictionGradient, gradient, null)
        for (const tensor of gruLayout(config).tensors) {
          const direction = directionIn(tensor, weights.length, seed)
          const numeric = await derivative(weights, direction, objective)
          expect(Math.abs(dot(gradient, direction) - numeric), tensor.name).toBeLessThan(1e-9)
        }
      },
    ),
    { numRuns: 60 },
  )
})
