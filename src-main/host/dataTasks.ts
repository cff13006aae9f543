import type { OnProgress } from '../../src-shared/contract/progress.ts'
import type { DoctorFinding } from '../../src-shared/domain/doctor.ts'
import { failure } from '../../src-shared/failure.ts'
import { removalErrors } from '../../src-shared/locales/errors/removal.ts'
import { refusedDay } from '../ingest/refusedDay.ts'
import { type CoverageAndRefused, storeCoverage } from '../market/coverage.ts'
import { doctor } from '../market/doctor.ts'
import { listInstruments } from '../store/instruments.ts'
import { type Removal, type RemovedCounts, removeData } from '../store/remove.ts'
import { openStore, type ReadableStore } from '../store/store.ts'
import { steady } from './steady.ts'

/** What reads or changes every bar of a store, as it is sent to a process of its own. */
export type DataTask = CoverageTask | DoctorTask | RemoveTask

export interface CoverageTask {
  readonly kind: 'coverage'
  /** Path of the store. */
  readonly store: string
}

export interface DoctorTask {
  readonly kind: 'doctor'
  readonly store: string
}

export interface RemoveTask {
  readonly kind: 'remove'
  readonly store: string
  readonly removal: Removal
  /** What was announced; null = count and remove nothing. */
  readonly expected: RemovedCounts | null
}

/** Errors: those of the store and of removeData; not_found when other rows than `expected` would go. */
export function runDataTask(
  task: DataTask,
  tell: OnProgress,
): CoverageAndRefused | DoctorFinding[] | RemovedCounts {
  if (task.kind === 'remove') return runRemoveTask(task)
  const store = openStore(task.store, { mode: 'read' })
  try {
    return task.kind === 'doctor' ? doctor(store) : storeCoverage(store, refusals(store), steady(tell))
  } finally {
    store.close()
  }
}

function runRemoveTask({ store: path, removal, expected }: RemoveTask): RemovedCounts {
  const store = openStore(path, { mode: 'write' })
  try {
    if (expected === null) return removeData(store, removal, true)
    return store.transaction(() => {
      const removed = removeData(store, removal, false)
      const differs = (Object.keys(removed) as (keyof RemovedCounts)[]).some(
        (name) => removed[name] !== expected[name],
      )
      if (differs) throw failure(removalErrors.changedSinceCount, {}, { place: { file: path } })
      return removed
    })
  } finally {
    store.close()
  }
}

function* refusals(store: ReadableStore): Generator<ReturnType<typeof refusedDay>> {
  const known = new Set(listInstruments(store).map(({ symbol }) => symbol))
  const rows = store.all<{ file: string; text: string }>(
    'SELECT path AS file, raw AS text FROM quarantine JOIN import_batch ON id = batch',
  )
  for (const row of rows) yield refusedDay(row, (symbol) => known.has(symbol))
}
