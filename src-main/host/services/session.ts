import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ProjectInfo } from '../../../src-shared/contract/project.ts'
import type { StoreFault } from '../../../src-shared/contract/safety.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { failure } from '../../../src-shared/failure.ts'
import { serviceErrors } from '../../../src-shared/locales/errors/service.ts'
import { createSerialQueue } from '../../../src-shared/serialQueue.ts'
import { makeFolder } from '../../files/folder.ts'
import { hasFile } from '../../files/hasFile.ts'
import { runJob } from '../../jobs/process.ts'
import { openStore, type WritableStore } from '../../store/store.ts'
import { projectInfo } from '../../store/summary.ts'
import type { SampleTask } from '../sampleTask.ts'
import { type BackupKeeper, createBackupKeeper } from './backupKeeper.ts'
import type { BackupSetting } from './backupSetting.ts'
import { createDataService, type DataService } from './data.ts'
import { createLandscapeService, type LandscapeService } from './landscapes.ts'
import { createReportService, type ReportService } from './reports.ts'
import { makeScratch, removeScratch, sweepScratch } from './scratch.ts'
import { createStudyService, type StudyService } from './studies.ts'

/** The open store and the services on it. One store is open at a time. */
export interface Session {
  readonly store: WritableStore
  readonly data: DataService
  readonly studies: StudyService
  readonly landscapes: LandscapeService
  readonly reports: ReportService
  readonly backups: BackupKeeper
}

export interface SessionService {
  current(): Session | null
  /** The open session. Throws `not_found` when no project is open. */
  required(): Session
  open(path: string): Promise<ProjectInfo>
  /** Make an empty store and open it. Errors: file_exists; those of openStore. */
  create(path: string): Promise<ProjectInfo>
  /**
   * Close the open store, let `work` put another file in its place, and open that: what was there, when `work` failed.
   * Errors: store_busy while studies run or wait, which closing would interrupt, and those of `beforeReplacing`; those of `work`.
   */
  replace(work: (path: string) => Promise<void>): Promise<ProjectInfo>
  /** Ask `check` before another file takes the place of the store at `path`: it throws why none may. */
  beforeReplacing(check: (path: string) => void): void
  /** The store that could not be opened last, or the open one found damaged; null once another was opened. */
  fault(): StoreFault | null
  /** The store at fault. Throws `not_found` when there is none. */
  requiredFault(): StoreFault
  /** What is wrong with the open store; null: the fault is not wanted any more. */
  noteFault(fault: StoreFault | null): void
  /** Let `work` put another file in the place of the store at fault, and open that. Errors: those of `replace`. */
  recover(work: (path: string) => Promise<void>): Promise<ProjectInfo>
  /**
   * Open the synthetic sample's store in `folder`, made first if it is not there. Errors: cancelled when another project was opened
   * meanwhile, which stays; those of makeFolder.
   */
  openSample(folder: string, signal: AbortSignal): Promise<ProjectInfo>
  /** Told after every change of the open project. */
  onChange(listener: (session: Session | null) => void): () => void
  /** Told after every change of the store at fault. */
  onFault(listener: (fault: StoreFault | null) => void): () => void
  close(): Promise<void>
}

/** The sample's store being made, for every caller who waits for it. */
interface SampleJob {
  readonly made: Promise<void>
  readonly abort: AbortController
  waiting: number
}

