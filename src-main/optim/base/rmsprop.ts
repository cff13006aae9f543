import type { BaseRule } from '../../../src-shared/domain/optimizer/index.ts'
import type { BaseOptimizer } from './baseOptimizer.ts'

/** `mean` is empty unless centred, `buffer` unless there is momentum. */
type RmspropState = { square: Float64Array; mean: Float64Array; buffer: Float64Array }

/** RMSprop (Tieleman & Hinton 2012) with coupled decay, no bias correction. PyTorch semantics, optimizers.md 1. */
export function rmsprop({
  alpha,
  momentum,
  epsilon,
  weightDecay,
  centered,
}: Omit<Extract<BaseRule, { rule: 'rmsprop' }>, 'rule' | 'learningRate'>): BaseOptimizer<RmspropState> {
  return {
    init: (size) => ({
      square: new Float64Array(size),
      mean: new Float64Array(centered ? size : 0),
      buffer: new Float64Array(momentum === 0 ? 0 : size),
    }),
    step(weights, gradient, { square, mean, buffer }, learningRate) {
      for (let i = 0; i < weights.length; i++) {
        const decayed = gradient[i] + weightDecay * weights[i]
        square[i] = alpha * square[i] + (1 - alpha) * decayed * decayed
        let variance = square[i]
        if (centered) {
          mean[i] = alpha * mean[i] + (1 - alpha) * decayed
          // Of an all but constant gradient the difference is rounding, which may be below 0.
          variance = Math.max(0, variance - mean[i] * mean[i])
        }
        let direction = decayed / (Math.sqrt(variance) + epsilon)
        if (momentum !== 0) {
          direction += momentum * buffer[i]
          buffer[i] = direction
        }
        weights[i] -= learningRate * direction
      }
    },
  }
}
