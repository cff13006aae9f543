import type { EngineReport } from '../../src-shared/domain/compute.ts'
import type { StudyEstimate } from '../../src-shared/domain/estimate.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { engineChoice } from '../compute/choice.ts'
import { loadMarket } from '../market/loadMarket.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { openStore } from '../store/store.ts'
import { allotment, type Allowance, allowedMemory, requireMemory } from './allotment.ts'
import { askedEngine } from './engine.ts'
import { operationsOf, partsOf } from './estimateParts.ts'
import { diskSizes, memoryNeed } from './estimateSizes.ts'
import { prepare } from './prepare.ts'
import { planRuns } from './runKeys.ts'

/** The question for what a study will take, as it is sent to its process. */
export interface EstimateTask extends Allowance {
  readonly kind: 'estimate'
  readonly config: StudyConfig
  /** Path of the store; it is only read. */
  readonly store: string
  readonly appVersion: string
}

/**
 * What a study will take on this machine if no run stops early: early stopping makes it less, on real data often by half.
 *
 * Errors: those of prepare and of requireMemory, before anything is trained.
 */
export async function runEstimateTask(task: EstimateTask): Promise<StudyEstimate> {
  const { config, store: path, appVersion } = task
  const { engine: asked } = askedEngine(config.training.engine)
  const { engines } = await engineChoice({ appVersion })
  const engine = engines.find(({ name, chosen }) => (asked === 'auto' ? chosen : name === asked))
  const store = openStore(path, { mode: 'read' })
  const whole = loadMarket(store, { cache: panelCachePath(path) })
  store.close()
  const prepared = prepare(config, whole)
  const keys = planRuns(config, prepared.windows.length)
  const parts = partsOf(config, prepared)
  const trainDates = parts.reduce((sum, part) => sum + part.trainDates, 0)
  const trainStocks = parts.reduce((sum, part) => sum + part.trainStocks, 0)
  const operations = parts.reduce((sum, part) => sum + operationsOf(config, part), 0)
  const need = memoryNeed(config, prepared, parts)
  requireMemory(task, need)
  const { width, threads, heldBack } = allotment(task, need, isGpu(engine) ? 'gpu' : 'cpu')(keys.length)
  const gflops = engine?.gflops ?? null
  return {
    windows: prepared.windows.length,
    runs: keys.length,
    epochs: keys.length * config.training.maxEpochs,
    trainDates,
    meanStocks: trainDates === 0 ? 0 : trainStocks / trainDates,
    operations,
    engine: engine?.name ?? asked,
    gflops,
    secondsAtMost: gflops === null ? null : operations / gflops / 1e9,
    workers: width,
    threads,
    heldBack,
    memory: need.study + width * need.run,
    memoryLimit: allowedMemory(task),
    ...diskSizes(config, prepared, parts),
  }
}

/** Only a GPU has no threads of this machine's; one that is emulated computes on the processor. */
function isGpu(engine: EngineReport | undefined): boolean {
  return engine !== undefined && engine.threads === 0 && engine.reason.code !== 'software'
}
