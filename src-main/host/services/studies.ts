import { tmpdir } from 'node:os'
import type { StudyEpoch, StudyEvent, StudyStatus } from '../../../src-shared/contract/study.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../../src-shared/domain/study.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { runJob } from '../../jobs/process.ts'
import { isBusy, writeNow, writeWhenFree } from '../../store/busy.ts'
import { project } from '../../store/project.ts'
import type { WritableStore } from '../../store/store.ts'
import {
  appendEpochs,
  endStudy,
  getStudy,
  insertStudy,
  listStudies,
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
import { makeScratch, removeScratch, sweepScratch } from './scratch.ts'

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
  /** Epochs that another writer has kept out of the store so far. */
  unwritten: StoredEpoch[]
}

const STATUS_INTERVAL_MS = 100
/** Below this share of the work an estimate of the rest is a guess. */
const ETA_FROM = 0.05
/** How long the end of a study waits for another writer: far beyond any import. */
const SAVE_WITHIN_MS = 10 * 60_000

export function createStudyService(store: WritableStore, workerEntry: URL): StudyService {
  sweepScratch(tmpdir())
  const { synthetic } = project(store)
  const running = new Map<string, { readonly study: RunningStudy; readonly ended: Promise<StudyStatus> }>()
  /** Ended studies whose end could not be stored: here it is known, to the next process they read as interrupted. */
  const unsaved = new Map<string, StudyStatus>()
  const closing = new AbortController()
  const listeners = new Set<(event: StudyEvent) => void>()
  const emit = (event: StudyEvent): void =>
    listeners.forEach((listener) => {
      try {
        listener(event)
      } catch (error) {
        // Who only follows a study must not end it.
        console.error(PlateauError.from(error).describe())
      }
    })

  const update = (study: RunningStudy, change: Partial<StudyStatus>): void => {
    const elapsedSeconds = secondsSince(study.status.startedAt)
    const changed = { ...study.status, ...change }
    const { state, progress } = changed
    study.status = {
      ...changed,
      elapsedSeconds,
      etaSeconds:
        state !== 'running' || progress < ETA_FROM ? null : (elapsedSeconds * (1 - progress)) / progress,
    }
  }
  const send = (study: RunningStudy, always: boolean): void => {
    if (!always && Date.now() - study.lastSent < STATUS_INTERVAL_MS) return
    study.lastSent = Date.now()
    emit({ type: 'status', status: study.status })
  }

  const writeEpochs = (study: RunningStudy): void => {
    try {
      writeNow(store, () => appendEpochs(store, study.status.id, study.unwritten))
      study.unwritten = []
    } catch (error) {
      // Written with the next ones, at the latest with the end.
      if (isBusy(error)) return
      // What can never be written must not keep the end out of the store too.
      study.unwritten = []
      throw error
    }
  }
  const follow = (study: RunningStudy, progress: StudyProgress): void => {
    const { id } = study.status
    if (progress.type === 'engine') {
      update(study, { engine: progress.name })
      send(study, true)
      return
    }
    if (progress.type === 'epoch') {
      const { key, record } = progress
      study.unwritten.push({ key, record })
      writeEpochs(study)
      emit({ type: 'epoch', epoch: { studyId: id, key, record } })
      return
    }
    const stageChanged = progress.stage !== study.status.stage || progress.runsDone !== study.status.runsDone
    const { stage, runsDone, runsTotal } = progress
    update(study, { stage, runsDone, runsTotal, progress: progress.progress })
    send(study, stageChanged)
  }

  /** Never rejects: whatever happens is in the status. */
  const run = async (study: RunningStudy, config: StudyConfig): Promise<StudyStatus> => {
    const { id } = study.status
    const { signal } = study.abort
    let scratch: string | null = null
    let until: number | null = null
    const save = (write: () => void): Promise<void> => {
      until ??= Date.now() + SAVE_WITHIN_MS
      const whole = (): void => {
        appendEpochs(store, id, study.unwritten)
        write()
      }
      return writeWhenFree(store, whole, { until, signal: closing.signal })
    }
    try {
      scratch = await makeScratch(tmpdir(), 'study')
      const { result, weights } = await runJob<StudyTask, StudyProgress, StudyAnswer>(
        workerEntry,
        { kind: 'study', config, store: store.path, scratch, appVersion: APP_VERSION },
        { signal, onProgress: (progress) => follow(study, progress) },
      )
      await save(() => {
        saveResult(store, id, result)
        for (const { key, ...stored } of weights)
          saveWeights(store, id, key, { ...stored, layout: stored.layout.tensors })
        endStudy(store, id, { state: 'done', endedAt: now(), error: null })
      })
      update(study, { state: 'done', progress: 1 })
    } catch (thrown) {
      const error = PlateauError.from(thrown)
      // The process answers `cancelled` when another than this service ended it, at shutdown for one.
      const cut = error.code === 'interrupted' || error.code === 'cancelled'
      const state = signal.aborted ? study.stopAs : cut ? 'interrupted' : 'failed'
      // An end that was asked for needs no reason.
      const reason = signal.aborted ? null : error.toData()
      update(study, { state, error: reason })
      await save(() => endStudy(store, id, { state, endedAt: now(), error: reason })).catch(() =>
        unsaved.set(id, study.status),
      )
    } finally {
      if (scratch !== null) await removeScratch(scratch)
      running.delete(id)
      send(study, true)
    }
    return study.status
  }

  const stop = (id: string, as: RunningStudy['stopAs']): Promise<StudyStatus> => {
    const { study, ended } = running.get(id)!
    // The first reason stands.
    if (!study.abort.signal.aborted) study.stopAs = as
    study.abort.abort()
    return ended
  }
  /** Of a study that does not run here. */
  const stored = (record: StudyRecord): StudyStatus => {
    // Left by an earlier service of this process, which lives on: dead all the same.
    const left = record.state === 'running' && record.owner.pid === process.pid
    return (
      unsaved.get(record.id) ??
      storedStatus(
        left ? { ...record, state: 'interrupted' } : record,
        studyEpochs(store, record.id),
        synthetic,
      )
    )
  }

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
          engine: null,
          startedAt,
          error: null,
        },
        abort: new AbortController(),
        stopAs: 'cancelled',
        lastSent: 0,
        unwritten: [],
      }
      send(study, true)
      running.set(id, { study, ended: run(study, config) })
      return study.status
    },
    async cancel(id) {
      return running.has(id) ? stop(id, 'cancelled') : stored(getStudy(store, id))
    },
    epochs: (id) =>
      [...studyEpochs(store, id), ...(running.get(id)?.study.unwritten ?? [])].map((epoch) => ({
        studyId: id,
        ...epoch,
      })),
    result: (id) => studyResult(store, id),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async finished(id) {
      return running.get(id)?.ended ?? stored(getStudy(store, id))
    },
    async close() {
      closing.abort()
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
    engine: null,
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
