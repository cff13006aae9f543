import { mean, type Sample, standardDeviation } from '../../src-shared/statistics.ts'
import { normalProbability, normalQuantile } from '../../src-shared/normalDistribution.ts'

/**
 * Probabilistic and deflated Sharpe ratio (Bailey & Lopez de Prado 2012 and 2014). Sharpe here is arithmetic mean over
 * standard deviation (ddof 1) per day, not annualised: methods 5 keeps it apart from the geometric one.
 */
export interface SharpeTest {
  readonly dailySharpe: number
  readonly skewness: number
  /** Raw: 3 for a normal distribution. */
  readonly kurtosis: number
  /** Standard normal when the true Sharpe is the one tested against. */
  readonly statistic: number
  /** Probability that the true Sharpe is above it. */
  readonly probability: number
}

const EULER_GAMMA = 0.5772156649015329

/** The Sharpe of daily `returns` against `benchmarkSharpe` per day; null without variance. */
export function probabilisticSharpe(returns: Sample, benchmarkSharpe: number): SharpeTest | null {
  const deviation = standardDeviation(returns)
  if (deviation === null || deviation === 0) return null
  const centre = mean(returns)
  const moment = (power: number): number => mean(Array.from(returns, (value) => (value - centre) ** power))
  const variance = moment(2)
  const skewness = moment(3) / variance ** 1.5
  const kurtosis = moment(4) / variance ** 2
  const dailySharpe = centre / deviation
  const statistic =
    ((dailySharpe - benchmarkSharpe) * Math.sqrt(returns.length - 1)) /
    Math.sqrt(1 - skewness * dailySharpe + ((kurtosis - 1) / 4) * dailySharpe ** 2)
  return { dailySharpe, skewness, kurtosis, statistic, probability: normalProbability(statistic) }
}

/** The Sharpe of daily `returns` against the best that chance alone gives among the trials; null without variance. */
export function deflatedSharpe(returns: Sample, trialSharpes: Sample): SharpeTest | null {
  const expected = expectedMaximumSharpe(trialSharpes)
  return expected === null ? null : probabilisticSharpe(returns, expected)
}

/** Expected maximum daily Sharpe of as many skill-less trials with the variance of these; null for under two. */
export function expectedMaximumSharpe(trialSharpes: Sample): number | null {
  const deviation = standardDeviation(trialSharpes)
  if (deviation === null) return null
  const trials = trialSharpes.length
  return (
    deviation *
    ((1 - EULER_GAMMA) * normalQuantile(1 - 1 / trials) +
      EULER_GAMMA * normalQuantile(1 - 1 / (trials * Math.E)))
  )
}
