import type { StudyRunStatus, StudyStatus } from '../../../src-shared/contract/study.ts'
import { failure } from '../../../src-shared/failure.ts'
import { storedStudyErrors, studyStates } from '../../../src-shared/locales/errors/storedStudies.ts'
import type { StudyRecord } from '../../store/studies.ts'
import { planRuns } from '../../study/runKeys.ts'

/** Below this share of the work an estimate of the rest is a guess. */
const ETA_FROM = 0.05

export const canGoOn = ({ state }: StudyStatus): boolean =>
  state === 'paused' || state === 'interrupted' || state === 'failed'

/** What a study is known by, which can change while it runs. */
export const labelsOf = ({
  name,
  tags,
  archivedAt,
}: StudyRecord): Pick<StudyStatus, 'name' | 'tags' | 'archived'> => ({
  name,
  tags: [...tags],
  archived: archivedAt !== null,
})

/** @throws PlateauError study_active for a study that waits or runs */
export function requireRest({ id, state }: StudyStatus): void {
  if (state !== 'queued' && state !== 'running') return
  throw failure(storedStudyErrors.atWork, { id, state: studyStates[state] })
}

/** Status of a study that does not run: how far an unfinished one had come is in its journal. */
export function restingStatus(
  record: StudyRecord,
  runs: readonly StudyRunStatus[],
  synthetic: boolean,
): StudyStatus {
  const done = record.state === 'done'
  const runsDone = runs.filter(({ state }) => state === 'done').length
  const runsTotal = runs.length === 0 ? planRuns(record.config, 1).length : runs.length
  return {
    id: record.id,
    ...labelsOf(record),
    optimizers: record.config.optimizers.map(({ name }) => name),
    indices: [...record.config.portfolio.indices],
    best: record.best,
    state: record.state,
    stage: done ? 'saving' : runs.some(({ attempts }) => attempts > 0) ? 'training' : 'samples',
    runsDone,
    runsTotal,
    progress: done ? 1 : runsDone / runsTotal,
    startedWith: 0,
    elapsedSeconds: record.elapsed,
    etaSeconds: null,
    synthetic,
    engine: record.began?.engine ?? null,
    startedAt: record.startedAt,
    runningSince: null,
    error: record.error,
  }
}

/**
 * Status of a study after a change, its times anew. `elapsed`: seconds it ran before the present stretch;
 * `trainingSince`: when that began to train, in ms since the epoch.
 */
export function advanced(
  status: StudyStatus,
  change: Partial<StudyStatus>,
  elapsed: number,
  trainingSince: number | null,
): StudyStatus {
  const changed = { ...status, ...change }
  const { state, progress } = changed
  // Of this stretch, and of its training: what was done before, and loading the data, took their own time.
  const done = progress - changed.startedWith
  const known = state === 'running' && trainingSince !== null && done >= ETA_FROM
  return {
    ...changed,
    runningSince: state === 'running' ? changed.runningSince : null,
    elapsedSeconds: elapsed + secondsSince(status.runningSince),
    etaSeconds: known ? ((Date.now() - trainingSince) / 1000) * ((1 - progress) / done) : null,
  }
}

function secondsSince(time: string | null): number {
  return time === null ? 0 : (Date.now() - Date.parse(time)) / 1000
}
