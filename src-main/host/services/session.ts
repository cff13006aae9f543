import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProjectInfo } from '../../../src-shared/contract/project.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { runJob } from '../../jobs/process.ts'
import { openStore, type WritableStore } from '../../store/store.ts'
import { projectInfo } from '../../store/summary.ts'
import type { SampleTask } from '../sampleTask.ts'
import { createStudyService, type StudyService } from './studies.ts'

/** The open store and the services on it. One store is open at a time. */
export interface Session {
  readonly store: WritableStore
  readonly studies: StudyService
}

export interface SessionService {
  current(): Session | null
  /** The open session. Throws `not_found` when no project is open. */
  required(): Session
  open(path: string): Promise<ProjectInfo>
  /** Open the synthetic sample's store, made first if it is not there. */
  openSample(signal: AbortSignal): Promise<ProjectInfo>
  /** Told after every change of the open project. */
  onChange(listener: (session: Session | null) => void): () => void
  close(): Promise<void>
}

export function createSessionService(dataFolder: string, workerEntry: URL): SessionService {
  let session: Session | null = null
  let makingSample: Promise<void> | null = null
  const listeners = new Set<(session: Session | null) => void>()

  const change = (next: Session | null): void => {
    session = next
    listeners.forEach((listener) => listener(next))
  }
  const close = async (): Promise<void> => {
    const last = session
    if (last === null) return
    change(null)
    await last.studies.close()
    last.store.close()
  }
  const open = async (path: string): Promise<ProjectInfo> => {
    if (session?.store.path === path) return projectInfo(session.store)
    if (!existsSync(path)) {
      throw new PlateauError('file_not_found', 'There is no store here.', {
        place: { file: path },
        remedy: 'Choose another file, or import data to create one.',
      })
    }
    // Opened before the old one is closed: a file that cannot be opened leaves the project as it was.
    const store = openStore(path, { mode: 'write' })
    await close()
    change({ store, studies: createStudyService(store, workerEntry) })
    return projectInfo(store)
  }

  return {
    current: () => session,
    required() {
      if (session !== null) return session
      throw new PlateauError('not_found', 'No project is open.', {
        remedy: 'Open the sample project or a store.',
      })
    },
    open,
    async openSample(signal) {
      const path = join(dataFolder, 'sample.sqlite')
      if (!existsSync(path)) {
        await mkdir(dataFolder, { recursive: true })
        makingSample ??= runJob<SampleTask, never, void>(
          workerEntry,
          { kind: 'sample', store: path },
          { signal, onProgress: () => {} },
        ).finally(() => {
          makingSample = null
        })
        await makingSample
      }
      return open(path)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close,
  }
}
