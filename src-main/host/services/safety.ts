import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ProjectInfo } from '../../../src-shared/contract/project.ts'
import type { Backups, Outlook, Recovery } from '../../../src-shared/contract/safety.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { sweepTemporaries } from '../../files/temporary.ts'
import type { WorkProgress } from '../../../src-shared/contract/progress.ts'
import { runJob } from '../../jobs/process.ts'
import { KEPT_BACKUPS } from '../../store/autoBackup.ts'
import { setAside } from '../../store/backup.ts'
import { backupFolder, listBackups } from '../../store/backupFolder.ts'
import { openStore } from '../../store/store.ts'
import type { SafetyAnswers, SafetyTask } from '../safetyTask.ts'
import type { ProcedureContext } from '../router.ts'
import type { BackupSetting } from './backupSetting.ts'
import { createOwnJobs } from './ownJobs.ts'
import type { SessionService } from './session.ts'

interface Restored {
  readonly kept: string | null
  readonly project: ProjectInfo
}

/**
 * Size, check, backup and restoration of the open store, and what becomes of one at fault; whatever reads a whole store does so in
 * a process of its own. One that is cancelled leaves nothing behind, and what it was to replace as it was.
 */
export interface SafetyService {
  size(): { bytes: number; logBytes: number }
  /** Errors: store_corrupt, which makes it the store at fault. */
  check(context: ProcedureContext): Promise<{ seconds: number }>
  /** Errors: those of backupStore. */
  backup(path: string, context: ProcedureContext): Promise<{ path: string; bytes: number }>
  /** Errors: those of SessionService.replace and restoreStore. The project is open again afterwards, restored or not. */
  restore(path: string, context: ProcedureContext): Promise<Restored>
  /** Those that the open store makes by itself. */
  backups(): Backups
  setAutomatic(automatic: boolean): Promise<Backups>
  /** Of the store at fault, as all that follow. Errors: not_found without one. */
  outlook(signal: AbortSignal): Promise<Outlook>
  /** Errors: those of SessionService.recover and recoverStore. */
  recover(context: ProcedureContext): Promise<Recovery>
  /** Errors: those of SessionService.recover and restoreStore. */
  recoverFrom(path: string, context: ProcedureContext): Promise<Restored>
  /** Put an empty store in its place. Errors: those of SessionService.recover. */
  startAnew(): Promise<Restored>
  retry(): Promise<ProjectInfo>
  /** Resolves once its processes have ended, and what they had not finished is gone. */
  close(): Promise<void>
}

export function createSafetyService(
  sessions: SessionService,
  workerEntry: URL,
  setting: BackupSetting,
): SafetyService {
  const jobs = createOwnJobs()
  /** @param copy that the process writes: whatever becomes of it, what it has not finished goes; null: it writes none */
  const run = <Kind extends SafetyTask['kind']>(
    task: SafetyTask & { kind: Kind },
    copy: string | null,
    { signal, report = () => {} }: Pick<ProcedureContext, 'signal'> & Partial<ProcedureContext>,
  ): Promise<SafetyAnswers[Kind]> =>
    jobs.run(async (ending) => {
      try {
        return await runJob<SafetyTask, WorkProgress, SafetyAnswers[Kind]>(workerEntry, task, {
          signal: ending,
          onProgress: report,
        })
      } catch (error) {
        if (copy !== null) sweepTemporaries(copy)
        throw error
      }
    }, signal)
  const restoring = (
    file: string,
    store: string,
    damaged: boolean,
    context: ProcedureContext,
  ): Promise<SafetyAnswers['restore']> => run({ kind: 'restore', store, file, damaged }, store, context)

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
    async check(context) {
      const { path } = sessions.required().store
      const started = performance.now()
      try {
        await run({ kind: 'check', store: path }, null, context)
      } catch (thrown) {
        const error = PlateauError.from(thrown)
        if (error.code === 'store_corrupt') sessions.noteFault({ path, error: error.toData() })
        throw error
      }
      return { seconds: (performance.now() - started) / 1000 }
    },
    async backup(path, context) {
      const file = resolve(path)
      const store = sessions.required().store.path
      const { bytes } = await run({ kind: 'backup', store, file }, file, context)
      return { path: file, bytes }
    },
    async restore(path, context) {
      const file = resolve(path)
      let kept: string | null = null
      const project = await sessions.replace(async (store) => {
        ;({ kept } = await restoring(file, store, false, context))
      })
      return { kept, project }
    },
    backups,
    async setAutomatic(automatic) {
      await setting.set(automatic)
      if (!automatic) sessions.required().backups.giveWay()
      return backups()
    },
    outlook: async (signal) =>
      run({ kind: 'outlook', store: sessions.requiredFault().path }, null, { signal }),
    async recover(context) {
      let recovery: Recovery | null = null
      await sessions.recover(async (store) => {
        recovery = await run({ kind: 'recover', store }, store, context)
      })
      return recovery!
    },
    async recoverFrom(path, context) {
      const file = resolve(path)
      const damaged = sessions.requiredFault().error.code === 'store_corrupt'
      let kept: string | null = null
      const project = await sessions.recover(async (store) => {
        ;({ kept } = await restoring(file, store, damaged, context))
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
    close: () => jobs.close(),
  }
}
