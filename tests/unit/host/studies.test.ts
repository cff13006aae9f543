import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createStudyService, type StudyService } from '../../../src-main/host/services/studies.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { getStudy, studyEpochs } from '../../../src-main/store/studies.ts'
import type { StudyEvent, StudyStatus } from '../../../src-shared/contract/study.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
const LONG = {
  ...smallStudy(),
  training: { ...smallStudy().training, seeds: [1], maxEpochs: 1000, patience: 1000 },
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
const scratchFolders = () => readdirSync(temporary).filter((name) => name.startsWith('plateau-study-'))

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
    expect(createStudyService(store, WORKER).list()[0]).toMatchObject({ id, state: 'interrupted' })
    other.run('COMMIT')
    other.close()
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
    expect(scratchFolders()).toEqual([])
  })

  it('is told, and ended, also when the end cannot be stored', async () => {
    store.run("CREATE TRIGGER no BEFORE UPDATE ON study BEGIN SELECT RAISE(ABORT, 'no end'); END")
    const { id } = service.start(smallStudy())
    const told = event((event) => event.type === 'status' && event.status.state !== 'running')
    const end = { id, state: 'failed', error: { message: expect.stringContaining('no end') } }
    expect(await service.finished(id)).toMatchObject(end)
    expect(await told).toMatchObject({ status: end })
    expect(listed(id)).toMatchObject(end)
    expect(await service.cancel(id)).toMatchObject(end)
    expect(createStudyService(store, WORKER).list()[0]).toMatchObject({ id, state: 'interrupted' })
  })

  it('says which folder for temporary files cannot be used', async () => {
    process.env['TMPDIR'] = '/nonexistent'
    const { id } = service.start(smallStudy())
    expect(await service.finished(id)).toMatchObject({
      state: 'failed',
      error: {
        code: 'disk_readonly',
        place: { file: '/nonexistent' },
        remedy: expect.stringContaining('TMPDIR'),
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
  it.each(['reference', 'native'])('leaves no process and no files (%s engine)', async (engine) => {
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
    expect(scratchFolders()).toHaveLength(1)

    killed.kill('SIGKILL')
    while (family.some((pid) => processes().has(pid))) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(listed(id)).toMatchObject({ state: 'interrupted', error: null })
    mkdirSync(join(temporary, 'plateau-study-notes'))
    const mine = service.start(LONG).id
    await firstEpoch()
    createStudyService(store, WORKER)
    expect(scratchFolders()).toEqual([
      expect.stringMatching(new RegExp(`^plateau-study-${process.pid}-`)),
      'plateau-study-notes',
    ])
    await service.cancel(mine)
    expect(scratchFolders()).toEqual(['plateau-study-notes'])
    spawnSync('rmdir', [join(temporary, 'plateau-study-notes')])
  })
})

/** Parent of every process that has not ended. */
function processes(): Map<number, number> {
  const lines = spawnSync('ps', ['-eo', 'pid=,ppid=,stat=']).stdout.toString().trim().split('\n')
  return new Map(
    lines
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , state]) => !state.startsWith('Z'))
      .map(([pid, parent]) => [Number(pid), Number(parent)]),
  )
}

function childrenOf(pid: number): number[] {
  return [...processes()].flatMap(([child, parent]) => (parent === pid ? [child] : []))
}

function descendants(of: number): number[] {
  return childrenOf(of).flatMap((pid) => [pid, ...descendants(pid)])
}
