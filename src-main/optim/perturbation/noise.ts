import type { Direction } from '../../../src-shared/domain/optimizer/parts.ts'
import type { Tensor } from '../batch.ts'
import type { PlainState } from '../optimizer.ts'
import { norm } from '../vector.ts'
import type { Work } from '../work.ts'
import type { PerturbationPart } from './part.ts'
import { rangesOf } from './scaling.ts'

/** A one-dimensional tensor has one norm; added to it before it scales, as in the authors' code. */
const VECTOR_STABILISER = 1e-16

/**
 * Random weight perturbation (Li et al. 2022; 2024 for eta > 0; optimizers.md 12): normal noise with a standard deviation of
 * rho x the norm of its row of weights (first dimension; the whole tensor where it has one dimension only).
 * With eta, divided by root(1 + eta f); f = beta f + G^2 with G the gradient at the noisy weights, without a factor 1 - beta,
 * first the squared gradient itself; summed over the row for tensors of two dimensions, element by element otherwise.
 */
export function createNoise(
  { eta, beta }: Extract<Direction, { kind: 'noise' }>,
  tensors: readonly Tensor[],
): PerturbationPart {
  const rows = tensors.flatMap((tensor) => rowsOf(tensor))
  return {
    init: (size) => ({ steps: 0, squares: new Float64Array(eta === 0 ? 0 : size) }),
    write({ weights, rho, draws, random }, state, offset) {
      const squares = state.squares as Float64Array
      const adapted = eta > 0 && state.steps !== 0
      draws.normals(random, offset)
      for (const { from, to, matrix } of rows) {
        const deviation = rho * (norm(weights, from, to) + (matrix ? 0 : VECTOR_STABILISER))
        if (!adapted) {
          for (let i = from; i < to; i++) offset[i] *= deviation
        } else if (matrix) {
          let sum = 0
          for (let i = from; i < to; i++) sum += squares[i]
          const factor = deviation / Math.sqrt(1 + eta * sum)
          for (let i = from; i < to; i++) offset[i] *= factor
        } else {
          for (let i = from; i < to; i++) offset[i] *= deviation / Math.sqrt(1 + eta * squares[i])
        }
      }
    },
    ascend: null,
    commit({ perturbed }: Work, state: PlainState, took: boolean) {
      if (!took || eta === 0) return
      const squares = state.squares as Float64Array
      for (let i = 0; i < squares.length; i++) squares[i] = beta * squares[i] + perturbed[i] * perturbed[i]
      state.steps = (state.steps as number) + 1
    },
    renewal: null,
  }
}

interface Row {
  readonly from: number
  readonly to: number
  /** Of a tensor of two or more dimensions. */
  readonly matrix: boolean
}

function rowsOf(tensor: Tensor): Row[] {
  const [{ from, to }] = rangesOf([tensor])
  if (tensor.shape.length < 2) return [{ from, to, matrix: false }]
  const width = (to - from) / tensor.shape[0]
  return Array.from({ length: tensor.shape[0] }, (_, row) => ({
    from: from + row * width,
    to: from + (row + 1) * width,
    matrix: true,
  }))
}
