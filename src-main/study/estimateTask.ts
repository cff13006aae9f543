import { availableParallelism } from 'node:os'
import type { StudyEstimate } from '../../src-shared/domain/estimate.ts'
import { compositionOf, relativeCost } from '../../src-shared/domain/optimizer/index.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { engineChoice } from '../compute/choice.ts'
import { loadMarket } from '../market/loadMarket.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { FIELDS } from '../market/samples.ts'
import { daysBetween, splitDates } from '../market/splits.ts'
import { forwardFlops } from '../nn/flops.ts'
import { gruLayout } from '../nn/layout.ts'
import { openStore } from '../store/store.ts'
import { prepare } from './prepare.ts'
import { planRuns } from './training.ts'

/** The question for what a study will take, as it is sent to its process. */
export interface EstimateTask {
  readonly kind: 'estimate'
  readonly config: StudyConfig
  /** Path of the store; it is only read. */
  readonly store: string
  readonly workers: number | null
  readonly appVersion: string
}

/** A process with the engine and nothing else. */
const PROCESS_BYTES = 150e6
/** Vectors as long as the weights that a run's checkpoint holds: weights, best weights and the most an optimizer keeps. */
const CHECKPOINT_VECTORS = 8

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
  const { engines } = await engineChoice({ appVersion })
  const asked = config.training.engine
  const engine = engines.find(({ name, chosen }) => (asked === 'auto' ? chosen : name === asked))
  const store = openStore(path, { mode: 'read' })
  const whole = loadMarket(store, { cache: panelCachePath(path) })
  store.close()
  const prepared = prepare(config, whole)
  const { panel } = prepared.market
  const stocks = panel.symbols.length
  const members = (days: Int32Array): number =>
    days.reduce((sum, t) => {
      let count = 0
      for (let i = 0; i < stocks; i++) count += prepared.universe[t * stocks + i]
      return sum + count
    }, 0)

  const keys = planRuns(config, prepared.windows.length)
  const { seeds, maxEpochs, trajectories } = config.training
  const passes = config.optimizers.reduce((sum, each) => sum + relativeCost(compositionOf(each)), 0)
  let operations = 0
  let trainDates = 0
  let trainRows = 0
  let largest = 0
  let samples = 0
  let checkpoints = 0
  let kept = 0
  for (const { fitStart, fitEnd } of prepared.windows) {
    const split = splitDates(
      daysBetween(panel.dates, fitStart, fitEnd)!,
      config.samples.horizon,
      config.samples.stride,
    )
    const rows = members(split.trainDates)
    const scored = rows + members(split.validDates)
    for (const model of config.models) {
      const gru = { ...model, inputSize: FIELDS.length }
      const forward = forwardFlops(gru, model.sequenceLength)
      // Gradients of the train dates, which count as three forward passes, and the scores of both parts.
      operations +=
        seeds.length * maxEpochs * forward * (3 * passes * rows + config.optimizers.length * scored)
      trainDates += split.trainDates.length
      trainRows += rows
      const bytes = 4 * scored * model.sequenceLength * FIELDS.length
      largest = Math.max(largest, bytes)
      samples += bytes
      const weights = gruLayout(gru).size
      const runs = config.optimizers.length * seeds.length
      const ofEpoch = 4 * weights
      const drawn = { none: 0, first_seed: config.optimizers.length, all: runs }[trajectories]
      checkpoints += runs * 2 * CHECKPOINT_VECTORS * 8 * weights + drawn * maxEpochs * ofEpoch
      kept += runs * 8 * weights + drawn * maxEpochs * ofEpoch
    }
  }
  const width = Math.max(1, Math.min(workers ?? availableParallelism(), keys.length))
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
    memory: panelBytes + PROCESS_BYTES + width * (PROCESS_BYTES + 2 * largest),
    diskWhileRunning: samples + checkpoints,
    diskKept: kept,
  }
}
