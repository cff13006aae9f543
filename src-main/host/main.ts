import '../jobs/compilers.ts'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hostContract } from '../../src-shared/contract/index.ts'
import { createHandlers } from './handlers.ts'
import { createRouter } from './router.ts'
import { createComputeService } from './services/compute.ts'
import { createImportService } from './services/imports.ts'
import { createSafetyService } from './services/safety.ts'
import { createMappingService } from './services/mappings.ts'
import { createSessionService } from './services/session.ts'
import { parentTransport } from './transports.ts'

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
const sessions = createSessionService(workerEntry)
const imports = createImportService(sessions, workerEntry)
const safety = createSafetyService(sessions, workerEntry)
const mappings = createMappingService(join(String(values['user-data'] ?? '.'), 'mappings'))
const opening = typeof values.store === 'string' ? sessions.open(values.store) : Promise.resolve()
// Told to whoever asks for the project; unheard, it must not end the process.
opening.catch(() => {})

const transport = parentTransport()
transport.onClose(
  () =>
    void Promise.allSettled([sessions.close(), compute.close(), imports.close()]).then(() => process.exit(0)),
)
const handlers = createHandlers(
  { sessions, compute, imports, mappings, safety },
  sampleStudy,
  workerEntry,
  opening,
)
createRouter(hostContract, handlers).serve(transport)
