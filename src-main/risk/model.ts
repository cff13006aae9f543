/**
 * Risk of a portfolio on one day in factor form: V = exposure x covariance x exposure' + diag(specific), the covariance of daily
 * returns. N stocks, K factors.
 */
export interface RiskModel {
  /** Names of the factors: `industry:X`, `style:size` and the like. */
  readonly factors: readonly string[]
  /** N x K, row-major. */
  readonly exposure: Float64Array
  /** K x K, symmetric, positive semidefinite; per day. */
  readonly covariance: Float64Array
  /** N, variance per day, > 0. */
  readonly specific: Float64Array
}
