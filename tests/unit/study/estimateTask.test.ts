import { mkdtempSync, readdirSync, statSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStudyService, type StudyService } from '../../../src-main/host/services/studies.ts'
import { stepColumn } from '../../../src-main/store/runFiles.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { parseStudy } from '../../../src-main/study/parse.ts'
import { workFolder } from '../../../src-main/study/workFolder.ts'
import { landscapeSettings } from '../../../src-shared/domain/landscapeSettings.ts'
import { optimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'
import type { StudyConfig } from '../../../src-shared/domain/study.ts'
import type { PlateauError } from '../../../src-shared/errors.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
let store: WritableStore
let service: StudyService

beforeAll(async () => {
  process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'plateau-test-'))
  store = openStore((await smallStore()).path, { mode: 'write' })
  service = createStudyService(store, WORKER)
})
afterAll(async () => {
  await service.close()
  store.close()
})

/** Bytes of all files below `folder`, 0 where it is not there; a file may go while it is looked at. */
function bytesIn(folder: string): number {
  let sum = 0
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
      if (entry.isFile())
        sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0
  } catch {
    // Gone.
  }
  return sum
}

/** Bytes of the store without what a deleted row left free. */
function storedBytes(): number {
  const pages = store.get<{ pages: number }>(
    'SELECT page_count - freelist_count AS pages FROM pragma_page_count, pragma_freelist_count',
  )!.pages
  return pages * store.get<{ page_size: number }>('PRAGMA page_size')!.page_size
}

describe('what a study will take', () => {
  const small = smallStudy()
  const config = parseStudy({
    ...small,
    optimizers: [
      { name: 'AdamW', method: 'plain' },
      { name: 'SAM', method: 'sam' },
      { name: 'SAF', method: 'saf' },
    ],
    training: { ...small.training, seeds: [1], maxEpochs: 10, patience: 10, trajectories: 'all' },
    landscape: { resolution: 9, draws: 2, part: 'test' },
  })

  it('is at most that: disk while it runs and kept, memory of its runs', async () => {
    const estimate = await service.estimate(config, { workers: 2 }, new AbortController().signal)
    expect(estimate).toMatchObject({ windows: 1, runs: 6, epochs: 60, workers: 2 })
    const before = storedBytes()
    const { id } = service.start(config, { workers: 2 })
    let most = 0
    const look = setInterval(() => (most = Math.max(most, bytesIn(workFolder(store.path, id)))), 20)
    expect(await service.finished(id)).toMatchObject({ state: 'done', error: null })
    clearInterval(look)
    const kept = storedBytes() - before
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(estimate.diskWhileRunning)
    expect(kept).toBeLessThanOrEqual(estimate.diskKept)
    // Of use only where it is not far above.
    expect(estimate.diskWhileRunning).toBeLessThan(4 * most)
    expect(estimate.diskKept).toBeLessThan(4 * kept)
    const alone = await service.estimate(config, { workers: 1 }, new AbortController().signal)
    const ofRun = estimate.memory - alone.memory
    for (const { key } of service.runs(id))
      expect(Math.max(...stepColumn(store, id, key, 'memory'))).toBeLessThan(ofRun)
  })

  it('asks PLATEAU_ENGINE for the engine, as the study does', async () => {
    process.env['PLATEAU_ENGINE'] = 'reference'
    try {
      const asked = { ...config, training: { ...config.training, engine: 'wasm' as const } }
      expect(await service.estimate(asked, {}, new AbortController().signal)).toMatchObject({
        engine: 'reference',
        workers: Math.min(6, availableParallelism()),
      })
    } finally {
      delete process.env['PLATEAU_ENGINE']
    }
  })
})

describe('the estimate of a study that a start would refuse', () => {
  const small = smallStudy()
  const { period, samples, portfolio, factorTest, optimizers } = small
  const refusal = (change: Partial<StudyConfig>): Promise<unknown> =>
    service.estimate({ ...small, ...change }, {}, new AbortController().signal).then(
      () => null,
      (error: PlateauError) => error.toData(),
    )
  const stock = { symbol: '999999.SH', min: 0, max: 0.1 }
  const shared = optimizerConfig.parse({ name: 'Shared', method: 'fedsmoo', clients: 64 })
  const drawn = landscapeSettings.parse({ part: 'test' })

  it.each<[string, Partial<StudyConfig>, object]>([
    [
      'an imported factor that is not there',
      { factorTest: { ...factorTest, imported: ['nowhere'] } },
      { code: 'not_found' },
    ],
    [
      'a limit of a stock without bars',
      { portfolio: { ...portfolio, limits: { ...portfolio.limits, stocks: [stock] } } },
      { code: 'not_found', place: { field: 'portfolio.limits.stocks' } },
    ],
    [
      'more stocks a date than there are',
      { samples: { ...samples, minStocks: 500 } },
      { code: 'data_insufficient', place: { field: 'period' } },
    ],
    [
      'a landscape of test days without labels',
      { period: { ...period, predictEnd: '2016-06-20' }, landscape: drawn },
      { code: 'data_insufficient', place: { field: 'landscape.part' } },
    ],
  ])('is refused for %s', async (_, change, error) => {
    expect(await refusal(change)).toMatchObject(error)
  })

  it('is refused for more clients than train dates, as the start is before any run', async () => {
    const change = { optimizers: [...optimizers, shared] }
    const error = await refusal(change)
    expect(error).toMatchObject({ code: 'study_invalid', place: { field: 'optimizers' } })
    const { id } = service.start({ ...small, ...change })
    expect(await service.finished(id)).toMatchObject({ state: 'failed', runsDone: 0, error })
    expect(service.runs(id)).toEqual([])
  })

  it('is refused where industries are to be taken out, or an index goes by closes, that are not stored', async () => {
    store.run('DELETE FROM index_bar WHERE date > 20161220')
    expect(await refusal({})).toMatchObject({ code: 'data_insufficient' })
    store.run('DELETE FROM industry')
    const composite = { ...small.composite, neutralise: ['industry' as const] }
    expect(await refusal({ composite })).toMatchObject({
      code: 'data_insufficient',
      place: { field: 'composite.neutralise' },
    })
  })
})
