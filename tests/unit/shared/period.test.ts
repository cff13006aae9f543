import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastMonths, periodOf, windowOf } from '../../../src-shared/charts/index.ts'
import { dateOfEpochDay, epochDay } from '../../../src-shared/domain/date.ts'

const days = (from: number, count: number, step = 1) =>
  Array.from({ length: count }, (_, at) => dateOfEpochDay(epochDay(from) + at * step))

describe('a period shown by charts together', () => {
  const daily = days(20240101, 60)
  const weekly = days(20240105, 8, 7)

  it('is the days of each calendar that lie in it', () => {
    const period = { first: 20240110, last: 20240125 }
    const shown = windowOf(daily, period)
    expect([daily[shown.first], daily[shown.last]]).toEqual([20240110, 20240125])
    const ofWeeks = windowOf(weekly, period)
    expect(weekly.slice(ofWeeks.first, ofWeeks.last + 1)).toEqual([20240112, 20240119])
  })

  it('comes back from the window of the calendar it was taken from', () => {
    const position = fc.integer({ min: 0, max: 59 })
    fc.assert(
      fc.property(position, position, (a, b) => {
        const window = { first: Math.min(a, b), last: Math.max(a, b) }
        const period = periodOf(daily, window)
        expect(period === null).toBe(window.first === 0 && window.last === 59)
        expect(windowOf(daily, period)).toEqual(window)
      }),
    )
  })

  it('leaves at least a day of a calendar that has none in it', () => {
    for (const first of [20231201, 20240106, 20240601]) {
      const window = windowOf(weekly, { first, last: first + 1 })
      expect(window.last).toBe(window.first)
      expect(weekly[window.first]).toBeDefined()
    }
  })

  it('of the last months begins after the same day so many months before', () => {
    expect(lastMonths(days(20230101, 455), 3)).toEqual({ first: 20231231, last: 20240330 })
    expect(lastMonths(days(20230601, 365), 12)).toBeNull()
    expect(lastMonths(days(20230101, 400), 12)).toEqual({ first: 20230205, last: 20240204 })
    expect(lastMonths(daily, 3)).toBeNull()
    expect(lastMonths([], 3)).toBeNull()
  })
})
