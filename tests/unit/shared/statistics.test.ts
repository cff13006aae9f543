import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  annualise,
  averageRanks,
  neweyWest,
  pearson,
  spearman,
  standardDeviation,
} from '../../../src-shared/statistics.ts'

const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 40 })

describe('statistics', () => {
  it('shares the mean rank between ties', () => {
    expect(Array.from(averageRanks([30, 10, 20, 10, 10]))).toEqual([5, 2, 4, 2, 2])
  })

  it('ranks sum to n (n + 1) / 2 whatever the ties', () => {
    fc.assert(
      fc.property(values, (x) => {
        const sum = averageRanks(x).reduce((total, rank) => total + rank, 0)
        expect(sum).toBe((x.length * (x.length + 1)) / 2)
      }),
    )
  })

  it('Spearman does not see a rising transform; Pearson does not see a shift and scale', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const n = Math.min(a.length, b.length)
        const [x, y] = [a.slice(0, n), b.slice(0, n)]
        const rank = spearman(x, y)
        expect(
          spearman(
            x.map((v) => v ** 3),
            y,
          ),
        ).toBe(rank)
        const linear = pearson(x, y)
        const moved = pearson(
          x.map((v) => 4 * v + 7),
          y,
        )
        if (linear === null) expect(moved).toBeNull()
        else expect(moved).toBeCloseTo(linear, 12)
      }),
    )
  })

  it('has no correlation without variance, and rounding noise is no variance', () => {
    expect(pearson([0.1, 0.1 + 1e-16, 0.1], [1, 2, 3])).toBeNull()
    expect(spearman([5, 5, 5], [1, 2, 3])).toBeNull()
    expect(standardDeviation([0.3, 0.3 + 5e-17])).toBe(0)
    expect(standardDeviation([1])).toBeNull()
  })

  it('Pearson does not see the unit of either side, however small or large', () => {
    const units = fc.constantFrom(1e-300, 3e-13, 1e-6, 1e9, 1e153, 1e300)
    fc.assert(
      fc.property(values, values, units, units, (a, b, unitX, unitY) => {
        const n = Math.min(a.length, b.length)
        const [x, y] = [a.slice(0, n), b.slice(0, n)]
        const plain = pearson(x, y)
        const scaled = pearson(
          x.map((v) => v * unitX),
          y.map((v) => v * unitY),
        )
        if (plain === null) expect(scaled).toBeNull()
        else expect(scaled).toBeCloseTo(plain, 12)
      }),
    )
  })

  it('a side that is constant up to rounding has no variance in any unit', () => {
    for (const unit of [1e-200, 1, 1e200])
      expect(pearson([0.1 * unit, (0.1 + 5e-17) * unit, 0.1 * unit], [1, 2, 3])).toBeNull()
    expect(pearson([1, 1 + 1e-13, 1], [1, 2, 3])).toBeNull()
    expect(pearson([0, 0, 0], [1, 2, 3])).toBeNull()
    expect(pearson([0, 5e-324, 0], [1, 2, 3])).toBeCloseTo(0, 14)
    expect(pearson([], [])).toBeNull()
  })

  it('annualises 1 % over half of a 252-day year to 1.01^2 - 1', () => {
    expect(annualise([0.01, ...Array<number>(125).fill(0)], 252)).toBeCloseTo(1.01 ** 2 - 1, 14)
  })

  it('Newey-West by hand: x = 1, 2, 4 with lag 1', () => {
    // mean 7/3, e = -4/3, -1/3, 5/3; g0 = (16 + 1 + 25)/27 = 14/9; g1 = (4 - 5)/27 = -1/27; S = g0 + 2 (1/2) g1 = 41/27
    const { lag, t } = neweyWest([1, 2, 4], 1) ?? { lag: -1, t: null }
    expect(lag).toBe(1)
    expect(t).toBeCloseTo(7 / 3 / Math.sqrt(41 / 27 / 3), 14)
    expect(neweyWest([1, 2, 4], 9)?.lag).toBe(2)
    expect(neweyWest([2, 2, 2], 4)?.t).toBeNull()
    expect(neweyWest([], 4)).toBeNull()
  })
})
