import { createHash } from 'node:crypto'
import v8 from 'node:v8'
import { PlateauError } from '../../src-shared/errors.ts'
import { copyOfState, type TrainingState } from './trainingState.ts'

/*
 * A checkpoint: magic (8 bytes), version and payload length (32 bits each, little-endian), key (32 bytes), the state as
 * v8.serialize writes it, SHA-256 of all before it.
 */
const MAGIC = Buffer.from('PLATRAIN', 'latin1')
/** Goes up when the layout, or what a state's numbers mean, changes. */
const VERSION = 1
const VERSION_AT = 8
const LENGTH_AT = 12
const KEY_AT = 16
const DIGEST_BYTES = 32
const HEADER_BYTES = KEY_AT + DIGEST_BYTES

/**
 * A training's state as bytes that tell whether they are whole, and of which run.
 * @param key SHA-256, in hex, of everything the run depends on: settings, model, samples, engine, threads, version
 */
export function encodeCheckpoint(state: TrainingState, key: string): Uint8Array {
  const keyBytes = Buffer.from(key, 'hex')
  if (key.length !== 2 * DIGEST_BYTES || keyBytes.length !== DIGEST_BYTES)
    throw new PlateauError('internal', `The key of a checkpoint is no SHA-256 in hex: ${key}.`)
  const { epochs, best, weights, course } = state
  const payload = v8.serialize({ epochs, best, weights, course })
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
 * The state that `encodeCheckpoint` was given with this key, with vectors of its own. Null for bytes that are cut short,
 * changed, of another version, another run or no checkpoint at all; never throws.
 */
export function decodeCheckpoint(checkpoint: Uint8Array, key: string): TrainingState | null {
  const bytes = Buffer.from(checkpoint.buffer, checkpoint.byteOffset, checkpoint.byteLength)
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
    return copyOfState(v8.deserialize(bytes.subarray(HEADER_BYTES, digestAt)))
  } catch {
    // Whole, but of a newer V8, or nothing that v8.serialize wrote.
    return null
  }
}

const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
