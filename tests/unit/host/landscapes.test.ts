import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLandscapeService, type LandscapeService } from '../../../src-main/host/services/landscapes.ts'
import { createSessionService } from '../../../src-main/host/services/session.ts'
import { createStudyService } from '../../../src-main/host/services/studies.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { drawnLandscapes, type LandscapeStatus } from '../../../src-shared/contract/landscape.ts'
import { landscapeSettings } from '../../../src-shared/domain/landscapeSettings.ts'
import type { RunKey } from '../../../src-shared/domain/training.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
const SETTINGS = { resolution: 5, draws: 2 }
let store: WritableStore
let service: LandscapeService
let study: string
let keys: RunKey[]

beforeAll(async () => {
  process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'plateau-test-'))
  store = openStore((await smallStore()).path, { mode: 'write' })
  const studies = createStudyService(store, WORKER)
  const config = smallStudy()
  study = studies.start({
    ...config,
    models: config.models.slice(0, 1),
    landscape: landscapeSettings.parse(SETTINGS),
  }).id
  expect(await studies.finished(study)).toMatchObject({ state: 'done' })
  await studies.close()
  service = createLandscapeService(store, WORKER)
  keys = service.candidates(study)
})
afterAll(async () => {
  await service.close()
  store.close()
})

async function draw(settings: object, drawn = keys): Promise<LandscapeStatus> {
  return service.finished(service.start(study, drawn, landscapeSettings.parse(settings)).id)
}

