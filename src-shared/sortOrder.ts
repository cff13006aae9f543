const DIGIT_BITS = 10
const BUCKETS = 1 << DIGIT_BITS
/** Equal parts of a range of values, numbered by two digits. */
const PARTS = BUCKETS * BUCKETS
/** Values that the range is taken from, and how many of them are left out at either end. */
const SAMPLE = 64
const OUTER = 4
/** Under this the counts of a radix sort cost more than comparisons. */
const SMALL = 400
/** Up to here an insertion sort is the quickest; a merge sort begins with pieces of it. */
const PIECE = 16

/**
 * Positions of `x` by value, ascending, equal values (0 and -0 among them) in their order; those of NaN are left out.
 *
 * @param into Where they are put, at least as long as `x`.
 */
export function ascendingOrder(x: Float64Array, into: Uint32Array = new Uint32Array(x.length)): Uint32Array {
  // NaN: V8 makes an object of every value that Number.isNaN is asked about, until it compiles the call in full.
  for (let i = 0; i < x.length; i++) if (x[i] !== x[i]) return orderOfPresent(x, into)
  return x.length < SMALL ? mergeOrder(x, into) : radixOrder(x, into)
}

/** The order of `x` without its values that are NaN. */
function orderOfPresent(x: Float64Array, into: Uint32Array): Uint32Array {
  const { present, values } = scratchFor(x.length)
  let n = 0
  for (let i = 0; i < x.length; i++) {
    if (x[i] !== x[i]) continue
    values[n] = x[i]
    present[n++] = i
  }
  const order = ascendingOrder(values.subarray(0, n), into)
  for (let k = 0; k < order.length; k++) order[k] = present[order[k]]
  return order
}

function mergeOrder(x: Float64Array, into: Uint32Array): Uint32Array {
  const order = into.subarray(0, x.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  mergeSort(order, x)
  return order
}

/** Sorts the positions of `order` by value, keeping the order of equal values. */
function mergeSort(order: Uint32Array, values: Float64Array): void {
  const n = order.length
  for (let start = 0; start < n; start += PIECE) {
    insertionSort(order, values, start, Math.min(n, start + PIECE))
  }
  let from = order
  let to: Uint32Array = new Uint32Array(n)
  for (let width = PIECE; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(n, start + width)
      const end = Math.min(n, middle + width)
      let left = start
      let right = middle
      for (let at = start; at < end; at++) {
        const takeLeft = left < middle && (right === end || values[from[left]] <= values[from[right]])
        to[at] = takeLeft ? from[left++] : from[right++]
      }
    }
    ;[from, to] = [to, from]
  }
  if (from !== order) order.set(from)
}

/** Kept between calls. These nest only in `orderOfPresent`, whose `present` and `values` no other function touches. */
const lowCounts = new Uint32Array(BUCKETS)
const highCounts = new Uint32Array(BUCKETS)
const sample = new Float64Array(SAMPLE)
let scratch = scratchOf(8192)

function scratchOf(size: number) {
  const positions = () => new Uint32Array(size)
  return { keys: positions(), byLow: positions(), present: positions(), values: new Float64Array(size) }
}

function scratchFor(length: number) {
  if (length > scratch.keys.length) scratch = scratchOf(2 * length)
  return scratch
}

/**
 * Radix sort, least digit first, of the parts of a range that the values lie in, the first and the last of which take all beyond; values
 * that share a part are sorted by comparison. These are few, unless most values are nearly equal next to the spread of the others.
 */
function radixOrder(x: Float64Array, into: Uint32Array): Uint32Array {
  const n = x.length
  const order = into.subarray(0, n)
  const { keys, byLow } = scratchFor(n)
  const { start, width } = rangeOf(x)
  const scale = PARTS / width
  lowCounts.fill(0)
  highCounts.fill(0)
  for (let i = 0; i < n; i++) {
    const part = (x[i] - start) * scale
    // NaN, which is 0 here, in a range without a width.
    const key = part < 0 ? 0 : part >= PARTS ? PARTS - 1 : part >>> 0
    keys[i] = key
    lowCounts[key & (BUCKETS - 1)]++
    highCounts[key >>> DIGIT_BITS]++
  }
  toStarts(lowCounts)
  toStarts(highCounts)
  for (let i = 0; i < n; i++) byLow[lowCounts[keys[i] & (BUCKETS - 1)]++] = i
  for (let k = 0; k < n; k++) {
    const at = byLow[k]
    order[highCounts[keys[at] >>> DIGIT_BITS]++] = at
  }
  sortShared(order, keys, x)
  return order
}

/** Three times the range of the middle values of a sample, around them, so that values far out do not widen it. */
function rangeOf(x: Float64Array): { start: number; width: number } {
  for (let k = 0; k < SAMPLE; k++) sample[k] = x[Math.floor((k * x.length) / SAMPLE)]
  sample.sort()
  const least = sample[OUTER]
  const middle = sample[SAMPLE - 1 - OUTER] - least
  return { start: least - middle, width: 3 * middle }
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
    if (end - first > PIECE) mergeSort(order.subarray(first, end), values)
    else insertionSort(order, values, first, end)
    k = end - 1
    previous = values[order[k]]
  }
}

/** Sorts `order` from `first` to before `end` by value, keeping the order of equal values. */
function insertionSort(order: Uint32Array, values: Float64Array, first: number, end: number): void {
  for (let i = first + 1; i < end; i++) {
    const moved = order[i]
    const value = values[moved]
    let at = i
    for (; at > first && values[order[at - 1]] > value; at--) order[at] = order[at - 1]
    order[at] = moved
  }
}
