import type { PlainState } from '../optimizer.ts'

/** Turns a gradient into a step and owns momentum, moments, step count and weight decay. */
export interface BaseOptimizer<State extends PlainState = PlainState> {
  init(size: number): State
  /** Change `weights` and `state` in place. */
  step(weights: Float64Array, gradient: Float64Array, state: State, learningRate: number): void
}
