import type { Sample } from '../statistics.ts'
import { ratio } from './annual.ts'

/** Returns of single days in ascending order, whose tails are looked at without any distribution being assumed. */
export type Ascending = Float64Array

export const ascending = (returns: Sample): Ascending => Float64Array.from(returns).sort()

/**
 * How many days the worst `percent` of them are, not rounded; null under one. Of whole numbers, so that no count is a rounding error
 * above itself.
 */
function tailDays({ length }: Ascending, percent: number): number | null {
  const days = (percent * length) / 100
  return days < 1 ? null : days
}

/**
 * Historical value at risk of one day: the loss that the worst `percent` of the days reach, -r_(k) with k = ceil(percent x T / 100), as a
 * fraction; below 0 where even that day gained. Null where the tail is less than one day.
 */
export function valueAtRisk(returns: Ascending, percent: number): number | null {
  const days = tailDays(returns, percent)
  return days === null ? null : -returns[Math.ceil(days) - 1]
}

/**
 * Expected shortfall (CVaR) of one day: the mean loss of the worst `percent` of the days, the last one by the part of it that they take
 * (Acerbi and Tasche 2002, definition 2.6). Never below the value at risk. Null where the tail is less than one day.
 */
export function expectedShortfall(returns: Ascending, percent: number): number | null {
  const days = tailDays(returns, percent)
  if (days === null) return null
  const whole = Math.ceil(days) - 1
  let sum = (days - whole) * returns[whole]
  for (let day = 0; day < whole; day++) sum += returns[day]
  return -sum / days
}

/** Gain that the best `percent` of the days reach over the loss that the worst reach; null where that is no loss or unknown. */
export function tailRatio(returns: Ascending, percent: number): number | null {
  const days = tailDays(returns, percent)
  return days === null
    ? null
    : ratio(returns[returns.length - Math.ceil(days)], valueAtRisk(returns, percent))
}
