import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { winsoriseMad, zScore } from '../../../src-main/market/standardise.ts'

describe('zScore', () => {
  it('uses ddof 1 and leaves missing values missing', () => {
    // mean 2, squared deviations 1 + 0 + 1, variance 2 / 2 = 1.
    expect(Array.from(zScore(Float64Array.of(1, NaN, 2, 3)))).toEqual([-1, NaN, 0, 1])
  })

  it('is 0 without spread, also where equal values do not sum exactly', () => {
    expect(zScore(Float64Array.of(0.1, 0.1, 0.1)).every((z) => z === 0)).toBe(true)
    expect(zScore(Float64Array.of(7)).every((z) => z === 0)).toBe(true)
  })

  it('has mean 0 and standard deviation 1', () => {
    const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 3, maxLength: 60 })
    fc.assert(
      fc.property(values, (list) => {
        fc.pre(Math.max(...list) - Math.min(...list) > 1e-3)
        const z = zScore(Float64Array.from(list))
        const mean = z.reduce((sum, v) => sum + v, 0) / z.length
        const variance = z.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (z.length - 1)
        expect(Math.abs(mean)).toBeLessThan(1e-9)
        expect(Math.abs(variance - 1)).toBeLessThan(1e-9)
      }),
    )
  })
})

describe('winsoriseMad', () => {
  it('pulls outliers to five unscaled MADs from the median', () => {
    // median 3, absolute deviations 2 1 0 1 97, MAD 1: limits -2 and 8.
    expect(Array.from(winsoriseMad(Float64Array.of(1, 2, 3, 4, 100), 5))).toEqual([1, 2, 3, 4, 8])
  })

  it('changes nothing when half of the values are equal', () => {
    expect(Array.from(winsoriseMad(Float64Array.of(0, 0, 0, 50), 5))).toEqual([0, 0, 0, 50])
  })
})
