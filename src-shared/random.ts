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

/** A generator for `seed`; `stream` separates independent uses of one seed (initial weights, batch order, ...). */
export function createRandom(seed: number, stream = 0): Random {
  let mix = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca77)) >>> 0
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0
    let z = mix
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  const state = new Uint32Array([splitmix(), splitmix(), splitmix(), splitmix()])
  let spare: number | null = null

  const next = (): number => {
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
  const uniform = (): number => next() / 4_294_967_296
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

function rotateLeft(value: number, bits: number): number {
  return ((value << bits) | (value >>> (32 - bits))) >>> 0
}
