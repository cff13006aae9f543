import type * as Files from 'node:fs'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createStudyService, type StudyService } from '../../../src-main/host/services/studies.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { getStudy, type StudyState } from '../../../src-main/store/studies.ts'
import { smallStudy } from '../../fixtures/smallStore.ts'

/** A system that tells no start time of a process: there one that was not heard of for a minute is gone. */
vi.mock('node:fs', async (original) => {
  const files = await original<typeof Files>()
  const readFileSync = (...args: Parameters<typeof files.readFileSync>) =>
    files.readFileSync(String(args[0]).startsWith('/proc/') ? join(folder, 'none') : args[0], args[1])
  return { ...files, readFileSync }
})

const KEY = { window: 0, frequency: 'daily', optimizer: 'AdamW', seed: 1 }
let folder: string
let store: WritableStore
let service: StudyService

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-unheard-'))
  store = openStore(join(folder, 'store.sqlite'), { mode: 'write' })
  const entry = join(folder, 'training.ts')
  const job = new URL('../../../src-main/jobs/process.ts', import.meta.url)
  const key = JSON.stringify(KEY)
  // One run, which trains until it is stopped.
  writeFileSync(
    entry,
    `import { serveJob } from ${JSON.stringify(job.href)}
     serveJob((task, report) => {
       report({ type: 'began', beginning: { appVersion: '', engine: 'none', dataHash: '' }, keys: [${key}] })
       report({ type: 'run_started', key: ${key}, owner: { pid: process.pid, started: '', boot: '' } })
       report({ type: 'progress', stage: 'training', runsDone: 0, runsTotal: 1, progress: 0 })
       return new Promise(() => setInterval(() => {}, 1000))
     })`,
  )
  service = createStudyService(store, pathToFileURL(entry))
})
afterEach(async () => {
  await service.close()
  store.close()
  rmSync(folder, { recursive: true })
})

const stateOf = (id: string): StudyState | undefined => service.list().find((each) => each.id === id)?.state

/** Resolves when the study trains. */
function trains(id: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = service.subscribe((event) => {
      if (event.type !== 'status' || event.status.id !== id || event.status.stage !== 'training') return
      stop()
      resolve()
    })
  })
}

describe('studies of which the store has not heard for long', () => {
  it('are at work and in the queue all the same for the service that has them', async () => {
    const [first, second] = ['first', 'second'].map((name) => service.start({ ...smallStudy(), name }).id)
    await trains(first)
    for (const table of ['study', 'study_run'])
      store.run(`UPDATE ${table} SET heartbeat = '2024-01-01T00:00:00.000Z'`)
    expect(getStudy(store, second).state).toBe('interrupted')
    expect([stateOf(first), stateOf(second)]).toEqual(['running', 'queued'])
    expect(service.runs(first).map(({ state }) => state)).toEqual(['running'])

    await service.pause(first)
    expect(stateOf(second)).toBe('running')
    await trains(second)
    expect(service.runs(first).map(({ state }) => state)).toEqual(['interrupted'])
  })
})
