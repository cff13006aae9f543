import type { BaseRule } from '../../../src-shared/domain/optimizer/index.ts'
import type { BaseOptimizer } from './baseOptimizer.ts'

type Moments = { readonly beta1: number; readonly beta2: number; readonly epsilon: number }

/** `maxSquare`, the running maximum of `square`, is empty without AMSGrad. */
type AdamState = { step: number; mean: Float64Array; square: Float64Array; maxSquare: Float64Array }

/**
 * Adam with coupled decay, G = g + lambda w (Kingma & Ba 2015); with `amsgrad` the root is taken of the running
 * maximum of the uncorrected second moment (Reddi et al. 2018). PyTorch semantics, optimizers.md 1.
 */
export function adam({
  weightDecay,
  amsgrad,
  ...moments
}: Omit<Extract<BaseRule, { rule: 'adam' }>, 'rule' | 'learningRate'>): BaseOptimizer<AdamState> {
  return {
    init: (size) => initial(size, amsgrad),
    step: (weights, gradient, state, learningRate) =>
      adaptiveStep(weights, gradient, state, learningRate, moments, weightDecay, 1),
  }
}

/** AdamW (Loshchilov & Hutter 2019): first w (1 - lr lambda), then Adam on the gradient alone. */
export function adamw({
  weightDecay,
  amsgrad,
  ...moments
}: Omit<Extract<BaseRule, { rule: 'adamw' }>, 'rule' | 'learningRate'>): BaseOptimizer<AdamState> {
  return {
    init: (size) => initial(size, amsgrad),
    step: (weights, gradient, state, learningRate) =>
      adaptiveStep(weights, gradient, state, learningRate, moments, 0, 1 - learningRate * weightDecay),
  }
}

const initial = (size: number, amsgrad: boolean): AdamState => ({
  step: 0,
  mean: new Float64Array(size),
  square: new Float64Array(size),
  maxSquare: new Float64Array(amsgrad ? size : 0),
})

/** `coupled` x w is added to the gradient; w is multiplied by `keep` first. */
function adaptiveStep(
  weights: Float64Array,
  gradient: Float64Array,
  state: AdamState,
  learningRate: number,
  { beta1, beta2, epsilon }: Moments,
  coupled: number,
  keep: number,
): void {
  state.step++
  const { step, mean, square, maxSquare } = state
  const [new1, new2] = [1 - beta1, 1 - beta2]
  const rate = learningRate / (1 - beta1 ** step)
  const correction = 1 / Math.sqrt(1 - beta2 ** step)
  // epsilon stands outside the bias-corrected root. AMSGrad has a loop of its own: the other takes a third less time without it.
  if (maxSquare.length === 0) {
    for (let i = 0; i < weights.length; i++) {
      const w = weights[i]
      const g = gradient[i] + coupled * w
      const m = beta1 * mean[i] + new1 * g
      const v = beta2 * square[i] + new2 * g * g
      mean[i] = m
      square[i] = v
      weights[i] = keep * w - (rate * m) / (Math.sqrt(v) * correction + epsilon)
    }
    return
  }
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i] + coupled * weights[i]
    mean[i] = beta1 * mean[i] + new1 * g
    square[i] = beta2 * square[i] + new2 * g * g
    maxSquare[i] = Math.max(maxSquare[i], square[i])
    weights[i] = keep * weights[i] - (rate * mean[i]) / (Math.sqrt(maxSquare[i]) * correction + epsilon)
  }
}
