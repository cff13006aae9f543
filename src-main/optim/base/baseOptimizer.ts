import type { BaseRule } from '../../../src-shared/domain/optimizer/index.ts'
import type { PlainState } from '../optimizer.ts'
import { adagrad } from './adagrad.ts'
import { adam, adamw } from './adam.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'

/** Turns a gradient into a step and owns momentum, moments, step count and weight decay. */
export interface BaseOptimizer<State extends PlainState = PlainState> {
  init(size: number): State
  /** Change `weights` and `state` in place. */
  step(weights: Float64Array, gradient: Float64Array, state: State, learningRate: number): void
}

export function baseOptimizer(rule: BaseRule): BaseOptimizer {
  const made = (): unknown => {
    switch (rule.rule) {
      case 'adamw':
        return adamw(rule)
      case 'adam':
        return adam(rule)
      case 'sgd':
        return sgd(rule)
      case 'adagrad':
        return adagrad(rule)
      case 'rmsprop':
        return rmsprop(rule)
    }
  }
  // Each takes the state that its own `init` gave.
  return made() as BaseOptimizer
}
