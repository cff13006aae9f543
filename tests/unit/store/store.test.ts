import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MIGRATIONS } from '../../../src-main/store/migrations/index.ts'
import { checkIntegrity } from '../../../src-main/store/integrity.ts'
import { LOG_BYTES, openStore, sqliteVersion } from '../../../src-main/store/store.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { trust } from '../../fixtures/trust.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-store-'))
  path = join(folder, 'store.sqlite')
})

afterEach(() => rmSync(folder, { recursive: true }))

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof PlateauError) return error.code
    throw error
  }
  return 'none'
}

describe('a store that is opened', () => {
  it('has the promised pragmas, application id and version', () => {
    const store = openStore(path, { mode: 'write' })
    const pragma = (name: string): unknown =>
      Object.values(store.get<Record<string, unknown>>(`PRAGMA ${name}`)!)[0]
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('foreign_keys')).toBe(1)
    expect(pragma('trusted_schema')).toBe(0)
    expect(pragma('cell_size_check')).toBe(1)
    expect(pragma('journal_size_limit')).toBe(LOG_BYTES)
    expect(pragma('busy_timeout')).toBeGreaterThan(0)
    expect(pragma('user_version')).toBe(MIGRATIONS.length)
    store.close()
    expect(readFileSync(path).subarray(68, 72).toString('latin1')).toBe('PLAT')
    const reader = openStore(path, { mode: 'read' })
    const ofReader = ['journal_mode', 'foreign_keys', 'trusted_schema', 'cell_size_check'].map(
      (name) => Object.values(reader.get<Record<string, unknown>>(`PRAGMA ${name}`)!)[0],
    )
    expect(ofReader).toEqual(['wal', 1, 0, 1])
    reader.close()
    trust('store settings', { 'of the writer': 8, 'of a reader': 4 })
  })

  it('runs on an SQLite without the WAL-reset corruption', () => {
    const store = openStore(path, { mode: 'write' })
    const [major, minor, patch] = sqliteVersion(store).split('.').map(Number)
    store.close()
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(3_051_003)
  })

  it('has only STRICT tables', () => {
    const store = openStore(path, { mode: 'write' })
    const loose = store.all(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
    )
    store.close()
    expect(loose).toEqual([])
  })

  it('keeps what was written for the next one', () => {
    const first = openStore(path, { mode: 'write' })
    first.run("INSERT INTO instrument (symbol) VALUES ('000001.SZ')")
    first.close()
    const second = openStore(path, { mode: 'read' })
    expect(second.all('SELECT symbol FROM instrument')).toEqual([{ symbol: '000001.SZ' }])
    second.close()
  })

  it('cannot be written in mode read, whatever the type says', () => {
    openStore(path, { mode: 'write' }).close()
    const store = openStore(path, { mode: 'read' }) as ReturnType<typeof openStore> & {
      run(sql: string): void
    }
    expect(codeOf(() => store.run("UPDATE project SET name = 'x'"))).toBe('disk_readonly')
    store.close()
  })

  it('is brought up to date by a reader that finds it empty', () => {
    const database = new Database(path)
    database.pragma(`application_id = ${0x504c4154}`)
    database.close()
    const store = openStore(path, { mode: 'read' })
    expect(store.get('SELECT name, synthetic FROM project')).toEqual({ name: '', synthetic: 0 })
    store.close()
  })
})

