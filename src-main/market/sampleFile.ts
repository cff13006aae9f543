import { closeSync, fsyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { failure } from '../../src-shared/failure.ts'
import { marketErrors } from '../../src-shared/locales/errors/market.ts'
import { elsewhere } from '../../src-shared/locales/errors/writing.ts'
import { crashPoint } from '../files/crashPoint.ts'
import { moveFileSync, removeIfPossible } from '../files/heldUp.ts'
import { temporaryOf } from '../files/temporary.ts'
import { writeError } from '../files/writeError.ts'
import type { CrossSection, Sample } from './samples.ts'

/**
 * The samples of one part of a fit window and model, written once and read by every run. Little-endian:
 *
 *   header     magic, version, steps, features, dates, file length, labelled (0 or 1), CRC-32 of everything else
 *   per date   labels Float64 x n (when labelled), columns Int32 x n, inputs Float32 x n x steps x features,
 *              padded to 8 bytes
 *   directory  (date, n) as Int32 pairs, one per date
 *
 * The directory comes last so that samples stream to disk; the header is completed after it.
 */
const MAGIC = 'PLTSAMPL'
const VERSION = 1
const HEADER_BYTES = 40
const CHECKSUM_AT = 36

/**
 * Writes samples of one shape, all with labels or all without, to a temporary file that then replaces `path`.
 * @throws PlateauError of writeError with the path
 */
export function writeSamples(path: string, samples: Iterable<Sample>): void {
  const temporary = temporaryOf(path)
  try {
    const file = openSync(temporary, 'w')
    crashPoint('samples.opened')
    try {
      writeBody(file, samples)
    } finally {
      closeSync(file)
    }
    crashPoint('samples.written')
    moveFileSync(temporary, path)
    crashPoint('samples.renamed')
  } catch (error) {
    removeIfPossible(temporary)
    throw writeError(error, path, elsewhere.owner)
  }
}

function writeBody(file: number, samples: Iterable<Sample>): void {
  const body = { file, position: HEADER_BYTES, checksum: 0 }
  const directory: number[] = []
  let first: CrossSection | null = null
  for (const { date, stocks, crossSection } of samples) {
    first ??= crossSection
    if (!sameShape(crossSection, first)) throw new TypeError('the samples of one file have one shape')
    if (crossSection.labels !== null) append(body, crossSection.labels)
    append(body, stocks)
    append(body, crossSection.inputs)
    append(body, new Uint8Array(padding(stocks.length, first.steps * first.features)))
    directory.push(date, stocks.length)
  }
  append(body, Int32Array.from(directory))

  const header = Buffer.alloc(HEADER_BYTES)
  header.write(MAGIC, 'latin1')
  const { steps, features, labels } = first ?? { steps: 0, features: 0, labels: null }
  ;[VERSION, steps, features, directory.length / 2].forEach((value, k) =>
    header.writeUInt32LE(value, 8 + 4 * k),
  )
  header.writeDoubleLE(body.position, 24)
  header.writeUInt32LE(labels === null ? 0 : 1, 32)
  header.writeUInt32LE(crc32(header.subarray(0, CHECKSUM_AT), body.checksum), CHECKSUM_AT)
  writeAt(file, header, 0)
  fsyncSync(file)
}

/**
 * The samples of a file, as views of one buffer: nothing is copied after the read.
 * @throws PlateauError `file_corrupt` for a file that is cut short, changed, or not a sample file; `file_not_found` or
 * `file_unreadable` for what the file system does not give
 */
export function readSamples(path: string): Sample[] {
  const place = { file: path }
  let buffer: ArrayBuffer
  try {
    buffer = readWhole(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw failure(marketErrors.samplesGone, {}, { place, cause: error })
    throw failure(marketErrors.samplesUnreadable, { reason: message }, { place, cause: error })
  }
  const bytes = Buffer.from(buffer)
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, 8) !== MAGIC)
    throw failure(marketErrors.notSamples, {}, { place })
  const [version, steps, features, dates] = [8, 12, 16, 20].map((at) => bytes.readUInt32LE(at))
  if (version !== VERSION)
    throw failure(marketErrors.samplesVersion, { version, expected: VERSION }, { place })
  if (bytes.readDoubleLE(24) !== bytes.length) throw failure(marketErrors.samplesCutShort, {}, { place })
  const checksum = crc32(bytes.subarray(0, CHECKSUM_AT), crc32(bytes.subarray(HEADER_BYTES)))
  if (checksum !== bytes.readUInt32LE(CHECKSUM_AT)) throw failure(marketErrors.samplesChanged, {}, { place })

  const labelled = bytes.readUInt32LE(32) === 1
  const directory = new Int32Array(buffer, bytes.length - 8 * dates, 2 * dates)
  let position = HEADER_BYTES
  return Array.from({ length: dates }, (_, k) => {
    const n = directory[2 * k + 1]
    const values = n * steps * features
    const labels = labelled ? new Float64Array(buffer, position, n) : null
    if (labelled) position += 8 * n
    const stocks = new Int32Array(buffer, position, n)
    const inputs = new Float32Array(buffer, position + 4 * n, values)
    position += 4 * n + 4 * values + padding(n, steps * features)
    return {
      date: directory[2 * k],
      stocks,
      crossSection: { stocks: n, steps, features, inputs, labels },
    }
  })
}

function sameShape(a: CrossSection, b: CrossSection): boolean {
  return a.steps === b.steps && a.features === b.features && (a.labels === null) === (b.labels === null)
}

/** Bytes that bring a date's record to a multiple of 8, where the next one may start with labels. */
function padding(stocks: number, valuesPerStock: number): number {
  return (stocks * (1 + valuesPerStock)) % 2 === 0 ? 0 : 4
}

function append(
  body: { readonly file: number; position: number; checksum: number },
  data: NodeJS.TypedArray,
): void {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  writeAt(body.file, bytes, body.position)
  body.position += bytes.length
  body.checksum = crc32(bytes, body.checksum)
}

function writeAt(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(file, bytes, done, bytes.length - done, position + done)
}

function readWhole(path: string): ArrayBuffer {
  const file = openSync(path, 'r')
  try {
    const buffer = new ArrayBuffer(fstatSync(file).size)
    const bytes = new Uint8Array(buffer)
    // One read call takes at most 2 GiB.
    for (let done = 0; done < bytes.length;) {
      const read = readSync(file, bytes, done, Math.min(bytes.length - done, 2 ** 30), done)
      if (read === 0) break
      done += read
    }
    return buffer
  } finally {
    closeSync(file)
  }
}
