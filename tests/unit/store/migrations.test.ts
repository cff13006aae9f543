import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { MIGRATIONS } from '../../../src-main/store/migrations/index.ts'
import { loadWeights } from '../../../src-main/store/runFiles.ts'
import { studyRuns } from '../../../src-main/store/runs.ts'
import { checkIntegrity } from '../../../src-main/store/integrity.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { getStudy, listStudies, studyEpochs } from '../../../src-main/store/studies.ts'
import { bestOf } from '../../../src-shared/domain/studyBest.ts'
import { smallStudy } from '../../fixtures/smallStore.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-migration-'))
  path = join(folder, 'store.sqlite')
})

afterEach(() => rmSync(folder, { recursive: true }))

/** A store as the first `version` migrations leave it. */
function storeOfVersion(version: number): Database.Database {
  const database = new Database(path)
  for (const sql of MIGRATIONS.slice(0, version)) database.exec(sql)
  database.pragma(`application_id = ${0x504c4154}`)
  database.pragma(`user_version = ${version}`)
  return database
}

describe('a store of version 1', () => {
  const ROWS = `
    INSERT INTO import_batch VALUES (1, '2024-01-01T00:00:00Z', 'bars.csv', '${'a'.repeat(64)}', 'generic', 3, 2, 1);
    INSERT INTO quarantine VALUES (1, 4, 'date', 'bad_date', 'x');
    INSERT INTO instrument VALUES (7, '600000.SH', '浦发银行', 19991110, 1);
    INSERT INTO bar VALUES (7, 20200102, 10, 11, 9, 10.5, 10, 100, 1050, 5000, 0, 0, 1);
    INSERT INTO bar VALUES (7, 20200103, 10, 11, 9, 10.5, NULL, 0, 0, NULL, 1, NULL, 1);
    INSERT INTO adjustment VALUES (7, 20200102, 2.5);
    INSERT INTO calendar VALUES (20200102, 1);
    INSERT INTO index_info VALUES ('000300.SH', 'CSI 300', 0);
    INSERT INTO index_membership VALUES ('000300.SH', '600000.SH', 20190101, NULL, 1);
    INSERT INTO index_weight VALUES ('000300.SH', 20200102, '600000.SH', 1, 1);
    INSERT INTO industry VALUES ('600000.SH', 20200101, 'J66', '货币金融服务', 1);`
  const TABLES = ['instrument', 'bar', 'adjustment', 'calendar', 'index_info', 'index_membership']

  it('keeps every row, and what its imports did not count is unknown', () => {
    const before = storeOfVersion(1)
    before.exec(ROWS)
    const rows = TABLES.map((table) => before.prepare(`SELECT * FROM ${table}`).all())
    before.close()

    const store = openStore(path, { mode: 'write' })
    checkIntegrity(store)
    expect(store.all('PRAGMA foreign_key_check')).toEqual([])
    expect(store.get('PRAGMA user_version')).toEqual({ user_version: MIGRATIONS.length })
    expect(TABLES.map((table) => store.all(`SELECT * FROM ${table}`))).toEqual(rows)
    expect(store.get('SELECT * FROM import_batch')).toMatchObject({
      id: 1,
      rows_in: 3,
      rows_stored: 2,
      rows_quarantined: 1,
      rows_inserted: null,
      rows_replaced: null,
      rows_unchanged: null,
    })
    for (const table of ['daily_value', 'extra_factor', 'extra_factor_value', 'membership_snapshot']) {
      expect(store.all(`SELECT * FROM ${table}`)).toEqual([])
    }
    const { panel } = loadMarket(store)
    expect([...panel.floatCap]).toEqual([5000, 5000])
    store.close()
  })

  it('is brought up to date once, by whoever opens it', () => {
    storeOfVersion(1).close()
    openStore(path, { mode: 'read' }).close()
    const store = openStore(path, { mode: 'write' })
    expect(store.get('PRAGMA user_version')).toEqual({ user_version: MIGRATIONS.length })
    store.close()
  })
})

