import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { derive } from '../../../src-main/market/derive.ts'
import { endedWeeks, weeklyBars } from '../../../src-main/market/weekly.ts'
import { dateOfEpochDay, epochDay, isoWeek } from '../../../src-shared/domain/date.ts'
import { panelOf } from './panelFixture.ts'

describe('endedWeeks', () => {
  it('ends a week on its last exchange day, holidays included', () => {
    // 2020-09-28..30 (Mon to Wed, National Day follows), 2020-10-09 (Fri), 2020-10-12..16.
    const dates = Int32Array.of(
      20200928,
      20200929,
      20200930,
      20201009,
      20201012,
      20201013,
      20201014,
      20201015,
      20201016,
    )
    const { weeks, lastDay, endedAt } = endedWeeks(dates)
    expect(Array.from(weeks)).toEqual([202040, 202041, 202042])
    expect(Array.from(lastDay)).toEqual([2, 3, 8])
    expect(Array.from(endedAt)).toEqual([-1, -1, 0, 1, 1, 1, 1, 1, 2])
  })

  it('does not take a calendar that stops mid-week for the end of the week', () => {
    const { weeks, endedAt } = endedWeeks(Int32Array.of(20201009, 20201012, 20201013))
    expect(Array.from(weeks)).toEqual([202041])
    expect(Array.from(endedAt)).toEqual([0, 0, 0])
  })

  it('knows the weeks of before 1970', () => {
    const { weeks, lastDay } = endedWeeks(
      Int32Array.of(19691222, 19691223, 19691224, 19691226, 19691229, 19691230, 19691231, 19700102),
    )
    expect(Array.from(weeks)).toEqual([196952, 197001])
    expect(Array.from(lastDay)).toEqual([3, 7])
  })

  it('gives every day at most the weeks that lie wholly at or before it', () => {
    const start = epochDay(20200101)
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(400), { minLength: 1, maxLength: 200 }), (offsets) => {
        const dates = Int32Array.from(
          offsets.toSorted((a, b) => a - b),
          (day) => dateOfEpochDay(start + day),
        )
        const { weeks, endedAt } = endedWeeks(dates)
        endedAt.forEach((ended, t) => {
          const laterInWeek = dates.subarray(t + 1).some((date) => isoWeek(date) === isoWeek(dates[t]))
          if (ended >= 0) expect(weeks[ended]).toBeLessThanOrEqual(isoWeek(dates[t]))
          if (laterInWeek && ended >= 0) expect(weeks[ended]).toBeLessThan(isoWeek(dates[t]))
          if (!laterInWeek && t < dates.length - 1) expect(weeks[ended]).toBe(isoWeek(dates[t]))
        })
      }),
    )
  })
})

describe('weeklyBars', () => {
  const days = ['2020-03-02', '2020-03-03', '2020-03-06', '2020-03-09', '2020-03-13']
  const panel = panelOf(days, [
    {
      symbol: '600000.SH',
      dates: days,
      open: [10, 11, 6, 6, 6],
      high: [12, 13, 7, 6, 6],
      low: [9, 10, 5, 6, 6],
      close: [11, 12, 6, 6, 6],
      volume: [100, 100, 400, 0, 0],
      amount: [1100, 1200, 2400, 0, 0],
      adj_factor: [1, 1, 2, 2, 2],
      suspended: [0, 0, 0, 1, 1],
      is_st: [0, 0, 0, 0, 0],
    },
  ])

  it('joins adjusted days: first open, highest high, lowest low, last close, amount over adjusted volume', () => {
    const bars = weeklyBars(panel, derive(panel, 'typical'), 'typical')
    expect([bars.open[0], bars.high[0], bars.low[0], bars.close[0]]).toEqual([10, 14, 9, 12])
    expect(bars.volume[0]).toBe(100 + 100 + 200)
    expect(bars.vwap[0]).toBe(4700 / 400)
  })

  it('has no bar in a week without a traded day', () => {
    const bars = weeklyBars(panel, derive(panel, 'typical'), 'typical')
    expect(Array.from(bars.traded)).toEqual([1, 0])
    expect([bars.open[1], bars.volume[1], bars.vwap[1]]).toEqual([NaN, NaN, NaN])
  })

  it('loses the vwap of a week with one missing amount, or takes the week as its stand-in', () => {
    const gap = { ...panel, amount: Float64Array.of(1100, NaN, 2400, 0, 0) }
    expect(weeklyBars(gap, derive(gap, 'none'), 'none').vwap[0]).toBeNaN()
    expect(weeklyBars(gap, derive(gap, 'typical'), 'typical').vwap[0]).toBe((14 + 9 + 12) / 3)
    // An amount of other trades is none.
    const stale = { ...panel, amount: Float64Array.of(1100, 1600, 2400, 0, 0) }
    expect(weeklyBars(stale, derive(stale, 'none'), 'none').vwap[0]).toBeNaN()
  })
})
