import { writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

/** Preloaded into a process under measurement (importing.ts): as it ends it writes its peak memory, in bytes, to descriptor 3. */
if (isMainThread) process.on('exit', () => void writeSync(3, String(process.resourceUsage().maxRSS * 1024)))
