import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../src-main/store/store.ts'
import { createRandom } from '../../src-shared/random.ts'
import { REFUSED_EVERY, STOCKS, writeTables } from '../fixtures/importTables.ts'
import { stateOf as storeState, type StoreState } from '../fixtures/storeState.ts'
import { loops, trust } from '../fixtures/trust.ts'

/**
 * `plateau import` of a folder of tables, killed with SIGKILL at moments drawn from before there is a store to after the
 * process has committed. The store is then sound and holds what it held before, or all of the import; the same
 * command again brings it to the same content.
 */
const KILLS = loops({ reduced: 12, full: 200 })

const MAIN = fileURLToPath(new URL('../../src-main/cli/main.ts', import.meta.url))
const DAYS = 400
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
  data = writeTables(join(folder, 'data'), 'data', DAYS, 1)
  // Fewer days at other prices: the import adds some rows, replaces others and leaves others as they are.
  earlier = writeTables(join(folder, 'earlier'), 'earlier', DAYS / 2, 1.5)
})

afterAll(() => rmSync(folder, { recursive: true }))

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
      if (at.rows === Infinity && notes.includes('% of all')) enter('rows')
      if (at.end === Infinity && notes.includes(' 100% of all')) enter('end')
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      at.exit = performance.now() - started
      if (signal !== 'SIGKILL' && code !== 0) reject(new Error(notes))
      else resolve({ killed: signal === 'SIGKILL', begun: at.rows < Infinity, at })
    })
  })
}

/** Of a copy, as a process that was killed leaves it. */
const stateOf = (path: string): StoreState => storeState(path, join(folder, 'copy.sqlite'))

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
