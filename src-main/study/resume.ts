import { sameData } from '../../src-shared/domain/dataHash.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { failure } from '../../src-shared/failure.ts'
import { engineText } from '../../src-shared/locales/index.ts'
import { resumeErrors } from '../../src-shared/locales/errors/studies.ts'
import { loadPredictions, loadTrajectory } from '../store/runFiles.ts'
import { runOutcomes, studyRuns } from '../store/runs.ts'
import type { ReadableStore } from '../store/store.ts'
import { type Beginning, type StoredEpoch, studyEpochs } from '../store/studies.ts'
import { sameRun } from './runKeys.ts'
import type { StudyRun } from './training.ts'

/** Errors: resume_refused when the study began with another version, engine or data than it would go on with. */
export function requireSame(began: Beginning, now: Beginning): void {
  const differing = (['appVersion', 'engine', 'dataHash'] as const).find((part) => began[part] !== now[part])
  if (differing === undefined) return
  const hashedOtherwise = differing === 'dataHash' && sameData(began.dataHash, now.dataHash) === null
  const valueOf = {
    appVersion: ({ appVersion }: Beginning) => appVersion,
    engine: ({ engine }: Beginning) => ({ 'zh-CN': engineText(engine, 'zh-CN'), en: engine }),
    dataHash: ({ dataHash }: Beginning) => dataHash.slice(0, 12),
  }[differing]
  throw failure(
    resumeErrors[hashedOtherwise ? 'dataHashedOtherwise' : differing],
    { began: valueOf(began), now: valueOf(now) },
    { place: { field: differing } },
  )
}

/** The epochs of a study's runs that the store has, in their order. */
export type StoredEpochs = (key: RunKey) => readonly StoredEpoch[]

export function storedEpochs(store: ReadableStore, id: string): StoredEpochs {
  const nameOf = ({ window, frequency, optimizer, seed }: RunKey): string =>
    JSON.stringify([window, frequency, optimizer, seed])
  const ofRun = Map.groupBy(studyEpochs(store, id), ({ key }) => nameOf(key))
  return (key) => ofRun.get(nameOf(key)) ?? []
}

/** The runs of the study that are done, by their place in `keys`; trajectories of those that are drawn. */
export function finishedRuns(
  store: ReadableStore,
  id: string,
  keys: readonly RunKey[],
  epochs: StoredEpochs,
  drawn: readonly RunKey[],
): Map<number, StudyRun> {
  return new Map(
    runOutcomes(store, id).map(({ key, outcome }) => {
      const at = keys.findIndex((other) => sameRun(other, key))
      const records = epochs(key).map(({ record }) => record)
      return [
        at,
        {
          key: keys[at],
          record: { key: keys[at], epochs: records, ...outcome },
          predictions: loadPredictions(store, id, key),
          trajectory: drawn.some((other) => sameRun(other, key)) ? loadTrajectory(store, id, key) : null,
        },
      ]
    }),
  )
}

/** Places in `keys` as the journal orders them; in the order of the results while it has no entry. */
export function journalOrder(store: ReadableStore, id: string, keys: readonly RunKey[]): number[] {
  const entered = studyRuns(store, id).map(({ key }) => keys.findIndex((other) => sameRun(other, key)))
  return entered.length === keys.length ? entered : [...keys.keys()]
}
