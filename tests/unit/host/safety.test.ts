import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSafetyService, type SafetyService } from '../../../src-main/host/services/safety.ts'
import { createSessionService, type SessionService } from '../../../src-main/host/services/session.ts'
import { openStore } from '../../../src-main/store/store.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
let folder: string
let path: string
let sessions: SessionService
let safety: SafetyService
const signal = new AbortController().signal

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-safety-'))
  path = join(folder, 'project.sqlite')
  sessions = createSessionService(WORKER)
  safety = createSafetyService(sessions, WORKER)
  await sessions.create(path)
})
afterEach(async () => {
  await sessions.close()
  rmSync(folder, { recursive: true })
})

const addStock = (symbol: string): void => {
  const { store } = sessions.required()
  store.transaction(() => store.run('INSERT INTO instrument (symbol, name) VALUES (?, ?)', symbol, symbol))
}
const stocks = (): string[] =>
  sessions
    .required()
    .store.all<{ symbol: string }>('SELECT symbol FROM instrument ORDER BY symbol')
    .map(({ symbol }) => symbol)

describe('the open store', () => {
  it('is backed up while it is in use, and restored to what it was then; what is replaced is kept', async () => {
    addStock('600000.SH')
    const copy = join(folder, 'copy.sqlite')
    const { bytes } = await safety.backup(copy, signal)
    expect(bytes).toBe(statSync(copy).size)

    addStock('600001.SH')
    const { kept, project } = await safety.restore(copy)
    expect(project).toMatchObject({ path, instruments: 1 })
    expect(stocks()).toEqual(['600000.SH'])
    const replaced = openStore(kept!, { mode: 'read' })
    expect(replaced.all('SELECT symbol FROM instrument')).toHaveLength(2)
    replaced.close()
    // And written to as before.
    addStock('600002.SH')
    expect(stocks()).toEqual(['600000.SH', '600002.SH'])
  })

  it('is open as it was when what shall be restored is no store', async () => {
    addStock('600000.SH')
    const other = join(folder, 'other.sqlite')
    closeSync(openSync(other, 'w'))
    await expect(safety.restore(other)).rejects.toMatchObject({ code: 'store_not_plateau' })
    await expect(safety.restore(join(folder, 'none.sqlite'))).rejects.toMatchObject({
      code: 'file_not_found',
    })
    expect(stocks()).toEqual(['600000.SH'])
    expect(readdirSync(folder).filter((name) => name.includes('replaced'))).toEqual([])
  })

  it('is found sound, and damaged once its pages are', async () => {
    for (let number = 0; number < 2000; number++) addStock(`${600000 + number}.SH`)
    expect((await safety.check(signal)).seconds).toBeGreaterThan(0)
    const copy = join(folder, 'copy.sqlite')
    await safety.backup(copy, signal)
    // Damaged while it is open: what is damaged before is not opened.
    await sessions.open(copy)

    const file = openSync(copy, 'r+')
    const { size } = statSync(copy)
    for (let at = 3 * 4096; at < size; at += 4096) writeSync(file, Buffer.alloc(512, 7), 0, 512, at)
    closeSync(file)
    await expect(safety.check(signal)).rejects.toMatchObject({ code: 'store_corrupt' })
  })

  it('tells its size', () => {
    addStock('600000.SH')
    const { bytes, logBytes } = safety.size()
    expect(bytes).toBe(statSync(path).size)
    expect(logBytes).toBe(statSync(`${path}-wal`).size)
  })
})
