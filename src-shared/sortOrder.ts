const DIGIT_BITS = 11
const BUCKETS = 1 << DIGIT_BITS
/** Digits of a 32-bit key. */
const DIGITS = 3
/** Under this the counts of a radix sort cost more than comparisons. */
const SMALL = 400
/** Pieces that a merge sort begins with. */
const PIECE = 16

/** Positions of `x` by value, ascending, equal values (0 and -0 among them) in their order. `x` without NaN. */
export function ascendingOrder(x: ArrayLike<number>): Uint32Array {
  return x.length < SMALL ? mergeOrder(x) : radixOrder(x)
}

function mergeOrder(x: ArrayLike<number>): Uint32Array {
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
let scratch = scratchOf(8192)

function scratchOf(size: number) {
  const values = new Float64Array(size)
  const array = () => new Uint32Array(size)
  return {
    values,
    words: new Uint32Array(values.buffer),
    keys: array(),
    order: array(),
    nextKeys: array(),
    next: array(),
  }
}

/**
 * Radix sort, least digit first, of the high words of the numbers: these order as the numbers do once negative ones are inverted. The
 * few that share a high word are then sorted by comparison.
 */
function radixOrder(x: ArrayLike<number>): Uint32Array {
  const n = x.length
  if (n > scratch.values.length) scratch = scratchOf(2 * n)
  const { values, words } = scratch
  let { keys, order, nextKeys, next } = scratch
  // -0 + 0 is 0: the two are equal, their bits are not.
  for (let i = 0; i < n; i++) values[i] = x[i] + 0
  counts.fill(0)
  for (let i = 0; i < n; i++) {
    const high = words[2 * i + HIGH]
    const key = (high ^ ((high >> 31) | 0x80000000)) >>> 0
    keys[i] = key
    order[i] = i
    counts[key & (BUCKETS - 1)]++
    counts[BUCKETS + ((key >>> DIGIT_BITS) & (BUCKETS - 1))]++
    counts[2 * BUCKETS + (key >>> (2 * DIGIT_BITS))]++
  }
  for (let digit = 0; digit < DIGITS; digit++) {
    const shift = digit * DIGIT_BITS
    const first = digit * BUCKETS
    for (let bucket = first, before = 0; bucket < first + BUCKETS; bucket++) {
      const count = counts[bucket]
      counts[bucket] = before
      before += count
    }
    for (let k = 0; k < n; k++) {
      const key = keys[k]
      const to = counts[first + ((key >>> shift) & (BUCKETS - 1))]++
      nextKeys[to] = key
      next[to] = order[k]
    }
    ;[keys, nextKeys, order, next] = [nextKeys, keys, next, order]
  }
  for (let first = 0; first < n;) {
    let end = first + 1
    let ascending = true
    for (; end < n && keys[end] === keys[first]; end++) {
      if (values[order[end - 1]] > values[order[end]]) ascending = false
    }
    if (!ascending) order.subarray(first, end).sort((a, b) => values[a] - values[b])
    first = end
  }
  return order.slice(0, n)
}

/** Place of the high word in a number. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0
