import { fillNormal, randomOf, seedRandom } from '../../src-shared/random.ts'

/**
 * What methods draw. The state of the generator belongs to the optimizer's state: a step draws from a copy, which replaces
 * it once the step has been taken.
 */
export interface Draws {
  /** Fill `out` with standard normals. */
  normals(random: Uint32Array, out: Float64Array): void
  /** Fill `out` with numbers uniform in [0, 1). */
  uniforms(random: Uint32Array, out: Float64Array): void
  /** The first `out.length` of a random order of 0 .. n - 1. */
  choose(random: Uint32Array, n: number, out: Int32Array): void
}

/** Of a generator's state. */
export const RANDOM_WORDS = 4

/** Stream of a run's seed that methods draw from; initial weights, batch order and dropout have others. */
const METHOD_STREAM = 4

export const initialRandom = (seed: number): Uint32Array => seedRandom(seed, METHOD_STREAM)

export const seededDraws: Draws = {
  normals(random, out) {
    fillNormal(random, out)
  },
  uniforms(random, out) {
    const { uniform } = randomOf(random)
    for (let i = 0; i < out.length; i++) out[i] = uniform()
  },
  choose(random, n, out) {
    const order = randomOf(random).permutation(n)
    out.set(order.subarray(0, out.length))
  },
}
