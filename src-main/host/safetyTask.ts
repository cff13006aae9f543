import { statSync } from 'node:fs'
import { backupStore, restoreStore } from '../store/backup.ts'
import { checkIntegrity, openStore } from '../store/store.ts'

/** Work on a whole store, which takes too long for the process that answers the window. */
export type SafetyTask =
  | { readonly kind: 'check'; readonly store: string }
  | { readonly kind: 'backup'; readonly store: string; readonly file: string }
  | { readonly kind: 'restore'; readonly store: string; readonly file: string }

export interface SafetyAnswers {
  readonly check: null
  readonly backup: { readonly bytes: number }
  /** Where what was replaced is; null when nothing was. */
  readonly restore: { readonly kept: string | null }
}

/** Errors: those of checkIntegrity, backupStore and restoreStore. */
export async function runSafetyTask(task: SafetyTask): Promise<SafetyAnswers[SafetyTask['kind']]> {
  switch (task.kind) {
    case 'check': {
      const store = openStore(task.store, { mode: 'read' })
      try {
        checkIntegrity(store)
        return null
      } finally {
        store.close()
      }
    }
    case 'backup':
      await backupStore(task.store, task.file)
      return { bytes: statSync(task.file).size }
    case 'restore':
      return { kept: await restoreStore(task.file, task.store) }
  }
}