/** @param limits file of what studies may take of the machine; null: none */
export function createSessionService(
  workerEntry: URL,
  setting: Pick<BackupSetting, 'automatic'>,
  limits: string | null = null,
): SessionService {
  let session: Session | null = null
  let fault: StoreFault | null = null
  /** By the path of the store to be. */
  const sampleJobs = new Map<string, SampleJob>()
  const listeners = new Set<(session: Session | null) => void>()
  const faultListeners = new Set<(fault: StoreFault | null) => void>()
  const replacingChecks: ((path: string) => void)[] = []

  /** One change of the open project at a time, in the order they were asked for. */
  const inTurn = createSerialQueue()
  const change = (next: Session | null): void => {
    session = next
    listeners.forEach((listener) => listener(next))
  }
  const noteFault = (next: StoreFault | null): void => {
    if (fault === next) return
    fault = next
    faultListeners.forEach((listener) => listener(next))
  }
  const closeCurrent = async (): Promise<void> => {
    const last = session
    if (last === null) return
    change(null)
    await Promise.all([
      last.data.close(),
      last.studies.close(),
      last.landscapes.close(),
      last.backups.close(),
    ])
    last.store.close()
  }
  const servicesOf = (store: WritableStore): Session => {
    // The window comes first.
    const options = { limits, background: true }
    const studies = createStudyService(store, workerEntry, options)
    const landscapes = createLandscapeService(store, workerEntry, options)
    const backups = createBackupKeeper(store, workerEntry, {
      automatic: () => setting.automatic,
      busy: () => studies.list().some(({ state }) => state === 'running' || state === 'queued'),
      onDamage: (error) => noteFault({ path: store.path, error: error.toData() }),
    })
    // Both tell while they are at work.
    studies.subscribe(() => backups.giveWay())
    landscapes.subscribe(() => backups.giveWay())
    return {
      store,
      data: createDataService(store, workerEntry, studies),
      studies,
      landscapes,
      reports: createReportService(store, workerEntry),
      backups,
    }
  }
  const openInTurn = async (path: string): Promise<ProjectInfo> => {
    if (session?.store.path === path) return projectInfo(session.store)
    try {
      if (!hasFile(path)) {
        throw failure(serviceErrors.noStore, {}, { place: { file: path } })
      }
      // Opened before the old one is closed: a file that cannot be opened leaves the project as it was.
      const store = openStore(path, { mode: 'write' })
      try {
        const next = servicesOf(store)
        const info = projectInfo(store)
        await closeCurrent()
        change(next)
        noteFault(null)
        return info
      } catch (error) {
        if (session?.store !== store) store.close()
        throw error
      }
    } catch (error) {
      noteFault({ path, error: PlateauError.from(error).toData() })
      throw error
    }
  }
  const open = (path: string): Promise<ProjectInfo> => inTurn(() => openInTurn(resolve(path)))
  const createInTurn = async (path: string): Promise<ProjectInfo> => {
    if (hasFile(path)) {
      throw failure(serviceErrors.fileInPlace, {}, { place: { file: path } })
    }
    openStore(path, { mode: 'write' }).close()
    return openInTurn(path)
  }

  const required = (): Session => {
    if (session !== null) return session
    throw failure(serviceErrors.noProject, {})
  }
  const requireReplaceable = (path: string): void => replacingChecks.forEach((check) => check(path))
  const replaceInTurn = async (work: (path: string) => Promise<void>): Promise<ProjectInfo> => {
    const { store, studies } = required()
    const busy = studies.list().find(({ state }) => state === 'running' || state === 'queued')
    if (busy !== undefined) {
      throw failure(serviceErrors.studyAtWork, { study: busy.name }, { place: { file: store.path } })
    }
    const { path } = store
    requireReplaceable(path)
    await closeCurrent()
    try {
      await work(path)
    } catch (error) {
      // One that cannot be opened any more is at fault from now on.
      await openInTurn(path).catch(() => {})
      throw error
    }
    return openInTurn(path)
  }
  const requiredFault = (): StoreFault => {
    if (fault !== null) return fault
    throw failure(serviceErrors.noFault, {})
  }
  const recoverInTurn = async (work: (path: string) => Promise<void>): Promise<ProjectInfo> => {
    const { path } = requiredFault()
    if (session?.store.path === path) return replaceInTurn(work)
    requireReplaceable(path)
    await work(path)
    return openInTurn(path)
  }

  const makeSample = async (path: string, signal: AbortSignal): Promise<void> => {
    const folder = dirname(path)
    await makeFolder(folder)
    sweepScratch(folder)
    // Beside the store to be, so that a rename can put it in place.
    const scratch = await makeScratch(folder, 'sample')
    try {
      await runJob<SampleTask, never, void>(
        workerEntry,
        { kind: 'sample', store: path, scratch },
        { signal, onProgress: () => {} },
      )
    } finally {
      await removeScratch(scratch)
    }
  }
  const startSample = (path: string): SampleJob => {
    const abort = new AbortController()
    const job: SampleJob = {
      made: makeSample(path, abort.signal).finally(() => {
        if (sampleJobs.get(path) === job) sampleJobs.delete(path)
      }),
      abort,
      waiting: 0,
    }
    sampleJobs.set(path, job)
    return job
  }
  /** Wait for the sample's store; the job is given up only when its last waiting caller has gone. */
  const sampleMade = async (path: string, signal: AbortSignal): Promise<void> => {
    // One that was given up is ending: a caller who comes now starts anew.
    const begun = sampleJobs.get(path)
    const job = begun === undefined || begun.abort.signal.aborted ? startSample(path) : begun
    job.waiting++
    const cancelled = new Promise<never>((_resolve, reject) => {
      const cancel = (): void => reject(failure(serviceErrors.sampleGivenUp, {}))
      if (signal.aborted) cancel()
      else signal.addEventListener('abort', cancel, { once: true })
    })
    try {
      await Promise.race([job.made, cancelled])
    } finally {
      if (--job.waiting === 0) {
        job.abort.abort()
        await job.made.catch(() => {})
      }
    }
  }

  return {
    current: () => session,
    required,
    open,
    create: (path) => inTurn(() => createInTurn(resolve(path))),
    replace: (work) => inTurn(() => replaceInTurn(work)),
    fault: () => fault,
    requiredFault,
    noteFault,
    recover: (work) => inTurn(() => recoverInTurn(work)),
    beforeReplacing: (check) => void replacingChecks.push(check),
    onFault(listener) {
      faultListeners.add(listener)
      return () => faultListeners.delete(listener)
    },
    async openSample(folder, signal) {
      const path = join(resolve(folder), 'sample.sqlite')
      if (existsSync(path)) return open(path)
      // When what was asked for earlier is open.
      const before = inTurn(() => Promise.resolve(session))
      await sampleMade(path, signal)
      return inTurn(async () => {
        if (session !== (await before) && session?.store.path !== path)
          throw failure(serviceErrors.sampleOvertaken, {}, { place: { file: path } })
        return openInTurn(path)
      })
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      const jobs = [...sampleJobs.values()]
      for (const job of jobs) job.abort.abort()
      await Promise.allSettled(jobs.map(({ made }) => made))
      await inTurn(closeCurrent)
    },
  }
}
