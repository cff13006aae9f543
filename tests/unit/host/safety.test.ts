import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcedureContext } from '../../../src-main/host/router.ts'
import { openBackupSetting } from '../../../src-main/host/services/backupSetting.ts'
import { createSafetyService, type SafetyService } from '../../../src-main/host/services/safety.ts'
import { createSessionService, type SessionService } from '../../../src-main/host/services/session.ts'
import { keepBackup } from '../../../src-main/store/autoBackup.ts'
import { openStore } from '../../../src-main/store/store.ts'
import type { WorkProgress } from '../../../src-shared/contract/progress.ts'
import { enlarge } from '../../fixtures/largeStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
let folder: string
let path: string
let sessions: SessionService
let safety: SafetyService
const signal = new AbortController().signal
const context = { signal, report: () => {} }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-safety-'))
  path = join(folder, 'project.sqlite')
  const setting = openBackupSetting(join(folder, 'backups.json'))
  sessions = createSessionService(WORKER, setting)
  safety = createSafetyService(sessions, WORKER, setting)
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
    const { bytes } = await safety.backup(copy, context)
    expect(bytes).toBe(statSync(copy).size)

    addStock('600001.SH')
    const { kept, project } = await safety.restore(copy, context)
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
    await expect(safety.restore(other, context)).rejects.toMatchObject({ code: 'store_not_plateau' })
    await expect(safety.restore(join(folder, 'none.sqlite'), context)).rejects.toMatchObject({
      code: 'file_not_found',
    })
    expect(stocks()).toEqual(['600000.SH'])
    expect(readdirSync(folder).filter((name) => name.includes('replaced'))).toEqual([])
  })

  it('is found sound, and damaged once its pages are', async () => {
    for (let number = 0; number < 2000; number++) addStock(`${600000 + number}.SH`)
    expect((await safety.check(context)).seconds).toBeGreaterThan(0)
    const copy = join(folder, 'copy.sqlite')
    await safety.backup(copy, context)
    // Damaged while it is open: what is damaged before is not opened.
    await sessions.open(copy)

    const file = openSync(copy, 'r+')
    const { size } = statSync(copy)
    for (let at = 3 * 4096; at < size; at += 4096) writeSync(file, Buffer.alloc(512, 7), 0, 512, at)
    closeSync(file)
    await expect(safety.check(context)).rejects.toMatchObject({ code: 'store_corrupt' })
  })

  it(
    'is as it was, like the target, when a check, a backup or a restoration is cancelled in the middle',
    { timeout: 240_000 },
    async () => {
      addStock('600000.SH')
      const copy = join(folder, 'copy.sqlite')
      await safety.backup(copy, context)
      const { store } = sessions.required()
      enlarge(store)
      const large = join(folder, 'large.sqlite')
      await safety.backup(large, context)
      const before = stocks()
      const [files, target] = [readdirSync(folder).sort(), readFileSync(copy)]

      const cancelledAt = async (
        stage: string,
        work: (context: ProcedureContext) => Promise<unknown>,
      ): Promise<void> => {
        const abort = new AbortController()
        const report = (progress: WorkProgress): void => {
          if (progress.stage === stage) abort.abort()
        }
        await expect(work({ signal: abort.signal, report })).rejects.toMatchObject({ code: 'cancelled' })
        expect(readdirSync(folder).sort()).toEqual(files)
        expect(readFileSync(copy).equals(target)).toBe(true)
        expect(stocks()).toEqual(before)
      }
      for (const stage of ['pages', 'tables']) await cancelledAt(stage, (own) => safety.check(own))
      for (const stage of ['copying', 'pages', 'tables']) {
        await cancelledAt(stage, (own) => safety.backup(copy, own))
        await cancelledAt(stage, (own) => safety.restore(large, own))
      }

      // What has begun to take the place of a file is done.
      const abort = new AbortController()
      const report = ({ stage }: WorkProgress): void => {
        if (stage === 'replacing') abort.abort()
      }
      await safety.restore(copy, { signal: abort.signal, report })
      expect(abort.signal.aborted).toBe(true)
      expect(stocks()).toEqual(['600000.SH'])
    },
  )

  it('tells its size', () => {
    addStock('600000.SH')
    const { bytes, logBytes } = safety.size()
    expect(bytes).toBe(statSync(path).size)
    expect(logBytes).toBe(statSync(`${path}-wal`).size)
  })
})

