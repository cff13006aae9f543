import { constants } from 'node:buffer'
import type { StudyStatus } from '../../src-shared/contract/study.ts'
import { studyResult as resultSchema, type StudyResult } from '../../src-shared/domain/result.ts'
import { storedStudyConfig, type StudyConfig } from '../../src-shared/domain/study.ts'
import { bestOf, type StudyBest } from '../../src-shared/domain/studyBest.ts'
import type { EpochClock, EpochRecord, RunKey } from '../../src-shared/domain/training.ts'
import type { ErrorData, PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { formatCount } from '../../src-shared/format.ts'
import { storedStudyErrors } from '../../src-shared/locales/errors/storedStudies.ts'
import { currentOwner, isAlive, type Owner } from '../files/owner.ts'
import { saveSteps } from './runFiles.ts'
import { runValues } from './runs.ts'
import type { ReadableStore, WritableStore } from './store.ts'
import { archiveStudy, saveBest } from './studyLabels.ts'

export type StudyState = StudyStatus['state']

export interface StudyRecord {
  readonly id: string
  /** As it is called now; `config.name` is what it was called when it was started. */
  readonly name: string
  /** By their characters. */
  readonly tags: readonly string[]
  /** ISO time since when it is set aside; null: it is not. */
  readonly archivedAt: string | null
  /** Null without a result. */
  readonly best: StudyBest | null
  readonly config: StudyConfig
  /** Queued or running in a process that is gone reads as `interrupted`. */
  readonly state: StudyState
  /** The process that it waits or runs in, or did last. */
  readonly owner: Owner
  /** Runs at a time; null: as many as there are cores. */
  readonly workers: number | null
  /** ISO times: when it was first asked for, since when it runs without a break, when it came to rest. */
  readonly startedAt: string
  readonly runningSince: string | null
  readonly endedAt: string | null
  /** Seconds it ran before `runningSince`, or in all when it rests. */
  readonly elapsed: number
  /** What it began with; null before it began. */
  readonly began: Beginning | null
  readonly error: ErrorData | null
}

/** What a study has to go on with as it began: other data, another engine or version would make other numbers. */
export interface Beginning {
  readonly appVersion: string
  readonly engine: string
  readonly dataHash: string
}

export interface StoredEpoch {
  readonly key: RunKey
  readonly record: EpochRecord
}

/** An epoch with what it took of its machine; null where an earlier version did not keep it. */
export interface TimedEpoch extends StoredEpoch {
  readonly clock: EpochClock | null
}

/** An epoch with its steps, rows x STEP_COLUMNS. */
export interface EpochWithSteps extends TimedEpoch {
  readonly steps: Float64Array
}

interface StudyRow {
  id: string
  name: string
  config: string
  state: StudyState
  owner_pid: number
  owner_started: string
  owner_boot: string
  heartbeat: string | null
  workers: number | null
  started_at: string
  running_since: string | null
  elapsed: number
  app_version: string | null
  engine: string | null
  data_hash: string | null
  ended_at: string | null
  error: string | null
  tags: string
  archived_at: string | null
  best: string | null
  rank_ic: number | null
  rank_ic_optimizer: string | null
  excess: number | null
  excess_optimizer: string | null
  excess_index: string | null
}

const RECORDS = `SELECT id, name, config, state, owner_pid, owner_started, owner_boot, heartbeat, workers, started_at, running_since,
    elapsed, ended_at, app_version, engine, data_hash, error, archived_at, study_best.study AS best, rank_ic,
    rank_ic_optimizer, excess, excess_optimizer, excess_index,
    (SELECT json_group_array(tag ORDER BY tag) FROM study_tag WHERE study_tag.study = id) AS tags
  FROM study
    LEFT JOIN study_archive ON study_archive.study = id
    LEFT JOIN study_best ON study_best.study = id`

/** A new study in state `queued`, behind the queued ones, owned by this process. */
export function insertStudy(
  store: WritableStore,
  study: {
    readonly id: string
    readonly config: StudyConfig
    readonly workers: number | null
    readonly startedAt: string
  },
): void {
  const owner = currentOwner()
  store.run(
    `INSERT INTO study (id, name, config, state, position, workers, owner_pid, owner_started, owner_boot, heartbeat,
       started_at)
     VALUES (?, ?, ?, 'queued', (SELECT coalesce(max(position), 0) + 1 FROM study), ?, ?, ?, ?, ?, ?)`,
    study.id,
    study.config.name,
    JSON.stringify(study.config),
    study.workers,
    owner.pid,
    owner.started,
    owner.boot,
    study.startedAt,
    study.startedAt,
  )
}

/**
 * It waits again, behind the queued ones and among those that are not set aside, in this process. What a study that had not begun left there is of an earlier
 * version of the store, which could go on with none of it.
 */
export function queueStudy(store: WritableStore, id: string, workers: number | null): void {
  const owner = currentOwner()
  store.transaction(() => {
    store.run(
      'DELETE FROM study_epoch WHERE study = ? AND (SELECT data_hash FROM study WHERE id = ?) IS NULL',
      id,
      id,
    )
    archiveStudy(store, id, null)
    store.run(
      `UPDATE study SET state = 'queued', position = (SELECT max(position) + 1 FROM study), workers = ?, ended_at = NULL,
         error = NULL, owner_pid = ?, owner_started = ?, owner_boot = ?, heartbeat = ? WHERE id = ?`,
      workers,
      owner.pid,
      owner.started,
      owner.boot,
      new Date().toISOString(),
      id,
    )
  })
}

/** Put a queued study before all other queued ones. */
export function studyFirst(store: WritableStore, id: string): void {
  store.run(
    "UPDATE study SET position = (SELECT min(position) - 1 FROM study) WHERE id = ? AND state = 'queued'",
    id,
  )
}

/** A queued study runs from now on. */
export function runStudy(store: WritableStore, id: string, at: string): void {
  store.run("UPDATE study SET state = 'running', running_since = ? WHERE id = ?", at, id)
}

/** What it has to go on with should it be interrupted. */
export function beginStudy(
  store: WritableStore,
  id: string,
  { appVersion, engine, dataHash }: Beginning,
): void {
  store.run(
    'UPDATE study SET app_version = ?, engine = ?, data_hash = ? WHERE id = ?',
    appVersion,
    engine,
    dataHash,
    id,
  )
}

/** It comes to rest: done for good, or to be taken up again. */
export function endStudy(
  store: WritableStore,
  id: string,
  end: {
    readonly state: Exclude<StudyState, 'queued' | 'running'>
    readonly endedAt: string
    readonly error: ErrorData | null
  },
): void {
  const changed = store.run(
    `UPDATE study SET state = ?, ended_at = ?, error = ?,
       elapsed = elapsed + coalesce(max(0, (julianday(?) - julianday(running_since)) * 86400), 0), running_since = NULL
     WHERE id = ?`,
    end.state,
    end.endedAt,
    end.error === null ? null : JSON.stringify(end.error),
    end.endedAt,
    id,
  )
  if (changed === 0) throw noStudy(store, id)
}

/** Queued or running studies of processes that are gone: at rest now, as far as they were heard of. */
export function interruptOrphans(store: WritableStore): string[] {
  const orphans = listStudies(store).filter(
    ({ state, endedAt }) => state === 'interrupted' && endedAt === null,
  )
  for (const { id, runningSince, startedAt } of orphans) {
    const { heard } = store.get<{ heard: string | null }>(
      `SELECT max(heartbeat) AS heard FROM (SELECT heartbeat FROM study WHERE id = ?
         UNION ALL SELECT heartbeat FROM study_run WHERE study = ?)`,
      id,
      id,
    )!
    const since = runningSince ?? startedAt
    endStudy(store, id, {
      state: 'interrupted',
      endedAt: heard !== null && heard > since ? heard : since,
      error: null,
    })
  }
  return orphans.map(({ id }) => id)
}

/** Newest first; queued ones behind each other as they will run. */
export function listStudies(store: ReadableStore): StudyRecord[] {
  return store
    .all<StudyRow>(
      `${RECORDS} ORDER BY state = 'queued' DESC, CASE WHEN state = 'queued' THEN -position END,
         started_at DESC, id DESC`,
    )
    .map((row) => studyRecord(row))
}

/** Errors: not_found. */
export function getStudy(store: ReadableStore, id: string): StudyRecord {
  const row = store.get<StudyRow>(`${RECORDS} WHERE id = ?`, id)
  if (row === undefined) throw noStudy(store, id)
  return studyRecord(row)
}

/** Add epochs, all or none; an epoch that is there already is replaced (a resumed run repeats its last one). */
export function appendEpochs(store: WritableStore, id: string, epochs: readonly EpochWithSteps[]): void {
  store.transaction(() => {
    for (const { key, record, clock, steps } of epochs) {
      store.run(
        'INSERT OR REPLACE INTO study_epoch VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        id,
        ...runValues(key),
        record.epoch,
        JSON.stringify(record),
        clock === null ? null : JSON.stringify(clock),
      )
      saveSteps(store, id, key, record.epoch, steps)
    }
  })
}

/** By window, frequency, optimizer, seed and epoch. */
export function timedEpochs(store: ReadableStore, id: string): TimedEpoch[] {
  return store
    .all<RunKey & { record: string; clock: string | null }>(
      `SELECT fit_window AS "window", frequency, optimizer, seed, record, clock FROM study_epoch WHERE study = ?
       ORDER BY fit_window, frequency, optimizer, seed, epoch`,
      id,
    )
    .map(({ record, clock, ...key }) => ({
      key,
      record: JSON.parse(record) as EpochRecord,
      clock: clock === null ? null : (JSON.parse(clock) as EpochClock),
    }))
}

/** As `timedEpochs`, without what depends on the machine. */
export function studyEpochs(store: ReadableStore, id: string): StoredEpoch[] {
  return timedEpochs(store, id).map(({ key, record }) => ({ key, record }))
}

/** Errors: not_found when there is no such study, study_invalid for a result that is too long for one text. */
export function saveResult(store: WritableStore, id: string, result: StudyResult): void {
  const text = textOf(result)
  store.transaction(() => {
    if (store.run('UPDATE study SET result = ? WHERE id = ?', text, id) === 0) {
      throw noStudy(store, id)
    }
    saveBest(store, id, bestOf(result))
  })
}

function textOf(result: StudyResult): string {
  try {
    return JSON.stringify(result)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const limit = `${formatCount(Math.round(constants.MAX_STRING_LENGTH / 1e6))} MB`
    throw failure(storedStudyErrors.resultTooLong, { limit }, { cause: error })
  }
}

/** Errors: not_found when there is no such study or it has no result, store_newer when another version made it. */
export function studyResult(store: ReadableStore, id: string): StudyResult {
  const row = store.get<{ result: string | null }>('SELECT result FROM study WHERE id = ?', id)
  if (row === undefined) throw noStudy(store, id)
  if (row.result === null) {
    throw failure(storedStudyErrors.noResult, { id })
  }
  const parsed = resultSchema.safeParse(JSON.parse(row.result))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw failure(
    storedStudyErrors.resultOfOtherVersion,
    { id },
    { place: { file: store.path, field: issue.path.join('.') } },
  )
}

/** The result under the name that the study has now. Errors: those of studyResult. */
export function namedResult(store: ReadableStore, id: string): StudyResult {
  const result = studyResult(store, id)
  return { ...result, config: { ...result.config, name: getStudy(store, id).name } }
}

/**
 * A config as this version reads it: what an earlier one did not know has its default. One that does not fit stays as it is stored: a
 * study must not hide the others of its store.
 */
function storedConfig(json: string): StudyConfig {
  const stored: unknown = JSON.parse(json)
  const parsed = storedStudyConfig.safeParse(stored)
  return parsed.success ? parsed.data : (stored as StudyConfig)
}

function studyRecord(row: StudyRow): StudyRecord {
  const owner = { pid: row.owner_pid, started: row.owner_started, boot: row.owner_boot }
  return {
    id: row.id,
    name: row.name,
    tags: JSON.parse(row.tags) as string[],
    archivedAt: row.archived_at,
    best: row.best === null ? null : storedBest(row),
    config: storedConfig(row.config),
    state:
      (row.state === 'running' || row.state === 'queued') && !isAlive(owner, row.heartbeat)
        ? 'interrupted'
        : row.state,
    owner,
    workers: row.workers,
    startedAt: row.started_at,
    runningSince: row.running_since,
    endedAt: row.ended_at,
    elapsed: row.elapsed,
    began:
      row.data_hash === null
        ? null
        : { appVersion: row.app_version!, engine: row.engine!, dataHash: row.data_hash },
    error: row.error === null ? null : (JSON.parse(row.error) as ErrorData),
  }
}

function storedBest(row: StudyRow): StudyBest {
  const { rank_ic, rank_ic_optimizer, excess, excess_optimizer, excess_index } = row
  return {
    rankIc: rank_ic === null ? null : { optimizer: rank_ic_optimizer!, value: rank_ic },
    excess: excess === null ? null : { optimizer: excess_optimizer!, index: excess_index!, value: excess },
  }
}

function noStudy(store: ReadableStore, id: string): PlateauError {
  return failure(storedStudyErrors.noStudy, { id }, { place: { file: store.path } })
}
