import { z } from 'zod'

/** A calendar date as the integer yyyymmdd, e.g. 20240131: sorts as it reads and fits a STRICT INTEGER column. */
export type DateInt = number

export const dateInt = z
  .int()
  .refine((value) => isDateInt(value), { message: 'not a calendar date in the form yyyymmdd' })

/** True when `value` is a real day of the Gregorian calendar written as yyyymmdd, years 1900 to 2199. */
export function isDateInt(value: number): boolean {
  const year = Math.floor(value / 10000)
  const month = Math.floor(value / 100) % 100
  const day = value % 100
  return (
    Number.isInteger(value) &&
    year >= 1900 &&
    year < 2200 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month)
  )
}

/** `2024-01-31`, `20240131` or `2024/1/31` as yyyymmdd; null when it is not a calendar date. */
export function parseDate(text: string): DateInt | null {
  const match =
    /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|(\d{2})(\d{2}))(?:[ T]0?0:00(?::00(?:\.0+)?)?)?$/.exec(
      text.trim(),
    )
  if (match === null) return null
  const value =
    Number(match[1]) * 10000 +
    Number(match[2] ?? match[4] ?? match[6]) * 100 +
    Number(match[3] ?? match[5] ?? match[7])
  return isDateInt(value) ? value : null
}

/** yyyymmdd as `2024-01-31`. */
export function formatDate(date: DateInt): string {
  const text = String(date)
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
}

/** Two dates as `2024-01-31 – 2024-02-29`, one when they are the same. */
export function formatDateRange(first: DateInt, last: DateInt): string {
  return first === last ? formatDate(first) : `${formatDate(first)} – ${formatDate(last)}`
}

export const yearOf = (date: DateInt): number => Math.floor(date / 10_000)

/** As YYYYMM. */
export const monthOf = (date: DateInt): number => Math.floor(date / 100)

/** Days since 1970-01-01 of a date: differences are calendar days; day 0 was a Thursday. */
export function epochDay(date: DateInt): number {
  return Date.UTC(Math.floor(date / 10000), (Math.floor(date / 100) % 100) - 1, date % 100) / 86_400_000
}

/** The date of a day number given by `epochDay`. */
export function dateOfEpochDay(day: number): DateInt {
  const at = new Date(day * 86_400_000)
  return at.getUTCFullYear() * 10000 + (at.getUTCMonth() + 1) * 100 + at.getUTCDate()
}

/** 0 = Monday ... 6 = Sunday. */
export function weekday(date: DateInt): number {
  // Days before 1970 are negative, and so is their remainder.
  return (((epochDay(date) + 3) % 7) + 7) % 7
}

/** ISO week of a date as year x 100 + week, e.g. 202053; the year is the week's, not the day's. */
export function isoWeek(date: DateInt): number {
  const thursday = epochDay(date) - weekday(date) + 3
  const year = Math.floor(dateOfEpochDay(thursday) / 10000)
  const firstDay = epochDay(year * 10000 + 101)
  return year * 100 + 1 + Math.floor((thursday - firstDay) / 7)
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}
