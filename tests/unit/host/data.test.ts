import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDataService, type DataService } from '../../../src-main/host/services/data.ts'
import { initialsOf } from '../../../src-main/host/services/initials.ts'
import { importPaths } from '../../../src-main/ingest/importPaths.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { removedCounts, type Removal, type RemovedCounts } from '../../../src-shared/contract/data.ts'
import type { WorkProgress } from '../../../src-shared/contract/progress.ts'
import type { StudyStatus } from '../../../src-shared/contract/study.ts'
import { coverage as coverageSchema, DAY_STATE } from '../../../src-shared/domain/coverage.ts'
import { smallStore } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
const MARCH: Removal = { symbols: ['009001.SZ'], from: 20160301, to: 20160331 }
let folder: string
let store: WritableStore
let studies: StudyStatus[] = []
let data: DataService
let counts: RemovedCounts

beforeAll(async () => {
  const small = await smallStore()
  folder = small.folder
  store = openStore(small.path, { mode: 'write' })
  data = createDataService(store, WORKER, { list: () => studies })
})
afterAll(async () => {
  await data.close()
  store.close()
  rmSync(folder, { recursive: true })
})
const preview = (removal: Removal) => data.previewRemoval(removal, new AbortController().signal)

describe('the data service', () => {
  it('reads the coverage once, until the data change', async () => {
    const [first, again] = await Promise.all([data.coverage(), data.coverage()])
    expect(again).toBe(first)
    expect(coverageSchema.safeParse(first).success).toBe(true)
    expect(first.symbols).toHaveLength(72)
    expect(first.missingDays.some((days) => days > 0)).toBe(false)
    expect(first.indices.map(({ member }) => member.filter((state) => state === 2).length)).toEqual([40])
  })

  it('tells how far the coverage is, and gives it up once the last who waits for it has gone', async () => {
    const own = createDataService(store, WORKER, { list: () => [] })
    const caller = () => {
      const abort = new AbortController()
      const told: WorkProgress[] = []
      let first = (): void => {}
      const begun = new Promise<void>((resolve) => (first = resolve))
      const report = (progress: WorkProgress): void => {
        told.push(progress)
        first()
      }
      return { abort, told, begun, answer: own.coverage({ signal: abort.signal, report }) }
    }
    const [one, other] = [caller(), caller()]
    await one.begun
    expect(one.told[0]).toEqual({ stage: 'stocks', done: 0, total: 72 })
    one.abort.abort()
    await expect(one.answer).rejects.toMatchObject({ code: 'cancelled' })
    expect((await other.answer).symbols).toHaveLength(72)

    // Of another service, which has none yet.
    await own.close()
    const again = createDataService(store, WORKER, { list: () => [] })
    const abort = new AbortController()
    const gone = again.coverage({ signal: abort.signal, report: () => {} })
    // Before its process has anything: as soon as that tells of its work it may be done.
    abort.abort()
    await expect(gone).rejects.toMatchObject({ code: 'cancelled' })
    expect((await again.coverage()).symbols).toHaveLength(72)
    await again.close()
  })

  it('names the stocks with the initials that are typed for them', () => {
    const { symbols, names, initials } = data.stocks()
    expect([symbols[4], names[4], initials[4]]).toEqual(['009005.SZ', '合成005', 'hc005'])
    expect(data.stocks()).toBe(data.stocks())
  })

  it('removes nothing while a study runs, nor other rows than were counted', async () => {
    const bars = () => store.get('SELECT count(*) FROM bar')
    const before = bars()
    counts = await preview(MARCH)
    expect(removedCounts.parse(counts)).toMatchObject({ bars: 23 })
    studies = [{ name: 'now', state: 'running' } as StudyStatus]
    await expect(data.remove(MARCH, counts)).rejects.toMatchObject({ code: 'store_busy' })
    studies = []
    await Promise.all([
      expect(data.remove(MARCH, { ...counts, bars: 22 })).rejects.toMatchObject({ code: 'not_found' }),
      expect(preview({ ...MARCH, symbols: ['1'] })).rejects.toMatchObject({ code: 'not_found' }),
    ])
    expect(bars()).toEqual(before)
  })

  it('removes what was counted, and its coverage and prices know', async () => {
    const before = await data.coverage()
    expect(await data.remove(MARCH, counts)).toEqual(counts)
    const [after, findings] = await Promise.all([data.coverage(), data.doctor()])
    expect(after).not.toBe(before)
    expect([...after.missingDays].filter((days) => days > 0)).toEqual([23])
    const { states } = await data.prices('009001.SZ')
    expect(states.filter((state) => state === DAY_STATE.missing)).toHaveLength(23)
    expect(findings.find(({ code }) => code === 'gap')).toMatchObject({
      count: 1,
      examples: [{ subject: '009001.SZ', date: 20160401, values: { days: 23 } }],
    })
  })

  it('places quarantined rows on their days, and gives them by the page', async () => {
    const file = join(folder, 'refused.csv')
    const rows = [
      '2016-03-07,009001.SZ,10,9,11,10,100,1000',
      '2016-03-08,NONE,10,9,11,10,100,1000',
      'x,009001.SZ,1,1,1,1,1,1',
    ]
    writeFileSync(file, ['date,symbol,open,high,low,close,volume,amount', ...rows].join('\n'))
    await importPaths({ store, paths: [file], preset: 'auto', dryRun: false })
    const { days, quarantineUnplaced, quarantined, missing, months } = await data.coverage()
    const march = [...months].indexOf(201603)
    expect([quarantined[march], missing[march], quarantineUnplaced]).toEqual([1, 22, 2])
    const states = await data.days(['009002.SZ', '009001.SZ'])
    expect(states).toHaveLength(2 * days.length)
    const at = days.indexOf(20160307)
    expect([states[at], states[days.length + at]]).toEqual([DAY_STATE.traded, DAY_STATE.quarantined])
    expect(data.quarantineReasons()).toEqual([
      { reason: 'high_below_low', rows: 2 },
      { reason: 'bad_date', rows: 1 },
    ])
    expect(data.quarantine({ reason: null, offset: 1, limit: 5 }).map(({ row }) => row)).toEqual([3, 4])
    expect(data.quarantine({ reason: 'high_below_low', offset: 1, limit: 5 })).toMatchObject([
      { row: 3, field: 'high', text: rows[1] },
    ])
  })

  it('refuses the days of a stock that is not there', async () => {
    await expect(data.days(['999999.SH'])).rejects.toMatchObject({ code: 'not_found' })
  })

  it('ends its processes when it is closed', async () => {
    const closing = createDataService(store, WORKER, { list: () => [] })
    const asked = closing.doctor()
    const end = expect(asked).rejects.toMatchObject({ code: 'cancelled' })
    await closing.close()
    await end
  })
})

describe('initialsOf', () => {
  it('reads characters in their words, and keeps letters and digits of any width', () => {
    const names = {
      招商银行: 'zsyh',
      长江电力: 'cjdl',
      重庆啤酒: 'cqpj',
      厦门钨业: 'xmwy',
      万科Ａ: 'wka',
      '*ST长油': 'stcy',
      TCL科技: 'tclkj',
      合成001: 'hc001',
      'Apple Inc.': 'appleinc',
    }
    expect(Object.fromEntries(Object.keys(names).map((name) => [name, initialsOf(name)]))).toEqual(names)
    expect(initialsOf('')).toBe('')
  })
})
