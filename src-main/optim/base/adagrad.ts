import type { BaseRule } from '../../../src-shared/domain/optimizer/index.ts'
import type { BaseOptimizer } from './baseOptimizer.ts'

type AdagradState = { step: number; sum: Float64Array }

/** Adagrad (Duchi et al. 2011) with coupled decay. PyTorch semantics, optimizers.md 1. */
export function adagrad({
  learningRateDecay,
  epsilon,
  weightDecay,
  initialSum,
}: Omit<Extract<BaseRule, { rule: 'adagrad' }>, 'rule' | 'learningRate'>): BaseOptimizer<AdagradState> {
  return {
    init: (size) => ({ step: 0, sum: new Float64Array(size).fill(initialSum) }),
    step(weights, gradient, state, learningRate) {
      const { sum } = state
      const rate = learningRate / (1 + state.step * learningRateDecay)
      for (let i = 0; i < weights.length; i++) {
        const decayed = gradient[i] + weightDecay * weights[i]
        sum[i] += decayed * decayed
        weights[i] -= (rate * decayed) / (Math.sqrt(sum[i]) + epsilon)
      }
      state.step++
    },
  }
}
