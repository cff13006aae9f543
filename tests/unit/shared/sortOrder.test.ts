import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src-shared/random.ts'
import { ascendingOrder } from '../../../src-shared/sortOrder.ts'

const byComparison = (x: ArrayLike<number>): number[] =>
  Array.from(x, (_, at) => at)
    .filter((at) => !Number.isNaN(x[at]))
    .sort((a, b) => (x[a] < x[b] ? -1 : x[a] > x[b] ? 1 : a - b))

describe('the order of numbers', () => {
  it('is that of comparisons, equal ones as they came, for any doubles but NaN, which has no place', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom(0, -0, 1, 1 + Number.EPSILON, -1, 5e-324, -5e-324, 1.7e308, -1.7e308),
    )
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (x) => {
        expect(Array.from(ascendingOrder(Float64Array.from(x)))).toEqual(byComparison(x))
      }),
    )
  })

  it.each([
    ['normal', (random: () => number) => random()],
    ['32-bit', (random: () => number) => Math.fround(random())],
    ['equal but for the last bits', (random: () => number) => 1 + Number.EPSILON * Math.round(10 * random())],
    ['ties', (random: () => number) => Math.round(random())],
    ['signed zeros', (random: () => number) => (random() > 0 ? 0 : -0)],
    ['far apart', (random: () => number) => Math.sinh(200 * random())],
    ['skewed', (random: () => number) => Math.exp(4 * random())],
    ['one far out', (random: () => number) => (random() > 3 ? 1e12 : random())],
    ['infinite among others', (random: () => number) => 1 / Math.round(random())],
    ['further apart than the largest number', (random: () => number) => 1e308 * Math.tanh(random()) * 1.7],
    ['the smallest numbers', (random: () => number) => 5e-324 * Math.round(9 * random())],
    ['all equal', () => 7],
    ['equal but for a few above', (random: () => number) => Math.max(2, random())],
    ['equal but for a few on both sides', (random: () => number) => Math.trunc(random() / 2)],
    ['of many scales', (random: () => number) => random() ** 9],
    ['missing', (random: () => number) => (random() > 1 ? Number.NaN : random())],
  ])('is that of comparisons around both sizes a sort changes at: %s', (_, make) => {
    const random = createRandom(11)
    const into = new Uint32Array(4000).fill(5)
    for (const length of [0, 1, 15, 16, 17, 33, 399, 400, 401, 3000]) {
      const x = Float64Array.from({ length }, () => make(() => random.normal()))
      const order = byComparison(x)
      expect(Array.from(ascendingOrder(x))).toEqual(order)
      expect(Array.from(ascendingOrder(x, into))).toEqual(order)
    }
  })
})
