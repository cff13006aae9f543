import { existsSync, mkdirSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createStudyService, type StudyService } from '../../../src-main/host/services/studies.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { workFolder } from '../../../src-main/study/workFolder.ts'
import { type StudyEvent, studyTag } from '../../../src-shared/contract/study.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
/** One run of many epochs, and one of one. */
const LONG = {
  ...smallStudy(),
  training: { ...smallStudy().training, seeds: [1], maxEpochs: 1000, patience: 1000 },
}
const QUICK = {
  ...smallStudy(),
  models: smallStudy().models.slice(0, 1),
  optimizers: smallStudy().optimizers.slice(0, 1),
  training: { ...smallStudy().training, seeds: [1], maxEpochs: 1, patience: 1 },
}
let path: string
let store: WritableStore
let service: StudyService
let events: StudyEvent[]

beforeAll(async () => {
  path = (await smallStore()).path
  process.env['TMPDIR'] = await mkdtemp(join(tmpdir(), 'plateau-test-'))
})
beforeEach(() => {
  store = openStore(path, { mode: 'write' })
  service = createStudyService(store, WORKER)
  events = []
  service.subscribe((event) => events.push(event))
})
afterEach(async () => {
  for (const { id } of service.list()) {
    await service.cancel(id)
    await service.remove(id)
  }
  await service.close()
  store.close()
})

const listed = (id: string) => service.list().find((status) => status.id === id)
const refused = expect.objectContaining({ code: 'study_active' })
const missing = expect.objectContaining({ code: 'not_found' })

describe('a study that runs', () => {
  it('takes a name and tags and tells them, and is neither set aside nor removed', async () => {
    const { id } = service.start(LONG)
    const waiting = service.start(QUICK).id
    expect(service.rename(id, 'renamed')).toMatchObject({ name: 'renamed', state: 'running' })
    expect(service.tag(id, { add: ['b', 'a'], remove: [] }).tags).toEqual(['a', 'b'])
    expect(events.at(-1)).toMatchObject({ type: 'status', status: { id, name: 'renamed', tags: ['a', 'b'] } })
    expect(service.config(id)).toEqual(LONG)
    for (const active of [id, waiting]) {
      expect(() => service.archive(active, true)).toThrow(refused)
      await expect(service.remove(active)).rejects.toEqual(refused)
    }
    // What it was called meanwhile is what it is called at rest.
    expect(await service.pause(id)).toMatchObject({ name: 'renamed', tags: ['a', 'b'], archived: false })
  })
})

describe('a study at rest', () => {
  it('is set aside, and taken out when it goes on', async () => {
    const { id } = service.start(LONG)
    await service.pause(id)
    expect(service.archive(id, true).archived).toBe(true)
    expect(listed(id)!.archived).toBe(true)
    expect(service.resume(id)).toMatchObject({ archived: false, state: 'running' })
  })

  it('is removed with its work folder, and whoever follows is told', async () => {
    const { id } = service.start(LONG)
    await service.pause(id)
    const folder = workFolder(path, id)
    mkdirSync(folder, { recursive: true })
    await service.remove(id)
    expect(existsSync(folder)).toBe(false)
    expect(listed(id)).toBeUndefined()
    expect(events.at(-1)).toEqual({ type: 'removed', id })
    for (const ask of [
      () => service.rename(id, 'x'),
      () => service.config(id),
      () => service.archive(id, true),
    ])
      expect(ask).toThrow(missing)
    await expect(service.remove(id)).rejects.toEqual(missing)
  })

  it('tells the best of its result as soon as it is done', async () => {
    const { id } = service.start(QUICK)
    expect(listed(id)!.best).toBeNull()
    const done = await service.finished(id)
    expect(done).toMatchObject({ state: 'done', optimizers: ['AdamW'], indices: ['SYN40.IDX'] })
    const [factor] = service.result(id).factors
    const [{ performance }] = service.result(id).portfolios
    expect(done.best).toEqual({
      rankIc: { optimizer: 'AdamW', value: factor.rankIcSummary.mean },
      excess: { optimizer: 'AdamW', index: 'SYN40.IDX', value: performance!.full.annualisedExcess },
    })
    expect(listed(id)!.best).toEqual(done.best)
    // As soon as it is known to be done it can be removed, and its end is told before that.
    const next = service.start(QUICK).id
    while (listed(next)!.state !== 'done') await new Promise((resolve) => setTimeout(resolve, 2))
    await service.remove(next)
    await service.finished(id)
    expect(events.at(-1)).toEqual({ type: 'removed', id: next })
  })
})

describe('a tag', () => {
  it('is trimmed, and has no quotation mark', () => {
    expect(studyTag.parse('  长 期 ')).toBe('长 期')
    for (const wrong of ['', '  ', 'a"b', 'a\nb', 'x'.repeat(41)])
      expect(studyTag.safeParse(wrong).success).toBe(false)
  })
})
