import { mkdtempSync, readFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createResourceService, type ResourceService } from '../../../src-main/host/services/resources.ts'
import { createStudyService, type StudyService } from '../../../src-main/host/services/studies.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { AUTOMATIC_LIMITS } from '../../../src-shared/domain/resources.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
/** Runs long enough to be seen beside one another. */
const SHORT = {
  ...smallStudy(),
  models: smallStudy().models.slice(0, 1),
  optimizers: smallStudy().optimizers.slice(0, 1),
  training: { ...smallStudy().training, seeds: [1, 2, 3, 4, 5], maxEpochs: 40, patience: 40 },
}
const LIMIT = 300_000
let file: string
let resources: ResourceService
let store: WritableStore
let service: StudyService

beforeEach(async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'plateau-test-'))
  process.env['TMPDIR'] = temporary
  file = join(temporary, 'app', 'resources.json')
  resources = createResourceService(file)
  store = openStore((await smallStore()).path, { mode: 'write' })
  service = createStudyService(store, WORKER, { limits: file })
})
afterEach(async () => {
  await service.close()
  store.close()
})

const runningOf = (id: string): number => service.runs(id).filter(({ state }) => state === 'running').length

describe('the limits of a machine', () => {
  it('are kept, and refused where they make no sense', async () => {
    const { limits, machine } = resources.report()
    expect(limits).toEqual(AUTOMATIC_LIMITS)
    expect(machine.cores).toBe(availableParallelism())
    expect(machine.memory).toBeGreaterThanOrEqual(machine.freeMemory)
    const kept = { runs: 1, threads: machine.cores, memory: machine.memory }
    expect((await resources.set(kept)).limits).toEqual(kept)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(kept)
    expect(createResourceService(file).report().limits).toEqual(kept)
    await expect(resources.set({ ...kept, threads: machine.cores + 1 })).rejects.toMatchObject({
      code: 'usage',
      place: { field: 'threads' },
    })
    expect(resources.report().limits).toEqual(kept)
  })

  it('are kept as they were given last, also while earlier ones are written', async () => {
    const last = { ...AUTOMATIC_LIMITS, memory: resources.report().machine.memory }
    for (let round = 0; round < 20; round++) {
      await Promise.all([resources.set(AUTOMATIC_LIMITS), resources.set(last)])
      expect(resources.report().limits).toEqual(last)
    }
  })

  it(
    'are obeyed by the runs that start after a change, and change no number',
    async () => {
      await resources.set({ ...AUTOMATIC_LIMITS, runs: 1 })
      const { id } = service.start(SHORT)
      const [before, after]: number[][] = [[], []]
      let raised: Promise<unknown> | null = null
      const stop = service.subscribe(() => {
        ;(raised === null ? before : after).push(runningOf(id))
        if (service.runs(id).some(({ state }) => state === 'done'))
          raised ??= resources.set({ runs: 2, threads: 1, memory: null })
      })
      expect(await service.finished(id)).toMatchObject({ state: 'done', error: null })
      await raised
      stop()
      expect([Math.max(...before), Math.max(...after)]).toEqual([1, 2])

      await resources.set({ ...AUTOMATIC_LIMITS, runs: 1 })
      const { id: alone } = service.start(SHORT)
      expect(await service.finished(alone)).toMatchObject({ state: 'done', error: null })
      expect(service.result(alone)).toEqual(service.result(id))
    },
    LIMIT,
  )

  it(
    'hold runs back for which there is no memory, and refuse a study of which not one fits',
    async () => {
      const ask = (workers: number) => service.estimate(SHORT, { workers }, new AbortController().signal)
      const [one, two] = [await ask(1), await ask(2)]
      const run = two.memory - one.memory
      await resources.set({ ...AUTOMATIC_LIMITS, memory: Math.floor(one.memory + run / 2) })
      expect(await ask(2)).toMatchObject({ workers: 1, heldBack: 1, memory: one.memory })
      await resources.set({ ...AUTOMATIC_LIMITS, memory: Math.floor(one.memory) - 1 })
      await expect(ask(2)).rejects.toMatchObject({ code: 'memory_limit' })
      const { id } = service.start(SHORT)
      expect(await service.finished(id)).toMatchObject({ state: 'failed', error: { code: 'memory_limit' } })
    },
    LIMIT,
  )
})
