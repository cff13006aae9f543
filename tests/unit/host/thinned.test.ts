import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { smoothed, thinned } from '../../../src-main/host/services/thinned.ts'
import { debiasedEma } from '../../../src-shared/charts/smoothing.ts'

const series = fc
  .array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(NaN)), { maxLength: 300 })
  .map((values) => Float64Array.from(values))

describe('a thinned series', () => {
  it('keeps length, order, lowest and highest, and no more points than asked for', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 2, max: 60 }), (whole, points) => {
        const { at, values } = thinned(whole, points)
        expect(at.length).toBeLessThanOrEqual(Math.max(points, 2))
        expect(at).toEqual([...new Set(at)].toSorted((a, b) => a - b))
        values.forEach((value, k) => expect(value ?? NaN).toBe(whole[at[k]]))
        const known = whole.filter((value) => !Number.isNaN(value))
        const kept = values.filter((value) => value !== null)
        expect(kept.length === 0).toBe(known.length === 0)
        expect(Math.min(...kept)).toBe(Math.min(...known))
        expect(Math.max(...kept)).toBe(Math.max(...known))
      }),
    )
  })

  it('is the whole series where it is short, gaps as null', () => {
    expect(thinned(Float64Array.of(1, NaN, 3), 3)).toEqual({ at: [0, 1, 2], values: [1, null, 3] })
  })

  it('has its average over all values, not over those that are left', () => {
    fc.assert(
      fc.property(series, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (whole, weight) => {
        const { steps, smoothed: average, ...raw } = smoothed(whole, weight, 20)
        expect(steps).toBe(whole.length)
        expect(raw).toEqual(thinned(whole, 20))
        const all = debiasedEma([...whole], weight)
        expect(average).toEqual(raw.at.map((place) => all[place]))
      }),
    )
    expect(smoothed(Float64Array.of(1, 2), 0, 20).smoothed).toBeNull()
  })
})
