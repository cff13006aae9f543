import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Panel } from './panel.ts'
import { type PanelBlock, panelBlock, panelBytes } from './panelBlock.ts'

/**
 * A loaded panel kept in a file, derived and safe to delete: what is damaged, of another version or of other imports
 * is read from the store again and the file replaced; what cannot be written is not kept. Little-endian:
 *
 *   header  magic, version, length of the description, CRC-32 of the description, CRC-32 of the block, 0
 *   description  JSON
 *   block   panelBlock.ts, from the next multiple of 8 on
 */
const MAGIC = 'PLTPANEL'
/** Raised with every change of the format and of what loading makes of a store. */
const VERSION = 1
const HEADER_BYTES = 32

/** Beside the store. */
export function panelCachePath(store: string): string {
  return `${store}.panel`
}

export interface KeptPanel {
  readonly panel: Panel
  readonly block: PanelBlock
  readonly bars: number
  /** Of all loaded content (loadMarket.ts). */
  readonly hash: string
}

interface Description {
  readonly key: string
  readonly hash: string
  readonly bars: number
  readonly dates: readonly number[]
  readonly symbols: readonly string[]
  readonly listedAt: readonly number[]
}

/** The panel kept under `key` (contentKey.ts), in memory of its own; null where the file has none to give. */
export function readPanelCache(path: string, key: string): KeptPanel | null {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return null
  }
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return null
    if (header.toString('latin1', 0, 8) !== MAGIC) return null
    const [version, length, descriptionCrc, blockCrc] = [8, 12, 16, 20].map((at) => header.readUInt32LE(at))
    const size = fstatSync(file).size
    if (version !== VERSION || HEADER_BYTES + length > size) return null
    const text = Buffer.alloc(length)
    readSync(file, text, 0, length, HEADER_BYTES)
    if (crc32(text) !== descriptionCrc) return null
    const description = JSON.parse(text.toString()) as Description
    if (description.key !== key) return null
    const { dates, symbols, listedAt, bars, hash } = description
    const start = blockStart(length)
    const cells = dates.length * symbols.length
    if (size !== start + panelBytes(cells)) return null
    const block = panelBlock(cells)
    if (readBlock(file, start, block.bytes) !== blockCrc) return null
    const panel = {
      dates: Int32Array.from(dates),
      symbols,
      ...block.matrices,
      listedAt: Int32Array.from(listedAt),
    }
    return { panel, block, bars, hash }
  } catch {
    // A disk that cannot be read, or memory that is not there: the store says what is wrong, if anything is.
    return null
  } finally {
    closeSync(file)
  }
}

/** Small enough that the checksum finds in the processor's cache what was read. */
const PIECE_BYTES = 2 ** 20

/** Fill `bytes` from the file; their CRC-32, or -1 when the file ends before. */
function readBlock(file: number, start: number, bytes: Uint8Array): number {
  let checksum = 0
  for (let done = 0; done < bytes.length;) {
    const read = readSync(file, bytes, done, Math.min(PIECE_BYTES, bytes.length - done), start + done)
    if (read === 0) return -1
    checksum = crc32(bytes.subarray(done, done + read), checksum)
    done += read
  }
  return checksum
}

/** A file left by a process that was killed while it wrote. */
const ABANDONED_AFTER_MS = 3_600_000

/** Keep a panel under `key`, unless the disk would not have as much room again afterwards. */
export function writePanelCache(path: string, key: string, { panel, block, bars, hash }: KeptPanel): void {
  const temporary = `${path}.tmp`
  let mine = false
  try {
    const { bavail, bsize } = statfsSync(dirname(path))
    if (bavail * bsize < 2 * block.bytes.length) return
    removeAbandoned(temporary)
    const description: Description = {
      key,
      hash,
      bars,
      dates: Array.from(panel.dates),
      symbols: panel.symbols,
      listedAt: Array.from(panel.listedAt),
    }
    const text = Buffer.from(JSON.stringify(description))
    const header = Buffer.alloc(HEADER_BYTES)
    header.write(MAGIC, 'latin1')
    ;[VERSION, text.length, crc32(text), crc32(block.bytes)].forEach((value, k) =>
      header.writeUInt32LE(value, 8 + 4 * k),
    )
    // Fails where another process is writing it.
    const file = openSync(temporary, 'wx')
    mine = true
    try {
      writeAt(file, header, 0)
      writeAt(file, text, HEADER_BYTES)
      writeAt(file, block.bytes, blockStart(text.length))
    } finally {
      closeSync(file)
    }
    // Not flushed: what a power cut leaves of it has another checksum.
    renameSync(temporary, path)
  } catch {
    if (mine) rmSync(temporary, { force: true })
  }
}

function removeAbandoned(temporary: string): void {
  const found = statSync(temporary, { throwIfNoEntry: false })
  if (found !== undefined && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) rmSync(temporary)
}

function blockStart(descriptionBytes: number): number {
  return Math.ceil((HEADER_BYTES + descriptionBytes) / 8) * 8
}

function writeAt(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, 2 ** 30), position + done)
}
