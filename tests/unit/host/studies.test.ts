import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createStudyService, type StudyService } from '../../../src-main/host/services/studies.ts'
import { describeProject } from '../../../src-main/store/project.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { getStudy, studyEpochs } from '../../../src-main/store/studies.ts'
import type { StudyEvent, StudyStatus } from '../../../src-shared/contract/study.ts'
import { childrenOf, descendants, processes } from '../../fixtures/processes.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
const LONG = {
  ...smallStudy(),
  training: { ...smallStudy().training, seeds: [1], maxEpochs: 1000, patience: 1000 },
}
/** One run of one epoch. */
const QUICK = {
  ...smallStudy(),
  models: smallStudy().models.slice(0, 1),
  optimizers: smallStudy().optimizers.slice(0, 1),
  training: { ...smallStudy().training, seeds: [1], maxEpochs: 1, patience: 1 },
}
let path: string
let temporary: string
let store: WritableStore
let service: StudyService

beforeAll(async () => {
  path = (await smallStore()).path
  temporary = await mkdtemp(join(tmpdir(), 'plateau-test-'))
})
beforeEach(() => {
  process.env['TMPDIR'] = temporary
  store = openStore(path, { mode: 'write' })
  service = createStudyService(store, WORKER)
})
afterEach(async () => {
  await service.close()
  for (const { name } of store.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger'"))
    store.run(`DROP TRIGGER ${name}`)
  for (const { id } of service.list()) await service.cancel(id)
  store.close()
})

/** Resolves with the first event that `is`. */
function event(is: (event: StudyEvent) => boolean): Promise<StudyEvent> {
  return new Promise((resolve) => {
    const stop = service.subscribe((event) => {
      if (!is(event)) return
      stop()
      resolve(event)
    })
  })
}
const firstEpoch = () => event(({ type }) => type === 'epoch')
const listed = (id: string): StudyStatus => service.list().find((status) => status.id === id)!
/** Ids of the studies with a work folder. */
const workFolders = () => (existsSync(`${path}.work`) ? readdirSync(`${path}.work`).sort() : [])

describe('a study beside another writer', () => {
  it('trains on while the store is busy and is saved whole when it is free', async () => {
    const other = openStore(path, { mode: 'write' })
    const { id } = service.start(smallStudy())
    other.run('BEGIN IMMEDIATE')
    await event((event) => event.type === 'status' && event.status.stage === 'saving')
    expect(studyEpochs(store, id)).toEqual([])
    expect(service.epochs(id)).toHaveLength(16)
    expect(listed(id).state).toBe('running')
    other.run('COMMIT')
    other.close()
    expect(await service.finished(id)).toMatchObject({ state: 'done', error: null })
    expect(studyEpochs(store, id)).toHaveLength(16)
    expect(service.result(id).runs).toHaveLength(8)
  })

  it('can be stopped while it waits; then it reads as interrupted', async () => {
    const other = openStore(path, { mode: 'write' })
    const { id } = service.start(LONG)
    await firstEpoch()
    other.run('BEGIN IMMEDIATE')
    await service.close()
    expect(listed(id)).toMatchObject({ state: 'interrupted', error: null })
    const next = createStudyService(store, WORKER)
    expect(next.list().find((status) => status.id === id)).toMatchObject({ state: 'interrupted' })
    other.run('COMMIT')
    other.close()
  })
})

describe('the label of generated data', () => {
  it('is that of the project when a status is asked for', async () => {
    await service.close()
    store.run('UPDATE project SET synthetic = 0')
    service = createStudyService(store, WORKER)
    const { id } = service.start(QUICK)
    await service.cancel(id)
    expect(listed(id).synthetic).toBe(false)
    // As an import of the sample does in a project that is open.
    describeProject(store, { name: 'project', synthetic: true })
    expect(listed(id).synthetic).toBe(true)
    const next = service.start(QUICK)
    expect(next.synthetic).toBe(true)
    await service.cancel(next.id)
  })
})

describe('a study whose end is bad', () => {
  it('fails with the reason when its epochs cannot be stored', async () => {
    store.run("CREATE TRIGGER no BEFORE INSERT ON study_epoch BEGIN SELECT RAISE(ABORT, 'no epochs'); END")
    const { id } = service.start(LONG)
    const status = await service.finished(id)
    expect(status).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('no epochs') },
    })
    // It can go on once they can.
    expect(workFolders()).toEqual([id])
  })

  it('fails when its start cannot be stored, and does not keep the next one waiting', async () => {
    store.run(
      "CREATE TRIGGER no BEFORE UPDATE OF running_since ON study WHEN new.state = 'running' AND new.name = 'small study' BEGIN SELECT RAISE(ABORT, 'no start'); END",
    )
    const { id } = service.start(smallStudy())
    const next = service.start({ ...QUICK, name: 'next' }).id
    expect(await service.finished(id)).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('no start') },
    })
    expect(await service.finished(next)).toMatchObject({ state: 'done', error: null })
  })

  it('is told, and ended, also when the end cannot be stored', async () => {
    store.run("CREATE TRIGGER no BEFORE UPDATE OF ended_at ON study BEGIN SELECT RAISE(ABORT, 'no end'); END")
    const { id } = service.start(smallStudy())
    const told = event((event) => event.type === 'status' && event.status.state !== 'running')
    const end = { id, state: 'failed', error: { message: expect.stringContaining('no end') } }
    expect(await service.finished(id)).toMatchObject(end)
    expect(await told).toMatchObject({ status: end })
    expect(listed(id)).toMatchObject(end)
    const next = createStudyService(store, WORKER)
    expect(next.list().find((status) => status.id === id)).toMatchObject({ state: 'interrupted' })
    // It can be cancelled as soon as an end can be stored.
    await expect(service.cancel(id)).rejects.toThrow('no end')
    store.run('DROP TRIGGER no')
    expect(await service.cancel(id)).toMatchObject({ state: 'cancelled' })
    expect(listed(id)).toMatchObject({ state: 'cancelled' })
    expect(workFolders()).toEqual([])
  })

  it('says which folder beside the store cannot be used', async () => {
    writeFileSync(`${path}.work`, 'a file')
    const { id } = service.start(smallStudy())
    const status = await service.finished(id)
    rmSync(`${path}.work`)
    expect(status).toMatchObject({
      state: 'failed',
      error: {
        place: { file: expect.stringContaining(`${path}.work`) },
        remedy: expect.any(String),
      },
    })
  })

  it('keeps what tells of the death of its process, unless it was stopped', async () => {
    const entry = join(temporary, 'dying.ts')
    const job = new URL('../../../src-main/jobs/process.ts', import.meta.url)
    writeFileSync(
      entry,
      `import { serveJob } from ${JSON.stringify(job.href)}
       serveJob(async () => { console.error('out of memory'); process.kill(process.pid, 'SIGKILL') })`,
    )
    const dying = createStudyService(store, pathToFileURL(entry))
    const { id } = dying.start(smallStudy())
    await dying.finished(id)
    const error = { code: 'interrupted', message: expect.stringMatching(/SIGKILL[^]*out of memory/) }
    expect(getStudy(store, id)).toMatchObject({ state: 'interrupted', error })

    const shutDown = service.start(LONG).id
    await firstEpoch()
    const [study] = childrenOf(process.pid).filter((pid) => childrenOf(pid).length > 0)
    process.kill(study, 'SIGTERM')
    await service.finished(shutDown)
    expect(getStudy(store, shutDown)).toMatchObject({ state: 'interrupted', error: { code: 'cancelled' } })

    const stopped = service.start(LONG).id
    await firstEpoch()
    await service.close()
    expect(getStudy(store, stopped)).toMatchObject({ state: 'interrupted', error: null })
  })
})

