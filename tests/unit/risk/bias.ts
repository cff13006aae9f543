import { standardDeviation } from '../../../src-shared/statistics.ts'

/** One period of a portfolio: its return and the standard deviation predicted before it, of the same period. */
export interface Outcome {
  readonly realised: number
  readonly predicted: number
}

export interface Bias {
  /** Standard deviation (ddof 1) of realised / predicted: 1 = the risk was right, above 1 = it was underestimated. */
  readonly statistic: number | null
  readonly periods: number
  /** 1 +- sqrt(2 / periods): holds 95 % of the statistics of exact forecasts of normal returns. */
  readonly low: number
  readonly high: number
}

/**
 * Bias statistic of a portfolio over periods that do not overlap (Menchero, Orr & Wang 2011, USE4; Connor, Goldberg & Korajczyk, Portfolio
 * Risk Analysis). Periods without predicted risk are left out; null under two. Fat tails widen the band, by about
 * sqrt((kurtosis - 1) / 2).
 */
export function biasStatistic(outcomes: readonly Outcome[]): Bias {
  const standardised = outcomes
    .filter(({ predicted }) => predicted > 0)
    .map(({ realised, predicted }) => realised / predicted)
  const half = Math.sqrt(2 / standardised.length)
  return {
    statistic: standardDeviation(standardised),
    periods: standardised.length,
    low: 1 - half,
    high: 1 + half,
  }
}
