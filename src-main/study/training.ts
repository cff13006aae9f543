import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { EpochClock, EpochRecord, RunKey, TrainingRun } from '../../src-shared/domain/training.ts'
import { type ErrorData, PlateauError } from '../../src-shared/errors.ts'
import { runPool } from '../jobs/pool.ts'
import { runJob } from '../jobs/process.ts'
import type { Owner } from '../files/owner.ts'
import type { DayPrediction } from '../store/runFiles.ts'
import type { RunOutcome } from '../store/runs.ts'
import type { Allot } from './allotment.ts'
import { canonicalHash } from './canonical.ts'
import type { StudyEngine } from './engine.ts'
import { modelOf, sameRun } from './runKeys.ts'
import type { TrainAnswer, TrainProgress, TrainTask } from './trainTask.ts'
import type { WindowSamples } from './windowSamples.ts'
import { runFolder } from './workFolder.ts'

/**
 * Of Node, for a process that trains: its young generation stays as small as it begins. Left to itself it grows at a moment of
 * its own, and with it resident memory, though training keeps nothing.
 */
export const TRAINING_FLAGS: readonly string[] = ['--max-semi-space-size=1']

/** A trained run of a study. */
export interface StudyRun {
  readonly key: RunKey
  readonly record: TrainingRun
  /** Per test day of the run's window. */
  readonly predictions: readonly DayPrediction[]
  /** Weights after epoch 0, 1, 2, ...; null where nothing is drawn of them. */
  readonly trajectory: readonly Float32Array[] | null
}

/** What happens to a run, told as soon as it has. */
export type RunEvent =
  | { readonly type: 'run_started'; readonly key: RunKey; readonly owner: Owner }
  | {
      readonly type: 'epoch'
      readonly key: RunKey
      readonly record: EpochRecord
      readonly clock: EpochClock
      /** Rows x STEP_COLUMNS. */
      readonly steps: Float64Array
    }
  | {
      readonly type: 'run_done'
      readonly key: RunKey
      readonly outcome: RunOutcome
      readonly weights: Float64Array
      readonly predictions: readonly DayPrediction[]
      readonly trajectory: readonly Float32Array[] | null
    }
  | { readonly type: 'run_failed'; readonly key: RunKey; readonly error: ErrorData }

/** What the runs of a study have in common. */
export interface Training {
  readonly config: StudyConfig
  /** Every run, in the order of the study's results. */
  readonly keys: readonly RunKey[]
  /** Expected share of each run in all of the training. */
  readonly shares: readonly number[]
  /** Those trained before the study was stopped, by their place in `keys`. */
  readonly finished: ReadonlyMap<number, StudyRun>
  /** Runs whose trajectory is needed afterwards. */
  readonly drawn: readonly RunKey[]
  /** Epochs of a run that the store has already. */
  readonly epochsStored: (key: RunKey) => number
  /** Places in `keys` in the order in which runs start; asked for before each start. */
  readonly order: () => readonly number[]
  readonly samples: (key: RunKey) => WindowSamples
  readonly engine: StudyEngine
  /** Asked before each start. */
  readonly allot: Allot
  /** The study's work folder. */
  readonly work: string
  /** What the numbers of every run depend on beside its key. */
  readonly dependsOn: unknown
  /** Entry of worker processes. */
  readonly entry: URL
}

export interface TrainingHooks {
  readonly onEvent: (event: RunEvent) => void
  /** Share of the expected training work done, 0 to 1, and runs finished. */
  readonly onProgress: (share: number, runsDone: number) => void
  readonly signal: AbortSignal
}

/** Starts of a run whose process dies: what kills it twice at one place would do so again. */
const STARTS = 2

/**
 * Train every run that is not finished in a worker process of its own, all on one engine, as many at a time as they are allotted.
 * A run that fails does not keep the others from ending.
 *
 * Errors: that of the first run that failed, once all have ended; cancelled when the signal aborts.
 */
