import type { Mask } from '../../../src-shared/domain/optimizer/parts.ts'
import type { Tensor } from '../batch.ts'
import type { Draws } from '../draws.ts'
import type { PlainState } from '../optimizer.ts'
import type { Work } from '../work.ts'
import { createMarkLargest } from './markLargest.ts'
import { rangesOf } from './scaling.ts'

/** Which weights a perturbation moves. */
export interface MaskPart {
  init(size: number, draws: Draws, random: Uint32Array): PlainState
  /** Set what takes no part in the ascent's norm to 0; answers the factor of the radius. */
  before(direction: Float64Array, state: PlainState, work: Work): number
  /** Whether `before` changes the direction, which must then not be the clean gradient itself. */
  readonly changesDirection: boolean
  /** Take the masked part out of the offset. */
  after(offset: Float64Array, state: PlainState): void
  commit(work: Work, state: PlainState): void
  readonly renewal: Renewal | null
}

/** An update that needs gradients of its own, at the new weights. */
export interface Renewal {
  /** Whether this step has one. */
  due(work: Work): boolean
  /** `final` is what the base rule was handed. When an evaluation rejects `state` is as before. */
  run(work: Work, state: PlainState, final: Float64Array): Promise<void>
}

const UNMASKED: MaskPart = {
  init: () => ({}),
  before: () => 1,
  changesDirection: false,
  after: () => undefined,
  commit: () => undefined,
  renewal: null,
}

export function createMask(mask: Mask, tensors: readonly Tensor[], size: number): MaskPart {
  switch (mask.kind) {
    case 'none':
      return UNMASKED
    case 'tensors':
      return wholeTensors(mask.beta, tensors)
    case 'weights':
      return singleWeights(mask.beta, size)
    case 'fisher':
      return fisher(mask, size)
    case 'dynamic':
      return dynamic(mask, size)
  }
}

/**
 * Stochastic weight perturbation (Du et al. 2022, ESAM; the authors' code): each tensor takes part in a step with
 * probability beta, all of them in the first one; the norm is theirs alone and the radius rho / beta. When none takes part
 * nothing is perturbed.
 */
function wholeTensors(beta: number, tensors: readonly Tensor[]): MaskPart {
  const ranges = rangesOf(tensors)
  const numbers = new Float64Array(ranges.length)
  return {
    ...UNMASKED,
    changesDirection: true,
    init: () => ({ kept: new Uint8Array(ranges.length).fill(1) }),
    before(direction, state) {
      const kept = state.kept as Uint8Array
      ranges.forEach(({ from, to }, at) => {
        if (kept[at] === 0) direction.fill(0, from, to)
      })
      return 1 / beta
    },
    commit({ draws, random }, state) {
      const kept = state.kept as Uint8Array
      draws.uniforms(random, numbers)
      for (let at = 0; at < kept.length; at++) kept[at] = numbers[at] > beta ? 0 : 1
    },
  }
}

/** The paper's own form: each weight by itself, drawn for the step at hand. */
function singleWeights(beta: number, size: number): MaskPart {
  const numbers = new Float64Array(size)
  return {
    ...UNMASKED,
    changesDirection: true,
    before(direction, _state, { draws, random }) {
      draws.uniforms(random, numbers)
      for (let i = 0; i < size; i++) if (numbers[i] > beta) direction[i] = 0
      return 1 / beta
    },
  }
}

const multiply = (offset: Float64Array, state: PlainState): void => {
  const kept = state.kept as Uint8Array
  for (let i = 0; i < offset.length; i++) if (kept[i] === 0) offset[i] = 0
}

/** The first step of every `everyEpochs`-th epoch. */
const updates = ({ input: { position } }: Work, everyEpochs: number): boolean =>
  position.firstOfEpoch && position.epoch % everyEpochs === 0

/**
 * SSAM-F (Mi et al. 2022, Alg. 2; the authors' code): perturb the n (1 - sparsity) weights with the largest empirical
 * Fisher information, the sum of squared gradients of random samples, whose size `TrainingData` defines. Before the first
 * update, after the first step, none is perturbed. The offset is masked after it is normalised. `code`: the first sample's
 * gradient has the step's own added to it, which their loop forgets to clear. A sample without a loss is left out.
 */
function fisher(
  { sparsity, samples, everyEpochs, sum }: Extract<Mask, { kind: 'fisher' }>,
  size: number,
): MaskPart {
  const information = new Float64Array(size)
  const markLargest = createMarkLargest()
  const gradient = new Float64Array(size)
  return {
    ...UNMASKED,
    init: () => ({ kept: new Uint8Array(size) }),
    after: multiply,
    renewal: {
      due: (work) => updates(work, everyEpochs),
      async run(work, state, final) {
        const { training } = work.input
        const order = new Int32Array(Math.min(samples, training.samples))
        work.draws.choose(work.random, training.samples, order)
        information.fill(0)
        for (let at = 0; at < order.length; at++) {
          if (!(await work.sampleGradient(order[at], work.weights, gradient))) continue
          const added = at === 0 && sum === 'code'
          for (let i = 0; i < size; i++) {
            const g = added ? gradient[i] + final[i] : gradient[i]
            information[i] += g * g
          }
        }
        const kept = state.kept as Uint8Array
        kept.fill(0)
        markLargest(information, Math.floor(size * (1 - sparsity)), kept)
      },
    },
  }
}

/** Makes a live weight with a zero gradient come before every dead one. */
const LIVE = 1e-7

/**
 * SSAM-D (Mi et al. 2022, Alg. 3; the authors' code): a random mask of n (1 - sparsity) weights; at an update the live ones
 * with the smallest |g| are dropped and as many others grown, at random, by |g| or by |w|. The share dropped falls from `dropRate`
 * to 0 along half a cosine over the training. The step's own perturbation uses the old mask.
 */
function dynamic(
  { sparsity, dropRate, growth, everyEpochs }: Extract<Mask, { kind: 'dynamic' }>,
  size: number,
): MaskPart {
  const scores = new Float64Array(size)
  const grown = new Uint8Array(size)
  const markLargest = createMarkLargest()
  const live = size * (1 - sparsity)
  return {
    ...UNMASKED,
    init(_size, draws, random) {
      const kept = new Uint8Array(size)
      draws.uniforms(random, scores)
      markLargest(scores, size - Math.ceil(size * sparsity), kept)
      return { kept }
    },
    after: multiply,
    commit(work, state) {
      if (!updates(work, everyEpochs)) return
      const { epoch, totalEpochs } = work.input.position
      const kept = state.kept as Uint8Array
      const rate = (dropRate * (1 + Math.cos((Math.PI * epoch) / totalEpochs))) / 2
      grown.fill(0)
      if (growth === 'random') work.draws.uniforms(work.random, scores)
      else {
        const by = growth === 'gradient' ? work.clean : work.weights
        for (let i = 0; i < size; i++) scores[i] = Math.abs(by[i]) + LIVE
      }
      for (let i = 0; i < size; i++) if (kept[i] === 1) scores[i] = 0
      markLargest(scores, Math.floor(Math.min(live * rate, size * sparsity)), grown)
      for (let i = 0; i < size; i++) scores[i] = kept[i] === 1 ? Math.abs(work.clean[i]) + LIVE : 0
      // After a growth that had too few dead weights there are fewer than the formula keeps: what is dead is grown, never kept.
      const alive = kept.reduce((sum, isKept) => sum + isKept, 0)
      kept.fill(0)
      markLargest(scores, Math.min(Math.floor(live * (1 - rate)), alive), kept)
      for (let i = 0; i < size; i++) kept[i] |= grown[i]
    },
  }
}
