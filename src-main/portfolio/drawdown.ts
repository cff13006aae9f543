import type { DateInt } from '../../src-shared/domain/date.ts'
import type { Drawdown } from '../../src-shared/domain/performance.ts'
import { NOISE } from '../../src-shared/statistics.ts'
import type { Sample } from '../../src-shared/statistics.ts'

/**
 * Maximum drawdown of prod(1 + returns), the base 1 before the first day included (rule P4). Below 1e-12 it is 0 and
 * has no dates (rule P2).
 */
export function maxDrawdown(dates: ArrayLike<DateInt>, returns: Sample): Drawdown {
  let nav = 1
  let peak = 1
  let peakDay = -1
  let deepest = { value: 0, start: -1, bottom: -1, peak: 1 }
  for (let day = 0; day < returns.length; day++) {
    nav *= 1 + returns[day]
    if (nav >= peak) {
      peak = nav
      peakDay = day
    }
    const depth = 1 - nav / peak
    if (depth > deepest.value) deepest = { value: depth, start: peakDay, bottom: day, peak }
  }
  if (deepest.value < NOISE) return { value: 0, start: null, bottom: null, recovery: null }
  return {
    value: deepest.value,
    start: deepest.start < 0 ? null : dates[deepest.start],
    bottom: dates[deepest.bottom],
    recovery: firstDayBackAt(deepest.peak, deepest.bottom, dates, returns),
  }
}

function firstDayBackAt(
  peak: number,
  after: number,
  dates: ArrayLike<DateInt>,
  returns: Sample,
): DateInt | null {
  let nav = 1
  for (let day = 0; day < returns.length; day++) {
    nav *= 1 + returns[day]
    if (day > after && nav >= peak) return dates[day]
  }
  return null
}
