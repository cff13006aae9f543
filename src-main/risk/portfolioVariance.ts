import type { RiskModel } from './model.ts'

/** Variance per day of holdings (N, active or not): a'Va. */
export function portfolioVariance(
  { factors, exposure, covariance, specific }: RiskModel,
  a: Float64Array,
): number {
  const K = factors.length
  const held = new Float64Array(K)
  let variance = 0
  for (let i = 0; i < a.length; i++) {
    if (a[i] === 0) continue
    variance += a[i] * a[i] * specific[i]
    for (let k = 0; k < K; k++) held[k] += a[i] * exposure[i * K + k]
  }
  for (let k = 0; k < K; k++)
    for (let l = 0; l < K; l++) variance += held[k] * covariance[k * K + l] * held[l]
  return variance
}
