import { join } from 'node:path'
import type { HostContract } from '../../src-shared/contract/index.ts'
import type { PlateauError } from '../../src-shared/errors.ts'
import { createLog, type Log } from '../files/log.ts'
import { createHandlers } from './handlers.ts'
import type { FailureListener, Handlers } from './router.ts'
import { openBackupSetting } from './services/backupSetting.ts'
import { createComputeService } from './services/compute.ts'
import { createDiagnosticsService } from './services/diagnostics.ts'
import { createImportService } from './services/imports.ts'
import { createMappingService } from './services/mappings.ts'
import { createResourceService } from './services/resources.ts'
import { createSafetyService } from './services/safety.ts'
import { createSessionService } from './services/session.ts'
import { APP_VERSION } from './version.ts'

/** Everything that answers the contract in one process, whoever asks. */
export interface Service {
  readonly handlers: Handlers<HostContract>
  readonly log: Log
  /** Puts what a router answered with an error into the log. */
  readonly logFailure: FailureListener
  /** The store named at the start being opened. */
  readonly opening: Promise<unknown>
  /** End what runs, orderly, and close the store. */
  close(): Promise<void>
}

/**
 * @param userData folder of the logs, the kept mappings and the settings of the service
 * @param store to open at once; null: none
 * @param workerEntry of worker.ts, beside the entry of this process
 */
export function createService(
  userData: string,
  store: string | null,
  { workerEntry, sampleStudy }: { readonly workerEntry: URL; readonly sampleStudy: URL },
): Service {
  const log = createLog(join(userData, 'logs'), 'host', userData)
  log('start', { version: APP_VERSION, node: process.versions.node, pid: process.pid })
  process.on('uncaughtExceptionMonitor', (error) => log('crash', { error: error.stack ?? String(error) }))

  const compute = createComputeService(workerEntry)
  const backupSetting = openBackupSetting(join(userData, 'backups.json'))
  const limits = join(userData, 'resources.json')
  const sessions = createSessionService(workerEntry, backupSetting, limits)
  const imports = createImportService(sessions, workerEntry)
  imports.subscribe(({ state }) => {
    if (state === 'running') sessions.current()?.backups.giveWay()
  })
  const safety = createSafetyService(sessions, workerEntry, backupSetting)
  const mappings = createMappingService(join(userData, 'mappings'))
  const diagnostics = createDiagnosticsService(userData, sessions, compute)
  const opening = store === null ? Promise.resolve() : sessions.open(store)
  // Told to whoever asks for the project; unheard, it must not end the process.
  opening.catch(() => {})

  /** What a person named stands in messages: of an error of ours its kind is enough. */
  const logFailure = (call: string, error: PlateauError): void => {
    const { code, place, cause } = error
    const field = place.field ?? null
    if (code !== 'internal') log('refused', { call, code, field })
    else
      log('failed', {
        call,
        code,
        field,
        error: ((cause as Error | undefined) ?? error).stack ?? error.message,
      })
  }
  return {
    handlers: createHandlers(
      { sessions, compute, resources: createResourceService(limits), imports, mappings, safety, diagnostics },
      sampleStudy,
      workerEntry,
      opening,
    ),
    log,
    logFailure,
    opening,
    async close() {
      await Promise.allSettled([sessions.close(), compute.close(), imports.close(), safety.close()])
      log('end')
    },
  }
}
