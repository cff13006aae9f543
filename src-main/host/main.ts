import '../jobs/compilers.ts'
import { parseArgs } from 'node:util'
import { hostContract } from '../../src-shared/contract/index.ts'
import { createRouter } from './router.ts'
import { createService } from './service.ts'
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

const service = createService(
  String(values['user-data'] ?? '.'),
  typeof values.store === 'string' ? values.store : null,
  { workerEntry, sampleStudy },
)
const transport = parentTransport()
transport.onClose(() => void service.close().then(() => process.exit(0)))
createRouter(hostContract, service.handlers).serve(transport, service.logFailure)
