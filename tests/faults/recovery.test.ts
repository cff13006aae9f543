import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepBackup } from '../../src-main/store/autoBackup.ts'
import { backupFolder, listBackups } from '../../src-main/store/backupFolder.ts'
import { recoverStore, recoveryOutlook } from '../../src-main/store/recovery.ts'
import { checkIntegrity } from '../../src-main/store/integrity.ts'
import { isSound, openStore, type WritableStore } from '../../src-main/store/store.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { createRandom } from '../../src-shared/random.ts'
import { loops, trust } from '../fixtures/trust.ts'

/** Damaged stores and what takes their place. */
const STORES = loops({ reduced: 40, full: 300 })
const KILLS = loops({ reduced: 4, full: 60 })
const GIGABYTES = loops({ reduced: 0.06, full: 1 })

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-recovery-'))
  path = join(folder, 'store.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

const names = (): string[] => readdirSync(folder).filter((name) => !/-(wal|shm)$/.test(name))
const corrupt = (): string[] => names().filter((name) => name.includes('.corrupt-'))

/** `count` stocks more, in one transaction. */
function grow(store: WritableStore, count: number): void {
  const { n } = store.get<{ n: number }>('SELECT count(*) AS n FROM instrument')!
  store.transaction(() => {
    for (let stock = n; stock < n + count; stock++)
      store.run('INSERT INTO instrument (symbol) VALUES (?)', `S${stock}`)
  })
}
function write(work: (store: WritableStore) => void): void {
  const store = openStore(path, { mode: 'write' })
  work(store)
  store.close()
}
function stocks(): number {
  const store = openStore(path, { mode: 'read' })
  checkIntegrity(store)
  const { n } = store.get<{ n: number }>('SELECT count(*) AS n FROM instrument')!
  store.close()
  return n
}
/** Bytes in the middle of the file, where its rows are. */
function damage(file: string): void {
  const bytes = readFileSync(file)
  bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 5_000)
  writeFileSync(file, bytes)
}
async function errorOf(work: () => unknown): Promise<PlateauError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof PlateauError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a damaged store', () => {
  it('is kept, with its log, while the newest backup takes its place; what is newer is told', async () => {
    write((store) => grow(store, 1_000))
    await keepBackup(path)
    const store = openStore(path, { mode: 'write' })
    const later = new Date(Date.now() + 1_000).toISOString()
    const batch = "INSERT INTO import_batch (imported_at, path, sha256, preset) VALUES (?, ?, ?, 'generic')"
    for (const file of ['/data/a.csv', '/data/b.csv']) store.run(batch, later, file, 'a'.repeat(64))
    store.run(batch, '2020-01-01T00:00:00.000Z', '/data/old.csv', 'a'.repeat(64))
    store.run(
      `INSERT INTO study (id, name, config, state, owner_pid, owner_started, owner_boot, started_at, ended_at)
       VALUES ('a', 'SAM/AdamW', '{}', 'done', 1, '', '', ?, ?)`,
      later,
      later,
    )
    // As a process leaves them that was killed: the store of the backup, and what is newer in the log.
    const [file, log] = [readFileSync(path), readFileSync(`${path}-wal`)]
    store.close()
    writeFileSync(path, file)
    damage(path)
    const bytes = readFileSync(path)
    writeFileSync(`${path}-wal`, log)

    const { backup, lost } = recoveryOutlook(path)
    expect(lost).toEqual({
      imports: { count: 2, examples: ['b.csv', 'a.csv'] },
      studies: { count: 1, examples: ['SAM/AdamW'] },
    })
    const recovery = await recoverStore(path)
    expect(recovery).toMatchObject({ backup, unsound: [], lost })
    expect(stocks()).toBe(1_000)
    expect(readFileSync(recovery.kept!).equals(bytes)).toBe(true)
    expect(readFileSync(`${recovery.kept!}-wal`).equals(log)).toBe(true)
  })

  it('gets an older backup where the newest is damaged too, and stays where it is when all are', async () => {
    for (let number = 1; number <= 3; number++) {
      write((store) => grow(store, 1_000))
      await keepBackup(path)
    }
    const backups = listBackups(path)
    const copy = readFileSync(path)
    damage(path)
    damage(backups[0].path)
    truncateSync(backups[1].path, 100)
    const expected = { backup: backups[2], unsound: [backups[0].path, backups[1].path] }
    expect(recoveryOutlook(path)).toMatchObject(expected)
    expect(await recoverStore(path)).toMatchObject(expected)
    expect(stocks()).toBe(1_000)

    writeFileSync(path, copy)
    damage(path)
    damage(backups[2].path)
    const bytes = readFileSync(path)
    expect(recoveryOutlook(path)).toMatchObject({ backup: null })
    expect(await errorOf(() => recoverStore(path))).toMatchObject({
      code: 'file_not_found',
      place: { file: backupFolder(path) },
    })
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it.each([
    ['emptied', () => writeFileSync(path, '')],
    [
      'without its first page',
      () => writeFileSync(path, Buffer.concat([Buffer.alloc(4096), readFileSync(path).subarray(4096)])),
    ],
    ['text', () => writeFileSync(path, 'not a database any more, whatever wrote this\n'.repeat(100))],
  ])('that is %s is known by its backups, and never begun anew', async (_, change) => {
    write((store) => grow(store, 1_000))
    await keepBackup(path)
    change()
    const bytes = readFileSync(path)
    for (const mode of ['read', 'write'] as const)
      expect(
        await errorOf(() =>
          mode === 'read' ? openStore(path, { mode }) : openStore(path, { mode: 'write' }),
        ),
      ).toMatchObject({ code: 'store_corrupt', remedy: expect.stringContaining('plateau restore') })
    expect(readFileSync(path).equals(bytes)).toBe(true)
    const { kept, lost } = await recoverStore(path)
    expect(lost).toEqual({ imports: null, studies: null })
    expect(readFileSync(kept!).equals(bytes)).toBe(true)
    expect(stocks()).toBe(1_000)
  })

  it('that is gone comes back, and a new one beside its old backups can be made', async () => {
    write((store) => grow(store, 10))
    await keepBackup(path)
    rmSync(path)
    expect((await recoverStore(path)).kept).toBeNull()
    expect(stocks()).toBe(10)
    rmSync(path)
    write(() => {})
    expect(stocks()).toBe(0)
  })

  it(`of ${STORES} with flipped bytes each is what it was, or its backup`, { timeout: 600_000 }, async () => {
    write((store) => grow(store, 600))
    await keepBackup(path)
    const sound = readFileSync(path)
    const random = createRandom(11)
    const seen = { readable: 0, restored: 0 }
    for (let trial = 0; trial < STORES; trial++) {
      const bytes = Buffer.from(sound)
      const span = [100, 8192, bytes.length][trial % 3]
      for (let flips = 1 + random.below(8); flips > 0; flips--)
        bytes[random.below(span)] ^= 1 << random.below(8)
      writeFileSync(path, bytes)
      for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
      try {
        write(checkIntegrity)
        seen.readable++
      } catch (error) {
        // A version of the future is no damage that can be seen.
        expect(['store_corrupt', 'store_newer']).toContain((error as PlateauError).code)
        const { kept } = await recoverStore(path)
        expect(statSync(kept!).size).toBe(bytes.length)
        expect(stocks()).toBe(600)
        seen.restored++
        rmSync(kept!)
      }
    }
    expect(seen.restored).toBeGreaterThan(0)
    trust('damaged store restored', { 'damaged stores': STORES, ...seen, lost: 0 })
  })

  it.skipIf(process.platform === 'win32')(
    'whose restoration is killed is there, damaged or restored, and the next one ends well',
    { timeout: 60_000 + KILLS * 5_000 },
    async () => {
      write((store) => grow(store, 20_000))
      await keepBackup(path)
      damage(path)
      const bytes = readFileSync(path)
      const module = fileURLToPath(new URL('../../src-main/store/recovery.ts', import.meta.url))
      /** How long it takes, from when it begins; killed after `delay` ms. */
      const recover = (delay = Infinity): Promise<number> =>
        new Promise((resolve) => {
          const child = spawn(process.execPath, [
            '--input-type=module',
            '-e',
            `import fs from 'node:fs'; import { recoverStore } from ${JSON.stringify(module)}; fs.writeSync(1, 'start');
             await recoverStore(${JSON.stringify(path)})`,
          ])
          let begun = 0
          child.stdout.once('data', () => {
            begun = performance.now()
            if (delay !== Infinity) setTimeout(() => child.kill('SIGKILL'), delay)
          })
          child.once('close', () => resolve(performance.now() - begun))
        })
      const whole = await recover()
      const random = createRandom(3)
      const left = { damaged: 0, restored: 0 }
      for (let kill = 0; kill < KILLS; kill++) {
        for (const name of corrupt()) rmSync(join(folder, name))
        writeFileSync(path, bytes)
        await recover(random.uniform() * whole)
        expect(existsSync(path)).toBe(true)
        const restored = isSound(path)
        expect(restored || readFileSync(path).equals(bytes)).toBe(true)
        left[restored ? 'restored' : 'damaged']++
        if (restored) expect(corrupt()).toHaveLength(1)
        if (!restored) await recoverStore(path)
        expect(stocks()).toBe(20_000)
      }
      trust('damaged store restored', { 'restorations killed': KILLS, ...left, neither: 0 })
    },
  )

  it('is restored at a speed that is told', { timeout: 600_000 }, async () => {
    write((store) => {
      store.run(
        `INSERT INTO study (id, name, config, state, owner_pid, owner_started, owner_boot, started_at, running_since)
         VALUES ('a', '', '{}', 'running', 1, '', '', '', '')`,
      )
      for (let seed = 0; seed < GIGABYTES * 1000; seed += 20)
        store.transaction(() => {
          for (let at = seed; at < seed + 20; at++)
            store.run(
              "INSERT INTO study_weights VALUES ('a', 1, 'd', 'o', ?, ?, '{}')",
              at,
              new Uint8Array(1e6),
            )
        })
    })
    const backedUp = performance.now()
    const { bytes, path: backup } = await keepBackup(path)
    const made = performance.now()
    damage(path)
    const begun = performance.now()
    await recoverStore(path)
    const seconds = (performance.now() - begun) / 1000
    expect(isSound(path)).toBe(true)
    expect(existsSync(backup)).toBe(true)
    const perGb = (of: number): string => (of / (bytes / 1e9)).toFixed(2)
    trust('damaged store restored', {
      GB: (bytes / 1e9).toFixed(2),
      'backup, s/GB': perGb((made - backedUp) / 1000),
      'restoration, s/GB': perGb(seconds),
    })
  })
})
