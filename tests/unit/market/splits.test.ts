import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { daysBetween, fitWindows, predictionDates, splitDates } from '../../../src-main/market/splits.ts'
import { dateOfEpochDay, epochDay, isoWeek } from '../../../src-shared/domain/date.ts'
import { PlateauError } from '../../../src-shared/errors.ts'

/** Weekdays of 2018 to 2020. */
const dates = Int32Array.from(
  Array.from({ length: 1096 }, (_, k) => epochDay(20180101) + k).filter((day) => (day + 3) % 7 < 5),
  dateOfEpochDay,
)
const period = { fitStart: '2018-01-01', fitEnd: '2019-06-30', predictEnd: '2020-12-31' }

describe('splitDates', () => {
  it('never lets a label of train reach valid, nor one of valid leave the period', () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.integer({ min: 200, max: 900 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 10 }),
        (first, days, horizon, stride) => {
          const last = first + days - 1
          const { trainDates, validDates } = splitDates({ first, last }, horizon, stride)
          const lastTrain = trainDates[trainDates.length - 1]
          const lastValid = validDates[validDates.length - 1]
          expect(lastTrain + 1 + horizon).toBeLessThan(validDates[0])
          expect(lastValid + 1 + horizon).toBeLessThanOrEqual(last)
          for (const t of [...trainDates, ...validDates]) expect((t - first) % stride).toBe(0)
          // Complete: one more step of the grid would leave the part.
          expect(lastTrain + stride).toBeGreaterThan(first + Math.floor((days * 4) / 5) - 1 - (horizon + 1))
          expect(lastValid + stride).toBeGreaterThan(last - (horizon + 1))
        },
      ),
    )
  })

  it('refuses a period the purge uses up', () => {
    expect(() => splitDates({ first: 0, last: 49 }, 10, 5)).toThrow(PlateauError)
  })
})

describe('fitWindows', () => {
  it('fits once without refits', () => {
    expect(fitWindows({ period, refitMonths: null, fitMonths: null }, dates)).toEqual([
      { index: 0, fitStart: 20180101, fitEnd: 20190628, predictStart: 20190701, predictEnd: 20201231 },
    ])
  })

  it('expands by month ends and predicts every day once', () => {
    const windows = fitWindows({ period, refitMonths: 6, fitMonths: null }, dates)
    expect(windows.map((w) => [w.fitStart, w.fitEnd, w.predictStart, w.predictEnd])).toEqual([
      [20180101, 20190628, 20190701, 20191231],
      [20180101, 20191231, 20200101, 20200630],
      [20180101, 20200630, 20200701, 20201231],
    ])
  })

  it('covers the prediction period without gap or overlap for any refit interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), (months) => {
        const windows = fitWindows({ period, refitMonths: months, fitMonths: null }, dates)
        const covered = windows.flatMap((w) =>
          Array.from(dates.filter((d) => d >= w.predictStart && d <= w.predictEnd)),
        )
        expect(covered).toEqual(Array.from(dates.filter((d) => d > 20190630)))
        for (const w of windows) expect(dates.find((d) => d > w.fitEnd)).toBe(w.predictStart)
      }),
    )
  })

  it('rolls by month ends: each window as long, none before the study begins', () => {
    const windows = fitWindows({ period, refitMonths: 6, fitMonths: 12 }, dates)
    expect(windows.map((w) => [w.fitStart, w.fitEnd, w.predictStart, w.predictEnd])).toEqual([
      [20180702, 20190628, 20190701, 20191231],
      [20190101, 20191231, 20200101, 20200630],
      [20190701, 20200630, 20200701, 20201231],
    ])
    const from2018 = fitWindows({ period, refitMonths: 6, fitMonths: 24 }, dates)
    expect(from2018.map((w) => w.fitStart)).toEqual([20180101, 20180101, 20180702])
  })

  it('rolls windows that end as the expanding ones do and start less than a month late', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 60 }),
        (refitMonths, fitMonths) => {
          const rolling = fitWindows({ period, refitMonths, fitMonths }, dates)
          const expanding = fitWindows({ period, refitMonths, fitMonths: null }, dates)
          expect(rolling.map((w) => ({ ...w, fitStart: 20180101 }))).toEqual(expanding)
          for (const { fitStart, fitEnd } of rolling) {
            const days = epochDay(fitEnd) - epochDay(fitStart) + 1
            expect(days).toBeLessThanOrEqual(31 * fitMonths)
            if (fitStart > 20180101) expect(days).toBeGreaterThan(30 * fitMonths - 8)
          }
        },
      ),
    )
  })

  it('says which period holds no data', () => {
    const early = { fitStart: '2010-01-01', fitEnd: '2011-01-01', predictEnd: '2020-12-31' }
    expect(() => fitWindows({ period: early, refitMonths: null, fitMonths: null }, dates)).toThrow(
      /fit period 2010-01-01/,
    )
    const late = { fitStart: '2018-01-01', fitEnd: '2021-01-01', predictEnd: '2021-12-31' }
    expect(() => fitWindows({ period: late, refitMonths: 6, fitMonths: null }, dates)).toThrow(
      /prediction period 2021-01-01/,
    )
  })
})

describe('predictionDates', () => {
  it('takes the last exchange day of each ISO week of the range', () => {
    const range = daysBetween(dates, 20190701, 20201230) ?? { first: 0, last: -1 }
    const chosen = predictionDates(dates, range)
    for (const t of chosen) expect(isoWeek(dates[t + 1])).not.toBe(isoWeek(dates[t]))
    expect(dates[chosen[0]]).toBe(20190705)
    expect(dates[chosen[chosen.length - 1]]).toBe(20201225)
    expect(chosen.length).toBe(78)
  })
})