describe('landscapes asked for after a study', () => {
  it('hold the study while they are drawn, or wait', async () => {
    service.requireUndrawn(study)
    const started = [1, 2].map(() => service.start(study, keys, landscapeSettings.parse(SETTINGS)))
    const refused = expect.objectContaining({ code: 'study_active' })
    expect(() => service.requireUndrawn(study)).toThrow(refused)
    service.requireUndrawn('another')
    await service.cancel(started[0].id)
    expect(() => service.requireUndrawn(study)).toThrow(refused)
    await service.cancel(started[1].id)
    service.requireUndrawn(study)
    for (const { id } of started) service.remove(id)
  })

  it('can be drawn of the runs whose trajectory is kept: the first seed’s', () => {
    expect(keys.map(({ optimizer, seed }) => `${optimizer} ${seed}`)).toEqual(['AdamW 1', 'SAM 1'])
  })

  it('are those that the study itself drew, when they are asked for alike', async () => {
    const { result } = store.get<{ result: string }>('SELECT result FROM study WHERE id = ?', study)!
    const { landscapes, interpolations } = JSON.parse(result)
    const { id, state } = await draw(SETTINGS)
    expect(state).toBe('done')
    expect(service.get(id)).toEqual({ landscapes, interpolations })
    expect(landscapes).toHaveLength(2)
    expect(interpolations).toHaveLength(1)
    expect(service.list(study)[0]).toMatchObject({ id, state: 'done', progress: 1, keys })
  })

  it('hold what they say: the loss at the origin, true and on-plane losses of every epoch, valid and test dates', async () => {
    for (const part of ['valid', 'test']) {
      const { id } = await draw({ ...SETTINGS, part }, keys.slice(0, 1))
      const [landscape] = service.get(id).landscapes
      expect(landscape.settings.part).toBe(part)
      const best = landscape.trajectory[landscape.originEpoch]
      expect(best).toMatchObject({ x: 0, y: 0, offPlane: 0 })
      expect(best.trueLoss).toBe(best.onPlaneLoss)
      expect(landscape.sharpness!.loss).toBe(best.trueLoss)
      // Epoch 0 and the study's two.
      expect(landscape.trajectory.map(({ epoch }) => epoch)).toEqual([0, 1, 2])
      expect(landscape.values.flat().every((value) => value !== null)).toBe(true)
    }
  })

  it('that an earlier version stored are read with what it did not know by default', async () => {
    const { id } = await draw(SETTINGS, keys.slice(0, 1))
    const status = service.list(study).find((each) => each.id === id)!
    const drawn = service.get(id)
    const row = store.get<{ settings: string; drawn: string }>(
      'SELECT settings, drawn FROM landscape WHERE id = ?',
      id,
    )!
    const without = (text: string) =>
      JSON.stringify(JSON.parse(text), (name, value) =>
        ['directions', 'reach', 'region', 'units', 'eigenvalues'].includes(name) ? undefined : value,
      )
    expect(row.drawn).toContain('"units"')
    store.run(
      'UPDATE landscape SET settings = ?, drawn = ? WHERE id = ?',
      without(row.settings),
      without(row.drawn),
      id,
    )
    expect(service.list(study).find((each) => each.id === id)).toEqual(status)
    expect(service.get(id)).toEqual(drawn)
  })

  it('that an earlier version stored are read with the seed that they had', async () => {
    const { id } = await draw(SETTINGS, keys.slice(0, 1))
    const seed = 2 ** 32 + 1
    store.run(
      `UPDATE landscape SET settings = json_set(settings, '$.seed', ?),
         drawn = json_set(drawn, '$.landscapes[0].settings.seed', ?) WHERE id = ?`,
      seed,
      seed,
      id,
    )
    expect(service.list(study).find((each) => each.id === id)).toMatchObject({ settings: { seed } })
    expect(service.get(id).landscapes[0].settings.seed).toBe(seed)
  })

  it('share plane and grid on joint axes', async () => {
    const { id } = await draw({ ...SETTINGS, axes: 'joint' })
    const [first, second] = service.get(id).landscapes
    expect([first.originKey, second.originKey]).toEqual([keys[0], keys[0]])
    expect(second).toMatchObject({ x: first.x, y: first.y, values: first.values })
    for (const { explained, trajectory } of [first, second]) {
      const total = trajectory.reduce((sum, { x, y, offPlane }) => sum + x * x + y * y + offPlane ** 2, 0)
      expect(explained[0]).toBeCloseTo(trajectory.reduce((sum, { x }) => sum + x * x, 0) / total, 9)
    }
    expect(second.trajectory).not.toEqual(first.trajectory)
  })

  it('keep what is done when they are cancelled, and leave no files', async () => {
    const { id } = service.start(
      study,
      keys.slice(0, 1),
      landscapeSettings.parse({ resolution: 61, draws: 2 }),
    )
    await new Promise<void>((resolve) => {
      const stop = service.subscribe((status) => {
        if (status.id !== id || status.progress < 0.02) return
        stop()
        resolve()
      })
    })
    expect(await service.cancel(id)).toMatchObject({ state: 'cancelled', error: null })
    const drawn = drawnLandscapes.parse(service.get(id))
    const values = drawn.landscapes[0].values.flat()
    const known = values.filter((value) => value !== null).length
    expect(known).toBeGreaterThan(0)
    expect(known).toBeLessThan(values.length)
    expect(
      readdirSync(process.env['TMPDIR']!).filter((name) => name.startsWith('plateau-landscape-')),
    ).toEqual([])
    service.remove(id)
    expect(service.list(study).some((each) => each.id === id)).toBe(false)
    expect(() => service.get(id)).toThrow(expect.objectContaining({ code: 'not_found' }))
  })

  it('keep what is done when another project is opened', async () => {
    const other = join(mkdtempSync(join(tmpdir(), 'plateau-test-')), 'other.sqlite')
    openStore(other, { mode: 'write' }).close()
    const sessions = createSessionService(WORKER, { automatic: false })
    await sessions.open(store.path)
    const { landscapes } = sessions.required()
    const far = new Promise<void>((resolve) =>
      landscapes.subscribe(({ progress }) => {
        if (progress >= 0.02) resolve()
      }),
    )
    const settings = landscapeSettings.parse({ resolution: 61, draws: 2 })
    const { id } = landscapes.start(study, keys.slice(0, 1), settings)
    await far
    await sessions.open(other)
    await sessions.close()
    expect(service.list(study)[0]).toMatchObject({ id, state: 'cancelled', error: null })
    expect(
      service
        .get(id)
        .landscapes[0].values.flat()
        .some((value) => value !== null),
    ).toBe(true)
    service.remove(id)
  })

  it('are drawn one at a time, and one that waits can be cancelled', async () => {
    const settings = landscapeSettings.parse({ resolution: 61, draws: 2 })
    const seen: LandscapeStatus[] = []
    const stop = service.subscribe((status) => seen.push(status))
    const unheard = service.subscribe(() => {
      unheard()
      throw new Error('who only listens ends nothing')
    })
    const [first, waiting, next] = [settings, settings, landscapeSettings.parse(SETTINGS)].map(
      (each) => service.start(study, keys.slice(0, 1), each).id,
    )
    expect(service.list(study).slice(0, 3)).toMatchObject(
      ['queued', 'queued', 'running'].map((state) => ({ state, progress: 0 })),
    )
    expect(await service.cancel(waiting)).toMatchObject({ state: 'cancelled', error: null })
    expect(service.list(study).find(({ id }) => id === first)).toMatchObject({ state: 'running' })
    const cancelledAt = Date.now()
    await service.cancel(first)
    const ended = await service.finished(next)
    expect(ended).toMatchObject({ state: 'done', progress: 1 })
    stop()
    // Its time is that of the drawing, not of the waiting.
    const seconds = (Date.now() - cancelledAt) / 1000
    expect(ended.elapsedSeconds).toBeLessThanOrEqual(seconds)
    expect(service.list(study).find(({ id }) => id === next)!.elapsedSeconds).toBeLessThanOrEqual(seconds)
    const queued = seen.filter(({ state }) => state === 'queued')
    expect(queued.map(({ id }) => id)).toEqual([waiting, next])
    expect(queued.every(({ elapsedSeconds }) => elapsedSeconds === 0)).toBe(true)
    expect(seen.find(({ id, state }) => id === next && state !== 'queued')).toMatchObject({
      state: 'running',
      progress: 0,
    })
    // Nothing of the next one before the end of the first.
    const end = seen.findIndex(({ id, state }) => id === first && state === 'cancelled')
    expect(end).toBeGreaterThan(-1)
    expect(seen.findIndex(({ id, progress }) => id === next && progress > 0)).toBeGreaterThan(end)
    expect(seen.some(({ id, progress }) => id === waiting && progress > 0)).toBe(false)
    service.remove(next)
    service.remove(waiting)
  })

  it('are listed from the newest on, stored or not', async () => {
    const stored = await draw(SETTINGS, keys.slice(0, 1))
    const failed = await draw(SETTINGS, [{ ...keys[0], seed: 2 }])
    const later = await draw(SETTINGS, keys.slice(0, 1))
    expect([stored, failed, later].map(({ state }) => state)).toEqual(['done', 'failed', 'done'])
    expect(
      service
        .list(study)
        .map(({ id }) => id)
        .slice(0, 3),
    ).toEqual([later.id, failed.id, stored.id])
    expect(await service.finished(stored.id)).toMatchObject({ id: stored.id, state: 'done', progress: 1 })
    await expect(service.finished('none')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('fail with the run whose trajectory is not kept, and where the data are not the study’s', async () => {
    expect(await draw(SETTINGS, [{ ...keys[0], seed: 2 }])).toMatchObject({
      state: 'failed',
      error: { code: 'not_found', message: expect.stringContaining('AdamW / daily / seed 2') },
    })
    store.run('UPDATE bar SET close = close * 1.0001 WHERE date = (SELECT max(date) FROM bar)')
    store.run("UPDATE import_batch SET sha256 = 'f' || substr(sha256, 2) WHERE id = 1")
    expect(await draw(SETTINGS)).toMatchObject({ state: 'failed', error: { code: 'data_changed' } })
  })
})
