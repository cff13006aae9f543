import type { StudyRunStatus } from '../../src-shared/contract/study.ts'
import type { Frequency } from '../../src-shared/domain/study.ts'
import type { RunKey, TrainingRun } from '../../src-shared/domain/training.ts'
import type { ErrorData } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { storedStudyErrors } from '../../src-shared/locales/errors/storedStudies.ts'
import { isAlive, type Owner } from '../files/owner.ts'
import type { ReadableStore, WritableStore } from './store.ts'

/** The journal of a study's training runs: which are to come, at work, ended, and how. */

/** What a finished run says beside its epochs. */
export type RunOutcome = Omit<TrainingRun, 'key' | 'epochs'>

const RUN = 'study = ? AND fit_window = ? AND frequency = ? AND optimizer = ? AND seed = ?'

/** The key's values in the order of the tables' columns. */
export function runValues(key: RunKey): [number, string, string, number] {
  return [key.window, key.frequency, key.optimizer, key.seed]
}

/** Enter the runs of a study that has begun, in the order given; those that are there already stay as they are. */
export function enterRuns(store: WritableStore, study: string, keys: readonly RunKey[]): void {
  store.transaction(() =>
    keys.forEach((key, position) =>
      store.run(
        `INSERT OR IGNORE INTO study_run (study, fit_window, frequency, optimizer, seed, position, state)
         VALUES (?, ?, ?, ?, ?, ?, 'queued')`,
        study,
        ...runValues(key),
        position,
      ),
    ),
  )
}

/**
 * In the order they start in; `running` in a process that is gone reads as `interrupted`.
 * @param unheard Their study is known to be at work: a process counts as there even if the store has not heard of it for long, as
 *   while another one writes.
 */
export function studyRuns(
  store: ReadableStore,
  study: string,
  { unheard = false }: { readonly unheard?: boolean } = {},
): StudyRunStatus[] {
  return store
    .all<{
      window: number
      frequency: Frequency
      optimizer: string
      seed: number
      position: number
      state: StudyRunStatus['state']
      attempts: number
      epochs: number
      pid: number | null
      started: string | null
      boot: string | null
      heartbeat: string | null
      startedAt: string | null
      endedAt: string | null
      error: string | null
      outcome: string | null
    }>(
      `SELECT fit_window AS "window", frequency, optimizer, seed, position, state, attempts, owner_pid AS pid,
         owner_started AS started, owner_boot AS boot, heartbeat, started_at AS startedAt, ended_at AS endedAt, error, outcome,
         (SELECT count(*) FROM study_epoch e WHERE e.study = r.study AND e.fit_window = r.fit_window
            AND e.frequency = r.frequency AND e.optimizer = r.optimizer AND e.seed = r.seed) AS epochs
       FROM study_run r WHERE study = ? ORDER BY position, fit_window, frequency, optimizer, seed`,
      study,
    )
    .map(({ window, frequency, optimizer, seed, pid, started, boot, error, outcome, state, ...run }) => ({
      key: { window, frequency, optimizer, seed },
      ...run,
      state:
        state === 'running' &&
        !isAlive({ pid: pid!, started: started!, boot: boot! }, unheard ? null : run.heartbeat)
          ? 'interrupted'
          : state,
      error: error === null ? null : (JSON.parse(error) as ErrorData),
      outcome: outcome === null ? null : endOf(JSON.parse(outcome) as RunOutcome),
    }))
}

const endOf = ({ bestEpoch, stopReason, handovers }: RunOutcome): StudyRunStatus['outcome'] => ({
  bestEpoch,
  stopReason,
  handovers,
})

/** A run is at work in the process `owner`. */
export function beginRun(store: WritableStore, study: string, key: RunKey, owner: Owner, at: string): void {
  store.run(
    `UPDATE study_run SET state = 'running', attempts = attempts + 1, owner_pid = ?, owner_started = ?, owner_boot = ?,
       heartbeat = ?, started_at = coalesce(started_at, ?), ended_at = NULL, error = NULL
     WHERE ${RUN}`,
    owner.pid,
    owner.started,
    owner.boot,
    at,
    at,
    study,
    ...runValues(key),
  )
}

/** The owner of the study, and its runs at work, still are. */
export function beat(store: WritableStore, study: string, at: string): void {
  store.run('UPDATE study SET heartbeat = ? WHERE id = ?', at, study)
  store.run("UPDATE study_run SET heartbeat = ? WHERE study = ? AND state = 'running'", at, study)
}

/** The outcome of a run; its weights, predictions and trajectory are written in the same transaction (runFiles.ts). */
export function finishRun(
  store: WritableStore,
  study: string,
  key: RunKey,
  outcome: RunOutcome,
  at: string,
): void {
  store.run(
    `UPDATE study_run SET state = 'done', outcome = ?, ended_at = ?, error = NULL WHERE ${RUN}`,
    JSON.stringify(outcome),
    at,
    study,
    ...runValues(key),
  )
}

export function failRun(
  store: WritableStore,
  study: string,
  key: RunKey,
  error: ErrorData,
  at: string,
): void {
  store.run(
    `UPDATE study_run SET state = 'failed', error = ?, ended_at = ? WHERE ${RUN}`,
    JSON.stringify(error),
    at,
    study,
    ...runValues(key),
  )
}

/** What was at work is interrupted: it goes on from its checkpoint. For a cancelled study, all that has not ended. */
export function stopRuns(
  store: WritableStore,
  study: string,
  as: 'interrupted' | 'cancelled',
  at: string,
): void {
  store.run(
    `UPDATE study_run SET state = ?, ended_at = ? WHERE study = ? AND state IN (${as === 'cancelled' ? "'queued', 'interrupted', 'running'" : "'running'"})`,
    as,
    at,
    study,
  )
}

/** Queue again what is interrupted or failed. */
export function requeueRuns(store: WritableStore, study: string): void {
  store.run(
    `UPDATE study_run SET state = 'queued', ended_at = NULL, error = NULL
     WHERE study = ? AND state IN ('interrupted', 'failed', 'running')`,
    study,
  )
}

/**
 * Put the queued runs `keys` before all other queued ones, in this order.
 *
 * Errors: not_found for a run that the study has not, or that is not queued.
 */
export function runFirst(store: WritableStore, study: string, keys: readonly RunKey[]): void {
  store.transaction(() => {
    const { first } = store.get<{ first: number | null }>(
      "SELECT min(position) AS first FROM study_run WHERE study = ? AND state = 'queued'",
      study,
    )!
    keys.forEach((key, at) => {
      const changed = store.run(
        `UPDATE study_run SET position = ? WHERE ${RUN} AND state = 'queued'`,
        (first ?? 0) - keys.length + at,
        study,
        ...runValues(key),
      )
      if (changed === 0) throw failure(storedStudyErrors.notInQueue, { id: study })
    })
  })
}

/** Outcomes of the finished runs. */
export function runOutcomes(
  store: ReadableStore,
  study: string,
): { readonly key: RunKey; readonly outcome: RunOutcome }[] {
  return store
    .all<RunKey & { outcome: string }>(
      `SELECT fit_window AS "window", frequency, optimizer, seed, outcome FROM study_run
       WHERE study = ? AND state = 'done' ORDER BY position`,
      study,
    )
    .map(({ outcome, ...key }) => ({ key, outcome: JSON.parse(outcome) as RunOutcome }))
}
