import { PlateauError } from '../../src-shared/errors.ts'
import { fillNormal, seedRandom } from '../../src-shared/random.ts'
import type { WeightLayout } from '../nn/layout.ts'
import { addScaled, dot, norm, scale } from '../optim/vector.ts'
import { STREAM } from './curvature.ts'
import type { Plane } from './plane.ts'

/** A row of a matrix of weights: the elements from `from` up to `to` of the flat vector, at the input of one unit. */
export interface Filter {
  readonly from: number
  readonly to: number
}

/**
 * What is normalised by itself: each row of each matrix. Of the GRU's matrices, input and hidden ones apart, a row is one gate of
 * one unit; of the head's, one output. Biases are in none.
 */
export function filtersOf({ tensors }: WeightLayout): Filter[] {
  return tensors
    .filter(({ shape }) => shape.length === 2)
    .flatMap(({ shape: [rows, columns], offset }) =>
      Array.from({ length: rows }, (_, row) => {
        const from = offset + row * columns
        return { from, to: from + columns }
      }),
    )
}

/**
 * A plane through `origin` along two random directions with filter-wise normalisation (Li et al. 2018, Visualizing the Loss
 * Landscape of Neural Nets, section 4): normal draws, each filter of them scaled to the norm of that filter of the origin,
 * d_f <- d_f |w_f| / |d_f|. Biases do not move, as in the paper's own code (`--xignore biasbn`): they are compared with no
 * filter, and a share of their norm would be another unit. Within each filter the second direction is made orthogonal to the
 * first before it is scaled, so that both have every filter's norm exactly and are orthogonal; in a filter of one weight,
 * which has one direction, the second is 0. A coordinate of 1 moves every filter by as much as its norm. The draws are those
 * of the seed and the model's shape alone: the same for every run of a model.
 * @throws PlateauError internal where the origin has no filter to scale by
 */
export function randomPlane(origin: Float64Array, layout: WeightLayout, seed: number): Plane {
  const [first, second] = [STREAM.firstDirection, STREAM.secondDirection].map((stream) => {
    const draws = new Float64Array(layout.size)
    fillNormal(seedRandom(seed, stream), draws)
    return draws
  })
  const directions = [new Float64Array(layout.size), new Float64Array(layout.size)] as const
  for (const { from, to } of filtersOf(layout)) {
    const length = norm(origin, from, to)
    const [one, other] = [first, second].map((draws) => draws.subarray(from, to))
    scaled(directions[0].subarray(from, to), length, one)
    if (to - from === 1) continue
    // Twice: what the rounding of the first pass leaves is not small beside a filter of two weights.
    for (let pass = 0; pass < 2; pass++) addScaled(other, other, -dot(other, one) / dot(one, one), one)
    scaled(directions[1].subarray(from, to), length, other)
  }
  const units = [norm(directions[0]), norm(directions[1])] as const
  if (units.includes(0))
    throw new PlateauError('internal', 'Filter-normalised directions need filters that are not all zero.')
  directions.forEach((direction, k) => scale(direction, 1 / units[k], direction))
  return { origin, directions, units }
}

/** `vector` at the length given. */
function scaled(out: Float64Array, length: number, vector: Float64Array): void {
  scale(out, length / norm(vector), vector)
}
