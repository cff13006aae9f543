import { tmpdir } from 'node:os'
import type { DrawnLandscapes, LandscapeStatus } from '../../../src-shared/contract/landscape.ts'
import type { LandscapeSettings } from '../../../src-shared/domain/landscapeSettings.ts'
import type { RunKey } from '../../../src-shared/domain/training.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { runJob } from '../../jobs/process.ts'
import { writeWhenFree } from '../../store/busy.ts'
import {
  insertLandscape,
  type LandscapeRecord,
  listLandscapes,
  loadLandscape,
  removeLandscape,
} from '../../store/landscapes.ts'
import { trajectoryKeys } from '../../store/runFiles.ts'
import type { WritableStore } from '../../store/store.ts'
import { getStudy } from '../../store/studies.ts'
import { canonicalHash } from '../../study/canonical.ts'
import type { InspectTask } from '../../study/inspectTask.ts'
import type { Landscapes } from '../../study/landscapes.ts'
import { APP_VERSION } from '../version.ts'
import { makeScratch, removeScratch, sweepScratch } from './scratch.ts'

/** Landscapes of finished runs: drawn in processes of their own, followed live, kept in the store. */
export interface LandscapeService {
  /** Runs of a study whose trajectory is kept. */
  candidates(studyId: string): RunKey[]
  start(studyId: string, keys: readonly RunKey[], settings: LandscapeSettings): LandscapeStatus
  /** Resolves once its processes have ended; what it has by then is kept. */
  cancel(id: string): Promise<LandscapeStatus>
  list(studyId: string): LandscapeStatus[]
  get(id: string): DrawnLandscapes
  remove(id: string): void
  /** Status changes, at most one per landscape and STATUS_INTERVAL_MS. Returns the unsubscriber. */
  subscribe(listener: (status: LandscapeStatus) => void): () => void
  /** Resolves with its status when it has ended, whatever the end. */
  finished(id: string): Promise<LandscapeStatus>
  /** Stop what is being drawn; nothing of it is kept. */
  close(): Promise<void>
}

interface Drawing {
  status: LandscapeStatus
  readonly abort: AbortController
  lastSent: number
}

const STATUS_INTERVAL_MS = 100
/** Below this share an estimate of the rest is a guess. */
const ETA_FROM = 0.02
/** How long the end waits for another writer. */
const SAVE_WITHIN_MS = 10 * 60_000

