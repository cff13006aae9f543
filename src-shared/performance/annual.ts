import type { StudyConfig } from '../domain/study.ts'
import { NOISE, type Sample, standardDeviation } from '../statistics.ts'

/** prod(1 + r) over each of the series: d, p and b. */
export interface Growths {
  readonly excess: number
  readonly portfolio: number
  readonly benchmark: number
}

/** Annualised excess by one of the three conventions (methods 5, rule P3). */
export function excessPerYear(
  convention: StudyConfig['backtest']['annualisedExcess'],
  { excess, portfolio, benchmark }: Growths,
  power: number,
): number {
  switch (convention) {
    case 'compound':
      return perYear(excess, power)
    case 'difference':
      return perYear(portfolio, power) - perYear(benchmark, power)
    case 'ratio':
      return perYear(portfolio / benchmark, power)
  }
}

/** growth^(Y/T) - 1, power = Y/T. */
export const perYear = (grown: number, power: number): number => grown ** power - 1

/** Daily standard deviation (ddof 1) times sqrt(Y); null under two days. */
export function annualDeviation(returns: Sample, tradingDaysPerYear: number): number | null {
  const daily = standardDeviation(returns)
  return daily === null ? null : daily * Math.sqrt(tradingDaysPerYear)
}

/**
 * sqrt(sum of min(r, 0)^2 / T) times sqrt(Y): the root mean square of the daily losses, a day without one counted as 0 (Sortino and
 * Price 1994, with a target of 0). Null under two days, 0 without a loss above 1e-12 (rule P2).
 */
export function downsideDeviation(returns: Sample, tradingDaysPerYear: number): number | null {
  if (returns.length < 2) return null
  let squares = 0
  for (let day = 0; day < returns.length; day++) squares += Math.min(returns[day], 0) ** 2
  const daily = Math.sqrt(squares / returns.length)
  return daily < NOISE ? 0 : daily * Math.sqrt(tradingDaysPerYear)
}

/** numerator / denominator; null when the denominator is undefined or below 1e-12 (rule P2). */
export function ratio(numerator: number, denominator: number | null): number | null {
  return denominator === null || denominator < NOISE ? null : numerator / denominator
}
