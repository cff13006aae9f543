/** What a loss is computed from. Matrices are stocks x outputs, [stock][output]. */
export interface LossInput {
  readonly predictions: Float64Array
  readonly labels: Float64Array
  readonly sampleWeights: Float64Array | null
  readonly outputs: number
  /** Of the predictions, relative to the largest: a spread below it is none. That of float64 unless given. */
  readonly rounding?: number
}

export interface LossValue {
  readonly loss: number
  /** d loss / d predictions, stocks x outputs. */
  readonly gradient: Float64Array
}
