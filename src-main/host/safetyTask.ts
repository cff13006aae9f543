import { statSync } from 'node:fs'
import type { OnProgress, WorkProgress } from '../../src-shared/contract/progress.ts'
import type { KeptBackup, Outlook, Recovery } from '../../src-shared/contract/safety.ts'
import { keepBackup } from '../store/autoBackup.ts'
import { backupStore, restoreStore } from '../store/backup.ts'
import { recoverStore, recoveryOutlook } from '../store/recovery.ts'
import { checkIntegrity } from '../store/integrity.ts'
import { openStore } from '../store/store.ts'
import { steady } from './steady.ts'

/** Work on a whole store, which takes too long for the process that answers the window. */
export type SafetyTask =
  | { readonly kind: 'check'; readonly store: string }
  | { readonly kind: 'backup'; readonly store: string; readonly file: string }
  | {
      readonly kind: 'restore'
      readonly store: string
      readonly file: string
      /** The store is known to be damaged. */
      readonly damaged: boolean
    }
  | { readonly kind: 'keepBackup'; readonly store: string }
  | { readonly kind: 'outlook'; readonly store: string }
  | { readonly kind: 'recover'; readonly store: string }

export interface SafetyAnswers {
  readonly check: null
  readonly backup: { readonly bytes: number }
  /** Where what was replaced is; null when nothing was. */
  readonly restore: { readonly kept: string | null }
  readonly keepBackup: KeptBackup
  readonly outlook: Outlook
  readonly recover: Recovery
}

/** Errors: those of checkIntegrity, backupStore, restoreStore, keepBackup, recoverStore. */
export async function runSafetyTask(
  task: SafetyTask,
  tell: OnProgress,
): Promise<SafetyAnswers[SafetyTask['kind']]> {
  const told = steady(tell)
  const report = (progress: WorkProgress): void => {
    // What takes the place of another file is not left halfway.
    if (progress.stage === 'replacing') process.on('SIGTERM', () => {})
    told(progress)
  }
  switch (task.kind) {
    case 'check': {
      const store = openStore(task.store, { mode: 'read' })
      try {
        checkIntegrity(store, report)
        return null
      } finally {
        store.close()
      }
    }
    case 'backup':
      await backupStore(task.store, task.file, report)
      return { bytes: statSync(task.file).size }
    case 'restore':
      return { kept: await restoreStore(task.file, task.store, task.damaged, report) }
    case 'keepBackup':
      return keepBackup(task.store)
    case 'outlook':
      return recoveryOutlook(task.store)
    case 'recover':
      return recoverStore(task.store, report)
  }
}
