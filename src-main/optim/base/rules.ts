import type { BaseRule } from '../../../src-shared/domain/optimizer/index.ts'
import { adagrad } from './adagrad.ts'
import { adam, adamw } from './adam.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'
import type { BaseOptimizer } from './baseOptimizer.ts'

/** The optimizer of a base rule. */
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
