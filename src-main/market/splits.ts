import type { DateInt } from '../../src-shared/domain/date.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { FitWindow } from '../../src-shared/domain/training.ts'
import { formatDate, parseDate } from '../../src-shared/domain/date.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { marketErrors, periodParts } from '../../src-shared/locales/errors/market.ts'
import { endedWeeks } from './weekly.ts'

/** Exchange days first to last, both included, as indices into the panel's dates. */
export interface DayRange {
  readonly first: number
  readonly last: number
}

export interface Split {
  /** Decision dates of each part, as day indices. */
  readonly trainDates: Int32Array
  readonly validDates: Int32Array
  /** The days of each part that remain after the purge. */
  readonly trainDays: DayRange
  readonly validDays: DayRange
}

/**
 * Train and valid dates of a fit period (methods.md S5): 4 : 1 by trading days, the last horizon + 1 days of each part
 * purged, every stride-th day counted from the period's first. Throws PlateauError `data_insufficient` when a part is
 * left without a date.
 */
export function splitDates(fit: DayRange, horizon: number, stride: number): Split {
  const days = fit.last - fit.first + 1
  const validFirst = fit.first + Math.floor((days * 4) / 5)
  const purge = horizon + 1
  const trainDays = { first: fit.first, last: validFirst - 1 - purge }
  const validDays = { first: validFirst, last: fit.last - purge }
  const onGrid = ({ first, last }: DayRange): Int32Array => {
    const start = fit.first + Math.ceil((first - fit.first) / stride) * stride
    return Int32Array.from(
      { length: Math.max(0, Math.floor((last - start) / stride) + 1) },
      (_, k) => start + k * stride,
    )
  }
  const split = { trainDates: onGrid(trainDays), validDates: onGrid(validDays), trainDays, validDays }
  if (split.trainDates.length === 0 || split.validDates.length === 0) {
    throw failure(marketErrors.fitTooShort, { days, purge }, { place: { field: 'period' } })
  }
  return split
}

/** Days of `range` on which the model is tested and portfolios are rebuilt: the last of each ISO week (methods.md 4). */
export function predictionDates(dates: Int32Array, range: DayRange): Int32Array {
  return endedWeeks(dates).lastDay.filter((t) => t >= range.first && t <= range.last)
}

/** The exchange days from `from` to `to`, both included; null when there is none. */
export function daysBetween(dates: Int32Array, from: DateInt, to: DateInt): DayRange | null {
  const first = dates.findIndex((date) => date >= from)
  const last = dates.findLastIndex((date) => date <= to)
  return first === -1 || last < first ? null : { first, last }
}

/**
 * The fit windows of a study: fit periods that end `refitMonths` apart, each predicting from the first trading day after it
 * to the day before the next window's first (methods.md 2, walk-forward). They all start together or, with `fitMonths`, that
 * long before their ends, though not before the study's fitStart. All dates are exchange days of `dates`. Throws
 * PlateauError `data_insufficient` when a period holds no stored day.
 */
export function fitWindows(
  { period, refitMonths, fitMonths }: Pick<StudyConfig, 'period' | 'refitMonths' | 'fitMonths'>,
  dates: Int32Array,
): FitWindow[] {
  const fitStart = dateOf(period.fitStart)
  const predictEnd = dateOf(period.predictEnd)
  const ends: DateInt[] = []
  for (let k = 0; ; k++) {
    const end = addMonths(dateOf(period.fitEnd), k * (refitMonths ?? 0))
    if (end >= predictEnd) break
    ends.push(end)
    if (refitMonths === null) break
  }

  const windows: FitWindow[] = []
  ends.forEach((end, k) => {
    // The day after a month's end sorts before the next month's first.
    const start = fitMonths === null ? fitStart : Math.max(fitStart, addMonths(end, -fitMonths) + 1)
    const fit = daysBetween(dates, start, end)
    if (fit === null) throw noDays(dates, period, 'fit')
    // end + 1 need not be a date: it only has to sort after every day up to `end`.
    const predict = daysBetween(dates, end + 1, ends[k + 1] ?? predictEnd)
    if (predict === null) return
    windows.push({
      index: windows.length,
      fitStart: dates[fit.first],
      fitEnd: dates[fit.last],
      predictStart: dates[predict.first],
      predictEnd: dates[predict.last],
    })
  })
  if (windows.length === 0) throw noDays(dates, period, 'prediction')
  return windows
}

function noDays(
  dates: Int32Array,
  period: StudyConfig['period'],
  part: keyof typeof periodParts,
): PlateauError {
  const [from, to] = part === 'fit' ? [period.fitStart, period.fitEnd] : [period.fitEnd, period.predictEnd]
  const asked = { part: periodParts[part], from, to }
  const place = { field: 'period' }
  if (dates.length === 0) return failure(marketErrors.noDays, asked, { place })
  const stored = { first: formatDate(dates[0]), last: formatDate(dates[dates.length - 1]) }
  return failure(marketErrors.periodEmpty, { ...asked, ...stored }, { place })
}

/** A date of the study file, which its schema has checked. */
function dateOf(text: string): DateInt {
  const date = parseDate(text)
  if (date === null)
    throw new PlateauError('study_invalid', `${text} is not a date.`, { place: { field: 'period' } })
  return date
}

/** Month ends stay month ends, other days keep their day or the month's last: 30 June + 6 months = 31 December. */
function addMonths(date: DateInt, months: number): DateInt {
  const monthIndex = Math.floor(date / 10000) * 12 + (Math.floor(date / 100) % 100) - 1
  const day = date % 100
  const year = Math.floor((monthIndex + months) / 12)
  const month = (monthIndex + months) % 12
  const lastDay = daysInMonth(year, month)
  const wasLast = day === daysInMonth(Math.floor(monthIndex / 12), monthIndex % 12)
  return year * 10000 + (month + 1) * 100 + (wasLast ? lastDay : Math.min(day, lastDay))
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
}
