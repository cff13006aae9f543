import { createHash } from 'node:crypto'
import v8 from 'node:v8'
import { PlateauError } from '../../src-shared/errors.ts'

/*
 * What a training run keeps on disk: magic (8 bytes), version and payload length (32 bits each, little-endian), key (32
 * bytes), the value as v8.serialize writes it, SHA-256 of all before it.
 */
const MAGIC = Buffer.from('PLATRAIN', 'latin1')
/** Goes up when the layout, or what the numbers mean, changes. */
const VERSION = 3
const VERSION_AT = 8
const LENGTH_AT = 12
const KEY_AT = 16
const DIGEST_BYTES = 32
const HEADER_BYTES = KEY_AT + DIGEST_BYTES

/**
 * A value as bytes that tell whether they are whole, and of which run.
 * @param key SHA-256, in hex, of everything the run depends on: settings, model, samples, engine, version
 */
export function seal(value: unknown, key: string): Uint8Array {
  const keyBytes = Buffer.from(key, 'hex')
  if (key.length !== 2 * DIGEST_BYTES || keyBytes.length !== DIGEST_BYTES)
    throw new PlateauError('internal', `The key of a run's file is no SHA-256 in hex: ${key}.`)
  const payload = v8.serialize(value)
  const digestAt = HEADER_BYTES + payload.length
  const bytes = Buffer.alloc(digestAt + DIGEST_BYTES)
  MAGIC.copy(bytes)
  bytes.writeUInt32LE(VERSION, VERSION_AT)
  bytes.writeUInt32LE(payload.length, LENGTH_AT)
  keyBytes.copy(bytes, KEY_AT)
  payload.copy(bytes, HEADER_BYTES)
  digestOf(bytes.subarray(0, digestAt)).copy(bytes, digestAt)
  return bytes
}

/**
 * The value that `seal` was given with this key. Null for bytes that are cut short, changed, of another version, another run
 * or sealed by nobody; never throws.
 */
export function unseal(sealed: Uint8Array, key: string): unknown {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const digestAt = bytes.length - DIGEST_BYTES
  if (
    digestAt < HEADER_BYTES ||
    !bytes.subarray(0, VERSION_AT).equals(MAGIC) ||
    bytes.readUInt32LE(VERSION_AT) !== VERSION ||
    bytes.readUInt32LE(LENGTH_AT) !== digestAt - HEADER_BYTES ||
    bytes.toString('hex', KEY_AT, HEADER_BYTES) !== key.toLowerCase() ||
    !digestOf(bytes.subarray(0, digestAt)).equals(bytes.subarray(digestAt))
  )
    return null
  try {
    return v8.deserialize(bytes.subarray(HEADER_BYTES, digestAt))
  } catch {
    // Whole, but of a newer V8.
    return null
  }
}

const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
