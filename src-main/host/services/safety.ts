import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ProjectInfo } from '../../../src-shared/contract/project.ts'
import { runJob } from '../../jobs/process.ts'
import type { SafetyAnswers, SafetyTask } from '../safetyTask.ts'
import type { SessionService } from './session.ts'

/** Size, check, backup and restoration of the open store; each but the first in a process of its own. */
export interface SafetyService {
  size(): { bytes: number; logBytes: number }
  /** Errors: store_corrupt. */
  check(signal: AbortSignal): Promise<{ seconds: number }>
  /** Errors: those of backupStore. */
  backup(path: string, signal: AbortSignal): Promise<{ path: string; bytes: number }>
  /** Errors: store_busy while studies run or wait; those of restoreStore. The project is open again afterwards, restored or not. */
  restore(path: string): Promise<{ kept: string | null; project: ProjectInfo }>
}

export function createSafetyService(sessions: SessionService, workerEntry: URL): SafetyService {
  /** Without a signal it is not left halfway. */
  const run = <Kind extends SafetyTask['kind']>(
    task: SafetyTask & { kind: Kind },
    signal = new AbortController().signal,
  ): Promise<SafetyAnswers[Kind]> =>
    runJob<SafetyTask, never, SafetyAnswers[Kind]>(workerEntry, task, { signal, onProgress: () => {} })

  return {
    size() {
      const { path } = sessions.required().store
      const log = `${path}-wal`
      return { bytes: statSync(path).size, logBytes: existsSync(log) ? statSync(log).size : 0 }
    },
    async check(signal) {
      const started = performance.now()
      await run({ kind: 'check', store: sessions.required().store.path }, signal)
      return { seconds: (performance.now() - started) / 1000 }
    },
    async backup(path, signal) {
      const file = resolve(path)
      const { bytes } = await run({ kind: 'backup', store: sessions.required().store.path, file }, signal)
      return { path: file, bytes }
    },
    async restore(path) {
      const file = resolve(path)
      let kept: string | null = null
      const project = await sessions.replace(async (store) => {
        ;({ kept } = await run({ kind: 'restore', store, file }))
      })
      return { kept, project }
    },
  }
}
