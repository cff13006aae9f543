import type { StudyEstimate } from '../../src-shared/domain/estimate.ts'
import { compositionOf, type OptimizerConfig, relativeCost } from '../../src-shared/domain/optimizer/index.ts'
import type { EngineReport } from '../../src-shared/domain/compute.ts'
import type { ModelConfig, StudyConfig } from '../../src-shared/domain/study.ts'
import { STEP_COLUMNS } from '../../src-shared/domain/training.ts'
import { engineChoice } from '../compute/choice.ts'
import { loadMarket } from '../market/loadMarket.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { FIELDS } from '../market/samples.ts'
import { daysBetween, splitDates } from '../market/splits.ts'
import { forwardFlops } from '../nn/flops.ts'
import { gruLayout } from '../nn/layout.ts'
import { createOptimizer } from '../optim/compose.ts'
import { createFederatedOptimizer } from '../optim/federated.ts'
import type { PlainState } from '../optim/optimizer.ts'
import { openStore } from '../store/store.ts'
import { askedEngine } from './engine.ts'
import { type Prepared, prepare } from './prepare.ts'
import { planRuns } from './runKeys.ts'
import { runsAtATime } from './width.ts'

/** The question for what a study will take, as it is sent to its process. */
export interface EstimateTask {
  readonly kind: 'estimate'
  readonly config: StudyConfig
  /** Path of the store; it is only read. */
  readonly store: string
  readonly workers: number | null
  readonly appVersion: string
}

/** A process with the engine and nothing else: 150 MB measured, and what its collector leaves lying for a while. */
const PROCESS_BYTES = 250e6
/** A record of an epoch as JSON, all of its numbers at full length. */
const RECORD_BYTES = 700
/** A training run as JSON without its epochs, its key or its row in the journal. */
const RUN_BYTES = 1000
/** Checkpoints of a run: two, and the next one while it is written. */
const CHECKPOINTS = 3
/** Of SQLite: a value longer than a part of it has whole pages of its own, so that two of them can be all but empty. */
const PAGE_BYTES = 4096

/**
 * What a study will take on this machine if no run stops early: early stopping makes it less, on real data often by half.
 *
 * Errors: those of prepare, before anything is trained.
 */
export async function runEstimateTask({
  config,
  store: path,
  workers,
  appVersion,
}: EstimateTask): Promise<StudyEstimate> {
  const { engine: asked } = askedEngine(config.training.engine)
  const { engines } = await engineChoice({ appVersion })
  const engine = engines.find(({ name, chosen }) => (asked === 'auto' ? chosen : name === asked))
  const store = openStore(path, { mode: 'read' })
  const whole = loadMarket(store, { cache: panelCachePath(path) })
  store.close()
  const prepared = prepare(config, whole)
  const { panel } = prepared.market
  const stocks = panel.symbols.length
  const members = (days: ArrayLike<number>): number => {
    let count = 0
    for (let at = 0; at < days.length; at++)
      for (let i = 0; i < stocks; i++) count += prepared.universe[days[at] * stocks + i]
    return count
  }

  const keys = planRuns(config, prepared.windows.length)
  const { seeds, maxEpochs, trajectories } = config.training
  const passes = config.optimizers.reduce((sum, each) => sum + relativeCost(compositionOf(each)), 0)
  let operations = 0
  let trainDates = 0
  let trainRows = 0
  /** Most that a run holds of samples, and most of them that are train samples, of one window and model. */
  let samplesOfRun = 0
  let trainSamples = 0
  /** Most that a run holds of state and of what it will answer; what all of them answer. */
  let answerOfRun = 0
  let answers = 0
  let running = 0
  let largestFiles = 0
  let kept = stored(resultBytes(config, prepared, members(prepared.testDays.flat())))
  for (const [window, { fitStart, fitEnd }] of prepared.windows.entries()) {
    const split = splitDates(
      daysBetween(panel.dates, fitStart, fitEnd)!,
      config.samples.horizon,
      config.samples.stride,
    )
    const days = prepared.testDays[window]
    const rows = members(split.trainDates)
    const scored = rows + members(split.validDates)
    const tested = members(days)
    trainDates += split.trainDates.length * config.models.length
    trainRows += rows * config.models.length
    const dates = split.trainDates.length + split.validDates.length + days.length
    for (const model of config.models) {
      const gru = { ...model, inputSize: FIELDS.length }
      const forward = forwardFlops(gru, model.sequenceLength)
      // Gradients of the train dates, which count as three forward passes, and the scores of both parts.
      operations +=
        seeds.length * maxEpochs * forward * (3 * passes * rows + config.optimizers.length * scored)
      const row = rowBytes(model)
      // Test days stand in two files where a landscape is of them.
      const files = row * (scored + tested * (config.landscape?.part === 'test' ? 2 : 1)) + 16 * dates
      samplesOfRun = Math.max(samplesOfRun, row * scored)
      trainSamples = Math.max(trainSamples, row * rows)
      running += files + PAGE_BYTES
      largestFiles = Math.max(largestFiles, files)
      const weights = gruLayout(gru).size
      const predictions = 12 * tested + 4 * days.length
      for (const optimizer of config.optimizers) {
        const steps = 8 * STEP_COLUMNS.length * stepsOfEpoch(optimizer, split.trainDates.length)
        const state = stateBytes(optimizer, model, rows)
        seeds.forEach((_, at) => {
          const drawn = trajectories === 'all' || (trajectories === 'first_seed' && at === 0)
          const ofEpoch = steps + (drawn ? 4 * weights : 0)
          const answer = maxEpochs * (ofEpoch + RECORD_BYTES) + 8 * weights + predictions
          answerOfRun = Math.max(answerOfRun, answer + 16 * weights + state)
          answers += answer
          running +=
            maxEpochs * (ofEpoch + 2 * RECORD_BYTES) +
            CHECKPOINTS * (16 * weights + state + maxEpochs * RECORD_BYTES)
          kept +=
            // A record stands in the journal of epochs, in the result's runs and, shorter, in its convergence.
            maxEpochs * (stored(steps) + 3 * RECORD_BYTES) +
            stored(8 * weights) +
            stored(predictions) +
            (drawn ? stored(4 * weights * (maxEpochs + 1)) : 0) +
            RUN_BYTES
        })
      }
    }
  }
  const { width } = runsAtATime(isGpu(engine) ? 'gpu' : 'cpu', workers, keys.length)
  const panelBytes = panel.close.length * (9 * 8 + 2) * 2
  const gflops = engine?.gflops ?? null
  return {
    windows: prepared.windows.length,
    runs: keys.length,
    epochs: keys.length * maxEpochs,
    trainDates,
    meanStocks: trainDates === 0 ? 0 : trainRows / trainDates,
    operations,
    engine: engine?.name ?? asked,
    gflops,
    secondsAtMost: gflops === null ? null : operations / gflops / 1e9,
    workers: width,
    memory:
      panelBytes +
      PROCESS_BYTES +
      // The study's process holds the train part while it writes it, and what the runs have answered.
      trainSamples +
      answers +
      // A run holds its samples, and the engine a copy of them.
      width * (PROCESS_BYTES + 2 * samplesOfRun + answerOfRun),
    // A study that goes on writes each file beside the one that it replaces.
    diskWhileRunning: running + largestFiles,
    diskKept: kept,
  }
}

