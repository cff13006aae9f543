import type { BaseOptimizer } from '../parts.ts'

export interface SgdOptions {
  readonly learningRate: number
  readonly momentum: number
  readonly dampening: number
  readonly nesterov: boolean
  readonly weightDecay: number
}

type SgdState = {
  /** Null before the first step, whose gradient enters undampened. Without momentum dampening has no meaning. */
  readonly buffer: Float64Array | null
}

/** Stochastic gradient descent with coupled decay and (Nesterov) momentum. PyTorch semantics, optimizers.md 1. */
export function sgd(options: SgdOptions): BaseOptimizer<SgdState> {
  const { learningRate, momentum, dampening, nesterov, weightDecay } = options
  return {
    init: () => ({ buffer: null }),
    step(weights, gradient, state) {
      const decayed = gradient.map((g, i) => g + weightDecay * weights[i])
      const buffer =
        state.buffer === null || momentum === 0
          ? decayed
          : state.buffer.map((b, i) => momentum * b + (1 - dampening) * decayed[i])
      const direction = nesterov ? decayed.map((g, i) => g + momentum * buffer[i]) : buffer
      return { weights: weights.map((w, i) => w - learningRate * direction[i]), state: { buffer } }
    },
  }
}
