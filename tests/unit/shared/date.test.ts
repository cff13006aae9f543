import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateOfEpochDay, epochDay, isoWeek, parseDate, weekday } from '../../../src-shared/domain/date.ts'

describe('parseDate', () => {
  it.each([
    ['2024-01-02', 20240102],
    ['20240102', 20240102],
    ['2024/1/2', 20240102],
    ['2024/1/2 0:00', 20240102],
    ['2024-01-02 00:00:00', 20240102],
    ['2024-01-02T00:00:00.000', 20240102],
    ['2024-01-02 16:00', null],
    ['2024-02-30', null],
  ])('reads %s as %s', (text, date) => expect(parseDate(text)).toBe(date))
})

describe('weekday', () => {
  it('is 0 on a Monday and 6 on a Sunday, before 1970 too', () => {
    // The day of the Apollo 11 landing was a Sunday, Black Thursday a Thursday.
    expect([19700101, 19691231, 19690720, 19291024, 20240101].map(weekday)).toEqual([3, 2, 6, 3, 0])
  })

  it('is that of the calendar on every day', () => {
    fc.assert(
      fc.property(fc.integer({ min: epochDay(19000101), max: epochDay(21991231) }), (day) => {
        const sundayFirst = new Date(day * 86_400_000).getUTCDay()
        expect(weekday(dateOfEpochDay(day))).toBe((sundayFirst + 6) % 7)
      }),
    )
  })
})

describe('isoWeek', () => {
  it('keeps Monday to Sunday together, before 1970 too', () => {
    fc.assert(
      fc.property(fc.integer({ min: epochDay(19000108), max: epochDay(21991201) }), (day) => {
        const monday = day - weekday(dateOfEpochDay(day))
        expect(isoWeek(dateOfEpochDay(day))).toBe(isoWeek(dateOfEpochDay(monday)))
        expect(isoWeek(dateOfEpochDay(monday + 7))).not.toBe(isoWeek(dateOfEpochDay(monday)))
      }),
    )
    // 1969-12-29 was the Monday of the first week of 1970.
    expect([19691222, 19691228, 19691229, 19700104].map(isoWeek)).toEqual([196952, 196952, 197001, 197001])
  })
})
