import { compositionOf, type OptimizerConfig } from '../../src-shared/domain/optimizer/index.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { trainingErrors } from '../../src-shared/locales/errors/training.ts'
import { type Random, randomOf, seedRandom } from '../../src-shared/random.ts'
import type { WeightLayout } from '../nn/layout.ts'
import { isUndefinedLoss } from '../nn/losses/loss.ts'
import type { Position, StepInput, Tensor } from '../optim/batch.ts'
import { createOptimizer } from '../optim/compose.ts'
import { createFederatedOptimizer } from '../optim/federated.ts'
import type { PlainState, StepTelemetry } from '../optim/optimizer.ts'
import type { TrainingBatches } from './batches.ts'
import { fits } from './trainingState.ts'

/** Stream of a seed that draws the batch order: the same for every optimizer of a study (matched comparison). */
const BATCH_ORDER_STREAM = 2
/** Stream that draws one dropout mask a step, whatever the optimizer: every pass of the step sees the same network. */
const DROPOUT_STREAM = 3

/** What a step measured, the wall time it took, and the bytes its process then held: the last two nothing depends on. */
export type TakenStep = StepTelemetry & { readonly seconds: number; readonly memory: number }

/** What an epoch's steps measured. */
export interface EpochSteps {
  readonly steps: readonly TakenStep[]
  /** Dates that took none (a client's, once for each of its passes). */
  readonly skippedSteps: number
  /** Stocks over all dates that the steps went through. */
  readonly samples: number
}

/** The course of one training: weights that an epoch moves by one pass over all dates, or by one round of clients. */
export interface Course {
  readonly weights: Float64Array
  /** All else that an epoch leaves to the next; changed in place. */
  readonly state: PlainState
  /** @param epoch from 0 */
  runEpoch(epoch: number): Promise<EpochSteps>
}

export interface CourseSettings {
  readonly optimizer: OptimizerConfig
  readonly seed: number
  readonly maxEpochs: number
}

/** A step on `date`, and on `second` where it takes two; answers false when it was skipped. */
type Take = (
  step: (input: StepInput) => Promise<StepTelemetry>,
  date: number,
  second: number | null,
  position: Position,
) => Promise<boolean>

/** How an epoch takes its steps; its state is the optimizer's, or that of server and clients. */
interface Epochs {
  init(weights: Float64Array): PlainState
  run(weights: Float64Array, state: PlainState, epoch: number, order: Random, take: Take): Promise<void>
}

/**
 * Train `weights`, in place, on the dates of `batches`. Dates come in a random order that only the seed decides. A step of two
 * batches takes two dates after each other; the last of an odd number is both. With clients (FedSMOO) each has a stretch of
 * time: the dates in as many contiguous parts, as equal as they can be; an epoch is a round.
 * A date whose loss is undefined takes no step and is counted.
 * With `kept`, the state of a course of the same settings between two epochs, it goes on from there, in place.
 * Throws PlateauError `internal` when `kept` holds something else than this course would.
 */
export function createCourse(
  settings: CourseSettings,
  { tensors }: WeightLayout,
  weights: Float64Array,
  batches: TrainingBatches,
  kept: PlainState | null = null,
): Course {
  const { optimizer: config, seed } = settings
  const dates = batches.training.samples
  const epochs =
    compositionOf(config).federated === null
      ? passes(settings, tensors, dates)
      : rounds(settings, tensors, dates)
  const fresh = {
    order: seedRandom(seed, BATCH_ORDER_STREAM),
    dropout: seedRandom(seed, DROPOUT_STREAM),
    optimizer: epochs.init(weights),
  }
  if (kept !== null && !fits(fresh, kept))
    throw new PlateauError('internal', `The state to go on from is not one of ${config.name} on this model.`)
  const state = (kept ?? fresh) as typeof fresh
  const order = randomOf(state.order)
  const masks = randomOf(state.dropout)

  return {
    weights,
    state,
    async runEpoch(epoch) {
      const steps: TakenStep[] = []
      let skippedSteps = 0
      let samples = 0
      await epochs.run(weights, state.optimizer, epoch, order, async (step, date, second, position) => {
        const began = performance.now()
        const dropoutSeed = masks.below(2 ** 32)
        try {
          const telemetry = await step({
            batch: batches.batch(date, dropoutSeed),
            second: second === null ? null : batches.batch(second, dropoutSeed),
            training: batches.training,
            position,
          })
          checkFinite(telemetry, config.name, epoch + 1)
          const seconds = (performance.now() - began) / 1000
          steps.push({ ...telemetry, seconds, memory: process.memoryUsage.rss() })
          for (const each of new Set([date, second ?? date])) samples += batches.handles[each].stocks
          return true
        } catch (error) {
          if (!isUndefinedLoss(error)) throw error
          skippedSteps += second === null || second === date ? 1 : 2
          return false
        }
      })
      return { steps, skippedSteps, samples }
    },
  }
}

/** One pass over all dates an epoch. */
function passes(
  { optimizer: config, seed, maxEpochs }: CourseSettings,
  tensors: readonly Tensor[],
  dates: number,
): Epochs {
  const optimizer = createOptimizer(config, tensors, { seed })
  const { batchesPerStep } = optimizer
  const stepsPerEpoch = Math.ceil(dates / batchesPerStep)
  return {
    init: optimizer.init,
    async run(weights, state, epoch, order, take) {
      const permutation = order.permutation(dates)
      let firstOfEpoch = true
      for (let at = 0; at < stepsPerEpoch; at++) {
        const first = permutation[at * batchesPerStep]
        const second = permutation[Math.min(at * batchesPerStep + 1, dates - 1)]
        const position: Position = {
          step: epoch * stepsPerEpoch + at,
          totalSteps: maxEpochs * stepsPerEpoch,
          epoch,
          totalEpochs: maxEpochs,
          stepsPerEpoch,
          firstOfEpoch,
        }
        const taken = await take(
          (input) => optimizer.step(weights, state, input),
          first,
          batchesPerStep === 2 ? second : null,
          position,
        )
        // A date without a loss leaves what the first step of an epoch does to the next one.
        if (taken) firstOfEpoch = false
      }
    },
  }
}

/** One round of clients an epoch. */
function rounds(
  { optimizer: config, seed, maxEpochs }: CourseSettings,
  tensors: readonly Tensor[],
  dates: number,
): Epochs {
  const federated = createFederatedOptimizer(config, tensors, { seed })
  const { clients, localEpochs } = federated
  if (dates < clients)
    throw failure(trainingErrors.tooManyClients, { optimizer: config.name, clients, dates })
  return {
    init: federated.init,
    async run(weights, state, epoch, order, take) {
      const position: Position = {
        step: epoch,
        totalSteps: maxEpochs,
        epoch,
        totalEpochs: maxEpochs,
        stepsPerEpoch: 1,
        firstOfEpoch: true,
      }
      await federated.round(weights, state, async (client, step) => {
        const first = Math.floor((client * dates) / clients)
        const own = Math.floor(((client + 1) * dates) / clients) - first
        for (let pass = 0; pass < localEpochs; pass++) {
          for (const at of order.permutation(own)) await take(step, first + at, null, position)
        }
      })
    },
  }
}

function checkFinite(
  { cleanLoss, perturbedLoss, finalGradientNorm }: StepTelemetry,
  optimizer: string,
  epoch: number,
): void {
  if (Number.isFinite(cleanLoss ?? perturbedLoss) && Number.isFinite(finalGradientNorm)) return
  throw failure(trainingErrors.lossNotFinite, { optimizer, epoch })
}
