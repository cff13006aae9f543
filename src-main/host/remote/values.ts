import { PlateauError } from '../../../src-shared/errors.ts'

/**
 * Plain data as bytes: JSON, with typed arrays as raw bytes behind it and what JSON would change spelt out. What cannot be told
 * is refused, never changed: functions, symbols, big integers, dates, maps, sets.
 *
 *     JSON's length in 32 bits, little-endian | JSON | the arrays, one after the other
 *
 * A string of the JSON that begins with NUL stands for something else: `\0s` for a string that does begin so, `\0n` for a number that
 * JSON has not, `\0u` for undefined, `\0aFloat64Array:16:24` for the array at byte 16 of those behind it, 24 bytes long.
 */

const ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const
type ArrayName = keyof typeof ARRAYS

const HEADER_BYTES = 4
const SPECIAL = '\0'

/** @throws PlateauError internal for what cannot be told */
export function encodeValue(value: unknown): Buffer {
  const arrays: Uint8Array[] = []
  let offset = 0
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, told: unknown) {
    // Not what its toJSON made of it: buffers and dates have one.
    const own = this[key]
    switch (typeof own) {
      case 'string':
        return own.startsWith(SPECIAL) ? `${SPECIAL}s${own}` : own
      case 'number':
        return Number.isFinite(own) && !Object.is(own, -0)
          ? own
          : `${SPECIAL}n${Object.is(own, -0) ? '-0' : String(own)}`
      case 'undefined':
        return `${SPECIAL}u`
      case 'boolean':
        return own
      case 'object': {
        if (own === null) return null
        if (ArrayBuffer.isView(own)) {
          const name = arrayName(own)
          const { buffer, byteOffset, byteLength } = own
          arrays.push(new Uint8Array(buffer, byteOffset, byteLength))
          const place = `${SPECIAL}a${name}:${offset}:${byteLength}`
          offset += byteLength
          return place
        }
        const prototype: unknown = Object.getPrototypeOf(own)
        if (Array.isArray(own) || prototype === Object.prototype || prototype === null) return told
      }
    }
    throw new PlateauError('internal', `A value of ${key === '' ? 'a message' : key} cannot be sent.`)
  })
  const json = Buffer.from(text)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32LE(json.length)
  return Buffer.concat([header, json, ...arrays])
}

/** @throws when the bytes are no value */
export function decodeValue(bytes: Buffer): unknown {
  const end = HEADER_BYTES + bytes.readUInt32LE()
  if (end > bytes.length) throw malformed()
  const json = bytes.toString('utf8', HEADER_BYTES, end)
  // Most messages have nothing special, and without a function JSON is read ten times as fast.
  if (!json.includes(String.raw`"\u0000`)) return JSON.parse(json) as unknown
  const arrays = bytes.subarray(end)
  return JSON.parse(json, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(SPECIAL) ? special(value, arrays) : value,
  ) as unknown
}

function special(text: string, arrays: Buffer): unknown {
  const rest = text.slice(2)
  switch (text[1]) {
    case 's':
      return rest
    case 'n':
      return Number(rest)
    case 'u':
      return undefined
    case 'a': {
      const [name, offset, length] = rest.split(':')
      const [from, size] = [Number(offset), Number(length)]
      if (!Object.hasOwn(ARRAYS, name) || !Number.isSafeInteger(from) || !Number.isSafeInteger(size))
        throw malformed()
      if (from < 0 || size < 0 || from + size > arrays.length) throw malformed()
      // A copy of its own: aligned, and not holding the whole frame.
      const copy = new Uint8Array(size)
      copy.set(arrays.subarray(from, from + size))
      return new ARRAYS[name as ArrayName](copy.buffer)
    }
  }
  throw malformed()
}

/** A Buffer is a Uint8Array to whoever receives it. */
function arrayName(view: ArrayBufferView): ArrayName {
  const { name } = Buffer.isBuffer(view) ? Uint8Array : view.constructor
  if (Object.hasOwn(ARRAYS, name)) return name as ArrayName
  throw new PlateauError('internal', `A ${name} cannot be sent.`)
}

function malformed(): PlateauError {
  return new PlateauError('contract_violation', 'A message is malformed.')
}
