import type { Optimizer } from '../../../src-main/optim/compose.ts'
import type { Evaluate } from '../../../src-main/optim/parts.ts'
import { createRandom } from '../../../src-shared/random.ts'

/** f(w) = 1/2 sum c_i w_i^2 with curvatures c. */
export function quadratic(curvatures: readonly number[]): Evaluate {
  return async (weights) => ({
    loss: weights.reduce((total, w, i) => total + (curvatures[i] * w * w) / 2, 0),
    gradient: weights.map((w, i) => curvatures[i] * w),
  })
}

/** The Rosenbrock valley, f(w) = (1 - w0)^2 + 100 (w1 - w0^2)^2, least at (1, 1). */
export const rosenbrock: Evaluate = async ([x, y]) => ({
  loss: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
  gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
})

export function randomWeights(seed: number, length: number): Float64Array {
  const random = createRandom(seed, 3)
  return Float64Array.from({ length }, () => random.normal())
}

/** Weights, state and loss before the last step, after `steps` steps on one objective. */
export async function descend(optimizer: Optimizer, start: Float64Array, evaluate: Evaluate, steps: number) {
  let weights = start
  let state = optimizer.init(start)
  let loss = Number.NaN
  for (let i = 0; i < steps; i++) {
    const result = await optimizer.step(weights, state, evaluate)
    weights = result.weights
    state = result.state
    loss = result.telemetry.cleanLoss
  }
  return { weights, state, loss }
}
