import type { DrawnLandscapes, LandscapeStatus } from '../../src-shared/contract/landscape.ts'
import { drawnLandscapes } from '../../src-shared/contract/landscape.ts'
import { type LandscapeSettings, storedLandscapeSettings } from '../../src-shared/domain/landscapeSettings.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import type { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { storedStudyErrors } from '../../src-shared/locales/errors/storedStudies.ts'
import type { ReadableStore, WritableStore } from './store.ts'

/** Landscapes that were asked for after a study. */
export interface LandscapeRecord {
  readonly id: string
  readonly study: string
  readonly state: Extract<LandscapeStatus['state'], 'done' | 'cancelled'>
  /** ISO time. */
  readonly startedAt: string
  /** From then to its end. */
  readonly seconds: number
  readonly keys: readonly RunKey[]
  readonly settings: LandscapeSettings
}

export function insertLandscape(store: WritableStore, record: LandscapeRecord, drawn: DrawnLandscapes): void {
  const { id, study, state, startedAt, seconds, keys, settings } = record
  store.run(
    'INSERT INTO landscape VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    id,
    study,
    state,
    startedAt,
    seconds,
    JSON.stringify(keys),
    JSON.stringify(settings),
    JSON.stringify(drawn),
  )
}

type LandscapeRow = Omit<LandscapeRecord, 'keys' | 'settings'> & {
  readonly keys: string
  readonly settings: string
}
const COLUMNS = 'id, study, state, started_at AS startedAt, seconds, keys, settings'

const recordOf = ({ keys, settings, ...record }: LandscapeRow): LandscapeRecord => ({
  ...record,
  keys: JSON.parse(keys) as RunKey[],
  // Those of an earlier version lack what it did not ask for.
  settings: storedLandscapeSettings.parse(JSON.parse(settings)),
})

/** Newest first. */
export function listLandscapes(store: ReadableStore, study: string): LandscapeRecord[] {
  return store
    .all<LandscapeRow>(
      `SELECT ${COLUMNS} FROM landscape WHERE study = ? ORDER BY started_at DESC, id DESC`,
      study,
    )
    .map(recordOf)
}

/** Errors: not_found. */
export function getLandscape(store: ReadableStore, id: string): LandscapeRecord {
  const row = store.get<LandscapeRow>(`SELECT ${COLUMNS} FROM landscape WHERE id = ?`, id)
  if (row === undefined) throw noLandscape(store, id)
  return recordOf(row)
}

/** Errors: not_found; store_newer when another version made it. */
export function loadLandscape(store: ReadableStore, id: string): DrawnLandscapes {
  const row = store.get<{ drawn: string }>('SELECT drawn FROM landscape WHERE id = ?', id)
  if (row === undefined) throw noLandscape(store, id)
  const parsed = drawnLandscapes.safeParse(JSON.parse(row.drawn))
  if (parsed.success) return parsed.data
  throw failure(
    storedStudyErrors.landscapeOfOtherVersion,
    { id },
    { place: { file: store.path, field: parsed.error.issues[0].path.join('.') } },
  )
}

/** Errors: not_found. */
export function removeLandscape(store: WritableStore, id: string): void {
  if (store.run('DELETE FROM landscape WHERE id = ?', id) === 0) throw noLandscape(store, id)
}

function noLandscape(store: ReadableStore, id: string): PlateauError {
  return failure(storedStudyErrors.noLandscape, { id }, { place: { file: store.path } })
}
