import type { Direction } from '../../../src-shared/domain/optimizer/parts.ts'
import { createHessianProduct } from '../hessianProduct.ts'
import type { PlainState } from '../optimizer.ts'
import { dropNoise } from '../noise.ts'
import { addScaled, average } from '../vector.ts'
import type { Work } from '../work.ts'

/** The vector along which an ascent step is taken. */
export interface DirectionPart {
  init(size: number): PlainState
  /** The direction: the clean gradient itself, or `out`, filled. */
  write(work: Work, state: PlainState, out: Float64Array): Float64Array | Promise<Float64Array>
  /** Remember what the step saw; `perturbed` is false when it took no perturbation. */
  commit(work: Work, state: PlainState, perturbed: boolean): void
}

export function createDirection(
  direction: Exclude<Direction, { kind: 'noise' }>,
  size: number,
): DirectionPart {
  switch (direction.kind) {
    case 'gradient':
      return { init: () => ({}), write: ({ clean }) => clean, commit: () => undefined }
    case 'friendly':
      return friendly(direction)
    case 'curvature':
      return curvature(direction.differenceStep, size)
    case 'dual':
      return dual()
  }
}

/**
 * The gradient less its part common to all batches, sigma x the running mean m (Li et al. 2024, Alg. 1).
 * `code`: d = g - sigma m, then m = lambda m + (1 - lambda) g; the first step is plain SAM and m starts as its gradient.
 * `paper`: m first, from 0, then d = g - sigma m. Fed by every clean gradient, never by the final one.
 */
function friendly({ sigma, lambda, start }: Extract<Direction, { kind: 'friendly' }>): DirectionPart {
  return {
    init: (size) => ({ steps: 0, mean: new Float64Array(size) }),
    write({ clean, cleanNorm }, state, out) {
      const mean = state.mean as Float64Array
      if (start === 'code') {
        if (state.steps === 0) return clean
        addScaled(out, clean, -sigma, mean)
      } else {
        for (let i = 0; i < out.length; i++)
          out[i] = clean[i] - sigma * (lambda * mean[i] + (1 - lambda) * clean[i])
      }
      dropNoise(out, cleanNorm)
      return out
    },
    commit({ clean }, state) {
      const mean = state.mean as Float64Array
      if (start === 'code' && state.steps === 0) mean.set(clean)
      else average(mean, lambda, clean)
      state.steps = (state.steps as number) + 1
    },
  }
}

/** H g / |g|, the gradient of |g| (Zhang et al. 2023, Alg. 1). */
function curvature(differenceStep: number, size: number): DirectionPart {
  const hessianProduct = createHessianProduct(differenceStep, size)
  return {
    init: () => ({}),
    async write(work, _state, out) {
      await hessianProduct(work, work.weights, work.clean, work.cleanNorm, out)
      return out
    },
    commit: () => undefined,
  }
}

/**
 * g - mu - s, with the client's dual mu and the server's s (Sun et al. 2023; the authors' code). After the step
 * mu += eps - s. Both vectors come from the round (federated.ts).
 */
function dual(): DirectionPart {
  return {
    init: (size) => ({ dual: new Float64Array(size), server: new Float64Array(size) }),
    write({ clean }, state, out) {
      const mu = state.dual as Float64Array
      const server = state.server as Float64Array
      for (let i = 0; i < out.length; i++) out[i] = clean[i] - mu[i] - server[i]
      return out
    },
    commit({ offset }, state) {
      const mu = state.dual as Float64Array
      const server = state.server as Float64Array
      for (let i = 0; i < mu.length; i++) mu[i] += offset[i] - server[i]
    },
  }
}
