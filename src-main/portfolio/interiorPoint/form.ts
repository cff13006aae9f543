import type { RiskModel } from '../../risk/model.ts'

/** A limit on `sum coefficient_i w_i`. A side that does not apply is infinite. */
export interface FormRow {
  /** Per stock. */
  readonly coefficients: Float64Array
  readonly lower: number
  readonly upper: number
  /** Objective lost per unit of slack beyond each side; Infinity: the side is hard. */
  readonly lowerPrice: number
  readonly upperPrice: number
}

/**
 * Index enhancement with risk in factor form (methods 6), N stocks, a = w - benchmark, V = B F B' + diag(D):
 *
 *   maximise  gain'w - tradeCost sum |w - held| - riskAversion / 2 a'Va - sum price x slack
 *   subject to  sum w = 1,  lower <= w <= upper,  rows,  sum |w - held| <= turnover.max,  a'Va <= varianceMax
 *
 * Stocks with lower = upper are fixed. riskAversion is positive or varianceMax is not null: the risk makes the
 * optimum unique.
 */
export interface FactorForm {
  /** Per stock: objective gained per unit of weight. */
  readonly gain: Float64Array
  /** Weights per stock: the range, the benchmark's and those held. */
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly benchmark: Float64Array
  readonly held: Float64Array
  /** Objective lost per unit of weight bought or sold. */
  readonly tradeCost: number
  /** B, F and D of V, per day. */
  readonly risk: RiskModel
  readonly riskAversion: number
  readonly rows: readonly FormRow[]
  /** On sum |w - held|, with the price of slack beyond it (Infinity: none); null: any. */
  readonly turnover: { readonly max: number; readonly price: number } | null
  /** Per day, as V; null: any. */
  readonly varianceMax: number | null
}

export interface FormSolution {
  /** Per stock; exactly at its bound or at `held` where the optimum is there, when `polished`. */
  readonly weights: Float64Array
  /** Slack beyond the lower and the upper side of each row, >= 0. */
  readonly slack: readonly { readonly lower: number; readonly upper: number }[]
  readonly turnoverSlack: number
  /**
   * Gain of the objective per unit by which the bound at which a row stands is raised: >= 0 for an upper side, <= 0
   * for a lower.
   */
  readonly rowDual: Float64Array
  readonly turnoverDual: number
  /** Gain per unit of invested weight. */
  readonly budgetDual: number
  /** Gain per unit of a'Va / 2 that the cap allows more, >= 0. */
  readonly varianceDual: number
  readonly iterations: number
  /**
   * The active set was found and its equations solved, to rounding; else an interior point within the solver's
   * tolerance.
   */
  readonly polished: boolean
}
