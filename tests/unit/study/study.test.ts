import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudyEvent } from '../../../src-shared/contract/study.ts'
import { studyResult } from '../../../src-shared/domain/result.ts'
import { createStudyService, type StudyService } from '../../../src-main/host/services/studies.ts'
import { loadPredictions, loadSteps, loadTrajectory, loadWeights } from '../../../src-main/store/runFiles.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
let store: WritableStore
let service: StudyService

beforeAll(async () => {
  // Other processes of this machine may run studies too: these get a place for temporary files of their own.
  process.env['TMPDIR'] = await mkdtemp(join(tmpdir(), 'plateau-test-'))
  store = openStore((await smallStore()).path, { mode: 'write' })
  service = createStudyService(store, WORKER)
})
afterAll(async () => {
  await service.close()
  store.close()
})

async function finish(config = smallStudy()): Promise<string> {
  const { id } = service.start(config)
  const status = await service.finished(id)
  expect(status).toMatchObject({ state: 'done', error: null })
  return id
}

describe('a study in its worker processes', () => {
  it('runs to a result that fits its schema, twice to equal bytes', async () => {
    const events: StudyEvent[] = []
    const stop = service.subscribe((event) => events.push(event))
    const first = await finish()
    stop()
    const result = service.result(first)
    expect(studyResult.parse(result)).toEqual(result)
    expect(result.synthetic).toBe(true)
    expect(result.runs.map(({ key }) => `${key.frequency} ${key.optimizer} ${key.seed}`)).toEqual([
      'daily AdamW 1',
      'daily AdamW 2',
      'daily SAM 1',
      'daily SAM 2',
      'weekly AdamW 1',
      'weekly AdamW 2',
      'weekly SAM 1',
      'weekly SAM 2',
    ])
    expect(result.factors.map((factor) => factor.name)).toEqual([
      'AdamW',
      'SAM',
      'AdamW / daily',
      'AdamW / weekly',
      'SAM / daily',
      'SAM / weekly',
    ])
    expect(result.portfolios.map(({ model, index }) => `${model} ${index}`)).toEqual([
      'AdamW SYN40.IDX',
      'SAM SYN40.IDX',
    ])

    const epochs = events.flatMap((event) => (event.type === 'epoch' ? [event.epoch.record] : []))
    expect(epochs).toHaveLength(16)
    expect(service.epochs(first)).toHaveLength(16)
    const stages = events.flatMap((event) => (event.type === 'status' ? [event.status.stage] : []))
    expect([...new Set(stages)]).toEqual(['samples', 'training', 'factors', 'portfolios', 'saving'])
    const shares = events.flatMap((event) => (event.type === 'status' ? [event.status.progress] : []))
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
    expect(
      service.runs(first).map(({ key, state, attempts, epochs }) => ({ key, state, attempts, epochs })),
    ).toEqual(result.runs.map(({ key }) => ({ key, state: 'done', attempts: 1, epochs: 2 })))
    for (const { key, trainDates } of result.runs) {
      const { weights } = loadWeights(store, first, key)
      expect(weights.length).toBeGreaterThan(100)
      expect(loadSteps(store, first, key).map(({ epoch, rows }) => [epoch, rows])).toEqual([
        [1, trainDates],
        [2, trainDates],
      ])
      expect(loadPredictions(store, first, key).length).toBeGreaterThan(20)
      expect(loadTrajectory(store, first, key)?.map(({ length }) => length)).toEqual(
        key.seed === 1 ? Array(3).fill(weights.length) : undefined,
      )
    }
    expect(existsSync(`${store.path}.work`)).toBe(false)

    const second = await finish()
    expect(JSON.stringify(service.result(second))).toBe(JSON.stringify(result))
  })

  it('refits by window and predicts each part with its own fit', async () => {
    const id = await finish({
      ...smallStudy(),
      refitMonths: 3,
      training: { ...smallStudy().training, seeds: [1], maxEpochs: 1, patience: 1 },
    })
    const { windows, runs, factors } = service.result(id)
    expect(windows.length).toBeGreaterThanOrEqual(2)
    expect(runs).toHaveLength(4 * windows.length)
    for (const [at, window] of windows.entries()) {
      expect(window.predictStart).toBeGreaterThan(window.fitEnd)
      if (at > 0) expect(window.predictStart).toBeGreaterThan(windows[at - 1].predictEnd)
    }
    expect(factors[0].testDates.filter((date) => date >= windows[1].predictStart).length).toBeGreaterThan(3)
    expect(service.list().find((status) => status.id === id)).toMatchObject({
      runsDone: runs.length,
      runsTotal: runs.length,
    })
  })

  it('is cancelled with its processes and leaves no work folder', async () => {
    const { id } = service.start({
      ...smallStudy(),
      training: { ...smallStudy().training, seeds: [1], maxEpochs: 1000, patience: 1000 },
    })
    await nextEpoch(id)
    const status = await service.cancel(id)
    expect(status).toMatchObject({ state: 'cancelled', error: null })
    expect(status.progress).toBeLessThan(1)
    expect(existsSync(`${store.path}.work`)).toBe(false)
    expect(service.list().find((other) => other.id === id)?.state).toBe('cancelled')
    expect(() => service.result(id)).toThrow('no result')
  })

  it('fails with the field when the data do not cover it', async () => {
    const config = smallStudy()
    const { id } = service.start({ ...config, portfolio: { ...config.portfolio, indices: ['000300.SH'] } })
    const status = await service.finished(id)
    expect(status.state).toBe('failed')
    expect(status.error).toMatchObject({ code: 'not_found', place: { field: 'portfolio.indices' } })
    expect(status.error?.remedy).toContain('SYN40.IDX')
  })

  it('fails before any training when the closes of an index end before the prediction', async () => {
    store.run('DELETE FROM index_bar WHERE date > 20161220')
    const { id } = service.start(smallStudy())
    const status = await service.finished(id)
    expect(status).toMatchObject({ state: 'failed', runsDone: 0, error: { code: 'data_insufficient' } })
    expect(status.error?.message).toContain('2016-12-20')
    expect(service.epochs(id)).toEqual([])
  })
})

function nextEpoch(id: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = service.subscribe((event) => {
      if (event.type !== 'epoch' || event.epoch.studyId !== id) return
      stop()
      resolve()
    })
  })
}
