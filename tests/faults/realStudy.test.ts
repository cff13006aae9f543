import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStudyService, type StudyService } from '../../src-main/host/services/studies.ts'
import { importPaths } from '../../src-main/ingest/importPaths.ts'
import { openStore, type WritableStore } from '../../src-main/store/store.ts'
import { parseStudy } from '../../src-main/study/parse.ts'
import { leftBy } from '../fixtures/studies.ts'

const DATA = join(
  process.env['PLATEAU_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data'),
  'csi300',
)
const WORKER = new URL('../../src-main/host/worker.ts', import.meta.url)
/** The real study in small: its data, walk-forward and sizes of a date; a small model and few epochs. */
const CONFIG = parseStudy({
  version: 1,
  name: 'CSI 300 in small',
  universe: { index: '000300.SH' },
  period: { fitStart: '2017-01-01', fitEnd: '2018-12-31', predictEnd: '2019-12-31' },
  refitMonths: 6,
  samples: { stride: 20 },
  models: [
    { frequency: 'daily', sequenceLength: 10, hiddenSize: 8, layers: 1 },
    { frequency: 'weekly', sequenceLength: 8, hiddenSize: 8, layers: 1 },
  ],
  optimizers: [
    { name: 'AdamW', method: 'plain' },
    { name: 'SAM', method: 'sam' },
  ],
  training: { seeds: [1], maxEpochs: 3, patience: 3 },
  landscape: { resolution: 3, draws: 2 },
  portfolio: { indices: ['000300.SH'] },
})

describe.skipIf(!existsSync(DATA))('a study of the CSI 300 (needs its data: PLATEAU_DATA)', () => {
  let folder: string
  let store: WritableStore
  let service: StudyService

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plateau-csi300-'))
    store = openStore(join(folder, 'csi300.sqlite'), { mode: 'write' })
    await importPaths({ store, paths: [DATA], preset: 'auto', dryRun: false })
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
      const whole = service.start(CONFIG).id
      expect(await service.finished(whole)).toMatchObject({ state: 'done', error: null, synthetic: false })

      const { id } = service.start(CONFIG, { workers: 1 })
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
