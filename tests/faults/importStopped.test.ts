import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ImportProgress, importPaths } from '../../src-main/ingest/importPaths.ts'
import { openStore, type WritableStore } from '../../src-main/store/store.ts'
import { PlateauError } from '../../src-shared/errors.ts'

/** Imports of a large file that are stopped, and whose thread dies. */

const BYTES = 200 * 2 ** 20

let folder: string
let bars: string
let days: string
let store: WritableStore

/** A file of `size` bytes and more of rows, made of numbered ones. */
function write(name: string, header: string, size: number, row: (at: number) => string): string {
  const path = join(folder, name)
  const file = openSync(path, 'w')
  let bytes = writeSync(file, header)
  for (let at = 0; bytes < size;) {
    let text = ''
    for (const end = at + 20_000; at < end; at++) text += row(at)
    bytes += writeSync(file, text)
  }
  closeSync(file)
  return path
}

const date = (at: number): string => new Date(Date.UTC(1990, 0, 1 + (at % 12_000))).toISOString().slice(0, 10)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-stopped-'))
  const dates = Array.from({ length: 12_000 }, (_, at) => date(at))
  bars = write(
    'bars.csv',
    'date,symbol,open,high,low,close,volume\n',
    BYTES,
    (at) =>
      `${dates[at % 12_000]},${String(Math.floor(at / 12_000)).padStart(6, '0')},10.01,10.5,9.75,10.25,123456\n`,
  )
  days = write('days.csv', 'date\n', BYTES / 4, (at) => `${dates[at % 12_000]}\n`)
})

afterAll(() => rmSync(folder, { recursive: true }))

beforeEach(() => {
  store = openStore(join(folder, 'store.sqlite'), { mode: 'write' })
})

afterEach(() => {
  store.close()
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `store.sqlite${end}`), { force: true })
})

/** How an import of `path` ends, and how long after `stop` was called while it was stored. */
async function ended(
  path: string,
  stop: (progress: ImportProgress) => void,
  signal?: AbortSignal,
): Promise<{ error: PlateauError; seconds: number }> {
  let stopped = performance.now()
  signal?.addEventListener('abort', () => (stopped = performance.now()))
  try {
    const onProgress = (progress: ImportProgress): void => {
      if (progress.stage === 'reading') stop(progress)
    }
    await importPaths({ store, paths: [path], preset: 'auto', dryRun: false, onProgress, signal })
  } catch (error) {
    expect(error).toBeInstanceOf(PlateauError)
    expect(store.all('SELECT count(*) AS n FROM import_batch')).toEqual([{ n: 0 }])
    expect(store.all('SELECT count(*) AS n FROM bar')).toEqual([{ n: 0 }])
    return { error: error as PlateauError, seconds: (performance.now() - stopped) / 1000 }
  }
  throw new Error('the import ended well')
}

describe('an import of 200 MB ends within 2 s of its order to stop, with nothing stored', () => {
  const interrupted = new PlateauError('interrupted', 'stopped')

  it.each<[string, () => string]>([
    ['bars on their thread', () => bars],
    ['another table on this one', () => days],
  ])('given while it is read through for the first time: %s', async (_, path) => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(interrupted), 50)
    const { error, seconds } = await ended(path(), () => expect.unreachable(), stop.signal)
    expect(error).toBe(interrupted)
    expect(seconds).toBeLessThan(2)
  })

  it.each<[string, () => string]>([
    ['bars on their thread', () => bars],
    ['another table on this one', () => days],
  ])('given from outside while it is stored: %s', async (_, path) => {
    const stop = new AbortController()
    let begun: number | null = null
    const { error } = await ended(
      path(),
      () => {
        if (begun !== null) return
        begun = performance.now()
        setTimeout(() => stop.abort(interrupted), 300)
      },
      stop.signal,
    )
    expect(error).toBe(interrupted)
    // From when the order was due: it must not have to wait until there is nothing else to do.
    expect((performance.now() - begun! - 300) / 1000).toBeLessThan(2)
  })
})

it('an order to stop given when all is read and factors are being written leaves nothing stored', async () => {
  const stop = new AbortController()
  const interrupted = new PlateauError('interrupted', 'stopped')
  const stopping: WritableStore = {
    ...store,
    all: (sql, ...values) => {
      if (sql.includes('chained_factor')) stop.abort(interrupted)
      return store.all(sql, ...values)
    },
  }
  const path = join(folder, 'few.csv')
  writeFileSync(
    path,
    'date,symbol,open,high,low,close,volume\n2020-01-02,600000.SH,10.01,10.5,9.75,10.25,123456\n',
  )
  const paths = [path]
  const { signal } = stop
  await expect(importPaths({ store: stopping, paths, preset: 'auto', dryRun: false, signal })).rejects.toBe(
    interrupted,
  )
  expect(store.all('SELECT count(*) AS n FROM bar')).toEqual([{ n: 0 }])
})

describe('a thread that dies', () => {
  async function withThread(use: (worker: Worker) => void, stop: () => void): Promise<PlateauError> {
    process.once('worker', use)
    const { error } = await ended(bars, stop)
    return error
  }

  it('before it has begun ends the import', async () => {
    const error = await withThread(
      (worker) => void worker.terminate(),
      () => undefined,
    )
    expect([error.code, error.message]).toEqual(['internal', 'The thread that reads bars has ended.'])
  })

  it('in the middle of a file ends the import', async () => {
    let thread: Worker | null = null
    const error = await withThread(
      (worker) => (thread = worker),
      () => void thread?.terminate(),
    )
    expect(error.code).toBe('internal')
  })
})
