import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importPaths } from '../../src-main/ingest/importPaths.ts'
import { checkIntegrity } from '../../src-main/store/integrity.ts'
import { LOG_BYTES, openStore, type WritableStore } from '../../src-main/store/store.ts'
import { dateOfEpochDay } from '../../src-shared/domain/date.ts'
import { loops, trust } from '../fixtures/trust.ts'

/** How long the store's log becomes while another process reads the whole store all the time. */
const READER = fileURLToPath(new URL('./readerChild.ts', import.meta.url))
const COMMITS = loops({ reduced: 400, full: 6_000 })
const STOCKS = loops({ reduced: 60, full: 3_000 })
const DAYS = 1_000
const BLOB = new Uint8Array(500_000)

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-log-'))
  path = join(folder, 'store.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10

async function reader(): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(process.execPath, [READER, path])
  await once(child.stdout, 'data')
  return child
}

/** How often it has read the store, and the longest log that it has seen. */
async function end(child: ChildProcessWithoutNullStreams): Promise<{ reads: number; peak: number }> {
  let told = ''
  child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()))
  child.stdin.end()
  const [code] = (await once(child, 'close')) as [number]
  expect(code).toBe(0)
  const [reads, peak] = told.trim().split(' ').map(Number)
  return { reads, peak }
}

function weights(store: WritableStore, seed: number): void {
  store.transaction(() =>
    store.run("INSERT OR REPLACE INTO study_weights VALUES ('a', 1, 'd', 'o', ?, ?, '{}')", seed % 40, BLOB),
  )
}

describe('the log of a store that another process reads without a break', () => {
  it('stays under 64 MB, however many commits', { timeout: 600_000 }, async () => {
    const store = openStore(path, { mode: 'write' })
    store.run(
      `INSERT INTO study (id, name, config, state, owner_pid, owner_started, owner_boot, started_at, running_since)
       VALUES ('a', '', '{}', 'running', 1, '', '', '', '')`,
    )
    for (let seed = 0; seed < 40; seed++) weights(store, seed)
    const child = await reader()
    let longest = 0
    for (let seed = 0; seed < COMMITS; seed++) {
      weights(store, seed)
      longest = Math.max(longest, sizeOf(`${path}-wal`))
      // The reader's output is read now and then.
      if (seed % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const { reads, peak } = await end(child)
    checkIntegrity(store)
    store.close()
    expect(Math.max(longest, peak)).toBeLessThanOrEqual(LOG_BYTES)
    expect(reads).toBeGreaterThan(10)
    trust('store log', {
      commits: COMMITS,
      'MB written': megabytes(COMMITS * BLOB.length),
      'whole reads meanwhile': reads,
      'longest log, MB': megabytes(Math.max(longest, peak)),
    })
  })

  it(
    'holds what an import changes, at most the store itself, and is gone when nobody reads any more',
    { timeout: 600_000 },
    async () => {
      const file = join(folder, 'bars.csv')
      writeFileSync(file, 'date,symbol,open,high,low,close,volume,amount\n')
      for (let stock = 1; stock <= STOCKS; stock++) {
        const code = String(stock).padStart(6, '0')
        const rows = Array.from(
          { length: DAYS },
          (_, day) =>
            `${dateOfEpochDay(14_610 + day)},${code}.SZ,10,11,9,10.5,${stock * 100},${stock * 1050}\n`,
        )
        appendFileSync(file, rows.join(''))
      }
      const store = openStore(path, { mode: 'write' })
      const child = await reader()
      await importPaths({ store, paths: [file], preset: 'auto', dryRun: false })
      const { reads, peak } = await end(child)
      // As the keeper of an open store does when that is at rest.
      store.transaction(() => {})
      const after = sizeOf(`${path}-wal`)
      expect(store.get('SELECT count(*) AS n FROM bar')).toEqual({ n: STOCKS * DAYS })
      store.close()
      // A page of the log has 24 bytes of its own; pages that an index has let go are in it too.
      expect(peak).toBeLessThan(1.1 * sizeOf(path))
      expect(after).toBeLessThanOrEqual(LOG_BYTES)
      trust('store log', {
        'bars imported': STOCKS * DAYS,
        'whole reads meanwhile': reads,
        'longest log, MB': megabytes(peak),
        'store, MB': megabytes(sizeOf(path)),
        'log at rest, MB': megabytes(after),
      })
    },
  )
})