export async function trainRuns(
  training: Training,
  { onEvent, onProgress, signal }: TrainingHooks,
): Promise<StudyRun[]> {
  const { config, keys, shares, finished } = training
  const doneShare = Float64Array.from(keys, (key, at) =>
    finished.has(at) ? shares[at] : (shares[at] * training.epochsStored(key)) / config.training.maxEpochs,
  )
  const runs = keys.map((_, at) => finished.get(at) ?? null)
  const left = new Set([...keys.keys()].filter((at) => !finished.has(at)))
  let failure: PlateauError | null = null
  const progress = (): void =>
    onProgress(
      Math.min(
        1,
        doneShare.reduce((sum, share) => sum + share, 0),
      ),
      runs.filter((run) => run !== null).length,
    )
  progress()

  let unended = left.size
  const allotted = () => training.allot(unended)

  const ended = (at: number): void => {
    unended--
    doneShare[at] = shares[at]
    progress()
  }
  const trainOne = async (at: number, jobSignal: AbortSignal): Promise<void> => {
    const key = keys[at]
    const { threads } = allotted()
    let epochsStored = training.epochsStored(key)
    for (let start = 1; ; start++) {
      try {
        const task = { ...taskOf(training, key, threads), epochsStored }
        const answer = await runJob<TrainTask, TrainProgress, TrainAnswer>(training.entry, task, {
          flags: TRAINING_FLAGS,
          signal: jobSignal,
          onProgress: (event) => {
            if (event.type === 'epoch') {
              epochsStored = event.record.epoch
              doneShare[at] = (shares[at] * event.record.epoch) / config.training.maxEpochs
              progress()
            }
            onEvent({ ...event, key })
          },
        })
        const { epochs, weights, predictions, trajectory, bestEpoch, stopReason, handovers } = answer
        const { trainDates, validDates, skippedDates } = training.samples(key)
        const outcome: RunOutcome = {
          bestEpoch,
          stopReason,
          trainDates,
          validDates,
          skippedDates,
          handovers: [...handovers],
        }
        const kept = training.drawn.some((drawn) => sameRun(drawn, key)) ? trajectory : null
        runs[at] = { key, record: { key, epochs: [...epochs], ...outcome }, predictions, trajectory: kept }
        ended(at)
        onEvent({ type: 'run_done', key, outcome, weights, predictions, trajectory })
        return
      } catch (thrown) {
        const error = PlateauError.from(thrown)
        if (jobSignal.aborted) throw error
        // Memory may have run out beside another run: it goes on from its checkpoint.
        if (error.code === 'interrupted' && start < STARTS) continue
        failure ??= ofRun(error, key)
        ended(at)
        onEvent({ type: 'run_failed', key, error: error.toData() })
        return
      }
    }
  }
  await runPool(
    left.size,
    () => allotted().width,
    signal,
    async (_, jobSignal) => {
      const at = training.order().find((place) => left.has(place))!
      left.delete(at)
      await trainOne(at, jobSignal)
    },
  )
  if (failure !== null) throw failure
  return runs.map((run) => run!)
}

function taskOf(training: Training, key: RunKey, threads: number): Omit<TrainTask, 'epochsStored'> {
  const { config, engine, work, dependsOn } = training
  const { maxEpochs, patience, loss, trajectories } = config.training
  const optimizer = config.optimizers.findIndex(({ name }) => name === key.optimizer)
  return {
    kind: 'train',
    samples: training.samples(key),
    model: modelOf(config, key),
    engines: engine.order,
    threads,
    settings: { optimizer: config.optimizers[optimizer], loss, seed: key.seed, maxEpochs, patience },
    folder: runFolder(work, key, optimizer),
    checkpointKey: canonicalHash([dependsOn, key]),
    keepTrajectory:
      trajectories === 'all' || (trajectories === 'first_seed' && key.seed === config.training.seeds[0]),
  }
}

/** The error of one run, which says of which. */
function ofRun(error: PlateauError, key: RunKey): PlateauError {
  const { optimizer, frequency, seed, window } = key
  return error.at({ run: `${optimizer} / ${frequency} / seed ${seed} / window ${window + 1}` })
}
