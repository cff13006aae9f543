import { PlateauError } from '../../src-shared/errors.ts'
import type { CrossSection, CrossSectionHandle, Engine } from '../nn/engine.ts'
import { agreement } from '../nn/losses/agreement.ts'
import { evaluateLoss, isUndefinedLoss, type Loss } from '../nn/losses/loss.ts'
import { rowLosses } from '../nn/losses/rowLosses.ts'
import type { Batch, TrainingData } from '../optim/batch.ts'

/** The IC of two stocks is 1 or -1 whatever the weights. */
const LEAST_FOR_IC = 3

/** The train dates on an engine, as an optimizer asks for them: a batch is one date's whole cross-section. */
export interface TrainingBatches {
  readonly training: TrainingData
  /** Of each date, for predictions outside of steps. */
  readonly handles: readonly CrossSectionHandle[]
  /** The date `index`; every pass of a step sees the network of one dropout seed. */
  batch(index: number, dropoutSeed: number): Batch
  release(): void
}

/**
 * Upload labelled cross-sections of a model with one output. What the published methods define on samples with a loss each
 * is here defined on stocks, of which a date's IC is no sum:
 * - the loss of a stock: nn/losses/rowLosses.ts (ESAM's selection);
 * - agreement with other outputs: nn/losses/agreement.ts (SAF, MESA);
 * - a sample with a gradient of its own is a date, without dropout (SSAM-F's Fisher information).
 */
export function createBatches(
  engine: Engine,
  sections: readonly CrossSection[],
  loss: Loss,
): TrainingBatches {
  const labels = sections.map(({ labels }) => {
    if (labels === null)
      throw new PlateauError('internal', 'A cross-section of the train part has no labels.')
    return labels
  })
  const handles = uploadAll(engine, sections)
  let count = 0
  const rows = sections.map(({ stocks }) => {
    const first = count
    count += stocks
    return Int32Array.from({ length: stocks }, (_, at) => first + at)
  })

  return {
    handles,
    training: {
      rows: count,
      outputs: 1,
      samples: sections.length,
      async sampleGradient(sample, weights, gradient) {
        try {
          gradient.set((await engine.lossAndGradient(weights, handles[sample])).gradient)
          return true
        } catch (error) {
          if (isUndefinedLoss(error)) return false
          throw error
        }
      },
    },
    batch: (index, dropoutSeed) => ({
      rows: rows[index],
      outputs: 1,
      leastRows: loss.kind === 'ic' ? LEAST_FOR_IC : 1,
      async lossAndGradient(weights, gradient, { outputs, rowWeights, target } = {}) {
        const mixed =
          target === undefined ? null : agreement(loss, labels[index], target.outputs, target.strength)
        const answer = await engine.lossAndGradient(weights, handles[index], {
          dropoutSeed,
          labels: mixed?.labels,
          sampleWeights: rowWeights,
        })
        outputs?.set(answer.predictions)
        if (mixed === null) {
          gradient.set(answer.gradient)
          return answer.loss
        }
        for (let i = 0; i < gradient.length; i++) gradient[i] = mixed.scale * answer.gradient[i]
        const { predictions } = answer
        return evaluateLoss(loss, {
          predictions,
          labels: labels[index],
          sampleWeights: rowWeights ?? null,
          outputs: 1,
        }).loss
      },
      async predict(weights, outputs, network) {
        outputs.set(
          await engine.predict(weights, handles[index], network === 'step' ? { dropoutSeed } : undefined),
        )
      },
      rowLosses: (outputs, losses) => rowLosses(loss, outputs, labels[index], losses),
    }),
    release: () => releaseAll(engine, handles),
  }
}

/** Upload all of `sections`, or none: when one is refused those before it are released. */
export function uploadAll(engine: Engine, sections: readonly CrossSection[]): CrossSectionHandle[] {
  const handles: CrossSectionHandle[] = []
  try {
    for (const section of sections) handles.push(engine.upload(section))
  } catch (error) {
    releaseAll(engine, handles)
    throw error
  }
  return handles
}

export function releaseAll(engine: Engine, handles: readonly CrossSectionHandle[]): void {
  for (const handle of handles) engine.release(handle)
}
