import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type BackupKeeper, createBackupKeeper } from '../../../src-main/host/services/backupKeeper.ts'
import { backupFolder, listBackups } from '../../../src-main/store/backupFolder.ts'
import { LOG_BYTES, openStore, type WritableStore } from '../../../src-main/store/store.ts'
import type { PlateauError } from '../../../src-shared/errors.ts'
import { trust } from '../../fixtures/trust.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
const PACE = { lookMs: 5, quietMs: 0, retryMs: 3_600_000 }
let folder: string
let store: WritableStore
let keeper: BackupKeeper
let automatic: boolean
let busy: boolean
let looks: number
let damage: PlateauError[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-keeper-'))
  store = openStore(join(folder, 'store.sqlite'), { mode: 'write' })
  store.run("INSERT INTO instrument (symbol) VALUES ('A')")
  automatic = true
  busy = false
  looks = 0
  damage = []
})
afterEach(async () => {
  await keeper.close()
  store.close()
  rmSync(folder, { recursive: true })
})

/** 60 MB more in the store. */
function weights(): void {
  store.run(
    `INSERT INTO study (id, name, config, state, owner_pid, owner_started, owner_boot, started_at, running_since)
       VALUES ('a', '', '{}', 'running', 1, '', '', '', '')`,
  )
  store.transaction(() => {
    for (let seed = 0; seed < 60; seed++)
      store.run("INSERT INTO study_weights VALUES ('a', 1, 'd', 'o', ?, ?, '{}')", seed, new Uint8Array(1e6))
  })
}

function start(worker = WORKER): void {
  keeper = createBackupKeeper(store, worker, {
    automatic: () => automatic,
    busy: () => (looks++, busy),
    onDamage: (error) => damage.push(error),
    pace: PACE,
  })
}
const backups = (): number => listBackups(store.path).length
/** Copies that are being made, or were left. */
const copies = (): string[] => readdirSync(backupFolder(store.path)).filter((name) => name.includes('.tmp'))
const until = (condition: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 30_000, interval: 5 })
/** Has looked so often since that it would have begun. */
const hasLooked = (times: number): Promise<void> => {
  const from = looks
  return until(() => looks >= from + times)
}

describe('the keeper of a store', () => {
  it('makes one backup when nothing writes, and no second one of the same day', async () => {
    start()
    await until(() => backups() === 1 && !keeper.running)
    expect(keeper.failure).toBeNull()
    await hasLooked(10)
    expect([backups(), keeper.running]).toEqual([1, false])
  })

  it('makes none while a study runs, another process writes, or it is turned off', async () => {
    busy = true
    start()
    await hasLooked(10)
    expect(keeper.running).toBe(false)

    const other = new Database(store.path)
    other.exec('BEGIN IMMEDIATE')
    busy = false
    await hasLooked(10)
    expect(keeper.running).toBe(false)

    automatic = false
    other.exec('ROLLBACK')
    other.close()
    await keeper.close()
    expect(backups()).toBe(0)
    automatic = true
    start()
    await until(() => backups() === 1)
  })

  it('gives up a copy that is being made when something begins to write, and makes it afterwards', async () => {
    weights()
    start()
    await until(() => copies().length > 0)
    busy = true
    keeper.giveWay()
    await until(() => !keeper.running)
    expect([backups(), copies(), keeper.failure]).toEqual([0, [], null])
    await hasLooked(5)
    expect(keeper.running).toBe(false)
    busy = false
    await until(() => backups() === 1)
    trust('automatic backups', { 'given up for work that began': 1, 'left behind': 0 })
  })

  it('ends a long log when the store is at rest, also where no backups are wanted', async () => {
    automatic = false
    const reader = openStore(store.path, { mode: 'read' })
    const rows = reader.scan('SELECT * FROM instrument')
    rows.next()
    weights()
    const log = (): number => statSync(`${store.path}-wal`).size
    expect(log()).toBeGreaterThan(LOG_BYTES / 2)
    rows.return!()
    reader.close()
    start()
    await until(() => log() === 0)
    expect(backups()).toBe(0)
  })

  it('lives on and tells why a copy failed, also where it cannot remove what was left', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    // Of a folder, removing a file is refused everywhere.
    mkdirSync(join(backupFolder(store.path), `2026-01-01T000000000Z.sqlite.${pid}-1-1.tmp`), {
      recursive: true,
    })
    start(new URL('file:///none.ts'))
    await until(() => keeper.failure !== null)
    expect(keeper.failure).toMatchObject({ code: 'interrupted' })
    expect([keeper.running, copies()]).toEqual([false, [expect.stringContaining('.tmp')]])
    await keeper.close()
    start()
    await until(() => backups() === 1)
  })

  it('tells of a damaged store, keeps the sound backup, and does not try again at once', async () => {
    store.transaction(() => {
      for (let stock = 0; stock < 5_000; stock++)
        store.run('INSERT INTO instrument (symbol) VALUES (?)', `S${stock}`)
    })
    store.close()
    const { path } = store
    const bytes = readFileSync(path)
    store = openStore(path, { mode: 'write' })
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 5_000)
    writeFileSync(path, bytes)
    start()
    await until(() => damage.length === 1)
    expect(damage[0]).toMatchObject({ code: 'store_corrupt', place: { file: path } })
    expect(keeper.failure).toMatchObject({ code: 'store_corrupt' })
    expect([backups(), copies(), keeper.running]).toEqual([0, [], false])
  })
})
