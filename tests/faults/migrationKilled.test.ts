import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MIGRATIONS } from '../../src-main/store/migrations/index.ts'
import { checkIntegrity } from '../../src-main/store/integrity.ts'
import { openStore } from '../../src-main/store/store.ts'
import { dateOfEpochDay } from '../../src-shared/domain/date.ts'
import { createRandom } from '../../src-shared/random.ts'
import { loops, trust } from '../fixtures/trust.ts'

/**
 * A process that brings a store of each version up to date, killed with SIGKILL at moments drawn over the whole of it. The store is
 * then exactly what the migrations make of it up to one version, and the next opening brings it to the same end.
 */
const KILLS = loops({ reduced: 2, full: 20 })
const MODULE = fileURLToPath(new URL('../../src-main/store/store.ts', import.meta.url))
const NEWEST = MIGRATIONS.length
const STOCKS = 100
const DAYS = 600
const STUDIES = 200

let folder: string
/** Stores as the migrations up to each version make them: without rows, and with rows from version 1 on. */
const CHAINS = { empty: new Map<number, string>(), filled: new Map<number, string>() }
type Chain = keyof typeof CHAINS
const ofVersion = (chain: Chain, version: number): string => join(folder, `${chain}${version}.sqlite`)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-migrated-'))
  for (const chain of ['empty', 'filled'] as const) {
    const empty = new Database(ofVersion(chain, 0))
    CHAINS[chain].set(0, contentOf(empty))
    empty.close()
    for (const [from, sql] of MIGRATIONS.entries()) {
      copyFileSync(ofVersion(chain, from), ofVersion(chain, from + 1))
      const database = new Database(ofVersion(chain, from + 1))
      database.pragma('foreign_keys = OFF')
      database.exec(sql)
      if (from === 0 && chain === 'filled') fill(database)
      database.pragma(`application_id = ${0x504c4154}`)
      database.pragma(`user_version = ${from + 1}`)
      CHAINS[chain].set(from + 1, contentOf(database))
      database.close()
    }
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Rows of version 1 that the later ones have to do with. */
function fill(database: Database.Database): void {
  database.transaction(() => {
    database.exec(
      `INSERT INTO import_batch VALUES (1, '2024-01-01T00:00:00Z', 'a.csv', '${'a'.repeat(64)}', 'generic', 3, 2, 1)`,
    )
    const stock = database.prepare('INSERT INTO instrument VALUES (?, ?, ?, NULL, 1)')
    const bar = database.prepare(
      'INSERT INTO bar VALUES (?, ?, 10, 11, 9, 10.5, 10, 100, 1050, 5000, 0, 0, 1)',
    )
    for (let id = 1; id <= STOCKS; id++) {
      stock.run(id, String(id).padStart(6, '0'), `stock ${id}`)
      for (let day = 0; day < DAYS; day++) bar.run(id, dateOfEpochDay(14_610 + day))
    }
    const study = database.prepare(
      `INSERT INTO study (id, name, config, state, owner_pid, owner_started, owner_boot, started_at, ended_at, result)
       VALUES (?, 'one', '{}', 'done', 1, '2', 'b', '2024-01-01T00:00:00.000Z', '2024-01-01T00:00:01.000Z', ?)`,
    )
    for (let id = 0; id < STUDIES; id++) {
      const factors = [{ frequency: 'composite', optimizer: 'SAM', rankIcSummary: { mean: id / 1000 } }]
      study.run(`study ${id}`, JSON.stringify({ factors, portfolios: [], filler: 'x'.repeat(5_000) }))
    }
  })()
}

/** Schema and every row of every table; reading it counts them all. */
function contentOf(database: Database.Database): string {
  const hash = createHash('sha256')
  const schema = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name")
    .all() as { name: string; sql: string }[]
  hash.update(JSON.stringify(schema))
  for (const { name } of schema.filter(({ sql }) => sql.startsWith('CREATE TABLE'))) {
    const rows = database
      .prepare(`SELECT * FROM "${name}"`)
      .raw()
      .all()
      .map((row) => JSON.stringify(row))
    hash.update(`${name} ${rows.length}\n${rows.sort().join('\n')}`)
  }
  return hash.digest('hex')
}

/** Open the store for writing in a process of its own, killed `delay` ms after it begins; how long it took if it was not. */
function opened(path: string, delay = Infinity): Promise<{ killed: boolean; ms: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import fs from 'node:fs'; import { openStore } from ${JSON.stringify(MODULE)}; fs.writeSync(1, 'start');
       const store = openStore(${JSON.stringify(path)}, { mode: 'write' }); fs.writeSync(1, 'open'); store.close()`,
    ])
    let begun = 0
    let ms = Infinity
    let complaint = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const text = chunk.toString()
      if (text.startsWith('start')) {
        begun = performance.now()
        if (delay !== Infinity) setTimeout(() => child.kill('SIGKILL'), delay)
      }
      if (text.endsWith('open')) ms = performance.now() - begun
    })
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    child.once('close', (code, signal) => {
      if (signal === null && code !== 0) reject(new Error(complaint))
      else resolve({ killed: signal === 'SIGKILL', ms })
    })
  })
}

it.skipIf(process.platform === 'win32')(
  'a store that is brought up to date by a process that is killed is of its version or a later one, never between',
  { timeout: 60_000 + 5_000 * KILLS * NEWEST },
  async () => {
    const path = join(folder, 'store.sqlite')
    const left = { before: 0, between: 0, newest: 0 }
    const random = createRandom(20_261_127)
    for (let version = 0; version < NEWEST; version++) {
      const chain: Chain = version === 0 ? 'empty' : 'filled'
      const contents = CHAINS[chain]
      const prepare = (): void => {
        for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
        copyFileSync(ofVersion(chain, version), path)
      }
      prepare()
      const { ms } = await opened(path)
      for (let kill = 0; kill < KILLS; kill++) {
        prepare()
        const delay = random.uniform() * ms
        const shown = `version ${version}, killed after ${delay.toFixed(1)} ms of ${ms.toFixed(1)}`
        const { killed } = await opened(path, delay)
        const database = new Database(path)
        expect(database.pragma('integrity_check'), shown).toEqual([{ integrity_check: 'ok' }])
        expect(database.pragma('foreign_key_check'), shown).toEqual([])
        const reached = database.pragma('user_version', { simple: true }) as number
        expect(contentOf(database), shown).toBe(contents.get(reached))
        expect(database.pragma('wal_checkpoint(TRUNCATE)'), shown).toMatchObject([{ busy: 0 }])
        expect(contentOf(database), shown).toBe(contents.get(reached))
        database.close()
        if (!killed) expect(reached, shown).toBe(NEWEST)
        left[reached === version ? 'before' : reached === NEWEST ? 'newest' : 'between']++

        const store = openStore(path, { mode: 'write' })
        checkIntegrity(store)
        store.close()
        const again = new Database(path)
        expect(contentOf(again), shown).toBe(contents.get(NEWEST))
        again.close()
      }
    }
    trust('migrations killed', {
      'kills of each of the migrations': KILLS,
      migrations: NEWEST,
      'left at the old version': left.before,
      'at one between': left.between,
      'at the newest': left.newest,
      'at none': 0,
    })
  },
)
