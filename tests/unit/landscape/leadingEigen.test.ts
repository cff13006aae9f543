import { describe, expect, it } from 'vitest'
import { leadingEigen } from '../../../src-main/landscape/leadingEigen.ts'
import { symmetricEigen } from '../../../src-shared/symmetricEigen.ts'
import { inner, randomVector } from './surfaces.ts'

const N = 150

/** Gram matrix of `n` points given by their coordinates. */
function gram(points: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(points.flatMap((a) => points.map((b) => inner(a, b))))
}

/** With these eigenvalues, the others 0. */
function withEigenvalues(values: readonly number[]): Float64Array {
  const vectors: Float64Array[] = []
  for (const k of values.keys()) {
    const vector = randomVector(k + 1, N)
    for (const other of [...vectors, ...vectors]) {
      const along = inner(vector, other)
      other.forEach((value, i) => (vector[i] -= along * value))
    }
    const length = Math.sqrt(inner(vector, vector))
    vectors.push(vector.map((value) => value / length))
  }
  return gram(
    Array.from({ length: N }, (_, i) => vectors.map((vector, k) => Math.sqrt(values[k]) * vector[i])),
  )
}

const steps = Array.from({ length: N }, (_, k) => randomVector(k + 1, 40))
const walk = steps.map((_, at) =>
  steps.slice(0, at).reduce((sum, step) => sum.map((value, i) => value + step[i]), new Float64Array(40)),
)

describe('leadingEigen', () => {
  it.each([
    ['a random walk', gram(walk)],
    ['points without a leading direction', gram(steps.map((step) => [...step]))],
    ['as many directions as points', gram(Array.from({ length: N }, (_, k) => randomVector(k + 1, 2 * N)))],
    ['a line', withEigenvalues([3])],
    ['a plane', withEigenvalues([3, 1])],
    ['two equal leading eigenvalues', withEigenvalues([2, 2, 1, 0.5])],
    ['many equal second eigenvalues', withEigenvalues([5, 1, 1, 1, 1, 1])],
    ['a second eigenvalue far below the first', withEigenvalues([1e6, 1e-4, 1e-5, 1e-5])],
    ['no movement', new Float64Array(N * N)],
  ])('finds what the full solver finds: %s', (_, matrix) => {
    const full = symmetricEigen(matrix, N)
    const { values, vectors } = leadingEigen(matrix, N)
    const scale = full.values[0]
    for (let k = 0; k < 2; k++) {
      expect(Math.abs(values[k] - full.values[k])).toBeLessThanOrEqual(1e-13 * scale)
      const vector = vectors.subarray(k * N, (k + 1) * N)
      expect(inner(vector, vector)).toBeCloseTo(1, 13)
      const rest = vector.map(
        (value, i) => inner(matrix.subarray(i * N, (i + 1) * N), vector) - values[k] * value,
      )
      expect(Math.sqrt(inner(rest, rest))).toBeLessThanOrEqual(3e-13 * scale)
    }
    expect(Math.abs(inner(vectors.subarray(0, N), vectors.subarray(N, 2 * N)))).toBeLessThan(1e-13)
  })

  it('gives the same numbers each time', () => {
    expect(leadingEigen(gram(walk), N)).toEqual(leadingEigen(gram(walk), N))
  })
})
