/**
 * What every compute engine answers. A model's weights are one flat vector (layout: nn/layout.ts); a batch is one
 * date's whole cross-section. All engines pass the same conformance suite against nn/engines/reference.
 */

/** One date's stocks. Values are finite. */
export interface CrossSection {
  readonly stocks: number
  readonly steps: number
  readonly features: number
  /** [stock][step, oldest first][feature], stocks x steps x features. */
  readonly inputs: Float32Array | Float64Array
  /** Standardised label per stock; null when the cross-section is only predicted. */
  readonly labels: Float64Array | null
}

export interface LossAndGradient {
  /** -IC over the cross-section. */
  readonly loss: number
  /** d loss / d weights, in the layout of the weights. */
  readonly gradient: Float64Array
}

/** A cross-section the engine holds; only the engine that gave it can use it. */
export interface CrossSectionHandle {
  readonly stocks: number
}

export interface Engine {
  /** `reference`, `native`, ... as recorded in every run. */
  readonly name: string
  /** Reference or copy a cross-section once, for any number of evaluations. */
  upload(crossSection: CrossSection): CrossSectionHandle
  release(handle: CrossSectionHandle): void
  /** Model output per stock. */
  predict(weights: Float64Array, handle: CrossSectionHandle): Promise<Float64Array>
  /** Throws PlateauError `data_insufficient` when the IC is undefined (zero variance). */
  lossAndGradient(weights: Float64Array, handle: CrossSectionHandle): Promise<LossAndGradient>
  close(): void
}