/** Bytes in the middle of the file, where its rows are. */
function damage(file: string): Buffer {
  const bytes = readFileSync(file)
  bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 5_000)
  writeFileSync(file, bytes)
  return bytes
}

describe('a store that is damaged when it is opened', () => {
  it('is the one at fault, and its backup takes its place when that is asked for', async () => {
    for (let number = 0; number < 500; number++) addStock(`${600000 + number}.SH`)
    const backup = await keepBackup(path)
    addStock('700000.SH')
    await sessions.close()
    const damaged = damage(path)
    const faults: (string | undefined)[] = []
    sessions.onFault((fault) => faults.push(fault?.error.code))
    await expect(sessions.open(path)).rejects.toMatchObject({ code: 'store_corrupt' })
    expect(sessions.fault()).toMatchObject({ path, error: { code: 'store_corrupt' } })
    expect(readFileSync(path).equals(damaged)).toBe(true)

    expect(await safety.outlook(signal)).toMatchObject({ backup, unsound: [] })
    const { kept } = await safety.recover(context)
    expect(kept).toContain('project.sqlite.corrupt-')
    expect(readFileSync(kept!).equals(damaged)).toBe(true)
    expect(stocks()).toHaveLength(500)
    expect(sessions.fault()).toBeNull()
    expect(faults).toEqual(['store_corrupt', undefined])
    await expect(safety.recover(context)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('without a backup is kept while another copy or an empty store takes its place', async () => {
    for (let number = 0; number < 500; number++) addStock(`${600000 + number}.SH`)
    const copy = join(folder, 'copy.sqlite')
    await safety.backup(copy, context)
    await sessions.close()
    for (const replace of ['copy', 'nothing'] as const) {
      const damaged = damage(path)
      await expect(sessions.open(path)).rejects.toMatchObject({ code: 'store_corrupt' })
      expect(await safety.outlook(signal)).toEqual({
        backup: null,
        unsound: [],
        lost: { imports: null, studies: null },
      })
      await expect(safety.recover(context)).rejects.toMatchObject({ code: 'file_not_found' })
      expect(readFileSync(path).equals(damaged)).toBe(true)
      const { kept } = await (replace === 'copy' ? safety.recoverFrom(copy, context) : safety.startAnew())
      expect(readFileSync(kept!).equals(damaged)).toBe(true)
      expect(stocks()).toHaveLength(replace === 'copy' ? 500 : 0)
      await sessions.close()
    }
  })

  it('is tried again when it was only not there', async () => {
    addStock('600000.SH')
    await sessions.close()
    const away = join(folder, 'away.sqlite')
    writeFileSync(away, readFileSync(path))
    rmSync(path)
    await expect(sessions.open(path)).rejects.toMatchObject({ code: 'file_not_found' })
    await expect(safety.retry()).rejects.toMatchObject({ code: 'file_not_found' })
    writeFileSync(path, readFileSync(away))
    expect(await safety.retry()).toMatchObject({ path, instruments: 1 })
  })
})

describe('the backups that a store makes by itself', () => {
  it('are listed with their folder, and turned off for good', async () => {
    addStock('600000.SH')
    const backup = await keepBackup(path)
    const state = { keep: 3, folder: `${path}.backups`, kept: [backup], running: false, failure: null }
    expect(safety.backups()).toEqual({ automatic: true, ...state })
    expect(await safety.setAutomatic(false)).toEqual({ automatic: false, ...state })
    expect(openBackupSetting(join(folder, 'backups.json')).automatic).toBe(false)
    expect(openBackupSetting(join(folder, 'none.json')).automatic).toBe(true)
    expect(existsSync(backup.path)).toBe(true)
  })
})
