/**
 * Seeded random numbers: xoshiro128** (Blackman & Vigna 2018) seeded by splitmix32. The same seed gives the same
 * numbers on every machine; nothing in the project draws from Math.random.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number
  /** Standard normal, by the polar method. */
  normal(): number
  /** Uniform integer in [0, n). */
  below(n: number): number
  /** Fisher-Yates permutation of 0..n-1. */
  permutation(n: number): Int32Array
}

/** A generator for `seed`, of which 32 bits count; `stream` separates independent uses of one seed (initial weights, batch order, ...). */
export function createRandom(seed: number, stream = 0): Random {
  return randomOf(seedRandom(seed, stream))
}

/** The state of a generator: four words that a checkpoint can hold. */
export function seedRandom(seed: number, stream = 0): Uint32Array {
  let mix = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca77)) >>> 0
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0
    let z = mix
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  return new Uint32Array([splitmix(), splitmix(), splitmix(), splitmix()])
}

/** The generator that draws from `state` and moves it on. A second normal of a pair is kept outside of it. */
export function randomOf(state: Uint32Array): Random {
  let spare: number | null = null
  const uniform = (): number => next(state) / 4_294_967_296
  const below = (n: number): number => Math.floor(uniform() * n)

  return {
    uniform,
    below,
    normal() {
      if (spare !== null) {
        const value = spare
        spare = null
        return value
      }
      for (;;) {
        const u = 2 * uniform() - 1
        const v = 2 * uniform() - 1
        const s = u * u + v * v
        if (s >= 1 || s === 0) continue
        const scale = Math.sqrt((-2 * Math.log(s)) / s)
        spare = v * scale
        return u * scale
      }
    },
    permutation(n) {
      const order = Int32Array.from({ length: n }, (_, i) => i)
      for (let i = n - 1; i > 0; i--) {
        const j = below(i + 1)
        const held = order[i]
        order[i] = order[j]
        order[j] = held
      }
      return order
    },
  }
}

/** The next 32 bits. */
function next(state: Uint32Array): number {
  const s1 = state[1]
  const result = Math.imul(rotateLeft(Math.imul(s1, 5) >>> 0, 7), 9) >>> 0
  state[2] ^= state[0]
  state[3] ^= s1
  state[1] ^= state[2]
  state[0] ^= state[3]
  state[2] ^= (s1 << 9) >>> 0
  state[3] = rotateLeft(state[3], 11)
  return result
}

function rotateLeft(value: number, bits: number): number {
  return ((value << bits) | (value >>> (32 - bits))) >>> 0
}

/** Layers of equal area under exp(-x^2 / 2): their right ends, and the curve there. */
const LAYERS = 256
const TAIL = 3.6541528853610088
const AREA = 0.00492867323399
const density = (x: number): number => Math.exp(-0.5 * x * x)
const ends = new Float64Array(LAYERS + 1)
ends[0] = AREA / density(TAIL)
ends[1] = TAIL
for (let i = 2; i < LAYERS; i++) {
  ends[i] = Math.sqrt(-2 * Math.log(AREA / ends[i - 1] + density(ends[i - 1])))
}
const heights = ends.map(density)

/**
 * Fill `out` with standard normals drawn from `state`, by the ziggurat method (Marsaglia & Tsang 2000) with separate bits
 * for the layer and the place in it (Doornik 2005); 24 bits of resolution within a layer. For vectors as long as a model's
 * weights, where `normal` takes a noticeable share of a training step.
 */
export function fillNormal(state: Uint32Array, out: Float64Array): void {
  const uniform = (): number => (next(state) + 0.5) / 4_294_967_296
  let s0 = state[0]
  let s1 = state[1]
  let s2 = state[2]
  let s3 = state[3]
  for (let at = 0; at < out.length;) {
    // `next` on four locals: this loop is what takes the time.
    const product = Math.imul(s1, 5)
    const bits = Math.imul((product << 7) | (product >>> 25), 9)
    const shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 11) | (s3 >>> 21)
    const layer = bits & (LAYERS - 1)
    const x = (bits >> 8) * 2 ** -23 * ends[layer]
    if (Math.abs(x) < ends[layer + 1]) {
      out[at++] = x
      continue
    }
    state[0] = s0
    state[1] = s1
    state[2] = s2
    state[3] = s3
    if (layer === 0) {
      let beyond: number
      do beyond = -Math.log(uniform()) / TAIL
      while (-2 * Math.log(uniform()) < beyond * beyond)
      out[at++] = x < 0 ? -TAIL - beyond : TAIL + beyond
    } else if (heights[layer] + uniform() * (heights[layer + 1] - heights[layer]) < density(x)) {
      out[at++] = x
    }
    s0 = state[0]
    s1 = state[1]
    s2 = state[2]
    s3 = state[3]
  }
  state[0] = s0
  state[1] = s1
  state[2] = s2
  state[3] = s3
}
