import { compositionOf, type OptimizerConfig } from '../../src-shared/domain/optimizer/index.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { STEP_COLUMNS } from '../../src-shared/domain/training.ts'
import { total } from '../../src-shared/statistics.ts'
import { panelBytes } from '../market/panelBlock.ts'
import { FIELDS } from '../market/samples.ts'
import { compiledBytes } from '../nn/engines/compiled/sizes.ts'
import { gruLayout, type WeightLayout } from '../nn/layout.ts'
import { createOptimizer } from '../optim/compose.ts'
import { createFederatedOptimizer } from '../optim/federated.ts'
import type { PlainState } from '../optim/optimizer.ts'
import type { MemoryNeed } from './allotment.ts'
import { type Part, universeStocks } from './estimateParts.ts'
import type { Prepared } from './prepare.ts'

/** A process with an engine that has computed nothing: 125 MB measured, and what its collector leaves lying for a while. */
const PROCESS_BYTES = 250e6
/** A thread of the engine in WebAssembly, which is one of JavaScript's: 12 MB measured, next to nothing of the native one. */
const THREAD_BYTES = 13e6
/** A record of an epoch as JSON, all of its numbers at full length. */
const RECORD_BYTES = 700
/** A training run as JSON without its epochs, its key or its row in the journal. */
const RUN_BYTES = 1000
/** Checkpoints of a run: two, and the next one while it is written. */
const CHECKPOINTS = 3
/** Of SQLite: a value longer than a part of it has whole pages of its own, so that two of them can be all but empty. */
const PAGE_BYTES = 4096
/** A number in JSON at full length, with its comma. */
const NUMBER_BYTES = 24
/** An order of a ledger as JSON. */
const ORDER_BYTES = 340
/** Orders for each stock of the universe: those that left it are sold too. */
const ORDERS_PER_STOCK = 1.25

/**
 * What the processes of a study hold, when no run stops early. Peaks of training processes against their needs, in MB, as measured
 * on two cores: native, hidden 32, 1 layer, 30 steps, 40 dates of 200 stocks, 2 threads: 144, 296; 64, 2 layers, 30 steps, 4 dates of
 * 5,000 stocks, 2 threads: 558, 714; 128, 3 layers, 60 steps, 1 date of 5,000 stocks: 760, 884 on one thread, 897, 1,059 on 4. In
 * WebAssembly, 64, 2 layers, 30 steps, 8 dates of 300 stocks, 16 threads: 361, 507.
 */
export function memoryNeed(config: StudyConfig, prepared: Prepared, parts: readonly Part[]): MemoryNeed {
  const samples = parts.map((part) => sampleSizes(config, part))
  const runs = parts.flatMap((part) => runSizes(config, part))
  // The panel, and what is derived of it.
  const marketBytes = 2 * panelBytes(prepared.market.panel.close.length)
  return {
    // It holds the train part while it writes it, and what the runs have answered.
    study:
      marketBytes +
      PROCESS_BYTES +
      most(samples.map(({ train }) => train)) +
      total(runs.map(({ answer }) => answer)),
    // It holds its samples, and an engine that does not reference them a copy.
    run: (threads) =>
      PROCESS_BYTES +
      THREAD_BYTES * threads +
      2 * most(samples.map(({ fitted }) => fitted)) +
      most(runs.map(({ held }) => held)) +
      most(parts.map((part) => engineBytes(part, threads))),
  }
}

/** Of the engine at work, by the one that most runs have. */
const engineBytes = ({ model, mostStocks: stocks }: Part, threads: number): number =>
  compiledBytes({ ...model, inputSize: FIELDS.length }, { stocks, steps: model.sequenceLength, threads })

/** In bytes, when no run stops early. */
export interface DiskSizes {
  readonly diskWhileRunning: number
  /** In the store, when it is done. */
  readonly diskKept: number
}

export function diskSizes(config: StudyConfig, prepared: Prepared, parts: readonly Part[]): DiskSizes {
  const samples = parts.map((part) => sampleSizes(config, part))
  const runs = parts.flatMap((part) => runSizes(config, part))
  const files = samples.map((of) => of.files)
  return {
    diskWhileRunning:
      total(files) +
      PAGE_BYTES * files.length +
      total(runs.map(({ folder }) => folder)) +
      // A study that goes on writes each file beside the one that it replaces.
      most(files),
    diskKept: stored(resultBytes(config, prepared)) + total(runs.map(({ kept }) => kept)),
  }
}

