import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createSessionService,
  type Session,
  type SessionService,
} from '../../../src-main/host/services/session.ts'
import { quickStudy } from '../../../src-main/host/services/template.ts'
import { describeProject } from '../../../src-main/store/project.ts'
import { openStore } from '../../../src-main/store/store.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
let folder: string
let data: string
let sessions: SessionService
let opened: Session[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-session-'))
  data = join(folder, 'data')
  sessions = createSessionService(WORKER, { automatic: false })
  opened = []
  sessions.onChange((session) => session !== null && opened.push(session))
})
afterEach(async () => {
  await sessions.close()
  rmSync(folder, { recursive: true })
})

function newStore(name: string): string {
  const path = join(folder, name)
  openStore(path, { mode: 'write' }).close()
  return path
}
const isOpen = ({ store }: Session): boolean => {
  try {
    return store.get('SELECT 1') !== undefined
  } catch {
    return false
  }
}
const filesOf = (path: string): string[] => readdirSync(path).filter((name) => !/-(wal|shm)$/.test(name))
/** Resolves when the sample's process writes its files. */
async function beingWritten(): Promise<void> {
  const writes = (name: string): boolean => existsSync(join(data, name, 'files'))
  while (!existsSync(data) || !readdirSync(data).some(writes)) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('the open project', () => {
  it('is the last one asked for, however many are asked for at once, and no other store stays open', async () => {
    const paths = ['a', 'b', 'c'].map((name) => newStore(`${name}.sqlite`))
    const infos = await Promise.all(paths.map((path) => sessions.open(path)))
    expect(infos.map((info) => info.path)).toEqual(paths)
    expect(opened.map(({ store }) => store.path)).toEqual(paths)
    expect(opened.map(isOpen)).toEqual([false, false, true])
    expect(sessions.required()).toBe(opened[2])
  })

  it('is not opened again under another spelling of its path', async () => {
    const path = newStore('a.sqlite')
    await sessions.open(path)
    await sessions.open(relative(process.cwd(), path))
    await sessions.open(join(folder, 'x', '..', 'a.sqlite'))
    expect(opened).toHaveLength(1)
  })

  it('stays when another cannot be opened', async () => {
    await sessions.open(newStore('a.sqlite'))
    const missing = sessions.open(join(folder, 'none.sqlite'))
    await expect(missing).rejects.toMatchObject({ code: 'file_not_found' })
    expect(sessions.required()).toBe(opened[0])
    expect(isOpen(opened[0])).toBe(true)
  })

  it('is closed after an opening that is under way', async () => {
    const opening = sessions.open(newStore('a.sqlite'))
    await sessions.close()
    await opening
    expect(sessions.current()).toBeNull()
    expect(opened.map(isOpen)).toEqual([false])
  })
})

describe('the sample', () => {
  it('leaves no files when its only caller gives up, or the service closes', async () => {
    const abort = new AbortController()
    const given = sessions.openSample(data, abort.signal)
    await beingWritten()
    abort.abort()
    await expect(given).rejects.toMatchObject({ code: 'cancelled' })
    expect(filesOf(data)).toEqual([])

    const closed = sessions.openSample(data, new AbortController().signal)
    const end = expect(closed).rejects.toMatchObject({ code: 'cancelled' })
    await beingWritten()
    await sessions.close()
    await end
    expect(filesOf(data)).toEqual([])
  })

  it('is made for those who still wait when another gives up', async () => {
    const abort = new AbortController()
    const given = sessions.openSample(data, abort.signal)
    const waiting = sessions.openSample(data, new AbortController().signal)
    let made = false
    void waiting.then(() => (made = true))
    await beingWritten()
    abort.abort()
    await expect(given).rejects.toMatchObject({ code: 'cancelled' })
    expect(made).toBe(false)
    expect(await waiting).toMatchObject({ synthetic: true })
    expect(filesOf(data)).toEqual(['sample.sqlite'])
    expect(opened).toHaveLength(1)
  }, 180_000)

  it('does not take the place of another project that was opened while it was made', async () => {
    const sample = sessions.openSample(data, new AbortController().signal)
    const refused = expect(sample).rejects.toMatchObject({
      code: 'cancelled',
      place: { file: join(data, 'sample.sqlite') },
    })
    await beingWritten()
    const other = newStore('a.sqlite')
    await sessions.open(other)
    await refused
    expect(opened.map(isOpen)).toEqual([true])
    expect(sessions.required().store.path).toBe(other)
    expect(await sessions.openSample(data, new AbortController().signal)).toMatchObject({ synthetic: true })
  }, 180_000)

  it('takes the place of one that was asked for before, and is not kept from it by one that cannot be opened', async () => {
    const before = sessions.open(newStore('a.sqlite'))
    const sample = sessions.openSample(data, new AbortController().signal)
    const missing = sessions.open(join(folder, 'none.sqlite'))
    await expect(missing).rejects.toMatchObject({ code: 'file_not_found' })
    expect(await before).toMatchObject({ synthetic: false })
    expect(await sample).toMatchObject({ synthetic: true })
    expect(opened.map(isOpen)).toEqual([false, true])
  }, 180_000)
})

describe('the quick study', () => {
  it('is the synthetic sample’s alone', async () => {
    const sampleStudy = new URL('../../../resources/sample/study.json', import.meta.url)
    const store = openStore(newStore('own.sqlite'), { mode: 'write' })
    await expect(quickStudy(store, sampleStudy)).rejects.toMatchObject({ code: 'not_found' })
    describeProject(store, { name: 'sample', synthetic: true })
    expect((await quickStudy(store, sampleStudy)).portfolio.indices).toEqual(['SYN200.IDX'])
    store.close()
  })
})
