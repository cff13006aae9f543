import { symmetricEigen } from '../../src-shared/symmetricEigen.ts'

export interface CovarianceSettings {
  /** In days. */
  readonly halfLife: number
  /** Newey-West lags. */
  readonly lags: number
  /** Smallest eigenvalue of the correlation, as a share of the mean one (1). */
  readonly floor: number
}

/**
 * Covariance of daily factor returns, K x K row-major, symmetric and positive semidefinite: `days` holds one row of K per day, oldest first,
 * at least two.
 *
 * Deviations from the weighted mean, times the square roots of exponential weights, are a series whose Newey-West sum with Bartlett weights
 * (Newey & West 1987) is positive semidefinite: a long-run variance per day, so that x days is the variance of their sum, serial
 * correlation up to `lags` included. It is divided by 1 - sum of squared weights, which makes it unbiased for independent days. Then
 * eigenvalues of the correlation below the floor are raised to it, and the diagonal is brought back to 1, so that variances stay
 * (Rebonato & Jaeckel 2000, spectral decomposition).
 */
export function factorCovariance(
  days: readonly Float64Array[],
  { halfLife, lags, floor }: CovarianceSettings,
): Float64Array {
  const K = days[0].length
  const covariance = longRun(scaledDeviations(days, halfLife), lags)
  const deviation = Float64Array.from({ length: K }, (_, k) => Math.sqrt(Math.max(0, covariance[k * K + k])))
  const correlation = covariance.map((value, at) => {
    const i = Math.floor(at / K)
    const j = at % K
    if (i === j) return 1
    const scale = deviation[i] * deviation[j]
    return scale === 0 ? 0 : value / scale
  })
  const floored = raiseEigenvalues(correlation, K, floor)
  return floored.map((value, at) => value * (deviation[Math.floor(at / K)] * deviation[at % K]))
}

function scaledDeviations(days: readonly Float64Array[], halfLife: number): Float64Array[] {
  const weights = days.map((_, t) => 0.5 ** ((days.length - 1 - t) / halfLife))
  const total = weights.reduce((sum, w) => sum + w, 0)
  const squares = weights.reduce((sum, w) => sum + (w / total) ** 2, 0)
  const mean = new Float64Array(days[0].length)
  days.forEach((row, t) => row.forEach((value, k) => (mean[k] += (weights[t] / total) * value)))
  return days.map((row, t) => {
    const root = Math.sqrt(weights[t] / total / (1 - squares))
    return row.map((value, k) => root * (value - mean[k]))
  })
}

function longRun(days: readonly Float64Array[], lags: number): Float64Array {
  const K = days[0].length
  const sum = new Float64Array(K * K)
  for (let lag = 0; lag <= Math.min(lags, days.length - 1); lag++) {
    // Half of the lag-0 term, as every product enters with its mirror image below.
    const bartlett = lag === 0 ? 0.5 : 1 - lag / (lags + 1)
    for (let t = lag; t < days.length; t++) {
      const now = days[t]
      const then = days[t - lag]
      for (let i = 0; i < K; i++) {
        const a = bartlett * now[i]
        for (let j = 0; j < K; j++) sum[i * K + j] += a * then[j]
      }
    }
  }
  return sum.map((value, at) => value + sum[(at % K) * K + Math.floor(at / K)])
}

function raiseEigenvalues(correlation: Float64Array, K: number, floor: number): Float64Array {
  const { values, vectors } = symmetricEigen(correlation, K)
  if (values[K - 1] >= floor) return correlation
  const raised = new Float64Array(K * K)
  for (let e = 0; e < K; e++) {
    const value = Math.max(values[e], floor)
    for (let i = 0; i < K; i++)
      for (let j = 0; j <= i; j++) raised[i * K + j] += value * vectors[e * K + i] * vectors[e * K + j]
  }
  const unit = Float64Array.from({ length: K }, (_, i) => 1 / Math.sqrt(raised[i * K + i]))
  for (let i = 0; i < K; i++) {
    for (let j = 0; j < i; j++) {
      raised[i * K + j] *= unit[i] * unit[j]
      raised[j * K + i] = raised[i * K + j]
    }
    raised[i * K + i] = 1
  }
  return raised
}
