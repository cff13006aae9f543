import { compositionOf, type OptimizerConfig } from '../../src-shared/domain/optimizer/index.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { createRandom } from '../../src-shared/random.ts'
import type { WeightLayout } from '../nn/layout.ts'
import type { Position, StepInput } from '../optim/batch.ts'
import { createOptimizer } from '../optim/compose.ts'
import { createFederatedOptimizer } from '../optim/federated.ts'
import type { StepTelemetry } from '../optim/optimizer.ts'
import { isUndefinedLoss, type TrainingBatches } from './batches.ts'

/** Stream of a seed that draws the batch order: the same for every optimizer of a study (matched comparison). */
const BATCH_ORDER_STREAM = 2
/** Stream that draws one dropout mask a step, whatever the optimizer: every pass of the step sees the same network. */
const DROPOUT_STREAM = 3

/** What an epoch's steps measured, and how many dates took none (a client's, once for each of its passes). */
export interface EpochSteps {
  readonly steps: readonly StepTelemetry[]
  readonly skippedSteps: number
}

/** The course of one training: weights that an epoch moves by one pass over all dates, or by one round of clients. */
export interface Course {
  readonly weights: Float64Array
  /** @param epoch from 0 */
  runEpoch(epoch: number): Promise<EpochSteps>
}

export interface CourseSettings {
  readonly optimizer: OptimizerConfig
  readonly seed: number
  readonly maxEpochs: number
}

/**
 * Train `weights`, in place, on the dates of `batches`. Dates come in a random order that only the seed decides. A step of two
 * batches takes two dates after each other; the last of an odd number is both. With clients (FedSMOO) each has a stretch of
 * time: the dates in as many contiguous parts, as equal as they can be; an epoch is a round.
 * A date whose loss is undefined takes no step and is counted.
 */
export function createCourse(
  { optimizer: config, seed, maxEpochs }: CourseSettings,
  { tensors }: WeightLayout,
  weights: Float64Array,
  batches: TrainingBatches,
): Course {
  const order = createRandom(seed, BATCH_ORDER_STREAM)
  const masks = createRandom(seed, DROPOUT_STREAM)
  const dates = batches.training.samples
  const input = (date: number, second: number | null, position: Position): StepInput => {
    const dropoutSeed = masks.below(2 ** 32)
    return {
      batch: batches.batch(date, dropoutSeed),
      second: second === null ? null : batches.batch(second, dropoutSeed),
      training: batches.training,
      position,
    }
  }
  const take = async (
    step: (input: StepInput) => Promise<StepTelemetry>,
    given: StepInput,
    into: { steps: StepTelemetry[]; skippedSteps: number },
  ): Promise<void> => {
    const { epoch } = given.position
    try {
      const telemetry = await step(given)
      checkFinite(telemetry, config.name, epoch + 1)
      into.steps.push(telemetry)
    } catch (error) {
      if (!isUndefinedLoss(error)) throw error
      into.skippedSteps += given.second === null || given.second.rows === given.batch.rows ? 1 : 2
    }
  }

  if (compositionOf(config).federated !== null) {
    const federated = createFederatedOptimizer(config, tensors, { seed })
    const { clients, localEpochs } = federated
    if (dates < clients)
      throw new PlateauError(
        'study_invalid',
        `${config.name} has ${clients} clients, and there are only ${dates} train dates to share.`,
        { remedy: 'Give it fewer clients, or a longer fit period.' },
      )
    const state = federated.init(weights)
    return {
      weights,
      async runEpoch(epoch) {
        const position: Position = {
          step: epoch,
          totalSteps: maxEpochs,
          epoch,
          totalEpochs: maxEpochs,
          stepsPerEpoch: 1,
          firstOfEpoch: true,
        }
        const done: { steps: StepTelemetry[]; skippedSteps: number } = { steps: [], skippedSteps: 0 }
        await federated.round(weights, state, async (client, step) => {
          const first = Math.floor((client * dates) / clients)
          const own = Math.floor(((client + 1) * dates) / clients) - first
          for (let pass = 0; pass < localEpochs; pass++) {
            for (const at of order.permutation(own)) await take(step, input(first + at, null, position), done)
          }
        })
        return done
      },
    }
  }

  const optimizer = createOptimizer(config, tensors, { seed })
  const { batchesPerStep } = optimizer
  const stepsPerEpoch = Math.ceil(dates / batchesPerStep)
  const state = optimizer.init(weights)
  return {
    weights,
    async runEpoch(epoch) {
      const done: { steps: StepTelemetry[]; skippedSteps: number } = { steps: [], skippedSteps: 0 }
      const permutation = order.permutation(dates)
      for (let at = 0; at < stepsPerEpoch; at++) {
        const first = permutation[at * batchesPerStep]
        const second = permutation[Math.min(at * batchesPerStep + 1, dates - 1)]
        const position: Position = {
          step: epoch * stepsPerEpoch + at,
          totalSteps: maxEpochs * stepsPerEpoch,
          epoch,
          totalEpochs: maxEpochs,
          stepsPerEpoch,
          // A date without a loss leaves what the first step of an epoch does to the next one.
          firstOfEpoch: done.steps.length === 0,
        }
        await take(
          (given) => optimizer.step(weights, state, given),
          input(first, batchesPerStep === 2 ? second : null, position),
          done,
        )
      }
      return done
    },
  }
}

function checkFinite(
  { cleanLoss, perturbedLoss, finalGradientNorm }: StepTelemetry,
  name: string,
  epoch: number,
): void {
  if (Number.isFinite(cleanLoss ?? perturbedLoss) && Number.isFinite(finalGradientNorm)) return
  throw diverged(`The loss of ${name} is not finite in epoch ${epoch}.`)
}

export function diverged(message: string): PlateauError {
  return new PlateauError('diverged', message, {
    remedy: 'Lower the learning rate or rho, or use a larger hidden size.',
  })
}
