import { existsSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createStudyService, type StudyService } from '../../../src-main/host/services/studies.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import type { StudyEvent } from '../../../src-shared/contract/study.ts'
import { DATA_HASH_SCHEME } from '../../../src-shared/domain/dataHash.ts'
import type { StudyConfig } from '../../../src-shared/domain/study.ts'
import { childrenOf } from '../../fixtures/processes.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'
import { leftBy } from '../../fixtures/studies.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
/** Four runs of five epochs. */
const CONFIG: StudyConfig = {
  ...smallStudy(),
  models: smallStudy().models.slice(0, 1),
  training: { ...smallStudy().training, maxEpochs: 5, patience: 5 },
}
const RUNS = 4

let path: string
let store: WritableStore
let service: StudyService
/** What the study leaves when nothing stops it. */
let whole: ReturnType<typeof leftBy>

beforeAll(async () => {
  path = (await smallStore()).path
  process.env['TMPDIR'] = await mkdtemp(join(tmpdir(), 'plateau-test-'))
  store = openStore(path, { mode: 'write' })
  service = createStudyService(store, WORKER)
  const { id } = service.start(CONFIG, { workers: 2 })
  await service.finished(id)
  whole = leftBy(store, id)
  await service.close()
  store.close()
})
beforeEach(() => {
  store = openStore(path, { mode: 'write' })
  service = createStudyService(store, WORKER)
})
afterEach(async () => {
  for (const { id } of service.list()) await service.cancel(id)
  await service.close()
  store.close()
})
afterAll(() => rmSync(dirname(path), { recursive: true }))

/** Resolves at the `count`-th event from now on that `is`. */
function event(is: (event: StudyEvent) => boolean, count = 1): Promise<void> {
  return new Promise((resolve) => {
    const stop = service.subscribe((event) => {
      if (!is(event) || --count > 0) return
      stop()
      resolve()
    })
  })
}
const epochs = (count: number) => event(({ type }) => type === 'epoch', count)
const stage = (name: string) => event((event) => event.type === 'status' && event.status.stage === name)
const work = (id: string): boolean => existsSync(join(`${path}.work`, id))
const listed = (id: string) => service.list().find((status) => status.id === id)!

async function finish(id: string): Promise<void> {
  expect(await service.finished(id)).toMatchObject({ state: 'done', error: null, progress: 1 })
  expect(work(id)).toBe(false)
}

describe('a study that is stopped', () => {
  it('at many moments, and goes on with other numbers of runs at a time, comes to the same result, epochs and steps', async () => {
    const { id } = service.start(CONFIG, { workers: 2 })
    const moments: [() => Promise<unknown>, workers: number][] = [
      // Before it has decided its engine, when its samples are written, in the middle of runs, after one and after all.
      [() => Promise.resolve(), 2],
      [() => stage('training'), 1],
      [() => epochs(1), 2],
      [() => epochs(4), 3],
      [() => event((event) => event.type === 'status' && event.status.runsDone === 2), 1],
      [() => stage('factors'), 2],
      [() => stage('portfolios'), 2],
    ]
    let told = 0
    const count = (): void => {
      service.subscribe((event) => {
        if (event.type === 'epoch') told++
      })
    }
    count()
    for (const [at, [moment, workers]] of moments.entries()) {
      await moment()
      const closes = at % 3 === 2
      if (closes) {
        await service.close()
        store.close()
        store = openStore(path, { mode: 'write' })
        service = createStudyService(store, WORKER)
        count()
      } else await service.pause(id)
      expect(listed(id)).toMatchObject({ state: closes ? 'interrupted' : 'paused', error: null })
      expect(work(id)).toBe(true)
      const before = service.runs(id)
      expect(before.filter(({ state }) => state === 'running')).toEqual([])
      const stored = service
        .epochs(id)
        .map((epoch) => JSON.stringify({ key: epoch.key, record: epoch.record }))
      expect(whole.epochs).toEqual(expect.arrayContaining(stored))
      expect(service.resume(id, { workers })).toMatchObject({ id, state: 'running', error: null })
    }
    const attempts = service.runs(id).map((run) => run.attempts)
    await finish(id)
    expect(leftBy(store, id)).toEqual(whole)
    // All were done before the last moments: nothing that is done is done again, and no epoch told twice.
    expect(service.runs(id)).toMatchObject(attempts.map((attempts) => ({ state: 'done', attempts })))
    expect(told).toBe(5 * RUNS)
  }, 300_000)

  it('is not started by a pause of one that rests, nor resumed when it is done or cancelled', async () => {
    const refused = expect.objectContaining({ code: 'resume_refused' })
    const { id } = service.start(CONFIG)
    expect(() => service.resume(id)).toThrow(refused)
    await service.pause(id)
    expect(await service.pause(id)).toMatchObject({ state: 'paused' })
    expect(await service.cancel(id)).toMatchObject({ state: 'cancelled' })
    expect(work(id)).toBe(false)
    expect(() => service.resume(id)).toThrow(refused)
    expect(await service.pause(id)).toMatchObject({ state: 'cancelled' })
    const done = service.list().find(({ state }) => state === 'done')!
    expect(() => service.resume(done.id)).toThrow(refused)
    expect(() => service.resume('none')).toThrow(expect.objectContaining({ code: 'not_found' }))
  })
})