/** A stock of a date in a sample file: its inputs in float32, label and column. */
const rowBytes = ({ sequenceLength }: ModelConfig): number => 4 * sequenceLength * FIELDS.length + 12

/** What a value of so many bytes takes in the store with its row. */
const stored = (bytes: number): number => bytes + 2 * PAGE_BYTES

/** Only a GPU has no threads of this machine's; one that is emulated computes on the processor. */
function isGpu(engine: EngineReport | undefined): boolean {
  return engine !== undefined && engine.threads === 0 && engine.reason.code !== 'software'
}

/** One for each date, of a method with clients one for each of their passes over it. */
function stepsOfEpoch(optimizer: OptimizerConfig, dates: number): number {
  return dates * (compositionOf(optimizer).federated?.localEpochs ?? 1)
}

/** Of an optimizer's state on a model: what it begins with, and the outputs of earlier epochs that it comes to keep. */
function stateBytes(optimizer: OptimizerConfig, model: ModelConfig, rows: number): number {
  const { size, tensors } = gruLayout({ ...model, inputSize: FIELDS.length })
  const { federated, target } = compositionOf(optimizer)
  const { init } = (federated === null ? createOptimizer : createFederatedOptimizer)(optimizer, tensors, {
    seed: 0,
  })
  const outputs = target?.kind === 'past' ? 8 * rows * (target.epochsBack + 1) : 0
  return bytesOf(init(new Float64Array(size))) + outputs
}

function bytesOf(state: PlainState): number {
  return Object.values(state).reduce<number>(
    (sum, value) =>
      sum + (typeof value === 'number' ? 8 : ArrayBuffer.isView(value) ? value.byteLength : bytesOf(value)),
    0,
  )
}

/** A number in JSON at full length, with its comma. */
const NUMBER_BYTES = 24
/** An order of a ledger as JSON. */
const ORDER_BYTES = 340
/** Orders for each stock of the universe: those that left it are sold too. */
const ORDERS_PER_STOCK = 1.25

/** A result as JSON but for its runs. `tested` counts stocks over all test days. */
function resultBytes(
  { optimizers, models, factorTest, portfolio, landscape, training }: StudyConfig,
  { testDays, market }: Prepared,
  tested: number,
): number {
  const tests = testDays.flat()
  const days = market.panel.dates.length - tests[0]
  const factor = 6000 + NUMBER_BYTES * (4 * tests.length + (factorTest.layers + 2) * (days + 20))
  const index =
    6000 +
    NUMBER_BYTES * 3 * days +
    // What was decided, and the sums of what was traded.
    800 * tests.length +
    ORDERS_PER_STOCK * ORDER_BYTES * tested
  const drawn =
    landscape === null
      ? 0
      : 5000 +
        NUMBER_BYTES *
          (landscape.resolution ** 2 + 2 * landscape.resolution + 8 * (training.maxEpochs + 1) + 100)
  return (
    20_000 +
    optimizers.length *
      ((models.length + 1) * factor + portfolio.indices.length * index + models.length * drawn)
  )
}
