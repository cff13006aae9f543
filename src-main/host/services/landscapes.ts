import { tmpdir } from 'node:os'
import type { DrawnLandscapes, LandscapeStatus } from '../../../src-shared/contract/landscape.ts'
import type { LandscapeSettings } from '../../../src-shared/domain/landscapeSettings.ts'
import type { RunKey } from '../../../src-shared/domain/training.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { failure } from '../../../src-shared/failure.ts'
import { storedStudyErrors } from '../../../src-shared/locales/errors/storedStudies.ts'
import { runJob } from '../../jobs/process.ts'
import { writeWhenFree } from '../../store/busy.ts'
import {
  getLandscape,
  insertLandscape,
  type LandscapeRecord,
  listLandscapes,
  loadLandscape,
  removeLandscape,
} from '../../store/landscapes.ts'
import { trajectoryKeys } from '../../store/runFiles.ts'
import type { WritableStore } from '../../store/store.ts'
import { getStudy } from '../../store/studies.ts'
import type { LimitsSource } from '../../study/allotment.ts'
import { canonicalHash } from '../../study/canonical.ts'
import type { InspectTask } from '../../study/inspectTask.ts'
import { ANSWER_WITHIN_MS, type Landscapes } from '../../study/landscapes.ts'
import type { LandscapeProgress } from '../../study/landscapeTask.ts'
import { APP_VERSION } from '../version.ts'
import { makeScratch, removeScratch, sweepScratch } from './scratch.ts'

/** Landscapes of finished runs: drawn one after another in processes of their own, followed live, kept in the store. */
export interface LandscapeService {
  /** Runs of a study whose trajectory is kept. */
  candidates(studyId: string): RunKey[]
  /** At once, or after those that were asked for before: one that waits for them is `queued`. */
  start(studyId: string, keys: readonly RunKey[], settings: LandscapeSettings): LandscapeStatus
  /** Resolves once its processes have ended; what it has by then is kept. */
  cancel(id: string): Promise<LandscapeStatus>
  /** Newest first. */
  list(studyId: string): LandscapeStatus[]
  get(id: string): DrawnLandscapes
  remove(id: string): void
  /** @throws PlateauError study_active while a landscape of the study is drawn, or waits for another */
  requireUndrawn(studyId: string): void
  /** Status changes, at most one per landscape and STATUS_INTERVAL_MS. Returns the unsubscriber. */
  subscribe(listener: (status: LandscapeStatus) => void): () => void
  /** Resolves with its status when it has ended, whatever the end. */
  finished(id: string): Promise<LandscapeStatus>
  /** Cancel what is being drawn; what it has by then is kept unless another process writes the store. */
  close(): Promise<void>
}

interface Drawing {
  status: LandscapeStatus
  readonly abort: AbortController
  /** When it had waited for those before it; null while it waits. */
  begunAt: number | null
  lastSent: number
}

const STATUS_INTERVAL_MS = 100
/** Below this share an estimate of the rest is a guess. */
const ETA_FROM = 0.02
/** How long the end waits for another writer. */
const SAVE_WITHIN_MS = 10 * 60_000

/**
 * @param limits what studies may take of the machine
 * @param background Its processes leave the processor to others first.
 */
