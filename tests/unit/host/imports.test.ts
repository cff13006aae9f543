import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createImportService, type ImportService } from '../../../src-main/host/services/imports.ts'
import { createMappingService } from '../../../src-main/host/services/mappings.ts'
import { createPace } from '../../../src-shared/pace.ts'
import { createSessionService, type SessionService } from '../../../src-main/host/services/session.ts'
import { readMapping } from '../../../src-main/ingest/mapping.ts'
import { listImports } from '../../../src-main/store/imports.ts'
import { type ImportStatus, importStatus, mappingName } from '../../../src-shared/contract/imports.ts'
import { AUTOMATIC, mappingFile } from '../../../src-shared/domain/importing.ts'
import { akshareFile, soundBars } from '../../fixtures/vendorFiles.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
let folder: string
let sessions: SessionService
let imports: ImportService

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-imports-'))
  sessions = createSessionService(WORKER, { automatic: false })
  await sessions.create(join(folder, 'store.sqlite'))
  imports = createImportService(sessions, WORKER)
})
afterEach(async () => {
  await imports.close()
  await sessions.close()
  rmSync(folder, { recursive: true })
})

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
/** Start and wait for the end. */
function ended(
  paths: readonly string[],
  request: Partial<Parameters<ImportService['start']>[1]>,
): Promise<ImportStatus> {
  return new Promise((resolve) => {
    const stop = imports.subscribe((status) => {
      if (status.state === 'running') return
      stop()
      resolve(status)
    })
    imports.start(paths, { readings: {}, dryRun: false, ...request })
  })
}
const stored = (): number => listImports(sessions.required().store).length
const large = (): string =>
  [
    'date,symbol,open,high,low,close,volume,amount',
    ...Array.from({ length: 300 }, (_, at) =>
      soundBars(1_000, 1)
        .map(([date, ...rest]) => [date, 600_000 + at, ...rest].join(','))
        .join('\n'),
    ),
  ].join('\n')

