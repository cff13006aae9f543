import '../jobs/compilers.ts'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hostContract } from '../../src-shared/contract/index.ts'
import type { PlateauError } from '../../src-shared/errors.ts'
import { createLog } from '../files/log.ts'
import { createHandlers } from './handlers.ts'
import { createRouter } from './router.ts'
import { openBackupSetting } from './services/backupSetting.ts'
import { createComputeService } from './services/compute.ts'
import { createDiagnosticsService } from './services/diagnostics.ts'
import { createImportService } from './services/imports.ts'
import { createSafetyService } from './services/safety.ts'
import { createMappingService } from './services/mappings.ts'
import { createSessionService } from './services/session.ts'
import { parentTransport } from './transports.ts'
import { APP_VERSION } from './version.ts'

/**
 * The service process: started by the shell with `--user-data DIR` (where the kept mappings live) and, to open one
 * at once, `--store FILE`. It ends with its parent.
 */
const { values } = parseArgs({
  options: { 'user-data': { type: 'string' }, store: { type: 'string' } },
  allowPositionals: true,
  strict: false,
})

// As source this file runs beside worker.ts, as bundle beside worker.js; resources lie two folders up either way.
const workerEntry = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
const sampleStudy = new URL('../../resources/sample/study.json', import.meta.url)

const compute = createComputeService(workerEntry)
const userData = String(values['user-data'] ?? '.')
const log = createLog(join(userData, 'logs'), 'host', userData)
log('start', { version: APP_VERSION, node: process.versions.node, pid: process.pid })
process.on('uncaughtExceptionMonitor', (error) => log('crash', { error: error.stack ?? String(error) }))

const backupSetting = openBackupSetting(join(userData, 'backups.json'))
const sessions = createSessionService(workerEntry, backupSetting)
const imports = createImportService(sessions, workerEntry)
imports.subscribe(({ state }) => {
  if (state === 'running') sessions.current()?.backups.giveWay()
})
const safety = createSafetyService(sessions, workerEntry, backupSetting)
const mappings = createMappingService(join(userData, 'mappings'))
const diagnostics = createDiagnosticsService(userData, sessions, compute)
const opening = typeof values.store === 'string' ? sessions.open(values.store) : Promise.resolve()
// Told to whoever asks for the project; unheard, it must not end the process.
opening.catch(() => {})

const transport = parentTransport()
transport.onClose(
  () =>
    void Promise.allSettled([sessions.close(), compute.close(), imports.close()]).then(() => {
      log('end')
      process.exit(0)
    }),
)
const handlers = createHandlers(
  { sessions, compute, imports, mappings, safety, diagnostics },
  sampleStudy,
  workerEntry,
  opening,
)
createRouter(hostContract, handlers).serve(transport, logFailure)

/** What a person named stands in messages: of an error of ours its kind is enough. */
function logFailure(call: string, error: PlateauError): void {
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
