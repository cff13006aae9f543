import type { BaseOptimizer } from '../parts.ts'

export interface AdamOptions {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
}

type AdamState = {
  readonly step: number
  readonly mean: Float64Array
  readonly square: Float64Array
  /** Running maximum of `square`; null without AMSGrad. */
  readonly maxSquare: Float64Array | null
}

/**
 * Adam with coupled decay, G = g + lambda w (Kingma & Ba 2015); with `amsgrad` the root is taken of the running
 * maximum of the uncorrected second moment (Reddi et al. 2018). PyTorch semantics, optimizers.md 1.
 */
export function adam(options: AdamOptions & { readonly amsgrad: boolean }): BaseOptimizer<AdamState> {
  return {
    init: (size) => ({
      step: 0,
      mean: new Float64Array(size),
      square: new Float64Array(size),
      maxSquare: options.amsgrad ? new Float64Array(size) : null,
    }),
    step(weights, gradient, state) {
      const decayed = gradient.map((g, i) => g + options.weightDecay * weights[i])
      return adaptiveStep(weights, decayed, state, options)
    },
  }
}

/** AdamW (Loshchilov & Hutter 2019): first w (1 - lr lambda), then Adam on the gradient alone. */
export function adamw(options: AdamOptions): BaseOptimizer<AdamState> {
  const keep = 1 - options.learningRate * options.weightDecay
  return {
    init: (size) => ({
      step: 0,
      mean: new Float64Array(size),
      square: new Float64Array(size),
      maxSquare: null,
    }),
    step: (weights, gradient, state) =>
      adaptiveStep(
        weights.map((w) => keep * w),
        gradient,
        state,
        options,
      ),
  }
}

function adaptiveStep(
  weights: Float64Array,
  gradient: Float64Array,
  state: AdamState,
  { learningRate, beta1, beta2, epsilon }: AdamOptions,
): { weights: Float64Array; state: AdamState } {
  const step = state.step + 1
  const mean = state.mean.map((m, i) => beta1 * m + (1 - beta1) * gradient[i])
  const square = state.square.map((v, i) => beta2 * v + (1 - beta2) * gradient[i] * gradient[i])
  const maxSquare = state.maxSquare && state.maxSquare.map((v, i) => Math.max(v, square[i]))
  const scale = maxSquare ?? square
  const rate = learningRate / (1 - beta1 ** step)
  const correction = Math.sqrt(1 - beta2 ** step)
  return {
    // epsilon stands outside the bias-corrected root.
    weights: weights.map((w, i) => w - (rate * mean[i]) / (Math.sqrt(scale[i]) / correction + epsilon)),
    state: { step, mean, square, maxSquare },
  }
}
