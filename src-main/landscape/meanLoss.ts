import { PlateauError } from '../../src-shared/errors.ts'
import type { CrossSection, CrossSectionHandle, Engine } from '../nn/engine.ts'
import { evaluateLoss, isUndefinedLoss, type Loss, SINGLE_ROUNDING } from '../nn/losses/loss.ts'
import { addScaled, scale } from '../optim/vector.ts'
import type { LossSurface, MeanLoss } from './surface.ts'

/** A labelled cross-section that the engine holds. */
export interface SurfaceDate {
  readonly handle: CrossSectionHandle
  readonly section: CrossSection
}

/**
 * The mean over whole dates of the engine's loss, without dropout (methods.md 8): of `size` weights. A loss alone takes forward
 * passes only. A date whose loss is undefined at some weights (an IC without variance beyond float32's rounding, whatever
 * the engine's precision) is left out there and counted, of gradients too. How many dates a mean is over is told, not which:
 * means at two places over as many dates may be over different ones.
 * `loss` is the one the engine was made with. Evaluations reject with `cancelled` once the signal aborts, with `internal` where
 * a date has no labels.
 */
export function createMeanLoss(
  engine: Engine,
  size: number,
  dates: readonly SurfaceDate[],
  loss: Loss,
  signal?: AbortSignal,
): LossSurface {
  return {
    size,
    async loss(weights) {
      const total = createMean()
      for (const { handle, section } of dates) {
        const predictions = await engine.predict(weights, handle, { signal })
        total.add(dateLoss(loss, section, predictions))
      }
      return total.mean()
    },
    async gradient(weights) {
      const total = createMean()
      const gradient = new Float64Array(size)
      for (const { handle, section } of dates) {
        const answer = await defined(() => engine.lossAndGradient(weights, handle, { signal }))
        const value = answer === null ? null : dateLoss(loss, section, answer.predictions)
        total.add(value)
        if (answer !== null && value !== null) addScaled(gradient, gradient, 1, answer.gradient)
      }
      const mean = total.mean()
      if (mean.loss === null) gradient.fill(0)
      else scale(gradient, 1 / mean.dates, gradient)
      return { ...mean, gradient }
    },
  }
}

/** Null where it is undefined. */
function dateLoss(loss: Loss, section: CrossSection, predictions: Float64Array): number | null {
  const { stocks, labels, sampleWeights = null } = section
  if (labels === null)
    throw new PlateauError('internal', 'A cross-section of a loss landscape has no labels.')
  const outputs = predictions.length / stocks
  try {
    return evaluateLoss(loss, { predictions, labels, sampleWeights, outputs, rounding: SINGLE_ROUNDING }).loss
  } catch (error) {
    if (isUndefinedLoss(error)) return null
    throw error
  }
}

async function defined<T>(evaluate: () => Promise<T>): Promise<T | null> {
  try {
    return await evaluate()
  } catch (error) {
    if (isUndefinedLoss(error)) return null
    throw error
  }
}

function createMean(): { add(value: number | null): void; mean(): MeanLoss } {
  let sum = 0
  let dates = 0
  let skipped = 0
  return {
    add(value) {
      if (value === null) {
        skipped++
        return
      }
      sum += value
      dates++
    },
    mean() {
      const loss = sum / dates
      return { loss: Number.isFinite(loss) ? loss : null, dates, skipped }
    },
  }
}
