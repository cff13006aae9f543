import { closeSync, fstatSync, openSync, readSync, statfsSync, writeSync } from 'node:fs'
import { createCipheriv } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { crashPoint } from '../files/crashPoint.ts'
import { moveFileSync, removeIfPossible } from '../files/heldUp.ts'
import { sweepTemporaries, temporaryOf } from '../files/temporary.ts'
import type { MarketData, Panel } from './panel.ts'
import { type PanelBlock, panelBlock, panelBytes } from './panelBlock.ts'
import { type DoPiece, pieceStates, sharePieces } from './pieces.ts'

/**
 * A loaded panel kept in a file, derived and safe to delete: what is damaged, of another version or of other imports
 * is read from the store again and the file replaced; what cannot be written is not kept. Little-endian:
 *
 *   header  magic, version, length of the description, CRC-32 of the description
 *   description  JSON, with the checksum of each piece of the block
 *   block   panelBlock.ts, from the next multiple of 8 on
 */
const MAGIC = 'PLTPANEL'
/** Raised with every change of the format and of what loading makes of a store. */
const VERSION = 9
const HEADER_BYTES = 20
/** What a thread reads at a time: the checksum finds it in the processor's cache. */
const PIECE_BYTES = 4 * 2 ** 20

/** Beside the store. */
export function panelCachePath(store: string): string {
  return `${store}.panel`
}

/** What loading counts (panel.ts). */
type Counts = Pick<MarketData, 'bars' | 'barsOutside'>

export interface KeptPanel extends Counts, Pick<MarketData, 'factorsFrom'> {
  readonly panel: Panel
  readonly block: PanelBlock
  /** Of all loaded content (loadMarket.ts). */
  readonly hash: string
}

interface Description extends Counts {
  readonly key: string
  readonly hash: string
  readonly dates: readonly number[]
  readonly symbols: readonly string[]
  readonly listedAt: readonly number[]
  readonly factorsFrom: readonly number[]
  /** Per piece (checksum()). */
  readonly checksums: readonly string[]
}

/** What the readers of one block share; structured clone hands it to a thread. */
export interface BlockWork {
  /** Of the file, which tells it from one put in its place: it covers the checksums. */
  readonly descriptionCrc: number
  /** Where the block starts in the file. */
  readonly start: number
  readonly checksums: readonly string[]
  readonly memory: SharedArrayBuffer
  /** Of the pieces (pieces.ts). */
  readonly states: Int32Array
}

/** What a thread is started with. */
export interface CacheThreadData {
  readonly path: string
  readonly work: BlockWork
}

/** Fewer bytes are read before a thread has started. */
const BYTES_PER_THREAD = 128 * 2 ** 20
/** More threads wait for the memory. */
const MOST_THREADS = 7

/**
 * The panel kept under `key` (contentKey.ts), in memory of its own, read by this thread and `threads` further ones; null
 * where the file has none to give.
 */
export function readPanelCache(path: string, key: string, threads?: number): KeptPanel | null {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return null
  }
  try {
    const header = readHeader(file)
    if (header === null) return null
    const { length, descriptionCrc } = header
    const size = fstatSync(file).size
    if (HEADER_BYTES + length > size) return null
    const text = Buffer.alloc(length)
    if (!fill(file, text, HEADER_BYTES) || crc32(text) !== descriptionCrc) return null
    const description = JSON.parse(text.toString()) as Description
    if (description.key !== key) return null
    const { dates, symbols, listedAt, bars, barsOutside, factorsFrom, hash, checksums } = description
    const start = blockStart(length)
    const cells = dates.length * symbols.length
    if (size !== start + panelBytes(cells)) return null
    const block = panelBlock(cells)
    const memory = block.bytes.buffer as SharedArrayBuffer
    const work = { descriptionCrc, start, checksums, memory, states: pieceStates(checksums.length) }
    const data: CacheThreadData = { path, work }
    const sound = sharePieces(work.states, pieceReader(file, work), {
      count: threads ?? threadsFor(memory.byteLength),
      entry: 'panelCacheThread',
      data,
    })
    if (!sound) return null
    const panel = {
      dates: Int32Array.from(dates),
      symbols,
      ...block.matrices,
      listedAt: Int32Array.from(listedAt),
    }
    return { panel, block, bars, barsOutside, factorsFrom: Int32Array.from(factorsFrom), hash }
  } catch {
    // A disk that cannot be read, or memory that is not there: the store says what is wrong, if anything is.
    return null
  } finally {
    closeSync(file)
  }
}

