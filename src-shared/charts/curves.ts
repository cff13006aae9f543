/** Curves drawn from daily returns, methods.md 5: every curve starts from 1 before its first day (P1). */

/** Value of 1 after each day: prod(1 + r). */
export function navCurve(returns: readonly number[]): number[] {
  let nav = 1
  return returns.map((value) => (nav *= 1 + value))
}

/** Daily excess d = p - b. */
export function excessReturns(returns: readonly number[], benchmark: readonly number[]): number[] {
  return returns.map((value, day) => value - benchmark[day])
}

/** NAV / running maximum - 1 on each day, <= 0, the base of 1 included (P4). */
export function drawdownCurve(returns: readonly number[]): number[] {
  let maximum = 1
  return navCurve(returns).map((nav) => {
    maximum = Math.max(maximum, nav)
    return nav / maximum - 1
  })
}

/** What becomes of 1 in a portfolio, its benchmark and its excess, and how far below their maxima portfolio and excess are. */
export function portfolioCurves(
  returns: readonly number[],
  benchmark: readonly number[],
): Record<'portfolio' | 'benchmark' | 'excess' | 'drawdown' | 'excessDrawdown', number[]> {
  const excess = excessReturns(returns, benchmark)
  return {
    portfolio: navCurve(returns),
    benchmark: navCurve(benchmark),
    excess: navCurve(excess),
    drawdown: drawdownCurve(returns),
    excessDrawdown: drawdownCurve(excess),
  }
}

/** Mean of the last `count` values up to each, missing ones left out of it; null before there are so many. */
export function trailingMean(values: readonly (number | null)[], count: number): (number | null)[] {
  return values.map((_, at) => {
    if (at + 1 < count) return null
    const known = values.slice(at + 1 - count, at + 1).filter((value) => value !== null)
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
  })
}

/** Running sum; a missing value adds nothing. */
export function cumulativeSum(values: readonly (number | null)[]): number[] {
  let sum = 0
  return values.map((value) => (sum += value ?? 0))
}
