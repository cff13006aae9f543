import { createReadStream } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { crc32, createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from 'node:zlib'
import { failure } from '../../../src-shared/failure.ts'
import { formatErrors } from '../../../src-shared/locales/errors/formats.ts'
import { fileError, type Place } from '../source.ts'
import { requireSaneRatio } from './limits.ts'

export const CHUNK_BYTES = 262_144

/** The bytes of a place while they are read. */
export interface OpenBytes {
  /** Bytes of the disk read so far. */
  read(): number
  /** Errors: whatever the disk and zlib say (`bytesError`); file_corrupt when limits are passed or a checksum is off. */
  readonly chunks: AsyncGenerator<Buffer>
}

/**
 * Read a place from its start, inflated; `onDisk` hears the bytes as they lie on the disk. `upTo` is for who ends the reading
 * after so many bytes: no more than that is fetched at a time. `path` is for errors.
 */
export function openBytes(
  { file, member, gzip }: Place,
  path: string,
  { onDisk, upTo = CHUNK_BYTES }: { onDisk?: (chunk: Buffer) => void; upTo?: number } = {},
): OpenBytes {
  const empty = member?.packedBytes === 0
  const range = member === null ? {} : { start: member.start, end: member.start + member.packedBytes - 1 }
  const highWaterMark = Math.min(CHUNK_BYTES, upTo)
  const disk = empty ? Readable.from([]) : createReadStream(file, { highWaterMark, ...range })
  let read = 0
  disk.on('data', (chunk: Buffer) => {
    read += chunk.length
    onDisk?.(chunk)
  })

  const inflaters: (InflateRaw | Gunzip)[] = []
  if (member?.deflated === true && !empty) inflaters.push(createInflateRaw({ chunkSize: CHUNK_BYTES }))
  const unpacked = inflaters[0] ?? disk
  let crc = 0
  let bytes = 0
  if (member !== null) {
    unpacked.on('data', (chunk: Buffer) => {
      crc = crc32(chunk, crc)
      bytes += chunk.length
    })
  }
  if (gzip) inflaters.push(createGunzip({ chunkSize: CHUNK_BYTES }))
  // The error reaches the reader of the last stream; the callback only keeps it from being unhandled.
  const content = inflaters.length === 0 ? disk : pipeline([disk, ...inflaters], () => {})

  async function* chunks(): AsyncGenerator<Buffer> {
    let out = 0
    for await (const chunk of content as AsyncIterable<Buffer>) {
      out += chunk.length
      if (inflaters.length > 0) requireSaneRatio(out, inflaters[0].bytesWritten, path)
      if (member !== null && bytes > member.bytes) break
      yield chunk
    }
    // What follows a gzip member and is none ends zlib's reading without a word.
    const packed = member === null ? read : bytes
    if (gzip && inflaters.at(-1)!.bytesWritten !== packed)
      throw failure(formatErrors.afterGzip, {}, { place: { file: path } })
    if (member !== null && (bytes !== member.bytes || crc !== member.crc32))
      throw failure(formatErrors.memberChanged, {}, { place: { file: path } })
  }
  return { read: () => read, chunks: chunks() }
}

/** Whatever ended the reading of a place as an error for the user. */
export function bytesError(error: unknown, path: string, row?: number): Error {
  const { code, message } = error as NodeJS.ErrnoException
  if (code?.startsWith('Z_') === true)
    return failure(
      formatErrors.packedDamaged,
      { reason: message },
      { place: { file: path, row }, cause: error },
    )
  return fileError(error, path)
}
