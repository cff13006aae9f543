import { z } from 'zod'

/** Bytes of a logo's file. */
export const MAX_LOGO_BYTES = 300_000
/** Of its width and height: a small file can unfold to a picture that fills the memory. */
export const MAX_LOGO_PIXELS = 4_000

const PREFIX = 'data:image/png;base64,'
/** The 8 bytes that every PNG begins with, and the length and name of its first chunk, which holds its size. */
const HEAD = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** A PNG as the data URI that stands in the document; an empty one is no logo. An SVG would be markup of its own, so it is none. */
export const logo = z
  .string()
  .max(PREFIX.length + 4 * Math.ceil(MAX_LOGO_BYTES / 3), { message: `more than ${MAX_LOGO_BYTES} bytes` })
  .refine((uri) => uri === '' || isPng(uri), { message: 'not a PNG as a data URI' })
  .refine((uri) => !isPng(uri) || pngSize(uri).every((side) => side > 0 && side <= MAX_LOGO_PIXELS), {
    message: `wider or higher than ${MAX_LOGO_PIXELS} pixels`,
  })

/** The data URI of a PNG's bytes. */
export const pngUri = (bytes: Uint8Array): string => PREFIX + base64(bytes)

function isPng(uri: string): boolean {
  return (
    uri.startsWith(PREFIX) &&
    /^[A-Za-z0-9+/]{32,}={0,2}$/.test(uri.slice(PREFIX.length)) &&
    HEAD.every((byte, at) => headOf(uri)[at] === byte)
  )
}

/** Width and height, in pixels. */
function pngSize(uri: string): number[] {
  const bytes = headOf(uri)
  return [16, 20].map((from) => bytes.slice(from, from + 4).reduce((sum, byte) => sum * 256 + byte, 0))
}

/** The first 24 bytes. */
function headOf(uri: string): number[] {
  const text = uri.slice(PREFIX.length, PREFIX.length + 32)
  return Array.from({ length: 8 }, (_, group) => {
    const bits = [...text.slice(4 * group, 4 * group + 4)].reduce(
      (sum, letter) => sum * 64 + ALPHABET.indexOf(letter),
      0,
    )
    return [bits >> 16, (bits >> 8) & 255, bits & 255]
  }).flat()
}

function base64(bytes: Uint8Array): string {
  const groups = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, group) => {
    const [a, b = 0, c = 0] = bytes.subarray(3 * group, 3 * group + 3)
    const bits = (a << 16) | (b << 8) | c
    return [18, 12, 6, 0].map((shift) => ALPHABET[(bits >> shift) & 63]).join('')
  })
  const text = groups.join('')
  const missing = (3 - (bytes.length % 3)) % 3
  return text.slice(0, text.length - missing) + '='.repeat(missing)
}
