import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type {
  StudyEpoch,
  StudyEvent,
  StudyRunStatus,
  StudyStatus,
} from '../../../src-shared/contract/study.ts'
import type { StudyEstimate } from '../../../src-shared/domain/estimate.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../../src-shared/domain/study.ts'
import { bestOf } from '../../../src-shared/domain/studyBest.ts'
import type { RunKey } from '../../../src-shared/domain/training.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { failure } from '../../../src-shared/failure.ts'
import { storedStudyErrors, studyStates } from '../../../src-shared/locales/errors/storedStudies.ts'
import { elsewhere } from '../../../src-shared/locales/errors/writing.ts'
import { crashPoint } from '../../files/crashPoint.ts'
import { writeError } from '../../files/writeError.ts'
import { runJob } from '../../jobs/process.ts'
import { isBusy, writeNow, writeSoon, writeWhenFree } from '../../store/busy.ts'
import { project } from '../../store/project.ts'
import { savePredictions, saveTrajectory, saveWeights } from '../../store/runFiles.ts'
import {
  beat,
  beginRun,
  enterRuns,
  failRun,
  finishRun,
  requeueRuns,
  runFirst,
  stopRuns,
  studyRuns,
} from '../../store/runs.ts'
import type { WritableStore } from '../../store/store.ts'
import {
  appendEpochs,
  beginStudy,
  endStudy,
  getStudy,
  insertStudy,
  interruptOrphans,
  listStudies,
  queueStudy,
  runStudy,
  saveResult,
  studyFirst,
  timedEpochs,
  type TimedEpoch,
  type StudyRecord,
  studyResult,
} from '../../store/studies.ts'
import { archiveStudy, removeStudy, renameStudy, tagStudy } from '../../store/studyLabels.ts'
import type { LimitsSource } from '../../study/allotment.ts'
import type { EstimateTask } from '../../study/estimateTask.ts'
import { parseStoredStudy } from '../../study/parse.ts'
import type { StudyProgress, StudyTask } from '../../study/studyTask.ts'
import { layoutOf } from '../../study/runKeys.ts'
import { removeRun, removeWork, sweepWork, workFolder } from '../../study/workFolder.ts'
import { APP_VERSION } from '../version.ts'
import { advanced, canGoOn, labelsOf, requireRest, restingStatus } from './studyStatus.ts'

/**
 * Studies of one store: queued, run one at a time in worker processes, followed live, kept in the store. One that was
 * stopped, by whatever, goes on from the last epoch of each of its runs.
 */
export interface StudyService {
  list(): StudyStatus[]
  /** Runs at once, or after those that wait already. */
  start(config: StudyConfig, options?: StartOptions): StudyStatus
  /** Resolves once the study's processes have ended. A study that rests already is left as it is. */
  pause(id: string): Promise<StudyStatus>
  /** For good. */
  cancel(id: string): Promise<StudyStatus>
  /**
   * Go on with a study that is paused, interrupted or failed: behind those that wait.
   * @throws PlateauError resume_refused for one in another state
   */
  resume(id: string, options?: StartOptions): StudyStatus
  /** Before all others that wait. */
  moveFirst(id: string): StudyStatus
  /** @throws PlateauError study_invalid where this version cannot read what it was started with */
  config(id: string): StudyConfig
  rename(id: string, name: string): StudyStatus
  tag(id: string, tags: { readonly add: readonly string[]; readonly remove: readonly string[] }): StudyStatus
  /** @throws PlateauError study_active to set aside one that waits or runs */
  archive(id: string, archived: boolean): StudyStatus
  /**
   * With all that belongs to it, its work folder too.
   * @throws PlateauError study_active for one that waits or runs
   */
  remove(id: string): Promise<void>
  runs(id: string): StudyRunStatus[]
  /** Start these runs before the others that have not started. */
  moveRunsFirst(id: string, keys: readonly RunKey[]): StudyRunStatus[]
  epochs(id: string): StudyEpoch[]
  /** @throws PlateauError what the start of `config` would be refused with, but for what `runEstimateTask` leaves to it */
  estimate(config: StudyConfig, options: StartOptions, signal: AbortSignal): Promise<StudyEstimate>
  result(id: string): StudyResult
  /** Status changes, at most one per study and STATUS_INTERVAL_MS, and every epoch. Returns the unsubscriber. */
  subscribe(listener: (event: StudyEvent) => void): () => void
  /** Resolves with its status when a study that waits or runs here has come to rest, whatever the end. */
  finished(id: string): Promise<StudyStatus>
  /** Stop what waits or runs, leaving it `interrupted`. */
  close(): Promise<void>
}

