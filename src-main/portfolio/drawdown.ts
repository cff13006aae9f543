import type { DateInt } from '../../src-shared/domain/date.ts'
import type { Drawdown } from '../../src-shared/domain/performance.ts'
import { NOISE } from '../../src-shared/statistics.ts'
import type { Sample } from '../../src-shared/statistics.ts'

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