describe('a file that is refused', () => {
  it('names a store that is not there', () => {
    expect(codeOf(() => openStore(path, { mode: 'read' }))).toBe('file_not_found')
    expect(codeOf(() => openStore(join(folder, 'none', 'store.sqlite'), { mode: 'write' }))).toBe(
      'file_not_found',
    )
  })

  it.each(['read', 'write'] as const)('is text named .sqlite, mode %s, and stays as it is', (mode) => {
    const text = 'date,open,high,low,close\n'.repeat(200)
    writeFileSync(path, text)
    expect(
      codeOf(() => (mode === 'read' ? openStore(path, { mode }) : openStore(path, { mode: 'write' }))),
    ).toBe('store_not_plateau')
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it("is another program's database, and stays as it is", () => {
    const database = new Database(path)
    database.exec('CREATE TABLE theirs (x)')
    database.close()
    const before = readFileSync(path)
    expect(codeOf(() => openStore(path, { mode: 'write' }))).toBe('store_not_plateau')
    expect(codeOf(() => openStore(path, { mode: 'read' }))).toBe('store_not_plateau')
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('was written by a newer version, and stays as it is', () => {
    openStore(path, { mode: 'write' }).close()
    const database = new Database(path)
    database.pragma(`user_version = ${MIGRATIONS.length + 1}`)
    database.close()
    const before = readFileSync(path)
    expect(codeOf(() => openStore(path, { mode: 'write' }))).toBe('store_newer')
    expect(codeOf(() => openStore(path, { mode: 'read' }))).toBe('store_newer')
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('has lost its end', () => {
    const store = openStore(path, { mode: 'write' })
    store.transaction(() => {
      for (let i = 0; i < 5000; i++) store.run('INSERT INTO instrument (symbol) VALUES (?)', `S${i}`)
    })
    store.close()
    truncateSync(path, 40_960)
    expect(
      codeOf(() => {
        const cut = openStore(path, { mode: 'read' })
        try {
          checkIntegrity(cut)
        } finally {
          cut.close()
        }
      }),
    ).toBe('store_corrupt')
  })

  it('is locked by another writer', () => {
    const store = openStore(path, { mode: 'write' })
    const other = new Database(path)
    other.exec('BEGIN IMMEDIATE')
    store.run('PRAGMA busy_timeout = 10')
    expect(codeOf(() => store.transaction(() => store.run("UPDATE project SET name = 'x'")))).toBe(
      'store_busy',
    )
    other.exec('ROLLBACK')
    other.close()
    store.close()
  })
})

describe('a transaction', () => {
  it('is rolled back whole by an error, which comes through unchanged', () => {
    const store = openStore(path, { mode: 'write' })
    const error = new PlateauError('cancelled', 'enough')
    expect(() =>
      store.transaction(() => {
        store.run("INSERT INTO instrument (symbol) VALUES ('A')")
        throw error
      }),
    ).toThrow(error)
    expect(store.all('SELECT * FROM instrument')).toEqual([])
    store.close()
  })

  it('over asynchronous work refuses a second one and can end without a commit', async () => {
    const store = openStore(path, { mode: 'write' })
    await store.transactionAsync(async () => {
      store.run("INSERT INTO instrument (symbol) VALUES ('A')")
      await expect(
        store.transactionAsync(() => Promise.resolve({ commit: true, value: null })),
      ).rejects.toMatchObject({ code: 'store_busy' })
      return { commit: false, value: null }
    })
    expect(store.all('SELECT * FROM instrument')).toEqual([])
    store.close()
  })
})

describe('constraints', () => {
  it.each([
    ['a price of 0', 'INSERT INTO bar VALUES (1, 20200102, 0, 1, 1, 1, NULL, 1, 1, NULL, 0, 0, 1)'],
    ['a negative volume', 'INSERT INTO bar VALUES (1, 20200102, 1, 1, 1, 1, NULL, -1, 1, NULL, 0, 0, 1)'],
    ['a date as text', "INSERT INTO bar VALUES (1, '2020-01-02', 1, 1, 1, 1, NULL, 1, 1, NULL, 0, 0, 1)"],
    ['a bar of no instrument', 'INSERT INTO bar VALUES (9, 20200102, 1, 1, 1, 1, NULL, 1, 1, NULL, 0, 0, 1)'],
    ['an unbalanced import', 'UPDATE import_batch SET rows_in = 3, rows_stored = 1, rows_quarantined = 1'],
    ['a second project', "INSERT INTO project VALUES (2, 'x', 0)"],
  ])('refuse %s', (_, sql) => {
    const store = openStore(path, { mode: 'write' })
    store.run(
      "INSERT INTO import_batch (id, imported_at, path, sha256, preset) VALUES (1, '', '', ?, '')",
      'a'.repeat(64),
    )
    store.run("INSERT INTO instrument (id, symbol) VALUES (1, 'A')")
    store.run('INSERT INTO bar VALUES (1, 20200102, 1, 1, 1, 1, NULL, 1, 1, NULL, 0, 0, 1)')
    store.run('DELETE FROM bar')
    expect(() => store.run(sql)).toThrow(/constraint failed|cannot store TEXT/)
    store.close()
  })
})

describe('a store opened for writing', () => {
  /** Bytes in the middle of the file, where its rows are. */
  function damage(): void {
    const bytes = readFileSync(path)
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 5_000)
    writeFileSync(path, bytes)
  }

  it('is read through where it is small: damage is found before anything is written', () => {
    const store = openStore(path, { mode: 'write' })
    store.transaction(() => {
      for (let i = 0; i < 5000; i++) store.run('INSERT INTO instrument (symbol) VALUES (?)', `S${i}`)
    })
    store.close()
    damage()
    const before = readFileSync(path)
    expect(codeOf(() => openStore(path, { mode: 'write' }))).toBe('store_corrupt')
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it(
    'of more than 50 MB is read through when its log was left and nobody has it open',
    { timeout: 60_000 },
    () => {
      const store = openStore(path, { mode: 'write' })
      store.run(
        `INSERT INTO study (id, name, config, state, owner_pid, owner_started, owner_boot, started_at, running_since)
         VALUES ('a', '', '{}', 'running', 1, '', '', '', '')`,
      )
      for (let i = 0; i < 52; i++)
        store.run("INSERT INTO study_weights VALUES ('a', 1, 'd', 'o', ?, ?, '{}')", i, new Uint8Array(1e6))
      store.close()
      damage()
      openStore(path, { mode: 'write' }).close()
      writeFileSync(`${path}-wal`, 'a log that a killed process left')
      const database = new Database(path)
      database.prepare('SELECT count(*) FROM project').get()
      openStore(path, { mode: 'write' }).close()
      database.close()
      writeFileSync(`${path}-wal`, 'a log that a killed process left')
      expect(codeOf(() => openStore(path, { mode: 'write' }))).toBe('store_corrupt')
    },
  )
})
