import type { OptimizerConfig } from '../../src-shared/domain/optimizer/index.ts'
import type { TrainingLoss } from '../../src-shared/domain/study.ts'
import type { EpochRecord } from '../../src-shared/domain/training.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { mean, standardDeviation } from '../../src-shared/statistics.ts'
import type { CrossSection, CrossSectionHandle, Engine } from '../nn/engine.ts'
import { initialWeights } from '../nn/initialise.ts'
import { gruLayout, type GruConfig } from '../nn/layout.ts'
import { icOf } from '../nn/losses/ic.ts'
import { SINGLE_ROUNDING } from '../nn/losses/loss.ts'
import { meanSquaredError } from '../nn/losses/mse.ts'
import type { StepTelemetry } from '../optim/optimizer.ts'
import { createBatches } from './batches.ts'
import { createCourse, diverged } from './course.ts'

export interface TrainSettings {
  readonly optimizer: OptimizerConfig
  /** The loss of the engine it trains on. */
  readonly loss: TrainingLoss
  /** Draws initial weights, batch order, dropout and what the method itself draws. */
  readonly seed: number
  readonly maxEpochs: number
  readonly patience: number
}

export interface TrainedModel {
  /** Weights of the epoch with the best validation IC. */
  readonly weights: Float64Array
  readonly epochs: readonly EpochRecord[]
  readonly bestEpoch: number
  readonly stopReason: 'patience' | 'max_epochs'
}

/**
 * Train one model (methods.md 3): a batch is one date's whole cross-section, one pass over all train dates an epoch.
 * Stops after `patience` epochs without a better validation IC, whatever the loss, and returns the best epoch's weights.
 * Cross-sections must be labelled. A date whose loss is undefined (an IC without variance) takes no step (counted in
 * `skippedSteps`); one whose predictions have no variance is left out of the epoch's mean ICs. Throws `diverged` when a loss or a mean IC is not finite, or
 * when every date of a part is left out.
 */
export async function train(
  engine: Engine,
  model: GruConfig,
  parts: { readonly train: readonly CrossSection[]; readonly valid: readonly CrossSection[] },
  settings: TrainSettings,
  onEpoch: (record: EpochRecord) => void,
): Promise<TrainedModel> {
  const { seed, loss, optimizer } = settings
  const batches = createBatches(engine, parts.train, { kind: loss })
  const validHandles = parts.valid.map((section) => engine.upload(section))
  const course = createCourse(settings, gruLayout(model), initialWeights(model, seed), batches)
  const { weights } = course

  const epochs: EpochRecord[] = []
  let best = { epoch: 0, validIc: -Infinity, weights: weights.slice() }
  let stopReason: TrainedModel['stopReason'] = 'max_epochs'

  for (let epoch = 1; epoch <= settings.maxEpochs; epoch++) {
    const { steps, skippedSteps } = await course.runEpoch(epoch - 1)
    const { ics: trainIcs } = await scores(engine, weights, batches.handles, parts.train)
    const { ics: validIcs, squaredErrors } = await scores(engine, weights, validHandles, parts.valid)
    if (steps.length === 0 || trainIcs.length === 0 || validIcs.length === 0) {
      throw diverged(`The predictions of ${optimizer.name} have no variance on any date of epoch ${epoch}.`)
    }
    const trainIc = mean(trainIcs)
    const validIc = mean(validIcs)
    // The loss is measured before its step: weights that the epoch's last step made non-finite show here first.
    if (!Number.isFinite(trainIc) || !Number.isFinite(validIc)) {
      throw diverged(`The predictions of ${optimizer.name} are not finite after epoch ${epoch}.`)
    }
    const spread = standardDeviation(validIcs)
    const record: EpochRecord = {
      epoch,
      ...summary(steps),
      validLoss: loss === 'ic' ? -validIc : mean(squaredErrors),
      trainIc,
      validIc,
      validIcir: !spread ? null : validIc / spread,
      skippedSteps,
    }
    epochs.push(record)
    onEpoch(record)

    if (validIc > best.validIc) best = { epoch, validIc, weights: weights.slice() }
    else if (epoch - best.epoch >= settings.patience) {
      stopReason = 'patience'
      break
    }
  }

  batches.release()
  for (const handle of validHandles) engine.release(handle)
  return { weights: best.weights, epochs, bestEpoch: best.epoch, stopReason }
}

/** Means over an epoch's steps of what each of them measured; null where none had it. */
function summary(steps: readonly StepTelemetry[]) {
  const over = (value: (step: StepTelemetry) => number | null): number | null => {
    const known = steps.map(value).filter((each) => each !== null)
    return known.length === 0 ? null : mean(known)
  }
  const total = (value: (step: StepTelemetry) => number): number =>
    steps.reduce((sum, step) => sum + value(step), 0)
  return {
    trainLoss: mean(steps.map(({ cleanLoss, perturbedLoss }) => (cleanLoss ?? perturbedLoss)!)),
    perturbedLoss: over((step) => step.perturbedLoss),
    sharpnessGap: over((step) => step.gap),
    gradientNorm: over((step) => step.gradientNorm),
    perturbedGradientNorm: over((step) => step.perturbedGradientNorm),
    finalGradientNorm: over((step) => step.finalGradientNorm),
    cosine: over((step) => step.cosine),
    perturbationNorm: over((step) => step.perturbationNorm),
    learningRate: over((step) => step.learningRate),
    rho: over((step) => step.rho),
    evaluations: total((step) => step.evaluations),
    predictions: total((step) => step.predictions),
  }
}

/**
 * At `weights`, the mean squared error of each date, and the IC of each date on which it is defined: a prediction without
 * variance has none (methods.md 3).
 */
async function scores(
  engine: Engine,
  weights: Float64Array,
  handles: readonly CrossSectionHandle[],
  sections: readonly CrossSection[],
): Promise<{ ics: number[]; squaredErrors: number[] }> {
  const ics: number[] = []
  const squaredErrors: number[] = []
  for (const [index, handle] of handles.entries()) {
    const { labels } = sections[index]
    if (labels === null)
      throw new PlateauError('internal', 'A cross-section of the train or valid part has no labels.')
    const predictions = await engine.predict(weights, handle)
    const ic = icOf(predictions, labels, null, SINGLE_ROUNDING)
    if (ic !== null) ics.push(ic)
    squaredErrors.push(meanSquaredError({ predictions, labels, sampleWeights: null, outputs: 1 }).loss)
  }
  return { ics, squaredErrors }
}
