import { pathToFileURL } from 'node:url'
import type { LandscapeSettings } from '../../src-shared/domain/landscapeSettings.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { failure } from '../../src-shared/failure.ts'
import { frequencies, trainingErrors } from '../../src-shared/locales/errors/training.ts'
import { withOrderlyStop } from '../jobs/process.ts'
import { loadMarket } from '../market/loadMarket.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { loadTrajectory } from '../store/runFiles.ts'
import { runOutcomes } from '../store/runs.ts'
import { openStore, type ReadableStore } from '../store/store.ts'
import { getStudy } from '../store/studies.ts'
import { allotment, type Allowance } from './allotment.ts'
import { decideEngineApart } from './engine.ts'
import { partsOf } from './estimateParts.ts'
import { memoryNeed } from './estimateSizes.ts'
import { computeLandscapes, type LandscapeRun, type Landscapes } from './landscapes.ts'
import type { LandscapeProgress } from './landscapeTask.ts'
import { prepare } from './prepare.ts'
import { sameRun } from './runKeys.ts'
import { requireStudied } from './studiedData.ts'
import { writeSamplesOf } from './windowSamples.ts'

/** Landscapes of a study's finished runs, asked for afterwards, as they are sent to their process. */
export interface InspectTask extends Allowance {
  readonly kind: 'inspect'
  readonly study: string
  readonly keys: readonly RunKey[]
  readonly settings: LandscapeSettings
  /** Path of the store; it is only read. */
  readonly store: string
  /** Empty folder for sample files; the caller removes it, whatever becomes of this process. */
  readonly scratch: string
  readonly appVersion: string
}

/**
 * Draw landscapes from what the store holds of the runs. Asked to end, it answers what it has.
 *
 * Errors: not_found for a run that is not done or whose trajectory was not kept; data_changed when the stored data are not
 * those the study was trained on.
 */
export async function runInspectTask(
  task: InspectTask,
  report: (progress: LandscapeProgress) => void,
): Promise<Landscapes> {
  const { study, keys, settings, store: path, scratch, appVersion } = task
  const entry = pathToFileURL(process.argv[1])
  const store = openStore(path, { mode: 'read' })
  try {
    const { config, began } = getStudy(store, study)
    const runs = keys.map((key) => runOf(store, study, key))
    const drawn: StudyConfig = { ...config, landscape: settings }
    const prepared = prepare(drawn, loadMarket(store, { cache: panelCachePath(path) }))
    if (began !== null) requireStudied(path, began.dataHash, prepared.market.hash)
    return await withOrderlyStop(async (signal) => {
      const engine = await decideEngineApart(config.training.engine, appVersion, entry, signal)
      const samples = writeSamplesOf(prepared, drawn, keys, scratch)
      const allot = allotment(task, memoryNeed(drawn, prepared, partsOf(drawn, prepared)), engine.processor)
      return computeLandscapes(
        runs,
        { config: drawn, settings, samples: (key) => samples(key)[settings.part]!, engine, allot, entry },
        { signal, onProgress: report },
      )
    })
  } finally {
    store.close()
  }
}

function runOf(store: ReadableStore, study: string, key: RunKey): LandscapeRun {
  const done = runOutcomes(store, study).find((run) => sameRun(run.key, key))
  const trajectory = done === undefined ? null : loadTrajectory(store, study, key)
  if (done !== undefined && trajectory !== null) return { key, bestEpoch: done.outcome.bestEpoch, trajectory }
  const { optimizer, frequency, seed, window } = key
  throw failure(trainingErrors.weightsNotKept, {
    optimizer,
    frequency: frequencies[frequency],
    seed,
    window: window + 1,
  })
}