function threadsFor(bytes: number): number {
  return Math.min(availableParallelism() - 1, MOST_THREADS, Math.floor(bytes / BYTES_PER_THREAD))
}

/** Length and CRC-32 of the description; null where no panel of this version starts. */
export function readHeader(file: number): { length: number; descriptionCrc: number } | null {
  const header = Buffer.alloc(HEADER_BYTES)
  if (!fill(file, header, 0) || header.toString('latin1', 0, 8) !== MAGIC) return null
  const [version, length, descriptionCrc] = [8, 12, 16].map((at) => header.readUInt32LE(at))
  return version === VERSION ? { length, descriptionCrc } : null
}

/** Reads one piece of the block; false when it is damaged. */
export function pieceReader(file: number, { start, checksums, memory }: BlockWork): DoPiece {
  const pieces = piecesOf(new Uint8Array(memory))
  return (piece) =>
    fill(file, pieces[piece], start + piece * PIECE_BYTES) && checksum(pieces[piece]) === checksums[piece]
}

/** Views of the pieces of a block. */
function piecesOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / PIECE_BYTES) }, (_, piece) =>
    bytes.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES),
  )
}

/** Fill `bytes` from `position` of the file; false when the file ends before. */
function fill(file: number, bytes: Uint8Array, position: number): boolean {
  for (let done = 0; done < bytes.length;) {
    const read = readSync(file, bytes, done, bytes.length - done, position + done)
    if (read === 0) return false
    done += read
  }
  return true
}

const CHECKSUM_KEY = Buffer.alloc(16)
const CHECKSUM_NONCE = Buffer.alloc(12)

/**
 * The authentication tag of AES-GCM over `bytes` that are not encrypted, under a key that is no secret: a checksum
 * against damage, as CRC-32 is, at a quarter of its time (NIST SP 800-38D, GMAC).
 */
function checksum(bytes: Uint8Array): string {
  const gcm = createCipheriv('aes-128-gcm', CHECKSUM_KEY, CHECKSUM_NONCE)
  gcm.setAAD(bytes)
  gcm.final()
  return gcm.getAuthTag().toString('hex')
}

/** Keep a panel under `key`, unless another process is doing so or the disk would not have as much room again afterwards. */
export function writePanelCache(
  path: string,
  key: string,
  { panel, block, factorsFrom, ...values }: KeptPanel,
): void {
  const temporary = temporaryOf(path)
  try {
    if (sweepTemporaries(path)) return
    const { bavail, bsize } = statfsSync(dirname(path))
    if (bavail * bsize < 2 * block.bytes.length) return
    const description: Description = {
      key,
      ...values,
      dates: Array.from(panel.dates),
      symbols: panel.symbols,
      listedAt: Array.from(panel.listedAt),
      factorsFrom: Array.from(factorsFrom),
      checksums: piecesOf(block.bytes).map(checksum),
    }
    const text = Buffer.from(JSON.stringify(description))
    const header = Buffer.alloc(HEADER_BYTES)
    header.write(MAGIC, 'latin1')
    ;[VERSION, text.length, crc32(text)].forEach((value, k) => header.writeUInt32LE(value, 8 + 4 * k))
    const file = openSync(temporary, 'wx')
    crashPoint('panel.opened')
    try {
      writeAt(file, header, 0)
      writeAt(file, text, HEADER_BYTES)
      writeAt(file, block.bytes, blockStart(text.length))
    } finally {
      closeSync(file)
    }
    // Not flushed: what a power cut leaves of it has another checksum.
    crashPoint('panel.written')
    moveFileSync(temporary, path)
    crashPoint('panel.renamed')
  } catch {
    removeIfPossible(temporary)
  }
}

function blockStart(descriptionBytes: number): number {
  return Math.ceil((HEADER_BYTES + descriptionBytes) / 8) * 8
}

function writeAt(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, 2 ** 30), position + done)
}
