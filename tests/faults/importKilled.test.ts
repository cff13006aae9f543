import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadMarket } from '../../src-main/market/loadMarket.ts'
import { openStore } from '../../src-main/store/store.ts'
import { dateOfEpochDay } from '../../src-shared/domain/date.ts'
import { createRandom } from '../../src-shared/random.ts'
import { loops, trust } from '../fixtures/trust.ts'

/**
 * `plateau import` of a folder of tables, killed with SIGKILL at moments drawn from before there is a store to after the
 * process has committed. The store is then sound and holds what it held before, or all of the import; the same
 * command again brings it to the same content.
 */
const KILLS = loops({ reduced: 12, full: 200 })

const MAIN = fileURLToPath(new URL('../../src-main/cli/main.ts', import.meta.url))
const STOCKS = 40
const DAYS = 400
/** One bar in so many is refused; the text kept of it takes 12 kB, so that SQLite cannot hold the import in memory. */
const REFUSED_EVERY = 8
const LONG_NAME = '平'.repeat(4_000)
/** The migrations take less of the log: with more, pages of the import were in it. */
const LOGGED_BYTES = 2 ** 20
/** What a kill waits for before its delay begins: the start of the process, its first note of rows read, its last. */
const PHASES = ['rows', 'end', 'rows', 'start'] as const

type Phase = (typeof PHASES)[number]

let folder: string
let data: string
let earlier: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-killed-'))
  data = writeTables('data', DAYS, 1)
  // Fewer days at other prices: the import adds some rows, replaces others and leaves others as they are.
  earlier = writeTables('earlier', DAYS / 2, 1.5)
})

afterAll(() => rmSync(folder, { recursive: true }))

/** Tables of every kind with rows to quarantine among them; odd stocks cost `scale` times as much. */
function writeTables(name: string, days: number, scale: number): string {
  const to = join(folder, name)
  mkdirSync(to)
  const write = (file: string, header: string, rows: readonly string[]): void =>
    writeFileSync(join(to, file), `${[header, ...rows].join('\n')}\n`)
  const dates = Array.from({ length: days }, (_, at) => dateOfEpochDay(14_610 + at))
  const codes = Array.from({ length: STOCKS }, (_, at) => String(at + 1).padStart(6, '0'))
  const each = <T>(of: readonly T[], row: (value: T, at: number) => string): string[] => of.map(row)
  const price = (stock: number, day: number): number => (stock % 2 === 0 ? 1 : scale) * (10 + (day % 50) / 10)

  write('calendar.csv', 'date', [...each(dates, String), '20200230'])
  write(
    'instruments.csv',
    'symbol,name,list_date',
    each(codes, (code) => `${code}.SZ,${name} ${code},20000101`),
  )
  for (const half of [0, 1]) {
    const rows = dates.flatMap((date, day) =>
      codes
        .map((code, stock) => {
          const p = price(stock, day).toFixed(2)
          // The lowest price of a refused one is above its highest.
          const [low, long] = (stock + day) % REFUSED_EVERY === 0 ? ['99', LONG_NAME] : [p, '']
          return `${date},${code}.SZ,${p},${p},${low},${p},${100 * (1 + day)},${long}`
        })
        .filter((_, stock) => stock % 2 === half),
    )
    write(`bars_${half}.csv`, 'date,symbol,open,high,low,close,volume,name', rows)
  }
  write('factors.csv', 'symbol,date,factor', [
    ...codes.flatMap((code, stock) =>
      each([10, 100, 190], (day) => `${code}.SZ,${dates[day]},${scale + day + stock}`),
    ),
    `000001.SZ,${dates[20]},-1`,
  ])
  write('beta.csv', 'date,symbol,beta', [
    ...each(codes, (code, at) => `${dates[at]},${code}.SZ,${scale + at}`),
    `${dates[0]},000001.SZ,7`,
  ])
  write('caps.csv', 'date,symbol,float_cap', [
    ...each(codes, (code, at) => `${dates[at]},${code}.SZ,${1e6 * (scale + at)}`),
    `${dates[0]},000002.SZ,-5`,
  ])
  write('index_000300.csv', 'date,close,volume', [
    ...each(dates, (date, day) => `${date},${scale * (3000 + day)},1`),
    `${dates[0]},0,1`,
  ])
  write('membership_000300.csv', 'symbol,in_date,out_date', [
    ...each(codes, (code) => `${code}.SZ,${dates[0]},`),
    `000001.SZ,${dates[9]},${dates[3]}`,
  ])
  write(
    'weights.csv',
    'index,date,symbol,weight',
    each(codes, (code) => `000300,${dates[0]},${code}.SZ,${1 / STOCKS}`),
  )
  write('industry.csv', 'symbol,industry', [
    ...each(codes, (code, at) => `${code}.SZ,${name} ${at % 7}`),
    '000001.SZ,',
  ])
  return to
}

interface Ended {
  readonly killed: boolean
  /** A row was read: the transaction of the import had begun. */
  readonly begun: boolean
  /** When each phase began, and when the process ended, in ms from its start; Infinity for what did not come. */
  readonly at: Readonly<Record<Phase | 'exit', number>>
}

