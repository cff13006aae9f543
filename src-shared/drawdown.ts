import type { DateInt } from './domain/date.ts'
import type { Drawdown } from './domain/performance.ts'

/** Trading days from the start of a drawdown to its recovery, or to the last day where there is none. */
export function drawdownDays({ start, recovery }: Drawdown, dates: readonly DateInt[]): number {
  // The base before the first day stands one day before it.
  const from = start === null ? -1 : dates.indexOf(start)
  return (recovery === null ? dates.length - 1 : dates.indexOf(recovery)) - from
}
