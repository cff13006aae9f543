import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listImports } from '../../src-main/store/imports.ts'
import { checkIntegrity } from '../../src-main/store/integrity.ts'
import { type ReadableStore, openStore } from '../../src-main/store/store.ts'
import { dataSummary } from '../../src-main/store/summary.ts'

/** Real processes that die or run into a wall in the middle of an import. */

const CHILD = fileURLToPath(new URL('./importChild.ts', import.meta.url))
const STOCKS = 60
const DAYS = 250
const posix = process.platform !== 'win32'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-faults-'))
  path = join(folder, 'store.sqlite')
})

afterEach(() => {
  chmodSync(folder, 0o755)
  rmSync(folder, { recursive: true })
})

/** A file of STOCKS x DAYS bars at `price`, uncompressed, so that progress comes in several steps. */
function bars(name: string, price: number): string {
  const rows = ['date,symbol,open,high,low,close,volume,amount,adj_factor']
  for (let stock = 0; stock < STOCKS; stock++) {
    for (let day = 0; day < DAYS; day++) {
      const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10)
      const code = String(stock + 1).padStart(6, '0')
      rows.push(`${date},${code}.SZ,${price},${price},${price},${price},100,${100 * price},${price}`)
    }
  }
  const file = join(folder, name)
  writeFileSync(file, `${rows.join('\n')}\n`)
  return file
}

interface Answer {
  readonly totals?: unknown
  readonly error?: {
    readonly code: string
    readonly remedy?: string
    readonly place?: { readonly file?: string }
  }
}

function runChild(
  args: readonly string[],
  options: { uid?: number; limitKib?: number } = {},
): { signal: string | null; answer: Answer } {
  const command = [process.execPath, CHILD, ...args]
  const [file, ...rest] =
    options.limitKib === undefined
      ? command
      : ['bash', '-c', `ulimit -f ${options.limitKib}; exec "$@"`, 'bash', ...command]
  const child = spawnSync(file, rest, {
    encoding: 'utf8',
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  })
  return { signal: child.signal, answer: child.stdout === '' ? {} : (JSON.parse(child.stdout) as Answer) }
}

/** What must hold of any store, however its last process ended. */
function whole(check: (store: ReadableStore) => void): void {
  const store = openStore(path, { mode: 'write' })
  checkIntegrity(store)
  expect(store.all('PRAGMA foreign_key_check')).toEqual([])
  check(store)
  store.close()
}

const closes = (store: ReadableStore): unknown =>
  store.all('SELECT close, count(*) AS bars FROM bar GROUP BY close')
const factors = (store: ReadableStore): unknown => store.all('SELECT DISTINCT factor FROM adjustment')

describe('an import killed with SIGKILL', () => {
  it.each([0.2, 0.5, 0.8, 1])('after %d of its bytes leaves the store of the import before it', (share) => {
    const before = bars('before.csv', 5)
    expect(runChild([path, before]).answer.totals).toMatchObject({
      rowsIn: STOCKS * DAYS,
      rowsStored: STOCKS * DAYS,
      rowsQuarantined: 0,
    })
    expect(runChild([path, bars('after.csv', 7), String(share)]).signal).toBe('SIGKILL')
    whole((store) => {
      expect(closes(store)).toEqual([{ close: 5, bars: STOCKS * DAYS }])
      expect(factors(store)).toEqual([{ factor: 5 }])
      expect(listImports(store).map((batch) => batch.path)).toEqual([before])
    })
  })

  it('into a new store leaves an empty one', () => {
    expect(runChild([path, bars('a.csv', 5), '0.6']).signal).toBe('SIGKILL')
    whole((store) => expect(dataSummary(store)).toMatchObject({ instruments: 0, bars: 0, imports: 0 }))
  })

  it('after its commit, with the store still open, has lost nothing', () => {
    expect(runChild([path, bars('a.csv', 5), '2']).signal).toBe('SIGKILL')
    whole((store) => expect(closes(store)).toEqual([{ close: 5, bars: STOCKS * DAYS }]))
  })
})

describe.skipIf(!posix)('an import onto a disk that is full (a file size limit; skipped on Windows)', () => {
  it.each([64, 256])('at %d KiB ends with disk_full, and the store is as it was', (limitKib) => {
    runChild([path, bars('before.csv', 5)])
    rmSync(join(folder, 'before.csv'))
    const { answer } = runChild([path, bars('after.csv', 7)], { limitKib })
    expect(answer.error).toMatchObject({ code: 'disk_full', place: { file: path } })
    expect(answer.error?.remedy).toBeTruthy()
    whole((store) => expect(closes(store)).toEqual([{ close: 5, bars: STOCKS * DAYS }]))
  })
})

describe.skipIf(!posix)('an import that just fits, or just does not (skipped on Windows)', () => {
  it.each([448, 512, 640, 896])('at %d KiB says what the store then holds', (limitKib) => {
    runChild([path, bars('before.csv', 5)])
    rmSync(join(folder, 'before.csv'))
    const { answer } = runChild([path, bars('after.csv', 7)], { limitKib })
    if (answer.error !== undefined) expect(answer.error.code).toBe('disk_full')
    const close = answer.error === undefined ? 7 : 5
    whole((store) => expect(closes(store)).toEqual([{ close, bars: STOCKS * DAYS }]))
  })
})

describe.skipIf(!posix)('an import into a folder that is read-only (skipped on Windows)', () => {
  // Permissions do not bind root: there the child runs as nobody.
  const user = process.getuid?.() === 0 ? { uid: 65534 } : {}

  it('ends with disk_readonly when there is no store yet', () => {
    const file = bars('a.csv', 5)
    chmodSync(folder, 0o555)
    expect(runChild([path, file], user).answer.error).toMatchObject({
      code: 'disk_readonly',
      place: { file: path },
    })
  })

  it('ends with disk_readonly when there is one, which stays as it is', () => {
    const file = bars('a.csv', 5)
    runChild([path, file])
    chmodSync(path, 0o444)
    chmodSync(folder, 0o555)
    expect(runChild([path, file], user).answer.error).toMatchObject({
      code: 'disk_readonly',
      place: { file: path },
    })
    chmodSync(folder, 0o755)
    chmodSync(path, 0o644)
    whole((store) => expect(listImports(store)).toHaveLength(1))
  })
})
