import type { Draws } from '../draws.ts'
import type { PlainState } from '../optimizer.ts'
import type { Work } from '../work.ts'
import type { Renewal } from './mask.ts'
import type { Ascend } from './scaling.ts'

/** Where the second gradient is taken: at weights + offset. */
export interface PerturbationPart {
  init(size: number, draws: Draws, random: Uint32Array): PlainState
  /** Fill `offset`. */
  write(work: Work, state: PlainState, offset: Float64Array): void | Promise<void>
  /** The same kind of step from any weights along any direction; null where the perturbation has no direction. */
  readonly ascend: Ascend | null
  /** Remember what the step saw; `took` is false when it was not perturbed. */
  commit(work: Work, state: PlainState, took: boolean): void
  /** After the weights have moved. */
  readonly renewal: Renewal | null
}