describe('an import from the window', () => {
  it('is checked in a process of its own without writing, then stored, and the second time unchanged', async () => {
    const path = file(
      '000001.csv',
      akshareFile('000001', 40, (cells, at) => (at === 3 ? cells.with(4, 0.5) : cells)),
    )
    const checked = await ended([path], { dryRun: true })
    expect(importStatus.parse(checked)).toEqual(checked)
    expect(checked).toMatchObject({
      state: 'done',
      dryRun: true,
      store: join(folder, 'store.sqlite'),
      filesDone: 1,
      filesTotal: 1,
      error: null,
      report: {
        totals: { rowsIn: 40, rowsInserted: 39, rowsQuarantined: 1 },
        reasons: { high_below_low: 1 },
        quarantined: [{ path, row: 5, field: 'high', reason: 'high_below_low' }],
      },
    })
    expect(stored()).toBe(0)
    const done = await ended([path], {})
    expect(done.report!.totals).toEqual(checked.report!.totals)
    expect(stored()).toBe(1)
    const again = await ended([path], {})
    expect(again.report!.totals).toMatchObject({ rowsInserted: 0, rowsReplaced: 0, rowsUnchanged: 39 })
  })

  it('that fails says where and what to do, and stores nothing of the sound files', async () => {
    const good = file('000001.csv', akshareFile('000001', 5))
    const bad = file('bad.csv', 'date,symbol,open,high,low,close,volume\n2020-01-02,"A,1,1,1,1,1\n')
    expect(await ended([good, bad], {})).toMatchObject({
      state: 'failed',
      report: null,
      error: { code: 'file_corrupt', place: { file: bad, row: 2 }, remedy: expect.any(String) },
    })
    const wrong = { [good]: { ...AUTOMATIC, encoding: 'utf-8' as const } }
    expect((await ended([good], { readings: wrong })).error).toMatchObject({
      code: 'file_corrupt',
      place: { file: good, row: 1 },
    })
    expect(stored()).toBe(0)
    expect(await ended([good, bad], { readings: { [bad]: { ...AUTOMATIC, skip: true } } })).toMatchObject({
      state: 'done',
      report: { skipped: [{ path: bad, reason: 'left_out' }] },
    })
  })

  it('tells how far it is, and cancelled leaves the store as it was', async () => {
    const path = file('large.csv', large())
    const seen: ImportStatus[] = []
    imports.subscribe((status) => seen.push(status))
    const reading = new Promise<void>((resolve) =>
      imports.subscribe(({ stage, bytesRead }) => {
        if (stage === 'reading' && bytesRead > 0) resolve()
      }),
    )
    const { id } = imports.start([path], { readings: {}, dryRun: false })
    expect(() => imports.start([path], { readings: {}, dryRun: true })).toThrow('An import is running')
    await reading
    const status = await imports.cancel(id)
    expect(status).toMatchObject({ id, state: 'cancelled', report: null, error: null })
    expect(imports.current()).toEqual(status)
    expect(seen[0]).toMatchObject({
      state: 'running',
      stage: 'inspecting',
      filesTotal: null,
      etaSeconds: null,
    })
    expect(
      seen.some(
        ({ stage, filesTotal, bytesTotal }) => stage === 'reading' && filesTotal === 1 && bytesTotal! > 0,
      ),
    ).toBe(true)
    expect(stored()).toBe(0)
    expect(sessions.required().store.all('SELECT symbol FROM instrument')).toEqual([])
    await expect(imports.cancel('none')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('keeps the store it writes from being replaced, open or at fault', async () => {
    const { path } = sessions.required().store
    const reading = new Promise<void>((resolve) => {
      const stop = imports.subscribe(({ stage, bytesRead }) => {
        if (stage !== 'reading' || bytesRead === 0) return
        stop()
        resolve()
      })
    })
    const { id } = imports.start([file('large.csv', large())], { readings: {}, dryRun: false })
    await reading
    const refused = {
      code: 'store_busy',
      message: expect.stringContaining('An import'),
      place: { file: path },
    }
    let replaced = 0
    const replace = (): Promise<void> => {
      replaced++
      return Promise.resolve()
    }
    const session = sessions.required()
    await expect(sessions.replace(replace)).rejects.toMatchObject(refused)
    sessions.noteFault({ path, error: { code: 'store_corrupt', message: '' } })
    await expect(sessions.recover(replace)).rejects.toMatchObject(refused)
    expect(sessions.required()).toBe(session)

    await sessions.create(join(folder, 'other.sqlite'))
    sessions.noteFault({ path, error: { code: 'store_corrupt', message: '' } })
    await expect(sessions.recover(replace)).rejects.toMatchObject(refused)
    expect(imports.current()).toMatchObject({ id, state: 'running' })
    expect(replaced).toBe(0)
    // Another store than the import's.
    await sessions.replace(replace)
    await imports.cancel(id)
    sessions.noteFault({ path, error: { code: 'store_corrupt', message: '' } })
    await sessions.recover(replace)
    expect(replaced).toBe(2)
    expect(sessions.required().store.path).toBe(path)
  })

  it('goes on into its own store when another project is opened', async () => {
    const path = file('000001.csv', akshareFile('000001', 5))
    const done = ended([path], {})
    await sessions.create(join(folder, 'other.sqlite'))
    expect((await done).store).toBe(join(folder, 'store.sqlite'))
    expect(stored()).toBe(0)
    await sessions.open(join(folder, 'store.sqlite'))
    expect(stored()).toBe(1)
  })

  it('whose process dies is told of as failed', async () => {
    const entry = file('dying.ts', '')
    const job = new URL('../../../src-main/jobs/process.ts', import.meta.url)
    writeFileSync(
      entry,
      `import { serveJob } from ${JSON.stringify(job.href)}
       serveJob(async () => process.kill(process.pid, 'SIGKILL'))`,
    )
    imports = createImportService(sessions, pathToFileURL(entry))
    expect(await ended([entry], {})).toMatchObject({ state: 'failed', error: { code: 'interrupted' } })
  })

  it('needs an open project', async () => {
    await sessions.close()
    expect(() => imports.start(['x.csv'], { readings: {}, dryRun: true })).toThrow('No project is open')
  })
})

describe('a new project', () => {
  it('is empty and open, and takes the place of no file', async () => {
    const path = join(folder, 'new.sqlite')
    expect(await sessions.create(path)).toMatchObject({ path, name: 'new', bars: 0, synthetic: false })
    expect(sessions.required().store.path).toBe(path)
    const taken = file('taken.sqlite', 'mine')
    await expect(sessions.create(taken)).rejects.toMatchObject({
      code: 'file_exists',
      place: { file: taken },
    })
    expect(readFileSync(taken, 'utf8')).toBe('mine')
    expect(sessions.required().store.path).toBe(path)
  })
})

describe('kept mappings', () => {
  const mapping = mappingFile.parse({ table: 'calendar', columns: { date: 'Tag' } })

  it('are mapping files by name, replaced and removed by name', async () => {
    const kept = join(folder, 'mappings')
    const mappings = createMappingService(kept)
    expect(await mappings.list()).toEqual([])
    await mappings.keep('我的券商', mapping)
    expect(await readMapping(join(kept, '我的券商.json'))).toEqual(mapping)
    const other = { ...mapping, columns: { date: 'Day' } }
    await mappings.keep('b', mapping)
    expect(await mappings.keep('b', other)).toEqual([
      { name: 'b', mapping: other },
      { name: '我的券商', mapping },
    ])
    writeFileSync(join(kept, 'a.json'), '{"table":"nothing"}')
    mkdirSync(join(kept, 'c.json'))
    expect(await mappings.forget('b')).toEqual([
      { name: 'a', mapping: null },
      { name: 'c', mapping: null },
      { name: '我的券商', mapping },
    ])
  })

  it.each(['', ' a', 'a ', '../a', 'a/b', 'a\\b', 'a.b', 'con', 'COM1', 'a:b', 'a\0', 'x'.repeat(61)])(
    'are not kept under %j',
    (name) => expect(mappingName.safeParse(name).success).toBe(false),
  )
  it.each(['a', 'Wind 日行情', 'x'.repeat(60), 'con 1'])('are kept under %j', (name) =>
    expect(mappingName.parse(name)).toBe(name),
  )
})

describe('the pace of an import', () => {
  it('is the median of the latest stretches, once there are three', () => {
    const pace = createPace()
    for (const [time, amount] of [
      [0, 0],
      [100, 5],
      [500, 500],
      [1000, 1000],
    ])
      pace.note(time, amount)
    expect(pace.rate()).toBeNull()
    pace.note(1500, 10_000)
    expect(pace.rate()).toBe(1000)
    pace.note(2000, 13_000)
    expect(pace.rate()).toBe(3500)
    for (let at = 1; at <= 12; at++) pace.note(2000 + 1000 * at, 13_000 + 10 * at)
    expect(pace.rate()).toBe(10)
  })
})