describe('a study that began otherwise', () => {
  it('with other data, engine or version is refused by name, and goes on once that is as it was', async () => {
    const { id } = service.start(CONFIG, { workers: 2 })
    await epochs(3)
    await service.pause(id)
    const began = store.get<Record<string, string>>(
      'SELECT data_hash, engine, app_version FROM study WHERE id = ?',
      id,
    )!
    for (const [column, words, another] of [
      ['data_hash', 'another stored data', `${DATA_HASH_SCHEME}:another`],
      ['data_hash', 'way of hashing the stored data', 'another'],
      ['engine', 'engine', 'another'],
      ['app_version', 'version of Plateau', 'another'],
    ]) {
      store.run(`UPDATE study SET ${column} = ? WHERE id = ?`, another, id)
      service.resume(id)
      expect(await service.finished(id)).toMatchObject({
        state: 'failed',
        error: {
          code: 'resume_refused',
          message: expect.stringContaining(words),
          remedy: expect.any(String),
        },
      })
      expect(work(id)).toBe(true)
      store.run(`UPDATE study SET ${column} = ? WHERE id = ?`, began[column], id)
    }
    service.resume(id)
    await finish(id)
    expect(leftBy(store, id)).toEqual(whole)
  }, 120_000)
})

describe('a run that fails', () => {
  it(
    'does not keep the others from ending, and is the only one that is tried again',
    { timeout: 120_000 },
    async () => {
      const [first, second] = CONFIG.optimizers
      const { id } = service.start(
        { ...CONFIG, optimizers: [first, { ...second, base: { ...second.base, learningRate: 1e300 } }] },
        { workers: 2 },
      )
      const failed = {
        state: 'failed',
        runsDone: 2,
        error: {
          code: 'diverged',
          place: expect.objectContaining({
            run: expect.stringMatching(/^SAM \/ daily \/ seed [12] \/ window 1$/) as string,
          }) as object,
        },
      }
      expect(await service.finished(id)).toMatchObject(failed)
      const states = () =>
        service
          .runs(id)
          .map(({ key, state, attempts, error }) => [key.optimizer, key.seed, state, attempts, error?.code])
      expect(states()).toEqual([
        ['AdamW', 1, 'done', 1, undefined],
        ['AdamW', 2, 'done', 1, undefined],
        ['SAM', 1, 'failed', 1, 'diverged'],
        ['SAM', 2, 'failed', 1, 'diverged'],
      ])
      expect(work(id)).toBe(true)
      service.resume(id)
      expect(await service.finished(id)).toMatchObject(failed)
      expect(states()).toEqual([
        ['AdamW', 1, 'done', 1, undefined],
        ['AdamW', 2, 'done', 1, undefined],
        ['SAM', 1, 'failed', 2, 'diverged'],
        ['SAM', 2, 'failed', 2, 'diverged'],
      ])
    },
  )

  it.skipIf(process.platform === 'win32')(
    'because its process is killed is started again from its checkpoint, once (skipped on Windows)',
    async () => {
      // Long enough that the first epoch is told well before the last.
      const long: StudyConfig = {
        ...CONFIG,
        optimizers: CONFIG.optimizers.slice(0, 1),
        training: { ...CONFIG.training, seeds: [1], maxEpochs: 40, patience: 40 },
      }
      const undisturbed = service.start(long, { workers: 1 }).id
      await finish(undisturbed)

      const { id } = service.start(long, { workers: 1 })
      await epochs(1)
      const [study] = childrenOf(process.pid).filter((pid) => childrenOf(pid).length > 0)
      for (const pid of childrenOf(study)) process.kill(pid, 'SIGKILL')
      await finish(id)
      expect(leftBy(store, id)).toEqual(leftBy(store, undisturbed))
      expect(service.runs(id).map(({ attempts }) => attempts)).toEqual([2])
    },
  )
})

