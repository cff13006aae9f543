import type { EngineReport } from '../../src-shared/domain/compute.ts'
import type { StudyEstimate } from '../../src-shared/domain/estimate.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { engineChoice } from '../compute/choice.ts'
import { loadMarket } from '../market/loadMarket.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { openStore } from '../store/store.ts'
import { allotment, type Allowance, allowedMemory, memoryOf } from './allotment.ts'
import { askedEngine } from './engine.ts'
import { operationsOf } from './estimateParts.ts'
import { diskSizes } from './estimateSizes.ts'
import { trainingSeconds } from './estimateTime.ts'
import { type StudyInputs, studyInputs } from './inputs.ts'
import { type Prepared, prepare } from './prepare.ts'
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
 * Errors: those of prepare and of studyInputs, as a start has them. Whether the engine that is asked for works, and a risk model has
 * days enough before the first test, a start alone finds out.
 */
export async function runEstimateTask(task: EstimateTask): Promise<StudyEstimate> {
  const { config, appVersion } = task
  const { engine: asked } = askedEngine(config.training.engine)
  const { engines } = await engineChoice({ appVersion })
  const engine = engines.find(({ name, chosen }) => (asked === 'auto' ? chosen : name === asked))
  const { prepared, parts, need } = readStudy(task)
  const keys = planRuns(config, prepared.windows.length)
  const trainDates = parts.reduce((sum, part) => sum + part.trainDates, 0)
  const trainStocks = parts.reduce((sum, part) => sum + part.trainStocks, 0)
  const operations = parts.reduce((sum, part) => sum + operationsOf(config, part), 0)
  const { width, threads, heldBack } = allotment(task, need, isGpu(engine) ? 'gpu' : 'cpu')(keys.length)
  const meanStocks = trainDates === 0 ? 0 : trainStocks / trainDates
  return {
    windows: prepared.windows.length,
    runs: keys.length,
    epochs: keys.length * config.training.maxEpochs,
    trainDates,
    meanStocks,
    operations,
    engine: engine?.name ?? asked,
    gflops: engine?.gflops ?? null,
    secondsAtMost:
      engine === undefined ? null : trainingSeconds(operations, engine, { width, threads }, meanStocks),
    workers: width,
    threads,
    heldBack,
    memory: memoryOf(need, { width, threads }),
    memoryLimit: allowedMemory(task),
    ...diskSizes(config, prepared, parts),
  }
}

function readStudy(task: EstimateTask): StudyInputs & { readonly prepared: Prepared } {
  const store = openStore(task.store, { mode: 'read' })
  try {
    const prepared = prepare(task.config, loadMarket(store, { cache: panelCachePath(task.store) }))
    return { prepared, ...studyInputs(task.config, task, store, prepared) }
  } finally {
    store.close()
  }
}

/** Only a GPU has no threads of this machine's; one that is emulated computes on the processor. */
function isGpu(engine: EngineReport | undefined): boolean {
  return engine !== undefined && engine.threads === 0 && engine.reason.code !== 'software'
}
