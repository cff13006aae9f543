import type { DateInt } from '../domain/date.ts'
import type { Drawdown } from '../domain/performance.ts'
import { NOISE, type Sample } from '../statistics.ts'

/**
 * Maximum drawdown of prod(1 + returns), the base 1 before the first day included (rule P4). Below 1e-12 it is 0 and
 * has no dates (rule P2).
 */
export function maxDrawdown(dates: ArrayLike<DateInt>, returns: Sample): Drawdown {
  const [deepest] = deepestDrawdowns(dates, returns, 1)
  return deepest ?? { value: 0, start: null, bottom: null, recovery: null }
}

/**
 * The deepest `count` drawdowns of prod(1 + returns), deepest first and the earlier first where equal: each goes from a
 * running maximum until the first day back at it (rule P4), so that no two overlap. None is below 1e-12 (rule P2).
 */
export function deepestDrawdowns(dates: ArrayLike<DateInt>, returns: Sample, count: number): Drawdown[] {
  const found: Drawdown[] = []
  let nav = 1
  let peak = { nav, date: null as DateInt | null }
  let open: Drawdown | null = null
  for (let day = 0; day < returns.length; day++) {
    nav *= 1 + returns[day]
    if (nav >= peak.nav) {
      if (open !== null) found.push({ ...open, recovery: dates[day] })
      open = null
      peak = { nav, date: dates[day] }
    } else {
      const value = 1 - nav / peak.nav
      if (value > (open?.value ?? 0)) open = { value, start: peak.date, bottom: dates[day], recovery: null }
    }
  }
  if (open !== null) found.push(open)
  return found
    .filter(({ value }) => value >= NOISE)
    .sort((a, b) => b.value - a.value)
    .slice(0, count)
}

/**
 * Ulcer index: sqrt(sum over the days of (1 - NAV / running maximum)^2 / T), as a fraction, the base 1 before the first day among the
 * maxima (Martin and McCann 1989). It takes in how long falls last, not only how deep one went.
 */
export function ulcerIndex(returns: Sample): number {
  let nav = 1
  let peak = 1
  let squares = 0
  for (let day = 0; day < returns.length; day++) {
    nav *= 1 + returns[day]
    peak = Math.max(peak, nav)
    squares += (1 - nav / peak) ** 2
  }
  return Math.sqrt(squares / returns.length)
}

/** Trading days of a drawdown: falling to its bottom, and from there back to where it began; null where it has not come back. */
export interface DrawdownDays {
  readonly fall: number
  readonly rise: number | null
  /** From its start to its recovery, or to the last day where there is none. */
  readonly all: number
}

/** How long a drawdown of a curve on `dates` took. */
export function drawdownDays({ start, bottom, recovery }: Drawdown, dates: readonly DateInt[]): DrawdownDays {
  // The base before the first day stands one day before it.
  const from = start === null ? -1 : dates.indexOf(start)
  const low = bottom === null ? from : dates.indexOf(bottom)
  const back = recovery === null ? null : dates.indexOf(recovery)
  return {
    fall: low - from,
    rise: back === null ? null : back - low,
    all: (back ?? dates.length - 1) - from,
  }
}
