import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StudyEpoch, StudyEvent, StudyStatus } from '../../../src-shared/contract/study.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../../src-shared/domain/study.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { runJob } from '../../jobs/process.ts'
import { project } from '../../store/project.ts'
import type { WritableStore } from '../../store/store.ts'
import {
  appendEpochs,
  endStudy,
  getStudy,
  insertStudy,
  listStudies,
  markInterrupted,
  saveResult,
  saveWeights,
  type StoredEpoch,
  type StudyRecord,
  studyEpochs,
  studyResult,
} from '../../store/studies.ts'
import { canonicalHash } from '../../study/canonical.ts'
import type { StudyAnswer, StudyProgress, StudyTask } from '../../study/studyTask.ts'
import { planRuns } from '../../study/training.ts'
import { APP_VERSION } from '../version.ts'

/** Studies of one store: started in worker processes, followed live, kept in the store. */
export interface StudyService {
  list(): StudyStatus[]
  start(config: StudyConfig): StudyStatus
  /** Resolves once the study's processes have ended. */
  cancel(id: string): Promise<StudyStatus>
  epochs(id: string): StudyEpoch[]
  result(id: string): StudyResult
  /** Status changes, at most one per study and STATUS_INTERVAL_MS, and every epoch. Returns the unsubscriber. */
  subscribe(listener: (event: StudyEvent) => void): () => void
  /** Resolves with the final status when a running study has ended, whatever the end. */
  finished(id: string): Promise<StudyStatus>
  /** Stop what runs, leaving it `interrupted`. */
  close(): Promise<void>
}

interface RunningStudy {
  status: StudyStatus
  readonly abort: AbortController
  /** Why the abort, when there was one. */
  stopAs: 'cancelled' | 'interrupted'
  lastSent: number
}

const STATUS_INTERVAL_MS = 100
/** Below this share of the work an estimate of the rest is a guess. */
const ETA_FROM = 0.05

export function createStudyService(store: WritableStore, workerEntry: URL): StudyService {
  markInterrupted(store, now())
  const { synthetic } = project(store)
  const running = new Map<string, { readonly study: RunningStudy; readonly ended: Promise<StudyStatus> }>()
  const listeners = new Set<(event: StudyEvent) => void>()
  const emit = (event: StudyEvent): void => listeners.forEach((listener) => listener(event))

  const update = (study: RunningStudy, change: Partial<StudyStatus>): void => {
    const elapsedSeconds = secondsSince(study.status.startedAt)
    const progress = change.progress ?? study.status.progress
    study.status = {
      ...study.status,
      ...change,
      elapsedSeconds,
      etaSeconds: progress < ETA_FROM ? null : (elapsedSeconds * (1 - progress)) / progress,
    }
  }
  const send = (study: RunningStudy, always: boolean): void => {
    if (!always && Date.now() - study.lastSent < STATUS_INTERVAL_MS) return
    study.lastSent = Date.now()
    emit({ type: 'status', status: study.status })
  }

  const follow = (study: RunningStudy, progress: StudyProgress): void => {
    const { id } = study.status
    if (progress.type === 'epoch') {
      const { key, record } = progress
      appendEpochs(store, id, [{ key, record }])
      emit({ type: 'epoch', epoch: { studyId: id, key, record } })
      return
    }
    const stageChanged = progress.stage !== study.status.stage || progress.runsDone !== study.status.runsDone
    const { stage, runsDone, runsTotal } = progress
    update(study, { stage, runsDone, runsTotal, progress: progress.progress })
    send(study, stageChanged)
  }

  const run = async (study: RunningStudy, config: StudyConfig): Promise<StudyStatus> => {
    const { id } = study.status
    const scratch = await mkdtemp(join(tmpdir(), 'plateau-study-'))
    try {
      const { result, weights } = await runJob<StudyTask, StudyProgress, StudyAnswer>(
        workerEntry,
        { kind: 'study', config, store: store.path, scratch, appVersion: APP_VERSION },
        { signal: study.abort.signal, onProgress: (progress) => follow(study, progress) },
      )
      store.transaction(() => {
        saveResult(store, id, result)
        for (const { key, ...stored } of weights)
          saveWeights(store, id, key, { ...stored, layout: stored.layout.tensors })
        endStudy(store, id, { state: 'done', endedAt: now(), error: null })
      })
      update(study, { state: 'done', progress: 1 })
    } catch (thrown) {
      const error = PlateauError.from(thrown)
      const state = study.abort.signal.aborted
        ? study.stopAs
        : error.code === 'interrupted'
          ? 'interrupted'
          : 'failed'
      const data = state === 'failed' ? error.toData() : null
      endStudy(store, id, { state, endedAt: now(), error: data })
      update(study, { state, error: data })
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
    study.status = { ...study.status, etaSeconds: null }
    running.delete(id)
    send(study, true)
    return study.status
  }

  const stop = (id: string, as: RunningStudy['stopAs']): Promise<StudyStatus> => {
    const { study, ended } = running.get(id)!
    study.stopAs = as
    study.abort.abort()
    return ended
  }
  const stored = (record: StudyRecord): StudyStatus =>
    storedStatus(record, studyEpochs(store, record.id), synthetic)

  return {
    list: () => listStudies(store).map((record) => running.get(record.id)?.study.status ?? stored(record)),
    start(config) {
      const startedAt = now()
      const id = `${startedAt.replace(/\D/g, '').slice(0, 14)}-${canonicalHash([config, startedAt]).slice(0, 6)}`
      insertStudy(store, { id, config, startedAt })
      const study: RunningStudy = {
        status: {
          id,
          name: config.name,
          state: 'running',
          stage: 'samples',
          runsDone: 0,
          runsTotal: planRuns(config, 1).length,
          progress: 0,
          elapsedSeconds: 0,
          etaSeconds: null,
          synthetic,
          startedAt,
          error: null,
        },
        abort: new AbortController(),
        stopAs: 'cancelled',
        lastSent: 0,
      }
      send(study, true)
      running.set(id, { study, ended: run(study, config) })
      return study.status
    },
    async cancel(id) {
      return running.has(id) ? stop(id, 'cancelled') : stored(getStudy(store, id))
    },
    epochs: (id) => studyEpochs(store, id).map((epoch) => ({ studyId: id, ...epoch })),
    result: (id) => studyResult(store, id),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async finished(id) {
      return running.get(id)?.ended ?? stored(getStudy(store, id))
    },
    async close() {
      await Promise.all([...running.keys()].map((id) => stop(id, 'interrupted')))
    },
  }
}

/** Status of a study that does not run: how far an unfinished one had come is in its epochs, not in a percentage. */
function storedStatus(record: StudyRecord, epochs: readonly StoredEpoch[], synthetic: boolean): StudyStatus {
  const done = record.state === 'done'
  const begun = new Set(epochs.map(({ key }) => JSON.stringify(Object.values(key)))).size
  return {
    id: record.id,
    name: record.name,
    state: record.state,
    stage: done ? 'saving' : begun === 0 ? 'samples' : 'training',
    runsDone: done ? begun : 0,
    runsTotal: done ? begun : planRuns(record.config, 1).length,
    progress: done ? 1 : 0,
    elapsedSeconds: (Date.parse(record.endedAt ?? record.startedAt) - Date.parse(record.startedAt)) / 1000,
    etaSeconds: null,
    synthetic,
    startedAt: record.startedAt,
    error: record.error,
  }
}

function now(): string {
  return new Date().toISOString()
}

function secondsSince(time: string): number {
  return (Date.now() - Date.parse(time)) / 1000
}
