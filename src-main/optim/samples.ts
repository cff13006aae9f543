import { ALL_SAMPLES, type Schedule } from '../../src-shared/domain/optimizer/parts.ts'
import { createMarkLargest } from './perturbation/markLargest.ts'
import { growing, type Work } from './work.ts'

/** On which samples the perturbed gradient is taken. */
export interface SamplesPart {
  /** Whether it needs the outputs of the pass at the weights. */
  readonly needsCleanOutputs: boolean
  /** Fill the step's perturbed gradient, at its point; answers the loss of the samples it took. */
  evaluate(work: Work): Promise<number>
}

export function createSamples(samples: Schedule['samples']): SamplesPart {
  switch (samples.kind) {
    case 'all':
      return {
        needsCleanOutputs: false,
        evaluate: (work) => work.evaluate(work.point, work.perturbed),
      }
    case 'next':
      return {
        needsCleanOutputs: false,
        evaluate: (work) => work.evaluateOn(work.input.second!, work.point, work.perturbed),
      }
    case 'sharpest':
      return samples.share < ALL_SAMPLES ? sharpest(samples) : createSamples({ kind: 'all' })
  }
}

/**
 * Sharpness-sensitive data selection (Du et al. 2022, ESAM): the gradient of the samples whose loss the perturbation raises
 * most. `paper`: the share of them itself; `code`: only those strictly above the last of them, one fewer without ties.
 * As many as the batch's loss needs are kept. What a sample's loss is the batch defines.
 */
function sharpest({ share, rule }: Extract<Schedule['samples'], { kind: 'sharpest' }>): SamplesPart {
  const outputsOf = growing()
  const beforeOf = growing()
  const riseOf = growing()
  const weightsOf = growing()
  const markLargest = createMarkLargest()
  let marks = new Uint8Array(0)
  return {
    needsCleanOutputs: true,
    async evaluate(work) {
      const { batch } = work.input
      const { length } = batch.rows
      const outputs = outputsOf(length * batch.outputs)
      const before = beforeOf(length)
      const rise = riseOf(length)
      await work.predict(batch, work.point, outputs, 'step')
      batch.rowLosses(work.cleanOutputs, before)
      batch.rowLosses(outputs, rise)
      for (let i = 0; i < length; i++) rise[i] -= before[i]
      const wanted = Math.floor(length * share) - (rule === 'code' ? 1 : 0)
      if (marks.length !== length) marks = new Uint8Array(length)
      marks.fill(0)
      markLargest(rise, Math.max(batch.leastRows, wanted), marks)
      const rowWeights = weightsOf(length)
      rowWeights.set(marks)
      return work.evaluate(work.point, work.perturbed, { rowWeights })
    },
  }
}