export function createLandscapeService(store: WritableStore, workerEntry: URL): LandscapeService {
  sweepScratch(tmpdir())
  const drawings = new Map<string, { readonly drawing: Drawing; readonly ended: Promise<LandscapeStatus> }>()
  /** Failed ones, those without anything to store, and those that could not be stored: known to this service only. */
  const unstored = new Map<string, LandscapeStatus>()
  const closing = new AbortController()
  const listeners = new Set<(status: LandscapeStatus) => void>()

  const update = (drawing: Drawing, change: Partial<LandscapeStatus>, always: boolean): void => {
    const elapsedSeconds = (Date.now() - Date.parse(drawing.status.startedAt)) / 1000
    const changed = { ...drawing.status, ...change }
    const { state, progress } = changed
    drawing.status = {
      ...changed,
      elapsedSeconds,
      etaSeconds:
        state !== 'running' || progress < ETA_FROM ? null : (elapsedSeconds * (1 - progress)) / progress,
    }
    if (!always && Date.now() - drawing.lastSent < STATUS_INTERVAL_MS) return
    drawing.lastSent = Date.now()
    listeners.forEach((listener) => listener(drawing.status))
  }

  /** Never rejects: whatever happens is in the status. */
  const draw = async (drawing: Drawing): Promise<LandscapeStatus> => {
    const { id, studyId: study, keys, settings, startedAt } = drawing.status
    let scratch: string | null = null
    try {
      scratch = await makeScratch(tmpdir(), 'landscape')
      const task: InspectTask = {
        kind: 'inspect',
        study,
        keys,
        settings,
        store: store.path,
        scratch,
        workers: null,
        appVersion: APP_VERSION,
      }
      const { complete, ...drawn } = await runJob<InspectTask, { readonly share: number }, Landscapes>(
        workerEntry,
        task,
        {
          signal: drawing.abort.signal,
          onProgress: ({ share }) => update(drawing, { progress: share }, false),
        },
      )
      const state = complete ? 'done' : 'cancelled'
      const kept = !closing.signal.aborted && drawn.landscapes.length > 0
      if (kept) {
        const seconds = (Date.now() - Date.parse(startedAt)) / 1000
        await writeWhenFree(
          store,
          () => insertLandscape(store, { id, study, state, startedAt, seconds, keys, settings }, drawn),
          { until: Date.now() + SAVE_WITHIN_MS, signal: closing.signal },
        )
      }
      update(drawing, { state, ...(complete ? { progress: 1 } : {}) }, true)
      if (!kept) unstored.set(id, drawing.status)
    } catch (thrown) {
      const stopped = drawing.abort.signal.aborted
      const error = stopped ? null : PlateauError.from(thrown).toData()
      update(drawing, { state: stopped ? 'cancelled' : 'failed', error }, true)
      unstored.set(id, drawing.status)
    } finally {
      if (scratch !== null) await removeScratch(scratch)
      drawings.delete(id)
    }
    return drawing.status
  }

  const stop = (id: string): Promise<LandscapeStatus> => {
    const { drawing, ended } = drawings.get(id)!
    drawing.abort.abort()
    return ended
  }
  const known = (id: string): LandscapeStatus | undefined =>
    drawings.get(id)?.drawing.status ?? unstored.get(id)

  return {
    candidates: (studyId) => trajectoryKeys(store, getStudy(store, studyId).id),
    start(studyId, keys, settings) {
      const startedAt = new Date().toISOString()
      const drawing: Drawing = {
        status: {
          id: `${startedAt.replace(/\D/g, '').slice(0, 14)}-${canonicalHash([studyId, keys, settings, startedAt]).slice(0, 6)}`,
          studyId: getStudy(store, studyId).id,
          keys: [...keys],
          settings,
          state: 'running',
          progress: 0,
          elapsedSeconds: 0,
          etaSeconds: null,
          startedAt,
          error: null,
        },
        abort: new AbortController(),
        lastSent: 0,
      }
      drawings.set(drawing.status.id, { drawing, ended: draw(drawing) })
      update(drawing, {}, true)
      return drawing.status
    },
    async cancel(id) {
      return drawings.has(id) ? stop(id) : this.finished(id)
    },
    list: (studyId) => [
      ...[...drawings.values()]
        .map(({ drawing }) => drawing.status)
        .filter((status) => status.studyId === studyId),
      ...[...unstored.values()].filter((status) => status.studyId === studyId),
      ...listLandscapes(store, studyId).map(storedStatus),
    ],
    get: (id) => loadLandscape(store, id),
    remove(id) {
      if (!unstored.delete(id)) removeLandscape(store, id)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async finished(id) {
      const status = (await drawings.get(id)?.ended) ?? known(id)
      if (status !== undefined) return status
      const record = store.get<{ study: string }>('SELECT study FROM landscape WHERE id = ?', id)
      const stored = record && listLandscapes(store, record.study).find((each) => each.id === id)
      if (stored !== undefined) return storedStatus(stored)
      throw new PlateauError('not_found', `There is no landscape ${id} in this store.`, {
        remedy: 'List the landscapes of the study and use an id from that list.',
      })
    },
    async close() {
      closing.abort()
      await Promise.all([...drawings.keys()].map(stop))
    },
  }
}

function storedStatus({ study, seconds, keys, ...record }: LandscapeRecord): LandscapeStatus {
  return {
    ...record,
    studyId: study,
    keys: [...keys],
    progress: record.state === 'done' ? 1 : 0,
    elapsedSeconds: seconds,
    etaSeconds: null,
    error: null,
  }
}
