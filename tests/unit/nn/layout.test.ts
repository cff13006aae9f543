import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { gruLayout } from '../../../src-main/nn/layout.ts'

describe('gruLayout', () => {
  it('lists the tensors of a small model in PyTorch order', () => {
    expect(gruLayout({ inputSize: 6, hiddenSize: 8, layers: 2 })).toEqual({
      tensors: [
        { name: 'gru.weight_ih_l0', shape: [24, 6], offset: 0 },
        { name: 'gru.weight_hh_l0', shape: [24, 8], offset: 144 },
        { name: 'gru.bias_ih_l0', shape: [24], offset: 336 },
        { name: 'gru.bias_hh_l0', shape: [24], offset: 360 },
        { name: 'gru.weight_ih_l1', shape: [24, 8], offset: 384 },
        { name: 'gru.weight_hh_l1', shape: [24, 8], offset: 576 },
        { name: 'gru.bias_ih_l1', shape: [24], offset: 768 },
        { name: 'gru.bias_hh_l1', shape: [24], offset: 792 },
        { name: 'head.weight', shape: [1, 8], offset: 816 },
        { name: 'head.bias', shape: [1], offset: 824 },
      ],
      size: 825,
    })
  })

  it('counts the weights of the default model', () => {
    // 192 x (6 + 64 + 2) + 192 x (64 + 64 + 2) + 64 + 1
    expect(gruLayout({ inputSize: 6, hiddenSize: 64, layers: 2 }).size).toBe(38_849)
  })
})

describe('initialWeights', () => {
  const config = { inputSize: 6, hiddenSize: 64, layers: 2 }

  it('gives the same weights for the same seed and others for another', () => {
    expect(initialWeights(config, 3)).toEqual(initialWeights(config, 3))
    expect(initialWeights(config, 3)).not.toEqual(initialWeights(config, 4))
  })

  it('draws from the whole of U(-1/8, 1/8) for hidden size 64', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const weights = initialWeights(config, seed)
        const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length
        const variance = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / weights.length
        expect(weights.length).toBe(38_849)
        expect(weights.every((w) => w >= -0.125 && w < 0.125)).toBe(true)
        // Seven standard errors of the mean and of the variance of a uniform.
        expect(Math.abs(mean)).toBeLessThan((7 * 0.125) / Math.sqrt(3 * weights.length))
        expect(Math.abs(variance / (0.125 ** 2 / 3) - 1)).toBeLessThan(7 * Math.sqrt(0.8 / weights.length))
      }),
      { numRuns: 20 },
    )
  })
})