/** Of the samples of one window and model: those of the train part, those a run holds, and the files of all. */
function sampleSizes(
  { landscape }: StudyConfig,
  { model, trainDates, validDates, testDates, trainStocks, validStocks, testStocks }: Part,
): { readonly train: number; readonly fitted: number; readonly files: number } {
  // A stock of a date in a sample file: its inputs in float32, label and column.
  const row = 4 * model.sequenceLength * FIELDS.length + 12
  const fitted = row * (trainStocks + validStocks)
  // Test days stand in two files where a landscape is of them.
  const tested = row * testStocks * (landscape?.part === 'test' ? 2 : 1)
  return {
    train: row * trainStocks,
    fitted,
    files: fitted + tested + 16 * (trainDates + validDates + testDates),
  }
}

interface RunSizes {
  /** What the run answers. */
  readonly answer: number
  /** What it holds in memory beside its samples. */
  readonly held: number
  /** What stands in its folder while it runs. */
  readonly folder: number
  /** What the store keeps of it. */
  readonly kept: number
}

/** Of each run of one window and model. */
function runSizes({ optimizers, training }: StudyConfig, part: Part): RunSizes[] {
  const { seeds, maxEpochs, trajectories } = training
  const { model, trainDates, testDates, trainStocks, testStocks } = part
  const layout = gruLayout({ ...model, inputSize: FIELDS.length })
  const weights = layout.size
  const predictions = 12 * testStocks + 4 * testDates
  return optimizers.flatMap((optimizer) => {
    const steps = 8 * STEP_COLUMNS.length * stepsOfEpoch(optimizer, trainDates)
    const state = stateBytes(optimizer, layout, trainStocks)
    return seeds.map((_, at) => {
      const drawn = trajectories === 'all' || (trajectories === 'first_seed' && at === 0)
      const ofEpoch = steps + (drawn ? 4 * weights : 0)
      const answer = maxEpochs * (ofEpoch + RECORD_BYTES) + 8 * weights + predictions
      return {
        answer,
        held: answer + 16 * weights + state,
        folder:
          maxEpochs * (ofEpoch + 2 * RECORD_BYTES) +
          CHECKPOINTS * (16 * weights + state + maxEpochs * RECORD_BYTES),
        kept:
          // A record stands in the journal of epochs, in the result's runs and, shorter, in its convergence.
          maxEpochs * (stored(steps) + 3 * RECORD_BYTES) +
          stored(8 * weights) +
          stored(predictions) +
          (drawn ? stored(4 * weights * (maxEpochs + 1)) : 0) +
          RUN_BYTES,
      }
    })
  })
}

/** One for each date, of a method with clients one for each of their passes over it. */
function stepsOfEpoch(optimizer: OptimizerConfig, dates: number): number {
  return dates * (compositionOf(optimizer).federated?.localEpochs ?? 1)
}

/** Of an optimizer's state on a model: what it begins with, and the outputs of earlier epochs that it comes to keep. */
function stateBytes(optimizer: OptimizerConfig, { size, tensors }: WeightLayout, rows: number): number {
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

/** What a value of so many bytes takes in the store with its row. */
const stored = (bytes: number): number => bytes + 2 * PAGE_BYTES

/** A result as JSON but for its runs. */
function resultBytes(config: StudyConfig, prepared: Prepared): number {
  const { optimizers, models, factorTest, portfolio, landscape, training } = config
  const tests = prepared.testDays.flat()
  const days = prepared.market.panel.dates.length - tests[0]
  const factor = 6000 + NUMBER_BYTES * (4 * tests.length + (factorTest.layers + 2) * (days + 20))
  const index =
    6000 +
    NUMBER_BYTES * 3 * days +
    // What was decided, and the sums of what was traded.
    800 * tests.length +
    ORDERS_PER_STOCK * ORDER_BYTES * universeStocks(prepared, tests)
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

const most = (values: readonly number[]): number => values.reduce((max, value) => Math.max(max, value), 0)
