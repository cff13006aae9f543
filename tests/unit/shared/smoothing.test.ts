import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { debiasedEma } from '../../../src-shared/charts/smoothing.ts'

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const weight = fc.double({ min: 0, max: 0.99, noNaN: true })
const gaps = fc.array(fc.option(value), { maxLength: 60 })

describe('debiasedEma', () => {
  it('is the mean of the values so far, each weighted by w to the power of its age', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), weight, (values, w) => {
        const smoothed = debiasedEma(values, w)
        values.forEach((_, n) => {
          const weights = values.slice(0, n + 1).map((_, i) => w ** (n - i))
          const total = weights.reduce((sum, one) => sum + one, 0)
          const expected = weights.reduce((sum, one, i) => sum + one * values[i], 0) / total
          const size = Math.max(1, ...values.map(Math.abs))
          expect(Math.abs(smoothed[n]! - expected)).toBeLessThan(1e-9 * size)
        })
      }),
    )
  })

  it('stays within the values, keeps missing ones missing and does not count them', () => {
    fc.assert(
      fc.property(gaps, weight, (values, w) => {
        const smoothed = debiasedEma(values, w)
        expect(smoothed.map((one) => one === null)).toEqual(values.map((one) => one === null))
        const known = values.filter((one) => one !== null)
        expect(smoothed.filter((one) => one !== null)).toEqual(debiasedEma(known, w))
        const room = 1e-9 * Math.max(1, ...known.map(Math.abs))
        for (const one of smoothed) {
          if (one === null) continue
          expect(one).toBeGreaterThanOrEqual(Math.min(...known) - room)
          expect(one).toBeLessThanOrEqual(Math.max(...known) + room)
        }
      }),
    )
  })

  it('changes nothing at weight 0, nor the first value at any', () => {
    fc.assert(
      fc.property(gaps, weight, (values, w) => {
        expect(debiasedEma(values, 0)).toEqual(values.map((one) => (one === null ? null : one + 0)))
        const [first] = values.filter((one) => one !== null)
        const [smoothed] = debiasedEma(values, w).filter((one) => one !== null)
        if (first !== undefined) expect(smoothed).toBeCloseTo(first, 5)
      }),
    )
  })

  it('takes what is not finite for missing', () => {
    expect(debiasedEma([1, NaN, Infinity, 1], 0.9)).toEqual([
      expect.closeTo(1),
      null,
      null,
      expect.closeTo(1),
    ])
  })
})
