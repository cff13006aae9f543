import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine } from '../../../src-main/cli/commandLine.ts'
import { importPaths } from '../../../src-main/ingest/importPaths.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { canMount, smallDisk } from '../../fixtures/smallDisk.ts'
import { answerOf, errorOf, plateau } from './plateau.ts'

let folder = ''
let store = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-cli-'))
  store = join(folder, 'store.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

const HEADER = 'date,symbol,open,high,low,close,volume\n'
const GOOD = `${HEADER}2020-01-02,A,1,1,1,1,1\n`

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Every file below a folder, with what is in it. */
function contents(path: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [
        join(parentPath, name),
        readFileSync(join(parentPath, name), 'latin1'),
      ]),
  )
}

interface ImportAnswer {
  totals: { rowsIn: number; rowsStored: number; rowsQuarantined: number }
  reasons: Record<string, number>
}

describe('plateau import', () => {
  it('says which table a file was read as', async () => {
    const bars = file('bars.csv', GOOD)
    const own = file('own.csv', 'Day,Ticker,O,H\n2024-01-02,600000.SH,1,2\n')
    const { stdout } = await plateau(['import', bars, own, '--dry-run', '--store', store])
    expect(stdout).toMatch(/bars\.csv +generic +Daily bars /)
    expect(stdout).toMatch(/own\.csv +generic +Own daily factors /)
  })

  it.each<[string, string | Buffer, string, object]>([
    ['bars.csv', 'date,symbol,open,high,low,close\n', 'column_missing', { row: 1, field: 'volume' }],
    ['bars.csv', '%PDF-1.7\n', 'file_not_recognised', {}],
    ['bars.csv.gz', GOOD, 'file_not_recognised', {}],
    ['bars.csv.gz', Buffer.from('1f8b08000000', 'hex'), 'file_corrupt', { row: 1 }],
    ['bars.csv', '', 'file_not_recognised', {}],
    ['bars.csv', `${GOOD}2020-01-03,"A,1,1,1,1,1\n`, 'file_corrupt', { row: 3 }],
  ])('refuses %s with %j and makes no store', async (name, content, code, place) => {
    const path = file(name, content)
    const ended = await plateau(['import', path, '--store', store, '--json'])
    expect(ended.code).toBe(2)
    expect(errorOf(ended)).toMatchObject({
      code,
      place: { file: path, ...place },
      remedy: expect.any(String),
    })
    expect(readdirSync(folder)).toEqual([name])
  })

  it('names the columns that it does not read', async () => {
    const path = file('bars.csv', 'date,symbol,open,high,low,close,volume,pe\n2020-01-02,A,1,1,1,1,1,9\n')
    const again = file('more.csv', 'date,symbol,open,high,low,close,volume,pe\n2020-01-02,B,1,1,1,1,1,9\n')
    const one = await plateau(['import', path, '--store', store])
    expect(one.stdout).toContain(`${path}: columns not read: pe\n`)
    expect(one.stdout).not.toContain('codes like')
    const two = await plateau(['import', path, again, '--store', store])
    expect(two.stdout).toContain(`${path} and 1 more: columns not read: pe\n`)
  })

  it('quarantines a bad date, a duplicated key and high < low, and shows them', async () => {
    const path = file(
      'bars.csv',
      `${GOOD}2020-13-01,A,1,1,1,1,1\n2020-01-02,A,1,1,1,1,1\n2020-01-03,A,1,1,2,1,1\n2020-01-03,B,1,1,1,1,\x1b[31m\n`,
    )
    const ended = await plateau(['import', path, '--store', store, '--json'])
    expect(ended.code).toBe(0)
    const { totals, reasons } = answerOf<ImportAnswer>(ended)
    expect(totals).toMatchObject({ rowsIn: 5, rowsStored: 1, rowsQuarantined: 4 })
    expect(reasons).toEqual({ bad_date: 1, duplicate_key: 1, high_below_low: 1, bad_number: 1 })

    const data = answerOf<{ quarantineSamples: unknown[] }>(
      await plateau(['data', '--store', store, '--json']),
    )
    expect(data.quarantineSamples).toContainEqual({
      reason: 'high_below_low',
      file: path,
      row: 5,
      field: 'high',
      text: '2020-01-03,A,1,1,2,1,1',
    })
    const { stdout } = await plateau(['data', '--store', store])
    expect(stdout).toContain(
      `quarantined bad_date: 1\n  ${path}, row 3, field date: 2020-13-01,A,1,1,1,1,1\n`,
    )
    const other = await plateau(['import', path, '--store', join(folder, 'my store.sqlite')])
    expect(other.stdout).toMatch(/^plateau data --store (['"])[^'"]*my store\.sqlite\1 shows /m)
    // What a file holds does not act on the terminal.
    expect(stdout).toContain('\\x1b[31m')
    expect(stdout).not.toContain('\x1b')
  })

  it('shows the first ten rows of a reason', async () => {
    const rows = Array.from({ length: 25 }, (_, k) => `2020-01-02,A${k},1,1,2,1,1\n`)
    await plateau(['import', file('bars.csv', HEADER + rows.join('')), '--store', store])
    const data = answerOf<{ quarantineSamples: { row: number }[] }>(
      await plateau(['data', '--store', store, '--json']),
    )
    expect(data.quarantineSamples.map((sample) => sample.row)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it('that is dry counts everything and makes nothing', async () => {
    const path = file('bars.csv', `${GOOD}2020-01-03,A,1,1,2,1,1\n`)
    const ended = await plateau(['import', path, '--dry-run', '--store', store, '--json'])
    expect(ended.code).toBe(0)
    expect(answerOf(ended)).toMatchObject({
      dryRun: true,
      totals: { rowsIn: 2, rowsStored: 1, rowsQuarantined: 1 },
    })
    expect(readdirSync(folder)).toEqual(['bars.csv'])
  })

  it('that is dry says why each file was read as it was, and saves that as a mapping', async () => {
    const header = 'ts_code,trade_date,open,high,low,close,pre_close,vol,amount\n'
    const path = file('daily.csv', `${header}600000.SH,20200102,10,11,9,10,10,3,3\n`)
    const map = join(folder, 'map.json')
    const shown = await plateau(['import', path, '--dry-run', '--save-map', map, '--store', store])
    expect(shown.stdout).toContain(
      `${path}: columns trade_date, ts_code, open, high, low, close, pre_close, vol, amount; ` +
        'codes like 600000.SH = 600000.SH; dates YYYYMMDD; units volume × 100, amount × 1000; ' +
        "amount ÷ volume within the day's range on 100% of 1 rows (with volume × 1, amount × 1: 0%); " +
        'factor chained from preclose\n',
    )
    expect(readdirSync(folder).sort()).toEqual(['daily.csv', 'map.json'])
    const again = await plateau(['import', path, '--map', map, '--dry-run', '--store', store, '--json'])
    expect(answerOf(again)).toMatchObject({
      files: [
        {
          preset: 'mapping',
          rowsStored: 1,
          evidence: expect.arrayContaining([{ code: 'asked', values: {} }]),
        },
      ],
    })
  })

  it('whose units are refused saves a mapping to correct them in', async () => {
    const rows = Array.from({ length: 20 }, (_, k) => `202001${10 + k},600000.SH,10,11,9,10,3,3\n`).join('')
    const path = file('daily.csv', `date,symbol,open,high,low,close,volume,amount\n${rows}`)
    const map = join(folder, 'map.json')
    const refused = await plateau(['import', path, '--save-map', map, '--store', store, '--json'])
    expect([refused.code, errorOf(refused).code]).toEqual([2, 'mapping_invalid'])
    const mapping = JSON.parse(readFileSync(map, 'utf8')) as { units: object }
    file('map.json', JSON.stringify({ ...mapping, units: { ...mapping.units, volume: 100, amount: 1000 } }))
    expect((await plateau(['import', path, '--map', map, '--store', store])).code).toBe(0)
  })

  it.each<[string, string, string]>([
    ['the store that is there', 'store.sqlite', 'usage'],
    ['a store to be made', 'new.sqlite', 'usage'],
    ['the log of one', 'new.sqlite-wal', 'usage'],
    ['a file that is read', 'daily.csv', 'usage'],
    ['the same by a link', 'link/daily.csv', 'usage'],
    ['a new file in a folder that is read', 'read/more/map.json', 'usage'],
    ['the same by a link', 'link/read/map.json', 'usage'],
    ['another file', 'notes.json', 'file_exists'],
    ['an empty file', 'empty', 'file_exists'],
  ])('saves no mapping in the place of %s: %s', async (_, target, code) => {
    file('daily.csv', GOOD)
    file('notes.json', '{"table":"bars"}')
    file('empty', '')
    mkdirSync(join(folder, 'read/more'), { recursive: true })
    file('read/more.csv', GOOD)
    symlinkSync(folder, join(folder, 'link'), 'junction')
    await plateau(['import', join(folder, 'daily.csv'), '--store', store])
    const before = contents(folder)
    for (const dry of [[], ['--dry-run']]) {
      const ended = await plateau(
        [
          ...['import', 'daily.csv', 'read', '--save-map', target, '--json', ...dry],
          ...['--store', target.startsWith('new') ? 'new.sqlite' : 'store.sqlite'],
        ],
        { cwd: folder },
      )
      expect(ended.code).toBe(2)
      expect(errorOf(ended)).toMatchObject({
        code,
        place: { file: join(realpathSync(folder), target) },
        remedy: expect.stringContaining('--save-map'),
      })
      expect(contents(folder)).toEqual(before)
    }
  })

  it('saves a mapping in the place of another one', async () => {
    const path = file('daily.csv', GOOD)
    const map = join(folder, 'map.json')
    const save = ['import', path, '--save-map', map, '--dry-run', '--store', store]
    expect((await plateau(save)).code).toBe(0)
    const saved = readFileSync(map, 'utf8')
    file('map.json', JSON.stringify({ ...(JSON.parse(saved) as object), units: { volume: 100 } }))
    expect((await plateau(save)).code).toBe(0)
    expect(readFileSync(map, 'utf8')).toBe(saved)
  })

  it('that is refused leaves the store that was there', async () => {
    await plateau(['import', file('bars.csv', GOOD), '--store', store])
    const ended = await plateau(['import', file('bad.csv', 'a,b\n1,2\n'), '--store', store, '--json'])
    expect(ended.code).toBe(2)
    expect(answerOf(await plateau(['data', '--store', store, '--json']))).toMatchObject({
      bars: 1,
      imports: 1,
    })
  })

  it.skipIf(process.platform === 'win32').each(['has opened', 'has imported into'])(
    'that fails leaves the new store that another process %s meanwhile (skipped on Windows)',
    async (what) => {
      const path = file('bars.csv', GOOD)
      // It has made the store when it waits for what the mapping says.
      const mapping = join(folder, 'map.json')
      execFileSync('mkfifo', [mapping])
      const failing = plateau(['import', path, '--map', mapping, '--store', store, '--json'])
      const saying = await open(mapping, 'w')
      const other = openStore(store, { mode: 'write' })
      const importMeanwhile = async (): Promise<void> => {
        await importPaths({ store: other, paths: [path], preset: 'auto', dryRun: false })
        other.close()
      }
      if (what === 'has imported into') await importMeanwhile()
      await saying.writeFile('no mapping')
      await saying.close()
      expect(errorOf(await failing).code).toBe('mapping_invalid')
      if (what === 'has opened') await importMeanwhile()
      expect(answerOf(await plateau(['data', '--store', store, '--json']))).toMatchObject({
        bars: 1,
        imports: 1,
      })
    },
  )

  it('refuses a store of a newer version and a file that is none', async () => {
    const path = file('bars.csv', GOOD)
    await plateau(['import', path, '--store', store])
    const database = new Database(store)
    database.pragma('user_version = 99')
    database.close()
    const newer = await plateau(['import', path, '--store', store, '--json'])
    expect([newer.code, errorOf(newer).code]).toEqual([2, 'store_newer'])
    const other = await plateau(['import', path, '--store', path, '--json'])
    expect([other.code, errorOf(other).code]).toEqual([2, 'store_not_plateau'])
  })

  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
    'on %s ends with exit code 3 and makes no store',
    async (signal) => {
      const row = '2020-01-02,A,1,1,1,1,1\n'
      // Several files: between them it hears of the signal, however fast it is.
      for (let k = 0; k < 20; k++) file(`bars${k}.csv`, HEADER + row.repeat(20_000))
      let sent = false
      const ended = await plateau(['import', folder, '--store', store, '--json'], {
        onStderr(_, kill) {
          if (!sent) kill(signal)
          sent = true
        },
      })
      expect([ended.code, errorOf(ended).code]).toEqual([3, 'interrupted'])
      expect(existsSync(store)).toBe(false)
      expect(readdirSync(folder).filter((name) => name.startsWith('store'))).toEqual([])
    },
  )

  describe.skipIf(!canMount)('on a disk of its own (needs root: mounts a tmpfs)', () => {
    it.each(['disk_full', 'disk_readonly'])('ends with %s and leaves nothing', async (code) => {
      const rows = Array.from({ length: 20_000 }, (_, k) => `2020-01-02,A${k},1,1,1,1,1\n`)
      const path = file('bars.csv', HEADER + rows.join(''))
      const disk = smallDisk(524_288)
      try {
        if (code === 'disk_readonly') disk.makeReadOnly()
        const target = join(disk.folder, 'store.sqlite')
        const ended = await plateau(['import', path, '--store', target, '--json'])
        expect(ended.code).toBe(2)
        expect(errorOf(ended)).toMatchObject({ code, place: { file: target }, remedy: expect.any(String) })
        expect(readdirSync(disk.folder)).toEqual([])
      } finally {
        disk.remove()
      }
    })
  })
})

describe('plateau sample', () => {
  it('says what can be typed to import and study its files', async () => {
    const target = join(folder, 'my sample')
    const { stdout } = await plateau(['sample', '--out', target])
    const [imported, studied] = stdout.trimEnd().split('\n').at(-1)!.split(' && ')
    expect(imported).toBe(commandLine(['import', target]))
    expect(studied).toBe(commandLine(['study', join(target, 'study.json')], { out: 'report' }))
    expect(imported).toMatch(/['"]$/)
  })

  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
    'on %s ends with exit code 3 and leaves no file',
    async (signal) => {
      const target = join(folder, 'sample')
      const ended = await plateau(['sample', '--out', target, '--json'], {
        onStderr(text, kill) {
          if (text === 'simulating the market\n') kill(signal)
        },
      })
      expect([ended.code, errorOf(ended).code]).toEqual([3, 'interrupted'])
      expect(existsSync(target) ? readdirSync(target) : []).toEqual([])
    },
  )
})