describe.skipIf(!existsSync('/proc/self/stat'))('a killed service (needs /proc)', () => {
  // The reference engine trains in microtasks: its process sees no event until it has ended.
  it.each(['reference', 'native'])(
    'leaves no process, and its work folder to be gone on with (%s engine)',
    async (engine) => {
      const script = join(temporary, 'service.ts')
      const href = (file: string) => JSON.stringify(new URL(`../../../${file}`, import.meta.url).href)
      writeFileSync(
        script,
        `import { createStudyService } from ${href('src-main/host/services/studies.ts')}
       import { openStore } from ${href('src-main/store/store.ts')}
       const service = createStudyService(openStore(${JSON.stringify(path)}, { mode: 'write' }), new URL(${JSON.stringify(WORKER.href)}))
       service.subscribe((event) => event.type === 'epoch' && console.log(event.epoch.studyId))
       service.start(${JSON.stringify(LONG)})`,
      )
      const killed = spawn(process.execPath, [script], {
        env: { ...process.env, PLATEAU_ENGINE: engine },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let id = ''
      for await (id of createInterface(killed.stdout)) break
      const family = descendants(killed.pid!)
      expect(family.length).toBeGreaterThanOrEqual(2)
      expect(listed(id).state).toBe('running')

      killed.kill('SIGKILL')
      while (family.some((pid) => processes().has(pid)))
        await new Promise((resolve) => setTimeout(resolve, 50))
      expect(listed(id)).toMatchObject({ state: 'interrupted', error: null })
      // What belongs to no study that can go on is swept by the next service.
      mkdirSync(join(`${path}.work`, 'foreign'))
      expect(workFolders()).toEqual([id, 'foreign'].sort())
      const next = createStudyService(store, WORKER)
      await expect.poll(workFolders).toEqual([id])
      expect(next.list().find((status) => status.id === id)).toMatchObject({ state: 'interrupted' })
      await next.cancel(id)
      expect(workFolders()).toEqual([])
    },
  )
})
