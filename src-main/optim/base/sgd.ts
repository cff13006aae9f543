import type { BaseRule } from '../../../src-shared/domain/optimizer/index.ts'
import type { BaseOptimizer } from './baseOptimizer.ts'

/** Without momentum `buffer` is empty. */
type SgdState = { step: number; buffer: Float64Array }

/** Stochastic gradient descent with coupled decay and (Nesterov) momentum. PyTorch semantics, optimizers.md 1. */
export function sgd({
  momentum,
  dampening,
  nesterov,
  weightDecay,
}: Omit<Extract<BaseRule, { rule: 'sgd' }>, 'rule' | 'learningRate'>): BaseOptimizer<SgdState> {
  return {
    init: (size) => ({ step: 0, buffer: new Float64Array(momentum === 0 ? 0 : size) }),
    step(weights, gradient, state, learningRate) {
      const { buffer } = state
      // The first gradient enters the buffer undampened.
      const fresh = state.step === 0 ? 1 : 1 - dampening
      for (let i = 0; i < weights.length; i++) {
        const decayed = gradient[i] + weightDecay * weights[i]
        let direction = decayed
        if (momentum !== 0) {
          const moved = momentum * buffer[i] + fresh * decayed
          buffer[i] = moved
          direction = nesterov ? decayed + momentum * moved : moved
        }
        weights[i] -= learningRate * direction
      }
      state.step++
    },
  }
}
