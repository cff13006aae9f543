import type { BaseOptimizer } from '../parts.ts'

export interface RmspropOptions {
  readonly learningRate: number
  /** Decay of the running squares. */
  readonly alpha: number
  readonly momentum: number
  readonly epsilon: number
  readonly weightDecay: number
  /** Subtract the squared running mean: a variance instead of a second moment. */
  readonly centered: boolean
}

type RmspropState = {
  readonly square: Float64Array
  /** Running mean of the gradient; null unless centred. */
  readonly mean: Float64Array | null
  readonly buffer: Float64Array
}

/** RMSprop (Tieleman & Hinton 2012) with coupled decay, no bias correction. PyTorch semantics, optimizers.md 1. */
export function rmsprop(options: RmspropOptions): BaseOptimizer<RmspropState> {
  const { learningRate, alpha, momentum, epsilon, weightDecay, centered } = options
  return {
    init: (size) => ({
      square: new Float64Array(size),
      mean: centered ? new Float64Array(size) : null,
      buffer: new Float64Array(size),
    }),
    step(weights, gradient, state) {
      const decayed = gradient.map((g, i) => g + weightDecay * weights[i])
      const square = state.square.map((s, i) => alpha * s + (1 - alpha) * decayed[i] * decayed[i])
      const mean = state.mean && state.mean.map((m, i) => alpha * m + (1 - alpha) * decayed[i])
      const variance = mean === null ? square : square.map((s, i) => s - mean[i] * mean[i])
      // With momentum 0 the buffer is the step itself.
      const buffer = state.buffer.map(
        (b, i) => momentum * b + decayed[i] / (Math.sqrt(variance[i]) + epsilon),
      )
      return {
        weights: weights.map((w, i) => w - learningRate * buffer[i]),
        state: { square, mean, buffer },
      }
    },
  }
}
