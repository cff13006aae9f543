import type { OptimizerConfig } from '../../src-shared/domain/optimizer/index.ts'
import type { TrainingLoss } from '../../src-shared/domain/study.ts'
import { type EpochRecord, STEP_COLUMNS } from '../../src-shared/domain/training.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { trainingErrors } from '../../src-shared/locales/errors/training.ts'
import { mean, standardDeviation } from '../../src-shared/statistics.ts'
import type { CrossSection, CrossSectionHandle, Engine } from '../nn/engine.ts'
import { initialWeights } from '../nn/initialise.ts'
import { gruLayout, type GruConfig } from '../nn/layout.ts'
import { icOf } from '../nn/losses/ic.ts'
import { SINGLE_ROUNDING } from '../nn/losses/loss.ts'
import { meanSquaredError } from '../nn/losses/mse.ts'
import type { StepTelemetry } from '../optim/optimizer.ts'
import { createBatches, releaseAll, uploadAll } from './batches.ts'
import { createCourse, type EpochSteps, type TakenStep } from './course.ts'
import { copyOfState, type TrainingState } from './trainingState.ts'

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

/** What is told of an epoch when it is over. */
export interface EpochReport {
  readonly record: EpochRecord
  /**
   * What each step measured, steps x STEP_COLUMNS, row-major; NaN where a step had no such thing. Nothing else
   * depends on its MACHINE_COLUMNS.
   */
  readonly steps: Float64Array
  /** Stocks over all dates that they went through. */
  readonly samples: number
  /** Live: the next epoch changes it in place, so it is to be read, encoded or copied during the call only. */
  readonly state: TrainingState
}

export interface TrainOptions {
  /** What an earlier run of the same settings, model, parts and engine left; it is copied. Absent or null: from the start. */
  readonly resume?: TrainingState | null | undefined
  /** Awaited before training goes on, or ends; when it rejects, so does the training. */
  readonly onEpoch: (report: EpochReport) => void | Promise<void>
}

/**
 * Train one model (methods.md 3): a batch is one date's whole cross-section, one pass over all train dates an epoch.
 * Stops after `patience` epochs without a better validation IC, whatever the loss, and returns the best epoch's weights.
 * Cross-sections must be labelled. A date whose loss is undefined (an IC without variance) takes no step (counted in
 * `skippedSteps`); one whose predictions have no variance is left out of the epoch's mean ICs. Throws `diverged` when a loss or a mean IC is not finite, or
 * when every date of a part is left out.
 *
 * Going on from the state after any epoch gives what never having stopped does, bit for bit, on one engine;
 * from that after the last epoch it is answered without computing. Throws `internal` when the state is of another model or
 * optimizer; that it is of the same run is the caller's to know (checkpoint.ts: the key).
 */
export async function train(
  engine: Engine,
  model: GruConfig,
  parts: { readonly train: readonly CrossSection[]; readonly valid: readonly CrossSection[] },
  settings: TrainSettings,
  { resume = null, onEpoch }: TrainOptions,
): Promise<TrainedModel> {
  const layout = gruLayout(model)
  const kept = resume === null ? null : copyOfState(resume)
  if (resume !== null && kept?.weights.length !== layout.size)
    throw new PlateauError('internal', 'The state to go on from is not one of this model.')
  const finished = kept && outcome(kept, settings)
  if (finished !== null) return finished

  const batches = createBatches(engine, parts.train, { kind: settings.loss })
  let validHandles: readonly CrossSectionHandle[] = []
  try {
    validHandles = uploadAll(engine, parts.valid)
    const weights = kept?.weights ?? initialWeights(model, settings.seed)
    const course = createCourse(settings, layout, weights, batches, kept?.course)
    const epochs: EpochRecord[] = [...(kept?.epochs ?? [])]
    let best = kept?.best ?? { epoch: 0, validIc: -Infinity, weights }
    for (;;) {
      const epoch = epochs.length + 1
      const done = await course.runEpoch(epoch - 1)
      const record = recordOf(settings, epoch, done, {
        train: await scores(engine, weights, batches.handles, parts.train),
        valid: await scores(engine, weights, validHandles, parts.valid),
      })
      epochs.push(record)
      const { validIc } = record
      if (validIc > best.validIc) best = { epoch, validIc, weights: weights.slice() }
      const state = { epochs, best, weights, course: course.state }
      await onEpoch({ record, steps: tableOf(done.steps), samples: done.samples, state })
      const stopped = outcome(state, settings)
      if (stopped !== null) return stopped
    }
  } finally {
    batches.release()
    releaseAll(engine, validHandles)
  }
}

/** The trained model when training stops after the last epoch of `state`; null when it goes on. */
function outcome({ epochs, best }: TrainingState, settings: TrainSettings): TrainedModel | null {
  const { maxEpochs, patience } = settings
  const outOfPatience = epochs.length - best.epoch >= patience
  if (!outOfPatience && epochs.length < maxEpochs) return null
  const stopReason = outOfPatience ? 'patience' : 'max_epochs'
  return { weights: best.weights, epochs, bestEpoch: best.epoch, stopReason }
}

function recordOf(
  { loss, optimizer }: TrainSettings,
  epoch: number,
  { steps, skippedSteps }: EpochSteps,
  { train, valid }: { readonly train: Scores; readonly valid: Scores },
): EpochRecord {
  if (steps.length === 0 || train.ics.length === 0 || valid.ics.length === 0) {
    throw failure(trainingErrors.predictionsConstant, { optimizer: optimizer.name, epoch })
  }
  const trainIc = mean(train.ics)
  const validIc = mean(valid.ics)
  // The loss is measured before its step: weights that the epoch's last step made non-finite show here first.
  if (!Number.isFinite(trainIc) || !Number.isFinite(validIc)) {
    throw failure(trainingErrors.predictionsNotFinite, { optimizer: optimizer.name, epoch })
  }
  return {
    epoch,
    ...summary(steps),
    validLoss: loss === 'ic' ? -validIc : mean(valid.squaredErrors),
    trainIc,
    validIc,
    trainIcir: ratio(trainIc, train.ics),
    validIcir: ratio(validIc, valid.ics),
    skippedSteps,
  }
}

/** Mean over standard deviation; null where that is 0 or unknown. */
function ratio(mean: number, ics: readonly number[]): number | null {
  const spread = standardDeviation(ics)
  return !spread ? null : mean / spread
}

/** steps x STEP_COLUMNS, row-major. */
function tableOf(steps: readonly TakenStep[]): Float64Array {
  return Float64Array.from(steps.flatMap((step) => STEP_COLUMNS.map((column) => step[column] ?? NaN)))
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

interface Scores {
  readonly ics: readonly number[]
  readonly squaredErrors: readonly number[]
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
): Promise<Scores> {
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
