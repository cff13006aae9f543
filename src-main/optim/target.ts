import type { Target } from '../../src-shared/domain/optimizer/parts.ts'
import type { PassTarget, StepInput } from './batch.ts'
import type { PlainState } from './optimizer.ts'
import { average } from './vector.ts'
import { growing, type Work } from './work.ts'

/** Outputs that a step's loss holds the model to, beside its labels. */
export interface TargetPart {
  /** Whether it needs the outputs of the pass at the weights. */
  readonly needsCleanOutputs: boolean
  init(weights: Float64Array): PlainState
  /** This step's target; undefined while it does not act. */
  prepare(work: Work, state: PlainState): Promise<PassTarget | undefined>
  /** Remember the outputs of the step. */
  commit(work: Work, state: PlainState): void
  /** After the weights have moved. */
  afterStep(work: Work, state: PlainState): void
}

const NO_TARGET: TargetPart = {
  needsCleanOutputs: false,
  init: () => ({}),
  prepare: async () => undefined,
  commit: () => undefined,
  afterStep: () => undefined,
}

export function createTarget(target: Target | null): TargetPart {
  if (target === null) return NO_TARGET
  return target.kind === 'past' ? past(target) : averaged(target)
}

const acts = ({ position }: StepInput, startEpoch: number): boolean => position.epoch > startEpoch

/**
 * SAF (Du et al. 2022; the authors' code): the outputs of every row `epochsBack` epochs ago, taken in the pass at the weights
 * of that epoch's step. A ring of epochsBack + 1 epochs; a row whose step had to be left out keeps what it had.
 */
function past({ strength, startEpoch, epochsBack }: Extract<Target, { kind: 'past' }>): TargetPart {
  const slots = epochsBack + 1
  const outputsOf = growing()
  const slotOf = ({ training, position }: StepInput, epochsAgo: number): number =>
    ((position.epoch - epochsAgo) % slots) * training.rows * training.outputs
  return {
    ...NO_TARGET,
    needsCleanOutputs: true,
    // Made when the number of rows is known: by the first step.
    init: () => ({ recorded: new Float64Array(0) }),
    async prepare({ input }, state) {
      if (!acts(input, startEpoch)) return undefined
      const { rows, outputs: width } = input.batch
      const recorded = state.recorded as Float64Array
      const outputs = outputsOf(rows.length * width)
      const slot = slotOf(input, epochsBack)
      for (let row = 0; row < rows.length; row++)
        for (let k = 0; k < width; k++) outputs[row * width + k] = recorded[slot + rows[row] * width + k]
      return { outputs, strength }
    },
    commit({ input, cleanOutputs }, state) {
      const { rows, outputs: width } = input.batch
      const { training } = input
      if ((state.recorded as Float64Array).length === 0)
        state.recorded = new Float64Array(slots * training.rows * training.outputs)
      const recorded = state.recorded as Float64Array
      const slot = slotOf(input, 0)
      for (let row = 0; row < rows.length; row++)
        for (let k = 0; k < width; k++) recorded[slot + rows[row] * width + k] = cleanOutputs[row * width + k]
    },
  }
}

/** MESA (Du et al. 2022; the authors' code): the outputs of a running mean of the weights, v = d v + (1 - d) w after each step. */
function averaged({ strength, startEpoch, decay }: Extract<Target, { kind: 'average' }>): TargetPart {
  const outputsOf = growing()
  return {
    ...NO_TARGET,
    init: (weights) => ({ average: weights.slice() }),
    async prepare(work, state) {
      if (!acts(work.input, startEpoch)) return undefined
      const { batch } = work.input
      const outputs = outputsOf(batch.rows.length * batch.outputs)
      await work.predict(batch, state.average as Float64Array, outputs, 'whole')
      return { outputs, strength }
    },
    afterStep({ weights }, state) {
      average(state.average as Float64Array, decay, weights)
    },
  }
}
