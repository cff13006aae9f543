const DIGIT_BITS = 11
const BUCKETS = 1 << DIGIT_BITS
/** Of a key; what they leave equal is sorted by comparison. */
const SORTED_BITS = 2 * DIGIT_BITS
/** Under this the counts of a radix sort cost more than comparisons. */
const SMALL = 400
/** Up to here an insertion sort is the quickest; a merge sort begins with pieces of it. */
const PIECE = 16

/** Positions of `x` by value, ascending, equal values (0 and -0 among them) in their order; those of NaN are left out. */
export function ascendingOrder(x: ArrayLike<number>): Uint32Array {
  let missing = 0
  for (let i = 0; i < x.length; i++) if (Number.isNaN(x[i])) missing++
  if (missing > 0) return orderWithout(missing, x)
  return x.length < SMALL ? mergeOrder(x) : radixOrder(x)
}

/** The order of `x` without its `missing` values, which are NaN. */
function orderWithout(missing: number, x: ArrayLike<number>): Uint32Array {
  const present = new Uint32Array(x.length - missing)
  const values = new Float64Array(present.length)
  for (let i = 0, n = 0; i < x.length; i++) {
    if (Number.isNaN(x[i])) continue
    values[n] = x[i]
    present[n++] = i
  }
  const order = ascendingOrder(values)
  for (let k = 0; k < order.length; k++) order[k] = present[order[k]]
  return order
}

function mergeOrder(x: ArrayLike<number>): Uint32Array {
  const n = x.length
  let order = new Uint32Array(n)
  for (let start = 0; start < n; start += PIECE) {
    const end = Math.min(n, start + PIECE)
    for (let i = start; i < end; i++) order[i] = i
    insertionSort(order, x, start, end)
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
const lowCounts = new Uint32Array(BUCKETS)
const highCounts = new Uint32Array(BUCKETS)
let scratch = scratchOf(8192)

function scratchOf(size: number) {
  const values = new Float64Array(size)
  const array = () => new Uint32Array(size)
  return { values, words: new Uint32Array(values.buffer), keys: array(), byLow: array() }
}

/**
 * Radix sort, least digit first, of the high words of the numbers: these order as the numbers do once negative ones are
 * inverted. Of their range the first 22 bits are sorted so, in two passes; the few that share them by comparison.
 */
function radixOrder(x: ArrayLike<number>): Uint32Array {
  const n = x.length
  if (n > scratch.values.length) scratch = scratchOf(2 * n)
  const { values, words, keys, byLow } = scratch
  let least = 0xffffffff
  let most = 0
  for (let i = 0; i < n; i++) {
    // -0 + 0 is 0: the two are equal, their bits are not.
    values[i] = x[i] + 0
    const high = words[2 * i + HIGH]
    const key = (high ^ ((high >> 31) | 0x80000000)) >>> 0
    keys[i] = key
    if (key < least) least = key
    if (key > most) most = key
  }
  const shift = Math.max(0, 32 - Math.clz32(most - least) - SORTED_BITS)
  lowCounts.fill(0)
  highCounts.fill(0)
  for (let i = 0; i < n; i++) {
    const key = (keys[i] - least) >>> shift
    keys[i] = key
    lowCounts[key & (BUCKETS - 1)]++
    highCounts[key >>> DIGIT_BITS]++
  }
  toStarts(lowCounts)
  toStarts(highCounts)
  for (let i = 0; i < n; i++) byLow[lowCounts[keys[i] & (BUCKETS - 1)]++] = i
  const order = new Uint32Array(n)
  for (let k = 0; k < n; k++) {
    const at = byLow[k]
    order[highCounts[keys[at] >>> DIGIT_BITS]++] = at
  }
  sortShared(order, keys, values)
  return order
}

/** Counts of buckets become the places where these start. */
function toStarts(counts: Uint32Array): void {
  for (let bucket = 0, before = 0; bucket < BUCKETS; bucket++) {
    const count = counts[bucket]
    counts[bucket] = before
    before += count
  }
}

/** Sorts by value the runs of `order` whose keys are equal, keeping the order of equal values: only there can a value fall. */
function sortShared(order: Uint32Array, keys: Uint32Array, values: Float64Array): void {
  let previous = -Infinity
  for (let k = 0; k < order.length; k++) {
    const value = values[order[k]]
    if (value >= previous) {
      previous = value
      continue
    }
    const key = keys[order[k]]
    let first = k - 1
    while (first > 0 && keys[order[first - 1]] === key) first--
    let end = k + 1
    while (end < order.length && keys[order[end]] === key) end++
    if (end - first > PIECE) order.subarray(first, end).sort((a, b) => values[a] - values[b])
    else insertionSort(order, values, first, end)
    k = end - 1
    previous = values[order[k]]
  }
}

/** Sorts `order` from `first` to before `end` by value, keeping the order of equal values. */
function insertionSort(order: Uint32Array, values: ArrayLike<number>, first: number, end: number): void {
  for (let i = first + 1; i < end; i++) {
    const moved = order[i]
    const value = values[moved]
    let at = i
    for (; at > first && values[order[at - 1]] > value; at--) order[at] = order[at - 1]
    order[at] = moved
  }
}

/** Place of the high word in a number. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0
