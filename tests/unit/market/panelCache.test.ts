import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { panelBlock, panelBytes } from '../../../src-main/market/panelBlock.ts'
import {
  type BlockWork,
  type CacheThreadData,
  readHeader,
  readPanelCache,
  writePanelCache,
} from '../../../src-main/market/panelCache.ts'
import { newSeat, pieceStates, sharePieces } from '../../../src-main/market/pieces.ts'
import { createRandom } from '../../../src-shared/random.ts'

const DAYS = 400
const STOCKS = 500
/** 14.8 MB, so that the last of its pieces is shorter than the others. */
const BYTES = panelBytes(DAYS * STOCKS)

let folder: string
let path: string
const block = panelBlock(DAYS * STOCKS)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-cache-'))
  path = join(folder, 'store.panel')
  const random = createRandom(1)
  const words = new Uint32Array(block.bytes.buffer)
  for (let k = 0; k < words.length; k++) words[k] = random.below(2 ** 32)
  const panel = {
    dates: Int32Array.from({ length: DAYS }, (_, t) => 20200000 + t),
    symbols: Array.from({ length: STOCKS }, (_, i) => `${600000 + i}.SH`),
    ...block.matrices,
    listedAt: new Int32Array(STOCKS).fill(-1),
  }
  writePanelCache(path, 'key', {
    panel,
    block,
    bars: 7,
    barsOutside: 1,
    factorsFrom: Int32Array.of(0, 2),
    hash: 'hash',
  })
})
afterAll(() => rmSync(folder, { recursive: true }))

const same = (bytes: Uint8Array | undefined): boolean =>
  bytes !== undefined && Buffer.compare(bytes, block.bytes) === 0

describe('a kept panel of several pieces', () => {
  it.each([0, 1, 3])('is what was kept, with %i threads', (threads) => {
    const kept = readPanelCache(path, 'key', threads)
    expect(same(kept?.block.bytes)).toBe(true)
    expect(kept).toMatchObject({ bars: 7, barsOutside: 1, factorsFrom: Int32Array.of(0, 2), hash: 'hash' })
  })

  it('is not given when a bit of any piece changed, the version is another or its end is missing', () => {
    const sound = readFileSync(path)
    const start = sound.length - BYTES
    const random = createRandom(2)
    const flipped = (at: number): Buffer => {
      const bytes = Buffer.from(sound)
      bytes[at] ^= 1 << random.below(8)
      return bytes
    }
    const inEachMegabyte = Array.from(
      { length: Math.ceil(BYTES / 1e6) },
      (_, k) => start + k * 1e6 + random.below(Math.min(1e6, BYTES - k * 1e6)),
    )
    const damaged = join(folder, 'damaged.panel')
    for (const [trial, at] of [8, start, ...inEachMegabyte, sound.length - 1].entries()) {
      writeFileSync(damaged, flipped(at))
      expect(readPanelCache(damaged, 'key', trial % 3)).toBeNull()
    }
    for (const length of [sound.length - 1, start + 5_000_000, start, 12]) {
      writeFileSync(damaged, sound.subarray(0, length))
      expect(readPanelCache(damaged, 'key', 1)).toBeNull()
    }
    writeFileSync(damaged, sound)
    expect(readPanelCache(damaged, 'key', 1)).not.toBeNull()
  })
})

describe('a thread that reads a kept panel', () => {
  const work = (): BlockWork => {
    const file = openSync(path, 'r')
    const { length, descriptionCrc } = readHeader(file)!
    closeSync(file)
    const bytes = readFileSync(path)
    const { checksums } = JSON.parse(bytes.toString('utf8', 20, 20 + length)) as Pick<BlockWork, 'checksums'>
    return {
      descriptionCrc,
      start: bytes.length - BYTES,
      checksums,
      memory: new SharedArrayBuffer(BYTES),
      states: pieceStates(checksums.length),
    }
  }
  const leaveTo = async (data: CacheThreadData): Promise<void> => {
    const entry = new URL('../../../src-main/market/panelCacheThread.ts', import.meta.url)
    await once(new Worker(entry, { workerData: { ...data, seat: newSeat() } }), 'exit')
  }

  it('reads all of it where nobody else does', async () => {
    const left = work()
    expect(left.checksums.length).toBeGreaterThan(2)
    await leaveTo({ path, work: left })
    expect(same(new Uint8Array(left.memory))).toBe(true)
  })

  it('takes no part when another file is in its place', async () => {
    const left = { ...work(), descriptionCrc: 1 }
    await leaveTo({ path, work: left })
    expect(new Uint8Array(left.memory).every((byte) => byte === 0)).toBe(true)
    expect(left.states.every((state) => state === 0)).toBe(true)
  })
})

describe('sharePieces', () => {
  const none = { count: 0, entry: 'panelCacheThread', data: {} }

  it('does every piece once without threads, and none after one that came to nothing', () => {
    const done: number[] = []
    expect(sharePieces(pieceStates(5), (piece) => done.push(piece) > 0, none)).toBe(true)
    expect(sharePieces(pieceStates(5), (piece) => done.push(piece) < 8, none)).toBe(false)
    expect(done).toEqual([0, 1, 2, 3, 4, 0, 1, 2])
  })

  it('does what threads that fail leave undone', () => {
    const done: number[] = []
    const failing = { ...none, count: 2, data: { path: join(folder, 'missing') } }
    expect(sharePieces(pieceStates(3), (piece) => done.push(piece) > 0, failing)).toBe(true)
    expect(done).toEqual([0, 1, 2])
  })

  it('does again what a thread took that was killed meanwhile', async () => {
    const states = pieceStates(3)
    const taker = `const { workerData, parentPort } = require('node:worker_threads')
      const { takePieces, states } = workerData
      import(takePieces).then((pieces) => pieces.takePieces(states, () => {
        parentPort.postMessage('taken')
        for (;;);
      }))`
    const worker = new Worker(taker, {
      eval: true,
      workerData: { takePieces: new URL('../../../src-main/market/pieces.ts', import.meta.url).href, states },
    })
    await once(worker, 'message')
    await worker.terminate()
    expect(Array.from(states)).not.toEqual([0, 0, 0])
    const done: number[] = []
    expect(sharePieces(states, (piece) => done.push(piece) > 0, none)).toBe(true)
    expect(done.toSorted()).toEqual([0, 1, 2])
  }, 20_000)
})
