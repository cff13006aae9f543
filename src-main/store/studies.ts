import type { StudyStatus } from '../../src-shared/contract/study.ts'
import { studyResult as resultSchema, type StudyResult } from '../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { EpochRecord, RunKey } from '../../src-shared/domain/training.ts'
import type { ErrorData } from '../../src-shared/errors.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { currentOwner, isAlive, type Owner } from './owner.ts'
import type { ReadableStore, WritableStore } from './store.ts'

export type StudyState = StudyStatus['state']

export interface StudyRecord {
  readonly id: string
  readonly name: string
  readonly config: StudyConfig
  /** One that never ended, because its process did, reads as `interrupted` and has no `endedAt`. */
  readonly state: StudyState
  /** The process that runs it, or ran it. */
  readonly owner: Owner
  /** ISO times. */
  readonly startedAt: string
  readonly endedAt: string | null
  readonly error: ErrorData | null
}

export interface StoredEpoch {
  readonly key: RunKey
  readonly record: EpochRecord
}

/** Weights of one training run: one flat vector and the names, shapes and offsets of its parts. */
export interface StoredWeights {
  readonly weights: Float64Array
  readonly layout: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly offset: number
  }[]
}

interface StudyRow {
  id: string
  name: string
  config: string
  state: StudyState
  owner_pid: number
  owner_started: string
  owner_boot: string
  started_at: string
  ended_at: string | null
  error: string | null
}

const RECORD = 'id, name, config, state, owner_pid, owner_started, owner_boot, started_at, ended_at, error'
const RUN = 'study = ? AND fit_window = ? AND frequency = ? AND optimizer = ? AND seed = ?'

/** A new study in state `running`, owned by this process. */
export function insertStudy(
  store: WritableStore,
  study: { readonly id: string; readonly config: StudyConfig; readonly startedAt: string },
): void {
  const owner = currentOwner()
  store.run(
    `INSERT INTO study (id, name, config, state, owner_pid, owner_started, owner_boot, started_at)
     VALUES (?, ?, ?, 'running', ?, ?, ?, ?)`,
    study.id,
    study.config.name,
    JSON.stringify(study.config),
    owner.pid,
    owner.started,
    owner.boot,
    study.startedAt,
  )
}

/** End a study. */
export function endStudy(
  store: WritableStore,
  id: string,
  end: {
    readonly state: Exclude<StudyState, 'running'>
    readonly endedAt: string
    readonly error: ErrorData | null
  },
): void {
  const changed = store.run(
    'UPDATE study SET state = ?, ended_at = ?, error = ? WHERE id = ?',
    end.state,
    end.endedAt,
    end.error === null ? null : JSON.stringify(end.error),
    id,
  )
  if (changed === 0) throw noStudy(store, id)
}

/** Newest first. */
export function listStudies(store: ReadableStore): StudyRecord[] {
  return store
    .all<StudyRow>(`SELECT ${RECORD} FROM study ORDER BY started_at DESC, id DESC`)
    .map((row) => studyRecord(row))
}

/** Errors: not_found. */
export function getStudy(store: ReadableStore, id: string): StudyRecord {
  const row = store.get<StudyRow>(`SELECT ${RECORD} FROM study WHERE id = ?`, id)
  if (row === undefined) throw noStudy(store, id)
  return studyRecord(row)
}

/** Add epochs, all or none; an epoch that is there already is replaced (a resumed run repeats its last one). */
export function appendEpochs(store: WritableStore, id: string, epochs: readonly StoredEpoch[]): void {
  store.transaction(() => {
    for (const { key, record } of epochs) {
      store.run(
        'INSERT OR REPLACE INTO study_epoch VALUES (?, ?, ?, ?, ?, ?, ?)',
        id,
        ...runValues(key),
        record.epoch,
        JSON.stringify(record),
      )
    }
  })
}

/** By window, frequency, optimizer, seed and epoch. */
export function studyEpochs(store: ReadableStore, id: string): StoredEpoch[] {
  return store
    .all<{ window: number; frequency: RunKey['frequency']; optimizer: string; seed: number; record: string }>(
      `SELECT fit_window AS "window", frequency, optimizer, seed, record FROM study_epoch WHERE study = ?
       ORDER BY fit_window, frequency, optimizer, seed, epoch`,
      id,
    )
    .map(({ record, ...key }) => ({ key, record: JSON.parse(record) as EpochRecord }))
}

export function saveResult(store: WritableStore, id: string, result: StudyResult): void {
  if (store.run('UPDATE study SET result = ? WHERE id = ?', JSON.stringify(result), id) === 0) {
    throw noStudy(store, id)
  }
}

/** Errors: not_found when there is no such study or it has no result, store_newer when another version made it. */
export function studyResult(store: ReadableStore, id: string): StudyResult {
  const row = store.get<{ result: string | null }>('SELECT result FROM study WHERE id = ?', id)
  if (row === undefined) throw noStudy(store, id)
  if (row.result === null) {
    throw new PlateauError('not_found', `The study ${id} has no result.`, {
      remedy: 'Only a study in state done has one.',
    })
  }
  const parsed = resultSchema.safeParse(JSON.parse(row.result))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new PlateauError(
    'store_newer',
    `The result of the study ${id} was made by another version of Plateau.`,
    {
      place: { file: store.path, field: issue.path.join('.') },
      remedy: 'Run the study again, or open it with the version that made it.',
    },
  )
}

export function saveWeights(store: WritableStore, id: string, key: RunKey, stored: StoredWeights): void {
  const { weights, layout } = stored
  store.run(
    'INSERT OR REPLACE INTO study_weights VALUES (?, ?, ?, ?, ?, ?, ?)',
    id,
    ...runValues(key),
    new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength),
    JSON.stringify(layout),
  )
}

/** Errors: not_found. */
export function loadWeights(store: ReadableStore, id: string, key: RunKey): StoredWeights {
  const row = store.get<{ weights: Buffer; layout: string }>(
    `SELECT weights, layout FROM study_weights WHERE ${RUN}`,
    id,
    ...runValues(key),
  )
  if (row === undefined) {
    throw new PlateauError('not_found', `No weights are stored for this run of the study ${id}.`, {
      remedy: 'Only a finished run has weights.',
    })
  }
  // The blob may start at any byte of a pooled buffer; a Float64Array wants a multiple of 8.
  return { weights: new Float64Array(Uint8Array.from(row.weights).buffer), layout: JSON.parse(row.layout) }
}

function studyRecord(row: StudyRow): StudyRecord {
  const owner = { pid: row.owner_pid, started: row.owner_started, boot: row.owner_boot }
  return {
    id: row.id,
    name: row.name,
    config: JSON.parse(row.config) as StudyConfig,
    state: row.state === 'running' && !isAlive(owner) ? 'interrupted' : row.state,
    owner,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    error: row.error === null ? null : (JSON.parse(row.error) as ErrorData),
  }
}

function runValues(key: RunKey): [number, string, string, number] {
  return [key.window, key.frequency, key.optimizer, key.seed]
}

function noStudy(store: ReadableStore, id: string): PlateauError {
  return new PlateauError('not_found', `There is no study ${id} in this store.`, {
    place: { file: store.path },
    remedy: 'List the studies of the store and use an id from that list.',
  })
}
