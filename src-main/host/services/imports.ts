import { randomUUID } from 'node:crypto'
import type { ImportPreview, ImportStatus } from '../../../src-shared/contract/imports.ts'
import type { ImportReport, Readings } from '../../../src-shared/domain/importing.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { failure } from '../../../src-shared/failure.ts'
import { serviceErrors } from '../../../src-shared/locales/errors/service.ts'
import type { ImportProgress } from '../../ingest/importPaths.ts'
import { previewPaths } from '../../ingest/preview.ts'
import { runJob } from '../../jobs/process.ts'
import type { ImportTask } from '../importTask.ts'
import { createPace } from '../../../src-shared/pace.ts'
import type { SessionService } from './session.ts'

/** Imports into the open store, one at a time, each in a process of its own. */
export interface ImportService {
  /** Errors: those of previewPaths. */
  preview(
    paths: readonly string[],
    question: { readonly readings: Readings; readonly only: readonly string[] | null; readonly rows: number },
    signal: AbortSignal,
  ): Promise<ImportPreview>
  /** Errors: not_found without an open project, store_busy while another import runs. */
  start(paths: readonly string[], request: { readings: Readings; dryRun: boolean }): ImportStatus
  /** The last one that was started. */
  current(): ImportStatus | null
  /** Resolves when its process has ended. Errors: not_found. */
  cancel(id: string): Promise<ImportStatus>
  subscribe(listener: (status: ImportStatus) => void): () => void
  /** Resolves when nothing runs any more. */
  close(): Promise<void>
}

const STATUS_INTERVAL_MS = 100

interface Running {
  readonly abort: AbortController
  readonly ended: Promise<void>
}

export function createImportService(
  sessions: Pick<SessionService, 'required' | 'beforeReplacing'>,
  workerEntry: URL,
): ImportService {
  const listeners = new Set<(status: ImportStatus) => void>()
  let status: ImportStatus | null = null
  let running: Running | null = null
  let told = 0

  const update = (change: Partial<ImportStatus>, always: boolean): void => {
    if (status === null) return
    const elapsedSeconds = (Date.now() - Date.parse(status.startedAt)) / 1000
    status = { ...status, elapsedSeconds, ...change }
    if (!always && Date.now() - told < STATUS_INTERVAL_MS) return
    told = Date.now()
    for (const listener of listeners) {
      try {
        listener(status)
      } catch (error) {
        // Who only follows an import must not end it.
        console.error(PlateauError.from(error).describe())
      }
    }
  }

  /** Never rejects: whatever happens is in the status. */
  const run = async (task: ImportTask, signal: AbortSignal): Promise<void> => {
    const pace = createPace()
    const onProgress = (progress: ImportProgress): void => {
      const { stage, bytesRead, bytesTotal } = progress
      if (stage === 'reading') pace.note(performance.now(), bytesRead)
      const rate = stage === 'reading' ? pace.rate() : null
      const etaSeconds =
        rate === null || rate <= 0 || bytesTotal === null ? null : (bytesTotal - bytesRead) / rate
      update({ ...progress, rate, etaSeconds }, stage !== status?.stage)
    }
    try {
      const report = await runJob<ImportTask, ImportProgress, ImportReport>(workerEntry, task, {
        signal,
        onProgress,
      })
      update({ state: 'done', rate: null, etaSeconds: null, report }, true)
    } catch (thrown) {
      const error = PlateauError.from(thrown)
      const cancelled = error.code === 'cancelled'
      const change = { rate: null, etaSeconds: null, error: cancelled ? null : error.toData() }
      update({ state: cancelled ? 'cancelled' : 'failed', ...change }, true)
    }
  }

  // It would be told of as done, and its rows would be in a store that is there no more.
  sessions.beforeReplacing((path) => {
    if (status?.state === 'running' && status.store === path)
      throw failure(serviceErrors.importAtWork, {}, { place: { file: path } })
  })

  return {
    preview: (paths, { readings, only, rows }, signal) =>
      previewPaths(paths, readings, { only, rows, signal }),
    start(paths, { readings, dryRun }) {
      const { path } = sessions.required().store
      if (status?.state === 'running') throw failure(serviceErrors.importRunning, {})
      status = {
        id: randomUUID(),
        store: path,
        dryRun,
        state: 'running',
        stage: 'inspecting',
        path: null,
        filesDone: 0,
        filesTotal: null,
        bytesRead: 0,
        bytesTotal: null,
        rate: null,
        elapsedSeconds: 0,
        etaSeconds: null,
        startedAt: new Date().toISOString(),
        report: null,
        error: null,
      }
      const abort = new AbortController()
      const task: ImportTask = { kind: 'import', store: path, paths, readings, dryRun }
      running = { abort, ended: run(task, abort.signal) }
      update({}, true)
      return status
    },
    current: () => status,
    async cancel(id) {
      if (status?.id !== id) throw failure(serviceErrors.noImport, {})
      running?.abort.abort()
      await running?.ended
      return status
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      running?.abort.abort()
      await running?.ended
    },
  }
}
