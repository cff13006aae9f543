import type { Perturbation } from '../../../src-shared/domain/optimizer/parts.ts'
import type { Tensor } from '../batch.ts'
import type { PlainState } from '../optimizer.ts'
import { createDirection } from './direction.ts'
import { createMask } from './mask.ts'
import { createNoise } from './noise.ts'
import type { PerturbationPart } from './part.ts'
import { createAscend } from './scaling.ts'

/** Direction, then the mask's choice of it, scaled to the radius, then the mask's choice of the offset. */
export function createPerturbation(
  config: Perturbation,
  tensors: readonly Tensor[],
  size: number,
): PerturbationPart {
  if (config.direction.kind === 'noise') return createNoise(config.direction, tensors)
  const direction = createDirection(config.direction, size)
  const mask = createMask(config.mask, tensors, size)
  const ascend = createAscend(config, tensors)
  const { renewal } = mask
  return {
    init: (length, draws, random) => ({
      direction: direction.init(length),
      mask: mask.init(length, draws, random),
    }),
    async write(work, state, offset) {
      const written = direction.write(work, state.direction as PlainState, offset)
      let along = written instanceof Float64Array ? written : await written
      if (mask.changesDirection && along !== offset) {
        offset.set(along)
        along = offset
      }
      const factor = mask.before(along, state.mask as PlainState, work)
      const length = along === work.clean ? work.cleanNorm : undefined
      ascend(offset, work.weights, along, factor * work.rho, length)
      mask.after(offset, state.mask as PlainState)
    },
    ascend,
    commit(work, state, took) {
      direction.commit(work, state.direction as PlainState, took)
      mask.commit(work, state.mask as PlainState)
    },
    renewal: renewal && {
      due: renewal.due,
      run: (work, state, final) => renewal.run(work, state.mask as PlainState, final),
    },
  }
}
