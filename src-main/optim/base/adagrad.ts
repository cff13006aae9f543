import type { BaseOptimizer } from '../parts.ts'

export interface AdagradOptions {
  readonly learningRate: number
  /** The rate of step t (from 1) is learningRate / (1 + (t - 1) learningRateDecay). */
  readonly learningRateDecay: number
  readonly epsilon: number
  readonly weightDecay: number
  readonly initialSum: number
}

type AdagradState = { readonly step: number; readonly sum: Float64Array }

/** Adagrad (Duchi et al. 2011) with coupled decay. PyTorch semantics, optimizers.md 1. */
export function adagrad(options: AdagradOptions): BaseOptimizer<AdagradState> {
  const { learningRate, learningRateDecay, epsilon, weightDecay, initialSum } = options
  return {
    init: (size) => ({ step: 0, sum: new Float64Array(size).fill(initialSum) }),
    step(weights, gradient, state) {
      const rate = learningRate / (1 + state.step * learningRateDecay)
      const decayed = gradient.map((g, i) => g + weightDecay * weights[i])
      const sum = state.sum.map((s, i) => s + decayed[i] * decayed[i])
      return {
        weights: weights.map((w, i) => w - (rate * decayed[i]) / (Math.sqrt(sum[i]) + epsilon)),
        state: { step: state.step + 1, sum },
      }
    },
  }
}
