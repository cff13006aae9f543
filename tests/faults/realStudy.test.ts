import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStudyService, type StudyService } from '../../src-main/host/services/studies.ts'
import { importPaths } from '../../src-main/ingest/importPaths.ts'
import { openStore, type WritableStore } from '../../src-main/store/store.ts'
import { parseStudy } from '../../src-main/study/parse.ts'
import { CSI300, csi300InSmall } from '../fixtures/csi300.ts'
import { leftBy } from '../fixtures/studies.ts'

const WORKER = new URL('../../src-main/host/worker.ts', import.meta.url)
describe.skipIf(!existsSync(CSI300))('a study of the CSI 300 (needs its data: PLATEAU_DATA)', () => {
  let folder: string
  let store: WritableStore
  let service: StudyService
  const config = parseStudy(csi300InSmall)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plateau-csi300-'))
    store = openStore(join(folder, 'csi300.sqlite'), { mode: 'write' })
    await importPaths({ store, paths: [CSI300], preset: 'auto', dryRun: false })
    service = createStudyService(store, WORKER)
  }, 300_000)
  afterAll(async () => {
    await service.close()
    store.close()
    rmSync(folder, { recursive: true })
  })

  it(
    'that is stopped while it trains and while it draws ends as one that never was',
    { timeout: 600_000 },
    async () => {
      const whole = service.start(config).id
      expect(await service.finished(whole)).toMatchObject({ state: 'done', error: null, synthetic: false })

      const { id } = service.start(config, { workers: 1 })
      for (const stage of ['training', 'landscapes']) {
        const reached = new Promise<void>((resolve) => {
          const stop = service.subscribe((event) => {
            const here = event.type === 'status' && event.status.id === id && event.status.stage === stage
            if (!here || (stage === 'training' && event.status.runsDone < 2)) return
            stop()
            resolve()
          })
        })
        await reached
        expect(await service.pause(id)).toMatchObject({ state: 'paused' })
        expect(service.list().find((each) => each.id === id)).toMatchObject({ state: 'paused' })
        service.resume(id)
      }
      expect(await service.finished(id)).toMatchObject({ state: 'done', error: null })
      expect(leftBy(store, id)).toEqual(leftBy(store, whole))
      const { landscapes, convergence, windows } = service.result(id)
      expect(windows).toHaveLength(2)
      expect(convergence).toHaveLength(8)
      expect(landscapes).toHaveLength(4)
    },
  )
})
