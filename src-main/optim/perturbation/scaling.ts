import type { Perturbation } from '../../../src-shared/domain/optimizer/parts.ts'
import type { Tensor } from '../batch.ts'
import { norm } from '../vector.ts'

/**
 * An ascent step of radius `rho` along `direction`, scaled by the weights `at` from which it is taken: fills `offset`,
 * which may be `direction`. `length` is the direction's norm where the caller knows it.
 */
export type Ascend = (
  offset: Float64Array,
  at: Float64Array,
  direction: Float64Array,
  rho: number,
  length?: number,
) => void

/**
 * - `none`: rho d / (|d| + stabiliser) (Foret et al. 2021, Eq. 2).
 * - `elementwise`: rho T^2 d / (|T d| + stabiliser), T = |w| + eta (Kwon et al. 2021, Alg. 1). With biases `unscaled`, the
 *   tensors whose name contains no `weight` have T = 1, as in the authors' code.
 * - `single`: rho |w| d / (|d| + stabiliser) (Zhuang et al. 2022, Alg. 1, adaptive).
 *
 * One norm over all tensors together. A zero direction is a zero offset.
 */
export function createAscend(
  { scaling, stabiliser }: Pick<Perturbation, 'scaling' | 'stabiliser'>,
  tensors: readonly Tensor[],
): Ascend {
  const over = (rho: number, length: number): number => (length === 0 ? 0 : rho / (length + stabiliser))
  switch (scaling.kind) {
    case 'none':
      return (offset, _at, direction, rho, length = norm(direction)) => {
        const factor = over(rho, length)
        for (let i = 0; i < offset.length; i++) offset[i] = factor * direction[i]
      }
    case 'single':
      return (offset, at, direction, rho, length = norm(direction)) => {
        const factor = over(rho, length)
        for (let i = 0; i < offset.length; i++) offset[i] = factor * Math.abs(at[i]) * direction[i]
      }
    case 'elementwise': {
      const { eta, biases } = scaling
      const ranges = rangesOf(tensors).map((range) => ({
        ...range,
        scaled: biases === 'scaled' || range.name.includes('weight'),
      }))
      return (offset, at, direction, rho) => {
        let squares = 0
        for (const { from, to, scaled } of ranges) {
          for (let i = from; i < to; i++) {
            const product = (scaled ? Math.abs(at[i]) + eta : 1) * direction[i]
            squares += product * product
          }
        }
        const factor = over(rho, Math.sqrt(squares))
        for (const { from, to, scaled } of ranges) {
          for (let i = from; i < to; i++) {
            const t = scaled ? Math.abs(at[i]) + eta : 1
            offset[i] = factor * t * t * direction[i]
          }
        }
      }
    }
  }
}

/** Where each tensor begins and ends in a flat vector. */
export function rangesOf(tensors: readonly Tensor[]): { name: string; from: number; to: number }[] {
  return tensors.map(({ name, shape, offset }) => ({
    name,
    from: offset,
    to: offset + shape.reduce((product, length) => product * length, 1),
  }))
}
