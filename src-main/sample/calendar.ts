import { type DateInt, dateOfEpochDay, epochDay, weekday } from '../../src-shared/domain/date.ts'
import type { Recipe } from './recipe.ts'

const FRIDAY = 4

/** Trading days: weekdays from first to last, less the holidays. */
export function tradingDays({ first, last, holidays }: Recipe['calendar']): Int32Array {
  const days: DateInt[] = []
  for (let day = epochDay(first); day <= epochDay(last); day++) {
    const date = dateOfEpochDay(day)
    if (weekday(date) <= FRIDAY && !isWithin(date, holidays)) days.push(date)
  }
  return Int32Array.from(days)
}

/** Whether a date lies in one of the spans, both ends included. */
export function isWithin(date: DateInt, spans: readonly (readonly [DateInt, DateInt])[]): boolean {
  return spans.some(([from, to]) => from <= date && date <= to)
}
