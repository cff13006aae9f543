import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ProjectInfo } from '../../../src-shared/contract/project.ts'
import type { Backups, Outlook, Recovery } from '../../../src-shared/contract/safety.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { sweepTemporaries } from '../../files/temporary.ts'
import { runJob } from '../../jobs/process.ts'
import { KEPT_BACKUPS } from '../../store/autoBackup.ts'
import { setAside } from '../../store/backup.ts'
import { backupFolder, listBackups } from '../../store/backupFolder.ts'
import { openStore } from '../../store/store.ts'
import type { SafetyAnswers, SafetyTask } from '../safetyTask.ts'
import type { BackupSetting } from './backupSetting.ts'
import type { SessionService } from './session.ts'

interface Restored {
  readonly kept: string | null
  readonly project: ProjectInfo
}

/**
 * Size, check, backup and restoration of the open store, and what becomes of one at fault; whatever reads a whole store does so in
 * a process of its own.
 */
export interface SafetyService {
  size(): { bytes: number; logBytes: number }
  /** Errors: store_corrupt, which makes it the store at fault. */
  check(signal: AbortSignal): Promise<{ seconds: number }>
  /** Errors: those of backupStore. */
  backup(path: string, signal: AbortSignal): Promise<{ path: string; bytes: number }>
  /** Errors: store_busy while studies run or wait; those of restoreStore. The project is open again afterwards, restored or not. */
  restore(path: string): Promise<Restored>
  /** Those that the open store makes by itself. */
  backups(): Backups
  setAutomatic(automatic: boolean): Promise<Backups>
  /** Of the store at fault, as all that follow. Errors: not_found without one. */
  outlook(signal: AbortSignal): Promise<Outlook>
  /** Errors: those of recoverStore. */
  recover(): Promise<Recovery>
  /** Errors: those of restoreStore. */
  recoverFrom(path: string): Promise<Restored>
  /** Put an empty store in its place. */
  startAnew(): Promise<Restored>
  retry(): Promise<ProjectInfo>
}

export function createSafetyService(
  sessions: SessionService,
  workerEntry: URL,
  setting: BackupSetting,
): SafetyService {
  /** Without a signal it is not left halfway. */
  const run = <Kind extends SafetyTask['kind']>(
    task: SafetyTask & { kind: Kind },
    signal = new AbortController().signal,
  ): Promise<SafetyAnswers[Kind]> =>
    runJob<SafetyTask, never, SafetyAnswers[Kind]>(workerEntry, task, { signal, onProgress: () => {} })

  const backups = (): Backups => {
    const session = sessions.required()
    const { path } = session.store
    const { running, failure } = session.backups
    return {
      automatic: setting.automatic,
      keep: KEPT_BACKUPS,
      folder: backupFolder(path),
      kept: listBackups(path),
      running,
      failure,
    }
  }

  return {
    size() {
      const { path } = sessions.required().store
      const log = `${path}-wal`
      return { bytes: statSync(path).size, logBytes: existsSync(log) ? statSync(log).size : 0 }
    },
    async check(signal) {
      const { path } = sessions.required().store
      const started = performance.now()
      try {
        await run({ kind: 'check', store: path }, signal)
      } catch (thrown) {
        const error = PlateauError.from(thrown)
        if (error.code === 'store_corrupt') sessions.noteFault({ path, error: error.toData() })
        throw error
      }
      return { seconds: (performance.now() - started) / 1000 }
    },
    async backup(path, signal) {
      const file = resolve(path)
      try {
        const { bytes } = await run({ kind: 'backup', store: sessions.required().store.path, file }, signal)
        return { path: file, bytes }
      } catch (error) {
        // Of a process that was stopped.
        sweepTemporaries(file)
        throw error
      }
    },
    async restore(path) {
      const file = resolve(path)
      let kept: string | null = null
      const project = await sessions.replace(async (store) => {
        ;({ kept } = await run({ kind: 'restore', store, file, damaged: false }))
      })
      return { kept, project }
    },
    backups,
    async setAutomatic(automatic) {
      await setting.set(automatic)
      if (!automatic) sessions.required().backups.giveWay()
      return backups()
    },
    outlook: async (signal) => run({ kind: 'outlook', store: sessions.requiredFault().path }, signal),
    async recover() {
      let recovery: Recovery | null = null
      await sessions.recover(async (store) => {
        recovery = await run({ kind: 'recover', store })
      })
      return recovery!
    },
    async recoverFrom(path) {
      const file = resolve(path)
      const damaged = sessions.requiredFault().error.code === 'store_corrupt'
      let kept: string | null = null
      const project = await sessions.recover(async (store) => {
        ;({ kept } = await run({ kind: 'restore', store, file, damaged }))
      })
      return { kept, project }
    },
    async startAnew() {
      let kept: string | null = null
      const project = await sessions.recover((store) => {
        kept = setAside(store)
        openStore(store, { mode: 'write' }).close()
        return Promise.resolve()
      })
      return { kept, project }
    },
    retry: async () => sessions.open(sessions.requiredFault().path),
  }
}