describe('studies that wait', () => {
  const quick: StudyConfig = {
    ...CONFIG,
    optimizers: CONFIG.optimizers.slice(0, 1),
    training: { ...CONFIG.training, seeds: [1], maxEpochs: 1, patience: 1 },
  }
  const long = { ...CONFIG, training: { ...CONFIG.training, maxEpochs: 1000, patience: 1000 } }

  it('run one after the other in their order, which can be changed', async () => {
    const order: string[] = []
    service.subscribe((event) => {
      if (event.type === 'status' && event.status.state === 'done') order.push(event.status.name)
    })
    const start = (name: string, config = quick): string => service.start({ ...config, name }).id
    const [first, second, third, fourth] = [
      start('first', long),
      start('second'),
      start('third'),
      start('fourth'),
    ]
    expect([first, second, third, fourth].map((id) => listed(id).state)).toEqual([
      'running',
      'queued',
      'queued',
      'queued',
    ])
    expect(
      service
        .list()
        .filter(({ state }) => state === 'queued')
        .map(({ name }) => name),
    ).toEqual(['fourth', 'third', 'second'])
    expect(service.moveFirst(fourth)).toMatchObject({ state: 'queued' })
    expect(await service.cancel(third)).toMatchObject({ state: 'cancelled', error: null })
    expect(listed(third)).toMatchObject({ state: 'cancelled' })
    expect(service.runs(third)).toEqual([])
    expect(await service.pause(second)).toMatchObject({ state: 'paused' })
    expect(service.resume(second)).toMatchObject({ state: 'queued' })
    const fifth = start('fifth')
    await epochs(1)
    await service.pause(first)
    await finish(fifth)
    expect(order).toEqual(['fourth', 'second', 'fifth'])
    expect(listed(first)).toMatchObject({ state: 'paused' })
  }, 120_000)
})

describe('the order of the runs', () => {
  it('can be changed while they wait, and changes no number', async () => {
    const { id } = service.start(CONFIG, { workers: 1 })
    await epochs(1)
    const started: string[] = []
    service.subscribe((event) => {
      if (event.type !== 'epoch') return
      const { optimizer, seed } = event.epoch.key
      if (started.at(-1) !== `${optimizer} ${seed}`) started.push(`${optimizer} ${seed}`)
    })
    const waiting = service.runs(id).filter(({ state }) => state === 'queued')
    expect(waiting.map(({ key }) => `${key.optimizer} ${key.seed}`)).toEqual(['AdamW 2', 'SAM 1', 'SAM 2'])
    const moved = service.moveRunsFirst(id, [waiting[2].key, waiting[1].key])
    expect(
      moved.filter(({ state }) => state === 'queued').map(({ key }) => `${key.optimizer} ${key.seed}`),
    ).toEqual(['SAM 2', 'SAM 1', 'AdamW 2'])
    await finish(id)
    expect(started.slice(-3)).toEqual(['SAM 2', 'SAM 1', 'AdamW 2'])
    expect(leftBy(store, id)).toEqual(whole)
  })
})