export interface StartOptions {
  /** Runs at a time; null: as the machine's limits have it. */
  readonly workers?: number | null | undefined
}

type Rest = 'cancelled' | 'paused' | 'interrupted'

interface ActiveStudy {
  status: StudyStatus
  readonly record: StudyRecord
  readonly abort: AbortController
  /** Why the abort, when there was one. */
  stopAs: Rest
  lastSent: number
  /** Writes that another writer has kept out of the store so far, in their order. */
  unwritten: (() => void)[]
  /** It waits no more, and its end is being written. */
  stopping: boolean
  /** Those of the epochs among them. */
  unwrittenEpochs: TimedEpoch[]
  /** When the present stretch began to train, in ms since the epoch. */
  trainingSince: number | null
  readonly ended: Promise<StudyStatus>
  readonly end: (status: StudyStatus) => void
}

const STATUS_INTERVAL_MS = 100
const HEARTBEAT_MS = 5_000
/** How long the end of a study waits for another writer: far beyond any import. */
const SAVE_WITHIN_MS = 10 * 60_000

/**
 * @param limits what studies may take of the machine; a file of it is obeyed by every run that starts after it was changed
 * @param background Its processes leave the processor to others first.
 */
export function createStudyService(
  store: WritableStore,
  workerEntry: URL,
  {
    limits = null,
    background = false,
  }: { readonly limits?: LimitsSource; readonly background?: boolean } = {},
): StudyService {
  /** Those that wait and the one that runs here. */
  const active = new Map<string, ActiveStudy>()
  let running: ActiveStudy | null = null
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

  crashPoint('recovery.opened')
  try {
    writeNow(store, () => {
      for (const id of interruptOrphans(store)) {
        crashPoint('recovery.marking')
        stopRuns(store, id, 'interrupted', now())
      }
    })
    crashPoint('recovery.marked')
  } catch (error) {
    // They read as interrupted all the same, and the next service enters it.
    if (!isBusy(error)) throw error
  }
  const unfinished = (): Set<string> =>
    new Set(
      listStudies(store).flatMap(({ id, state }) => (state === 'done' || state === 'cancelled' ? [] : [id])),
    )
  const swept = sweepWork(store.path, unfinished).catch(() => {})
  const heartbeat = setInterval(() => {
    try {
      if (active.size > 0) writeNow(store, () => active.forEach((_, id) => beat(store, id, now())))
    } catch {
      // The next one will do.
    }
  }, HEARTBEAT_MS).unref()

  const update = (study: ActiveStudy, change: Partial<StudyStatus>): void => {
    study.status = advanced(study.status, change, study.record.elapsed, study.trainingSince)
  }
  const send = (study: ActiveStudy, always: boolean): void => {
    if (!always && Date.now() - study.lastSent < STATUS_INTERVAL_MS) return
    study.lastSent = Date.now()
    emit({ type: 'status', status: study.status })
  }

  /** Write now, or with what is written next, at the latest with the end. */
  const write = (study: ActiveStudy, work: () => void): void => {
    study.unwritten.push(work)
    try {
      writeNow(store, () => study.unwritten.forEach((waiting) => waiting()))
    } catch (error) {
      if (isBusy(error)) return
      // What can never be written must not keep the end out of the store too.
      forget(study)
      throw error
    }
    forget(study)
  }
  const forget = (study: ActiveStudy): void => {
    study.unwritten = []
    study.unwrittenEpochs = []
  }

  const follow = (study: ActiveStudy, event: StudyProgress): void => {
    const { id, config } = study.record
    switch (event.type) {
      case 'began':
        write(study, () => {
          beginStudy(store, id, event.beginning)
          crashPoint('study.entering')
          enterRuns(store, id, event.keys)
        })
        crashPoint('study.entered')
        update(study, { engine: event.beginning.engine, runsTotal: event.keys.length })
        return send(study, true)
      case 'run_started':
        crashPoint('run.starting')
        write(study, () => beginRun(store, id, event.key, event.owner, now()))
        return crashPoint('run.running')
      case 'epoch': {
        const { key, record, clock, steps } = event
        study.unwrittenEpochs.push({ key, record, clock })
        crashPoint('epoch.storing')
        write(study, () => appendEpochs(store, id, [{ key, record, clock, steps }]))
        crashPoint('epoch.stored')
        return emit({ type: 'epoch', epoch: { studyId: id, key, record, clock } })
      }
      case 'run_done': {
        const { key, outcome, weights, predictions, trajectory } = event
        write(study, () => {
          finishRun(store, id, key, outcome, now())
          crashPoint('run.saving')
          saveWeights(store, id, key, { weights, layout: layoutOf(config, key).tensors })
          savePredictions(store, id, key, predictions)
          if (trajectory !== null) saveTrajectory(store, id, key, trajectory)
        })
        crashPoint('run.saved')
        const optimizer = config.optimizers.findIndex(({ name }) => name === key.optimizer)
        if (study.unwritten.length === 0) void removeRun(store.path, id, key, optimizer)
        return
      }
      case 'run_failed':
        return write(study, () => failRun(store, id, event.key, event.error, now()))
      case 'progress': {
        const { stage, runsDone, runsTotal, progress } = event
        const changed = stage !== study.status.stage || runsDone !== study.status.runsDone
        if (study.trainingSince === null && stage !== 'samples') {
          study.trainingSince = Date.now()
          study.status = { ...study.status, startedWith: progress }
        }
        update(study, { stage, runsDone, runsTotal, progress })
        return send(study, changed)
      }
    }
  }

  /** Never rejects: whatever happens is in the status. */
  const run = async (study: ActiveStudy): Promise<StudyStatus> => {
    const { id, config, workers, began } = study.record
    const { signal } = study.abort
    const save = (work: () => void): Promise<void> =>
      writeWhenFree(
        store,
        () => {
          study.unwritten.forEach((waiting) => waiting())
          work()
        },
        { until: Date.now() + SAVE_WITHIN_MS, signal: closing.signal },
      )
    try {
      write(study, () => runStudy(store, id, study.status.runningSince!))
      crashPoint('study.running')
      await makeWork(store.path, id)
      crashPoint('work.made')
      const result = await runJob<StudyTask, StudyProgress, StudyResult>(
        workerEntry,
        { kind: 'study', id, config, store: store.path, workers, limits, began, appVersion: APP_VERSION },
        { signal, onProgress: (progress) => follow(study, progress), background },
      )
      await save(() => {
        saveResult(store, id, result)
        crashPoint('result.saving')
        endStudy(store, id, { state: 'done', endedAt: now(), error: null })
      })
      crashPoint('result.saved')
      update(study, { state: 'done', progress: 1, best: bestOf(result) })
    } catch (thrown) {
      const error = PlateauError.from(thrown)
      // The process answers `cancelled` when another than this service ended it, at shutdown for one.
      const cut = error.code === 'interrupted' || error.code === 'cancelled'
      const state = signal.aborted ? study.stopAs : cut ? 'interrupted' : 'failed'
      // An end that was asked for needs no reason.
      const reason = signal.aborted ? null : error.toData()
      update(study, { state, error: reason })
      try {
        await save(() => rest(id, state, reason))
        // How far it is, as its journal tells it from now on.
        study.status = resting(getStudy(store, id))
      } catch {
        unsaved.set(id, study.status)
      }
    }
    running = null
    await settled(study)
    pump()
    return study.status
  }
  /** It waits and runs here no more. */
  const settled = async (study: ActiveStudy): Promise<void> => {
    const { id, state } = study.status
    if ((state === 'done' || state === 'cancelled') && !unsaved.has(id)) await removeWork(store.path, id)
    active.delete(id)
    send(study, true)
    study.end(study.status)
  }
  /** In a transaction of the caller's. */
  const rest = (id: string, state: Rest | 'failed', error: StudyRecord['error']): void => {
    stopRuns(store, id, state === 'cancelled' ? 'cancelled' : 'interrupted', now())
    endStudy(store, id, { state, endedAt: now(), error })
  }

  /** Run the next study that waits, unless one runs. Their order alone is the store's: it may hear nothing of this process for long. */
  const pump = (): void => {
    if (running !== null || closing.signal.aborted) return
    const study = listStudies(store)
      .map(({ id }) => active.get(id))
      .findLast((each) => each?.status.state === 'queued' && !each.abort.signal.aborted)
    if (study === undefined) return
    running = study
    study.status = { ...study.status, runningSince: now() }
    update(study, { state: 'running' })
    send(study, true)
    void run(study)
  }
  const wait = (record: StudyRecord): StudyStatus => {
    const { promise: ended, resolve: end } = Promise.withResolvers<StudyStatus>()
    const study: ActiveStudy = {
      status: { ...stored(record), error: null, state: 'queued' },
      record,
      abort: new AbortController(),
      stopAs: 'cancelled',
      lastSent: 0,
      unwritten: [],
      stopping: false,
      unwrittenEpochs: [],
      trainingSince: null,
      ended,
      end,
    }
    active.set(record.id, study)
    send(study, true)
    pump()
    return study.status
  }

  const stop = async (id: string, as: Rest): Promise<StudyStatus> => {
    const study = active.get(id)
    if (study === undefined) return settle(id, as)
    // The first reason stands.
    if (!study.abort.signal.aborted) study.stopAs = as
    study.abort.abort()
    if (study === running || study.stopping) return study.ended
    study.stopping = true
    const until = Date.now() + SAVE_WITHIN_MS
    try {
      await writeWhenFree(store, () => rest(id, study.stopAs, null), { until, signal: closing.signal })
      update(study, { state: study.stopAs })
    } catch (error) {
      update(study, { state: study.stopAs, error: PlateauError.from(error).toData() })
      unsaved.set(id, study.status)
    }
    await settled(study)
    return study.status
  }
  /** Of a study that neither waits nor runs here. */
  const settle = async (id: string, as: Rest): Promise<StudyStatus> => {
    let cancelled = false
    writeSoon(store, () => {
      const status = stored(getStudy(store, id))
      if (status.state === 'queued' || status.state === 'running')
        throw failure(storedStudyErrors.atWorkElsewhere, { id, state: studyStates[status.state] })
      cancelled = as === 'cancelled' && canGoOn(status)
      if (cancelled) rest(id, 'cancelled', status.error)
    })
    if (cancelled) {
      unsaved.delete(id)
      await removeWork(store.path, id)
    }
    return stored(getStudy(store, id))
  }

  /** A generated file that is imported later marks the studies before it too. */
  const resting = (record: StudyRecord): StudyStatus =>
    restingStatus(record, studyRuns(store, record.id), project(store).synthetic)

  /** Of a study that does not run here. */
  const stored = (record: StudyRecord): StudyStatus => {
    // Left by an earlier service of this process, which lives on: dead all the same.
    const left =
      (record.state === 'running' || record.state === 'queued') &&
      record.owner.pid === process.pid &&
      !active.has(record.id)
    return unsaved.get(record.id) ?? resting(left ? { ...record, state: 'interrupted' } : record)
  }

  const runsOf = (id: string): StudyRunStatus[] => studyRuns(store, id, { unheard: active.has(id) })
  const statusOf = (id: string): StudyStatus => active.get(id)?.status ?? stored(getStudy(store, id))
  /** Change what a study is known by, and tell whoever follows. */
  const relabel = (id: string, change: () => void): StudyStatus => {
    // Who asks about a study that is not there is told so.
    getStudy(store, id)
    writeSoon(store, change)
    const labels = labelsOf(getStudy(store, id))
    const [study, lost] = [active.get(id), unsaved.get(id)]
    if (study !== undefined) update(study, labels)
    if (lost !== undefined) unsaved.set(id, { ...lost, ...labels })
    const status = statusOf(id)
    emit({ type: 'status', status })
    return status
  }
  return {
    list: () => listStudies(store).map((record) => active.get(record.id)?.status ?? stored(record)),
    start(config, { workers = null } = {}) {
      const startedAt = now()
      const id = `${startedAt.replace(/\D/g, '').slice(0, 14)}-${randomUUID().slice(0, 6)}`
      writeSoon(store, () => insertStudy(store, { id, config, workers, startedAt }))
      crashPoint('study.inserted')
      return wait(getStudy(store, id))
    },
    pause: (id) => stop(id, 'paused'),
    cancel: (id) => stop(id, 'cancelled'),
    resume(id, { workers } = {}) {
      // Asked and written in one transaction: another process may take it up at the same moment.
      writeSoon(store, () => {
        const record = getStudy(store, id)
        if (active.has(id) || !canGoOn(stored(record))) {
          throw failure(storedStudyErrors.notResumable, { id, state: studyStates[statusOf(id).state] })
        }
        requeueRuns(store, id)
        crashPoint('resume.queueing')
        queueStudy(store, id, workers === undefined ? record.workers : workers)
      })
      crashPoint('resume.queued')
      unsaved.delete(id)
      return wait(getStudy(store, id))
    },
    moveFirst(id) {
      writeSoon(store, () => studyFirst(store, id))
      return statusOf(id)
    },
    config: (id) => parseStoredStudy(getStudy(store, id).config),
    rename: (id, name) => relabel(id, () => renameStudy(store, id, name)),
    tag: (id, tags) => relabel(id, () => tagStudy(store, id, tags)),
    archive: (id, archived) =>
      relabel(id, () => {
        if (archived) requireRest(statusOf(id))
        archiveStudy(store, id, archived ? now() : null)
      }),
    async remove(id) {
      requireRest(statusOf(id))
      // It is done, and its end is being told.
      await active.get(id)?.ended
      writeSoon(store, () => {
        requireRest(statusOf(id))
        removeStudy(store, id)
      })
      crashPoint('study.removed')
      unsaved.delete(id)
      await removeWork(store.path, id)
      emit({ type: 'removed', id })
    },
    runs: (id) => runsOf(getStudy(store, id).id),
    moveRunsFirst(id, keys) {
      writeSoon(store, () => runFirst(store, id, keys))
      return runsOf(id)
    },
    epochs: (id) =>
      [...timedEpochs(store, getStudy(store, id).id), ...(active.get(id)?.unwrittenEpochs ?? [])].map(
        (epoch) => ({
          studyId: id,
          ...epoch,
        }),
      ),
    estimate: (config, { workers = null }, signal) =>
      runJob<EstimateTask, never, StudyEstimate>(
        workerEntry,
        { kind: 'estimate', config, store: store.path, workers, limits, appVersion: APP_VERSION },
        { signal, onProgress: () => {} },
      ),
    result: (id) => studyResult(store, id),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async finished(id) {
      return active.get(id)?.ended ?? stored(getStudy(store, id))
    },
    async close() {
      closing.abort()
      clearInterval(heartbeat)
      await Promise.all([swept, ...[...active.keys()].map((id) => stop(id, 'interrupted'))])
    },
  }
}

async function makeWork(store: string, id: string): Promise<void> {
  const folder = workFolder(store, id)
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw writeError(error, folder, elsewhere.storeFolder)
  }
}

function now(): string {
  return new Date().toISOString()
}