describe('constraints of version 2', () => {
  it.each([
    ['a daily value without a value', 'INSERT INTO daily_value VALUES (1, 20200102, NULL, NULL, NULL, 1)'],
    ['a float cap of 0', 'INSERT INTO daily_value VALUES (1, 20200102, 0, NULL, NULL, 1)'],
    ['a flag of 2', 'INSERT INTO daily_value VALUES (1, 20200102, NULL, 2, NULL, 1)'],
    ['a factor without a name', "INSERT INTO extra_factor VALUES (2, '')"],
    ['a value of no factor', 'INSERT INTO extra_factor_value VALUES (9, 1, 20200102, 1, 1)'],
    ['a value of no stock', 'INSERT INTO extra_factor_value VALUES (1, 9, 20200102, 1, 1)'],
    ['a snapshot of no index', "INSERT INTO membership_snapshot VALUES ('X', 20200102, 1)"],
    [
      'counts that do not add up',
      'UPDATE import_batch SET rows_in = 3, rows_stored = 3, rows_inserted = 1, rows_replaced = 1, rows_unchanged = 0',
    ],
  ])('refuse %s', (_, sql) => {
    const store = openStore(path, { mode: 'write' })
    store.run(
      "INSERT INTO import_batch (id, imported_at, path, sha256, preset) VALUES (1, '', '', ?, '')",
      'a'.repeat(64),
    )
    store.run("INSERT INTO instrument (id, symbol) VALUES (1, 'A')")
    store.run("INSERT INTO extra_factor VALUES (1, 'beta')")
    store.run('INSERT INTO extra_factor_value VALUES (1, 1, 20200102, -1, 1)')
    expect(() => store.run(sql)).toThrow(/constraint failed/)
    store.close()
  })
})

describe('a store of version 3', () => {
  const key = { window: 0, frequency: 'daily', optimizer: 'AdamW', seed: 1 } as const
  const CONFIG = JSON.stringify(smallStudy())
  const STUDIES = `
    INSERT INTO study VALUES ('done', 'one', '${CONFIG}', 'done', 1, '2', 'b', '2024-01-01T00:00:00.000Z',
      '2024-01-01T00:01:30.000Z', NULL, '{"format": "x"}');
    INSERT INTO study VALUES ('failed', 'two', '${CONFIG}', 'failed', 1, '2', 'b', '2024-01-02T00:00:00.000Z',
      '2024-01-02T00:00:01.000Z', '{"code": "diverged", "message": "no"}', NULL);
    INSERT INTO study VALUES ('running', 'three', '${CONFIG}', 'running', 1, '2', 'b', '2024-01-03T00:00:00.000Z', NULL, NULL, NULL);
    INSERT INTO study_epoch VALUES ('done', 0, 'daily', 'AdamW', 1, 1, '{"epoch": 1}');
    INSERT INTO study_epoch VALUES ('done', 0, 'daily', 'AdamW', 1, 2, '{"epoch": 2}');
    INSERT INTO study_epoch VALUES ('running', 0, 'daily', 'AdamW', 1, 1, '{"epoch": 1}');
    INSERT INTO study_weights VALUES ('done', 0, 'daily', 'AdamW', 1, x'000000000000f03f', '[]');`

  it('keeps its studies, and their epochs and weights though the table of studies is made anew', () => {
    const before = storeOfVersion(3)
    before.exec(STUDIES)
    before.close()
    const store = openStore(path, { mode: 'write' })
    checkIntegrity(store)
    expect(store.all('PRAGMA foreign_key_check')).toEqual([])
    expect(listStudies(store).map(({ id, name, state }) => [id, name, state])).toEqual([
      ['running', 'three', 'interrupted'],
      ['failed', 'two', 'failed'],
      ['done', 'one', 'done'],
    ])
    expect(getStudy(store, 'done')).toMatchObject({
      owner: { pid: 1, started: '2', boot: 'b' },
      workers: null,
      endedAt: '2024-01-01T00:01:30.000Z',
      elapsed: expect.closeTo(90, 3),
      began: null,
    })
    expect(getStudy(store, 'failed').error).toEqual({ code: 'diverged', message: 'no' })
    expect(getStudy(store, 'running').runningSince).toBe('2024-01-03T00:00:00.000Z')
    expect(store.get("SELECT result FROM study WHERE id = 'done'")).toEqual({ result: '{"format": "x"}' })
    expect(studyEpochs(store, 'done')).toEqual([
      { key, record: { epoch: 1 } },
      { key, record: { epoch: 2 } },
    ])
    expect(studyEpochs(store, 'running')).toHaveLength(1)
    expect([...loadWeights(store, 'done', key).weights]).toEqual([1])
    expect(studyRuns(store, 'done')).toEqual([])
    // What belongs to a study still goes with it.
    store.run("DELETE FROM study WHERE id = 'done'")
    expect(studyEpochs(store, 'done')).toEqual([])
    store.close()
  })

  it('with epochs of no study stays as it was', () => {
    const before = storeOfVersion(3)
    before.pragma('foreign_keys = OFF')
    before.exec(`${STUDIES} DELETE FROM study WHERE id = 'done'`)
    before.close()
    expect(() => openStore(path, { mode: 'write' })).toThrow(
      expect.objectContaining({
        code: 'store_corrupt',
        message: expect.stringContaining('left at version 3'),
      }),
    )
    const after = new Database(path)
    expect(after.pragma('user_version', { simple: true })).toBe(3)
    expect(after.prepare('SELECT id FROM study ORDER BY id').pluck().all()).toEqual(['failed', 'running'])
    after.close()
  })
})

