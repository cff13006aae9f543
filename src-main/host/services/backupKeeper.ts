import { type ErrorData, PlateauError } from '../../../src-shared/errors.ts'
import { sweepTemporariesIn } from '../../files/temporary.ts'
import { runJob } from '../../jobs/process.ts'
import { backupDue } from '../../store/autoBackup.ts'
import { backupFolder } from '../../store/backupFolder.ts'
import { isBusy, writeNow } from '../../store/busy.ts'
import type { WritableStore } from '../../store/store.ts'
import type { SafetyAnswers, SafetyTask } from '../safetyTask.ts'

/**
 * Backs one open store up by itself: when a backup is due and nothing has written for a while, in a process of its own, which ends
 * as soon as something writes (docs/decisions/0015-automatic-backups.md).
 */
export interface BackupKeeper {
  /** Something writes now, or is about to: a copy that is being made is given up. */
  giveWay(): void
  readonly running: boolean
  /** Why the last one was not made; null: it was, or none was due. */
  readonly failure: ErrorData | null
  /** Resolves when its process has ended. */
  close(): Promise<void>
}

export interface BackupPace {
  readonly lookMs: number
  /** How long nothing must have written. */
  readonly quietMs: number
  readonly retryMs: number
}

const PACE: BackupPace = { lookMs: 15_000, quietMs: 120_000, retryMs: 3_600_000 }

export function createBackupKeeper(
  store: WritableStore,
  workerEntry: URL,
  {
    automatic,
    busy,
    onDamage,
    pace = PACE,
  }: {
    /** Whether it is wanted. */
    readonly automatic: () => boolean
    /** Whether work that writes waits or runs. */
    readonly busy: () => boolean
    /** Told when the store turns out to be damaged. */
    readonly onDamage: (error: PlateauError) => void
    readonly pace?: BackupPace
  },
): BackupKeeper {
  let quietSince = Date.now()
  let notBefore = 0
  let failure: ErrorData | null = null
  let copying: { readonly abort: AbortController; readonly ended: Promise<void> } | null = null

  const fail = (thrown: unknown): void => {
    const error = PlateauError.from(thrown)
    failure = error.toData()
    notBefore = Date.now() + pace.retryMs
    if (error.code === 'store_corrupt') onDamage(error)
  }
  const copy = async (signal: AbortSignal): Promise<void> => {
    try {
      await runJob<SafetyTask, never, SafetyAnswers['keepBackup']>(
        workerEntry,
        { kind: 'keepBackup', store: store.path },
        { signal, onProgress: () => {} },
      )
      failure = null
    } catch (error) {
      sweepTemporariesIn(backupFolder(store.path))
      if (!signal.aborted) fail(error)
    } finally {
      copying = null
    }
  }
  const look = (): void => {
    const now = Date.now()
    if (copying !== null || now - quietSince < pace.quietMs || now < notBefore) return
    try {
      // The empty transaction of isWritten also ends a log that an import had to leave while others read.
      if (busy() || isWritten(store)) quietSince = now
      else if (automatic() && backupDue(store.path, now)) {
        const abort = new AbortController()
        copying = { abort, ended: copy(abort.signal) }
      }
    } catch (error) {
      fail(error)
    }
  }
  const looking = setInterval(look, pace.lookMs).unref()

  return {
    giveWay() {
      quietSince = Date.now()
      copying?.abort.abort()
    },
    get running() {
      return copying !== null
    },
    get failure() {
      return failure
    },
    async close() {
      clearInterval(looking)
      copying?.abort.abort()
      await copying?.ended
    },
  }
}

/** By any process: an import from the command line, say. */
function isWritten(store: WritableStore): boolean {
  try {
    writeNow(store, () => {})
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw error
  }
}
