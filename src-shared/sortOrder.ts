import type { Sample } from './statistics.ts'

const DIGIT_BITS = 11
const BUCKETS = 1 << DIGIT_BITS
/** Digits of a 64-bit key: three of its low word, three of its high word. */
const DIGITS = 6
/** Under this the counts of a radix sort cost more than comparisons. */
const SMALL = 400
/** Pieces that a merge sort begins with. */
const PIECE = 16

/** Positions of `x` by value, ascending, equal values (0 and -0 among them) in their order. `x` without NaN. */
export function ascendingOrder(x: Sample): Uint32Array {
  return x.length < SMALL ? mergeOrder(x) : radixOrder(x)
}

function mergeOrder(x: Sample): Uint32Array {
  const n = x.length
  let order = new Uint32Array(n)
  for (let start = 0; start < n; start += PIECE) {
    const end = Math.min(n, start + PIECE)
    for (let i = start; i < end; i++) {
      let at = i
      for (; at > start && x[order[at - 1]] > x[i]; at--) order[at] = order[at - 1]
      order[at] = i
    }
  }
  let next = new Uint32Array(n)
  for (let width = PIECE; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(n, start + width)
      const end = Math.min(n, middle + width)
      let left = start
      let right = middle
      for (let at = start; at < end; at++) {
        const takeLeft = left < middle && (right === end || x[order[left]] <= x[order[right]])
        next[at] = takeLeft ? order[left++] : order[right++]
      }
    }
    ;[order, next] = [next, order]
  }
  return order
}

/** Kept between calls, which do not nest. */
const counts = new Uint32Array(DIGITS * BUCKETS)

/** Radix sort, least digit first, of the bits of the numbers: these order as the numbers do once negative ones are inverted. */
function radixOrder(x: Sample): Uint32Array {
  const n = x.length
  const values = new Float64Array(n)
  // -0 + 0 is 0: the two are equal, their bits are not.
  for (let i = 0; i < n; i++) values[i] = x[i] + 0
  const words = new Uint32Array(values.buffer)
  const low = LITTLE_ENDIAN ? 0 : 1
  counts.fill(0)
  for (let i = 0; i < 2 * n; i += 2) {
    const high = words[i + 1 - low]
    if (high >>> 31 === 1) {
      words[i + low] = ~words[i + low]
      words[i + 1 - low] = ~high
    } else words[i + 1 - low] = (high | 0x80000000) >>> 0
    for (let digit = 0; digit < DIGITS; digit++) {
      const word = words[i + (digit < 3 ? low : 1 - low)]
      counts[digit * BUCKETS + ((word >>> ((digit % 3) * DIGIT_BITS)) & (BUCKETS - 1))]++
    }
  }
  let order = new Uint32Array(n)
  let next = new Uint32Array(n)
  for (let i = 0; i < n; i++) order[i] = i
  for (let digit = 0; digit < DIGITS; digit++) {
    const at = counts.subarray(digit * BUCKETS, (digit + 1) * BUCKETS)
    const shift = (digit % 3) * DIGIT_BITS
    const word = digit < 3 ? low : 1 - low
    // A digit that all share, as the low ones of 32-bit numbers are, moves nothing.
    if (at[(words[word] >>> shift) & (BUCKETS - 1)] === n) continue
    let before = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = at[bucket]
      at[bucket] = before
      before += count
    }
    for (let k = 0; k < n; k++) {
      const i = order[k]
      next[at[(words[2 * i + word] >>> shift) & (BUCKETS - 1)]++] = i
    }
    ;[order, next] = [next, order]
  }
  return order
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