export function createLandscapeService(
  store: WritableStore,
  workerEntry: URL,
  {
    limits = null,
    background = false,
  }: { readonly limits?: LimitsSource; readonly background?: boolean } = {},
): LandscapeService {
  sweepScratch(tmpdir())
  const drawings = new Map<string, { readonly drawing: Drawing; readonly ended: Promise<LandscapeStatus> }>()
  /** Failed ones, those without anything to store, and those that could not be stored: known to this service only. */
  const unstored = new Map<string, LandscapeStatus>()
  const closing = new AbortController()
  const listeners = new Set<(status: LandscapeStatus) => void>()
  /** So far: what is asked for twice in one millisecond gets two ids. */
  let asked = 0
  /** Settles, never rejecting, when the drawing that was asked for last has ended. */
  let last: Promise<unknown> = Promise.resolve()

  const update = (drawing: Drawing, change: Partial<LandscapeStatus>, always: boolean): void => {
    const elapsedSeconds = secondsOf(drawing)
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
    listeners.forEach((listener) => {
      try {
        listener(drawing.status)
      } catch (error) {
        // Who only follows a drawing must not end it.
        console.error(PlateauError.from(error).describe())
      }
    })
  }

  /** When `before` has settled. Never rejects: whatever happens is in the status. */
  const draw = async (drawing: Drawing, before: Promise<unknown>): Promise<LandscapeStatus> => {
    const { id, studyId: study, keys, settings, startedAt } = drawing.status
    let scratch: string | null = null
    try {
      await Promise.race([before, aborted(drawing.abort.signal)])
      drawing.abort.signal.throwIfAborted()
      if (drawing.begunAt === null) {
        drawing.begunAt = Date.now()
        update(drawing, { state: 'running' }, true)
      }
      scratch = await makeScratch(tmpdir(), 'landscape')
      const task: InspectTask = {
        kind: 'inspect',
        study,
        keys,
        settings,
        store: store.path,
        scratch,
        workers: null,
        limits,
        appVersion: APP_VERSION,
      }
      const { complete, ...drawn } = await runJob<InspectTask, LandscapeProgress, Landscapes>(
        workerEntry,
        task,
        {
          signal: drawing.abort.signal,
          // Its own processes come first.
          killAfter: 1.5 * ANSWER_WITHIN_MS,
          background,
          onProgress: ({ share, nodes }) => update(drawing, { progress: share, nodes }, false),
        },
      )
      const state = complete ? 'done' : 'cancelled'
      const kept = drawn.landscapes.length > 0
      if (kept) {
        const seconds = secondsOf(drawing)
        await writeWhenFree(
          store,
          () => insertLandscape(store, { id, study, state, startedAt, seconds, keys, settings }, drawn),
          { until: Date.now() + SAVE_WITHIN_MS, signal: closing.signal },
        )
      }
      update(drawing, { state, nodes: null, ...(complete ? { progress: 1 } : {}) }, true)
      if (!kept) unstored.set(id, drawing.status)
    } catch (thrown) {
      const stopped = drawing.abort.signal.aborted
      const error = stopped ? null : PlateauError.from(thrown).toData()
      update(drawing, { state: stopped ? 'cancelled' : 'failed', nodes: null, error }, true)
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
      const waits = drawings.size > 0
      const drawing: Drawing = {
        status: {
          id: `${startedAt.replace(/\D/g, '').slice(0, 14)}-${canonicalHash([studyId, keys, settings, startedAt, asked++]).slice(0, 6)}`,
          studyId: getStudy(store, studyId).id,
          keys: [...keys],
          settings,
          state: waits ? 'queued' : 'running',
          progress: 0,
          nodes: 0,
          elapsedSeconds: 0,
          etaSeconds: null,
          startedAt,
          error: null,
        },
        abort: new AbortController(),
        begunAt: waits ? null : Date.now(),
        lastSent: 0,
      }
      const ended = draw(drawing, last)
      // One that is cancelled while it waits ends before those that it waits for.
      last = Promise.all([last, ended])
      drawings.set(drawing.status.id, { drawing, ended })
      update(drawing, {}, true)
      return drawing.status
    },
    async cancel(id) {
      return drawings.has(id) ? stop(id) : this.finished(id)
    },
    list: (studyId) =>
      [
        // Reversed: of two that were asked for in one millisecond the later one comes first.
        ...[...drawings.values()].map(({ drawing }) => drawing.status).toReversed(),
        ...[...unstored.values()].toReversed(),
        // One that has just been stored is among the drawings until its files are gone.
        ...listLandscapes(store, studyId)
          .filter(({ id }) => !drawings.has(id))
          .map(storedStatus),
      ]
        .filter((status) => status.studyId === studyId)
        .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt)),
    get: (id) => loadLandscape(store, id),
    remove(id) {
      if (!unstored.delete(id)) removeLandscape(store, id)
    },
    requireUndrawn(studyId) {
      if ([...drawings.values()].some(({ drawing }) => drawing.status.studyId === studyId))
        throw failure(storedStudyErrors.landscapeBeingDrawn, { id: studyId })
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async finished(id) {
      return (await drawings.get(id)?.ended) ?? known(id) ?? storedStatus(getLandscape(store, id))
    },
    async close() {
      closing.abort()
      await Promise.all([...drawings.keys()].map(stop))
    },
  }
}

/** Seconds since its turn came. */
const secondsOf = ({ begunAt }: Drawing): number => (begunAt === null ? 0 : (Date.now() - begunAt) / 1000)

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function storedStatus({ study, seconds, keys, ...record }: LandscapeRecord): LandscapeStatus {
  return {
    ...record,
    studyId: study,
    keys: [...keys],
    progress: record.state === 'done' ? 1 : 0,
    nodes: null,
    elapsedSeconds: seconds,
    etaSeconds: null,
    error: null,
  }
}
