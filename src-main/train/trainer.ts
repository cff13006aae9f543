import type { OptimizerConfig, TrainingLoss } from '../../src-shared/domain/study.ts'
import type { EpochRecord } from '../../src-shared/domain/training.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { createRandom } from '../../src-shared/random.ts'
import type { CrossSection, CrossSectionHandle, Engine } from '../nn/engine.ts'
import { icOf } from '../nn/losses/ic.ts'
import { meanSquaredError } from '../nn/losses/mse.ts'
import { createOptimizer } from '../optim/presets.ts'
import { mean, standardDeviation } from '../../src-shared/statistics.ts'

export interface TrainSettings {
  readonly optimizer: OptimizerConfig
  /** The loss of the engine it trains on. */
  readonly loss: TrainingLoss
  /** Draws batch order and dropout; initial weights come from the same seed's other stream (nn/initialise). */
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

/** Stream of a seed that draws the batch order: the same for every optimizer of a study (matched comparison). */
const BATCH_ORDER_STREAM = 2
/** Stream that draws one dropout mask a step, whatever the optimizer: every pass of the step sees the same network. */
const DROPOUT_STREAM = 3

/**
 * Train one model (methods.md 3): a batch is one date's whole cross-section, one pass over all train dates an epoch.
 * Stops after `patience` epochs without a better validation IC, whatever the loss, and returns the best epoch's weights.
 * Cross-sections must be labelled. A date whose loss is undefined (an IC without variance) takes no step (counted in
 * `skippedSteps`); one whose predictions have no variance is left out of the epoch's mean ICs. Throws `diverged` when a loss or a mean IC is not finite, or
 * when every date of a part is left out.
 */
export async function train(
  engine: Engine,
  initialWeights: Float64Array,
  parts: { readonly train: readonly CrossSection[]; readonly valid: readonly CrossSection[] },
  settings: TrainSettings,
  onEpoch: (record: EpochRecord) => void,
): Promise<TrainedModel> {
  const optimizer = createOptimizer(settings.optimizer)
  const order = createRandom(settings.seed, BATCH_ORDER_STREAM)
  const masks = createRandom(settings.seed, DROPOUT_STREAM)
  const trainHandles = parts.train.map((section) => engine.upload(section))
  const validHandles = parts.valid.map((section) => engine.upload(section))

  let weights = initialWeights
  let state = optimizer.init(weights)
  const epochs: EpochRecord[] = []
  let best = { epoch: 0, validIc: -Infinity, weights }
  let stopReason: TrainedModel['stopReason'] = 'max_epochs'

  for (let epoch = 1; epoch <= settings.maxEpochs; epoch++) {
    const losses: number[] = []
    const gaps: number[] = []
    const gradientNorms: number[] = []
    let evaluations = 0
    let skippedSteps = 0
    for (const index of order.permutation(trainHandles.length)) {
      const handle = trainHandles[index]
      const dropoutSeed = masks.below(2 ** 32)
      const step = await optimizer
        .step(weights, state, (at) => engine.lossAndGradient(at, handle, { dropoutSeed }))
        .catch(skipWithoutVariance)
      if (step === null) {
        skippedSteps++
        continue
      }
      weights = step.weights
      state = step.state
      const { cleanLoss, perturbedLoss, gradientNorm } = step.telemetry
      if (!Number.isFinite(cleanLoss) || !Number.isFinite(gradientNorm)) {
        throw diverged(`The loss of ${settings.optimizer.name} is not finite in epoch ${epoch}.`)
      }
      losses.push(cleanLoss)
      gradientNorms.push(gradientNorm)
      if (perturbedLoss !== null) gaps.push(perturbedLoss - cleanLoss)
      evaluations += step.telemetry.evaluations
    }

    const { ics: trainIcs } = await scores(engine, weights, trainHandles, parts.train)
    const { ics: validIcs, squaredErrors } = await scores(engine, weights, validHandles, parts.valid)
    if (losses.length === 0 || trainIcs.length === 0 || validIcs.length === 0) {
      throw diverged(
        `The predictions of ${settings.optimizer.name} have no variance on any date of epoch ${epoch}.`,
      )
    }
    const trainIc = mean(trainIcs)
    const validIc = mean(validIcs)
    // The loss is measured before its step: weights that the epoch's last step made non-finite show here first.
    if (!Number.isFinite(trainIc) || !Number.isFinite(validIc)) {
      throw diverged(`The predictions of ${settings.optimizer.name} are not finite after epoch ${epoch}.`)
    }
    const spread = standardDeviation(validIcs)
    const record: EpochRecord = {
      epoch,
      trainLoss: mean(losses),
      validLoss: settings.loss === 'ic' ? -validIc : mean(squaredErrors),
      trainIc,
      validIc,
      validIcir: !spread ? null : validIc / spread,
      sharpnessGap: gaps.length === 0 ? null : mean(gaps),
      gradientNorm: mean(gradientNorms),
      evaluations,
      skippedSteps,
    }
    epochs.push(record)
    onEpoch(record)

    if (validIc > best.validIc) best = { epoch, validIc, weights }
    else if (epoch - best.epoch >= settings.patience) {
      stopReason = 'patience'
      break
    }
  }

  for (const handle of [...trainHandles, ...validHandles]) engine.release(handle)
  return { weights: best.weights, epochs, bestEpoch: best.epoch, stopReason }
}

function diverged(message: string): PlateauError {
  return new PlateauError('diverged', message, {
    remedy: 'Lower the learning rate or rho, or use a larger hidden size.',
  })
}

/** A date on which the IC is undefined (methods.md 3) takes no step; any other failure goes on. */
function skipWithoutVariance(error: unknown): null {
  if (error instanceof PlateauError && error.code === 'data_insufficient') return null
  throw error
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
    const ic = icOf(predictions, labels)
    if (ic !== null) ics.push(ic)
    squaredErrors.push(meanSquaredError({ predictions, labels, sampleWeights: null, outputs: 1 }).loss)
  }
  return { ics, squaredErrors }
}