describe('a store of version 4', () => {
  const OWNER = "1, '2', 'b', '2024-01-01T00:00:00.000Z', '2024-01-01T00:00:01.000Z'"
  /** A study in state done with this result. */
  const insert = (before: Database.Database, id: string, result: unknown): void => {
    before
      .prepare(
        `INSERT INTO study (id, name, config, state, owner_pid, owner_started, owner_boot, started_at, ended_at, result)
         VALUES (?, 'one', ?, 'done', ${OWNER}, ?)`,
      )
      .run(id, JSON.stringify(smallStudy()), result === null ? null : JSON.stringify(result))
  }

  it('keeps its studies, untagged and not set aside, with the best of their results', () => {
    const result = buildStudyResult({ indices: ['000300.SH', '000905.SH'] })
    const first = result.portfolios[0]
    // Neither a portfolio that was never built nor a factor without a RankIC is the best.
    const without = {
      ...result,
      factors: result.factors.map((factor) => ({
        ...factor,
        rankIcSummary: { ...factor.rankIcSummary, mean: null },
      })),
      portfolios: [{ ...first, performance: null }],
    }
    const before = storeOfVersion(4)
    insert(before, 'whole', result)
    insert(before, 'without', without)
    insert(before, 'foreign', { format: 'x' })
    insert(before, 'none', null)
    before.close()
    const store = openStore(path, { mode: 'write' })
    checkIntegrity(store)
    for (const { tags, archivedAt } of listStudies(store)) expect([tags, archivedAt]).toEqual([[], null])
    const expected = bestOf(result)
    expect(expected.rankIc!.optimizer).toBe('SAM')
    // SQLite reads a decimal to the last bit but one.
    expect(getStudy(store, 'whole').best).toEqual({
      rankIc: { ...expected.rankIc, value: expect.closeTo(expected.rankIc!.value, 14) },
      excess: { ...expected.excess, value: expect.closeTo(expected.excess!.value, 14) },
    })
    const nothing = { rankIc: null, excess: null }
    expect(getStudy(store, 'without').best).toEqual(nothing)
    expect(getStudy(store, 'foreign').best).toEqual(nothing)
    expect(getStudy(store, 'none').best).toBeNull()
    store.close()
  })
})

describe('constraints of version 5', () => {
  it.each([
    ['a tag of no study', "INSERT INTO study_tag VALUES ('x', 'tag')"],
    ['an empty tag', "INSERT INTO study_tag VALUES ('a', '')"],
    ['a tag with spaces about it', "INSERT INTO study_tag VALUES ('a', ' tag')"],
    ['the same tag twice', "INSERT INTO study_tag VALUES ('a', 'tag')"],
    ['a RankIC of no optimizer', "INSERT INTO study_best VALUES ('a', 0.1, NULL, NULL, NULL, NULL)"],
    ['an excess of no index', "INSERT INTO study_best VALUES ('a', NULL, NULL, 0.1, 'SAM', NULL)"],
  ])('refuse %s', (_, sql) => {
    const store = openStore(path, { mode: 'write' })
    store.run(
      `INSERT INTO study (id, name, config, state, owner_pid, owner_started, owner_boot, started_at)
       VALUES ('a', 'one', '{}', 'queued', 1, '2', 'b', '')`,
    )
    store.run("INSERT INTO study_tag VALUES ('a', 'tag')")
    expect(() => store.run(sql)).toThrow(/constraint failed/)
    store.close()
  })
})
