import type { Schedule } from '../../src-shared/domain/optimizer/parts.ts'
import type { Position, Tensor } from './batch.ts'
import type { PlainState } from './optimizer.ts'
import { dropNoise } from './noise.ts'
import { rangesOf } from './perturbation/scaling.ts'
import { norm } from './vector.ts'
import type { Work } from './work.ts'

type Steps = Schedule['steps']

/** Which steps are perturbed, and what the others are handed. */
export interface StepsPart {
  init(size: number): PlainState
  perturbs(work: Pick<Work, 'draws' | 'random' | 'input'>, state: PlainState): boolean
  /** The gradient of a step that is not perturbed. */
  unperturbed(work: Work, state: PlainState): Float64Array
  /** `final` is what the step hands to the base rule, before clipping. */
  commit(work: Work, state: PlainState, perturbed: boolean, final: Float64Array): void
}

const EVERY: StepsPart = {
  init: () => ({}),
  perturbs: () => true,
  unperturbed: ({ clean }) => clean,
  commit: () => undefined,
}

export function createSteps(steps: Steps, tensors: readonly Tensor[], size: number): StepsPart {
  switch (steps.kind) {
    case 'every':
      return EVERY
    case 'look':
      return look(steps, tensors, size)
    case 'bernoulli':
      return bernoulli(steps)
  }
}

/** With probability p(t), drawn anew every step (Zhao et al. 2022). */
function bernoulli(steps: Extract<Steps, { kind: 'bernoulli' }>): StepsPart {
  const number = new Float64Array(1)
  return {
    ...EVERY,
    perturbs({ draws, random, input: { position } }) {
      draws.uniforms(random, number)
      return number[0] < probabilityAt(steps, position)
    },
  }
}

function probabilityAt(
  { probability, endProbability, curve }: Extract<Steps, { kind: 'bernoulli' }>,
  { step, totalSteps }: Position,
): number {
  if (endProbability === null) return probability
  const done = step / totalSteps
  const moved = { linear: done, cosine: (1 - Math.cos(Math.PI * done)) / 2, step: done < 0.5 ? 0 : 1 }[curve]
  return probability + (endProbability - probability) * moved
}

/** Of the public code that takes its norms tensor by tensor: added to the norm of the part it kept. */
const TENSOR_STABILISER = 1e-8

/**
 * LookSAM (Liu et al. 2022, Alg. 1): every k-th step is perturbed, and v, the part of its final gradient normal to the clean
 * one, is kept; the steps between are handed g + alpha |g| v / |v|. With `norms` by `tensor` both are done tensor by tensor, as
 * one public code does; `firstProjection` on the `weights` is what another one does until its second perturbed step.
 */
function look(
  { every, alpha, norms, firstProjection }: Extract<Steps, { kind: 'look' }>,
  tensors: readonly Tensor[],
  size: number,
): StepsPart {
  const ranges = norms === 'global' ? [{ from: 0, to: size }] : rangesOf(tensors)
  const stabiliser = norms === 'global' ? 0 : TENSOR_STABILISER
  const out = new Float64Array(size)
  return {
    init: () => ({ steps: 0, kept: new Float64Array(size) }),
    perturbs: (_work, state) => (state.steps as number) % every === 0,
    unperturbed({ clean }, state) {
      const kept = state.kept as Float64Array
      for (const { from, to } of ranges) {
        const length = norm(kept, from, to) + stabiliser
        const factor = length === 0 ? 0 : (alpha * norm(clean, from, to)) / length
        for (let i = from; i < to; i++) out[i] = clean[i] + factor * kept[i]
      }
      return out
    },
    commit({ clean, weights }, state, perturbed, final) {
      const kept = state.kept as Float64Array
      if (perturbed) {
        const along = firstProjection === 'weights' && state.steps === 0 ? weights : clean
        for (const { from, to } of ranges) takeNormalPart(kept, final, along, from, to)
      }
      state.steps = (state.steps as number) + 1
    },
  }
}

/**
 * The part of `a` normal to `b`, both from unit vectors, so that of tensors with one element nothing is left; nor is
 * anything of parallel ones, whose rounding would be scaled up.
 */
function takeNormalPart(out: Float64Array, a: Float64Array, b: Float64Array, from: number, to: number): void {
  const lengthA = norm(a, from, to)
  const lengthB = norm(b, from, to)
  let cosine = 0
  if (lengthA > 0 && lengthB > 0)
    for (let i = from; i < to; i++) cosine += (a[i] / lengthA) * (b[i] / lengthB)
  for (let i = from; i < to; i++) out[i] = cosine === 0 ? a[i] : a[i] - lengthA * cosine * (b[i] / lengthB)
  dropNoise(out, lengthA, from, to)
}