/** `plateau import data` into the store at `path`, killed `delay` ms into `phase`, or left to end. */
function plateauImport(path: string, from: string, kill?: { phase: Phase; delay: number }): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const at = { start: 0, rows: Infinity, end: Infinity, exit: Infinity }
    const child = spawn(process.execPath, [MAIN, 'import', from, '--store', path], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const enter = (phase: Phase): void => {
      if (at[phase] === Infinity) at[phase] = performance.now() - started
      if (kill?.phase === phase) setTimeout(() => child.kill('SIGKILL'), kill.delay)
    }
    enter('start')
    let notes = ''
    child.stderr.on('data', (chunk: Buffer) => {
      notes += chunk.toString()
      if (at.rows === Infinity && notes.includes(' % of all')) enter('rows')
      if (at.end === Infinity && notes.includes(' 100 % of all')) enter('end')
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      at.exit = performance.now() - started
      if (signal !== 'SIGKILL' && code !== 0) reject(new Error(notes))
      else resolve({ killed: signal === 'SIGKILL', begun: at.rows < Infinity, at })
    })
  })
}

/** Everything a store holds of data, imports and quarantine, but for when it came; `market` as a study names it. */
interface State {
  readonly tables: string
  readonly market: string
}

const EMPTY = 'no bars'

/** The state of a copy of the store, which must be sound; of no file that of an empty store. */
function stateOf(path: string): State {
  const copy = join(folder, 'copy.sqlite')
  for (const end of ['', '-wal', '-shm']) {
    rmSync(copy + end, { force: true })
    // The index of the log is of the process that died: SQLite makes it again.
    if (end !== '-shm' && existsSync(path + end)) copyFileSync(path + end, copy + end)
  }
  const database = new Database(copy)
  expect(database.pragma('quick_check')).toEqual([{ quick_check: 'ok' }])
  expect(database.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
  expect(database.pragma('foreign_key_check')).toEqual([])
  database.close()

  const store = openStore(copy, { mode: 'write' })
  try {
    const hash = createHash('sha256')
    const tables = store.all<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    expect(tables.length).toBeGreaterThan(15)
    for (const { name } of tables) {
      const columns = store
        .all<{ name: string }>('SELECT name FROM pragma_table_info(?)', name)
        .map((column) => column.name)
        .filter((column) => column !== 'imported_at')
      hash.update(`${name}\n`)
      for (const row of store.scan(
        `SELECT ${columns.join(', ')} FROM ${name} ORDER BY ${columns.map((_, at) => at + 1).join(', ')}`,
      ))
        hash.update(`${JSON.stringify(row)}\n`)
    }
    const { bars } = store.get<{ bars: number }>('SELECT count(*) AS bars FROM bar')!
    return { tables: hash.digest('hex'), market: bars === 0 ? EMPTY : loadMarket(store).hash }
  } finally {
    store.close()
  }
}

/** Rows of the files of a folder in quarantine. */
function quarantinedOf(path: string, from: string): unknown {
  const store = openStore(path, { mode: 'read' })
  try {
    return store.get(
      `SELECT count(*) AS "rows", count(DISTINCT batch) AS files
       FROM quarantine JOIN import_batch ON id = batch WHERE path LIKE ? || '%'`,
      from,
    )
  } finally {
    store.close()
  }
}

describe(`of ${KILLS} kills of plateau import each leaves the store before it or after it`, () => {
  it.each<[string, () => string | null]>([
    ['into a new store', () => null],
    ['into a store that it replaces in part', () => earlier],
  ])(
    '%s',
    async (into, from) => {
      const path = join(folder, 'store.sqlite')
      const base = join(folder, 'base.sqlite')
      const prepare = (): void => {
        for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
        if (existsSync(base)) copyFileSync(base, path)
      }
      rmSync(base, { force: true })
      const earlierData = from()
      if (earlierData !== null) await plateauImport(base, earlierData)

      prepare()
      const before = stateOf(path)
      const { at } = await plateauImport(path, data)
      const after = stateOf(path)
      expect(after.market).not.toBe(before.market)
      await plateauImport(path, data)
      const again = stateOf(path)
      expect(again.market).toBe(after.market)
      expect(again.tables).not.toBe(after.tables)
      expect(quarantinedOf(path, data)).toEqual({ rows: (STOCKS * DAYS) / REFUSED_EVERY + 7, files: 9 })

      const random = createRandom(20_260_102)
      const hits = { before: 0, during: 0, logged: 0, after: 0, ended: 0 }
      const spans = { start: at.rows, rows: at.end - at.rows, end: at.exit - at.end }
      for (let kill = 0; kill < KILLS / 2; kill++) {
        const phase = PHASES[kill % PHASES.length]
        const delay = random.uniform() * spans[phase]
        const shown = `kill ${kill}: ${delay.toFixed(1)} ms into ${phase}`
        prepare()
        const { killed, begun } = await plateauImport(path, data, { phase, delay })
        const log = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
        const left = stateOf(path)
        const done = left.tables === after.tables
        expect(left, shown).toEqual(done ? after : before)
        if (!killed) expect(done, shown).toBe(true)
        if (!killed) hits.ended++
        else if (done) hits.after++
        else if (!begun) hits.before++
        else {
          hits.during++
          if (log > LOGGED_BYTES) hits.logged++
        }
        await plateauImport(path, data)
        expect(stateOf(path), shown).toEqual(done ? again : after)
      }
      expect(hits.during).toBeGreaterThan(0)
      trust('import killed', {
        [into]: KILLS / 2,
        'before the first row': hits.before,
        'while rows were written': hits.during,
        'of these with part of them on the disk': hits.logged,
        'after the commit': hits.after,
        'too late': hits.ended,
        'stores neither before nor after': 0,
      })
    },
    60_000 + 20_000 * KILLS,
  )
})
