import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createService, type Service } from '../../../src-main/host/service.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { enlarge } from '../../fixtures/largeStore.ts'

const entries = {
  workerEntry: new URL('../../../src-main/host/worker.ts', import.meta.url),
  sampleStudy: new URL('../../../resources/sample/study.json', import.meta.url),
}
let folder: string
let service: Service

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-service-'))
  const path = join(folder, 'project.sqlite')
  const store = openStore(path, { mode: 'write' })
  enlarge(store)
  store.close()
  service = createService(join(folder, 'user'), path, entries)
  await service.opening
})
afterEach(async () => {
  await service.close()
  rmSync(folder, { recursive: true })
})

const copies = (): string[] => readdirSync(folder).filter((name) => name.startsWith('copy.sqlite'))

describe('the service that is closed', () => {
  it('in the middle of a backup leaves nothing of the copy', async () => {
    const copying = Promise.withResolvers<void>()
    const backup = service.handlers['safety.backup'](
      { path: join(folder, 'copy.sqlite') },
      {
        signal: new AbortController().signal,
        report: ({ stage }) => {
          if (stage === 'copying') copying.resolve()
        },
      },
    )
    const refused = expect(backup).rejects.toMatchObject({ code: 'cancelled' })
    await copying.promise
    expect(copies()).not.toEqual([])
    await service.close()
    expect(copies()).toEqual([])
    await refused
  })
})
