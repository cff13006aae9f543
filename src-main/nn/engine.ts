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
  /** Standardised label per stock and model output, stocks x outputs; null when the cross-section is only predicted. */
  readonly labels: Float64Array | null
  /** Weight of each stock in the loss, >= 0, 0 leaves it out; absent or null: all alike. */
  readonly sampleWeights?: Float64Array | null
}

export interface LossAndGradient {
  /** Of the whole cross-section, as nn/losses/loss.ts defines it. */
  readonly loss: number
  /** d loss / d weights, in the layout of the weights. */
  readonly gradient: Float64Array
  /** Model output per stock that the loss is of, stocks x outputs: what `predict` answers with the same dropout. */
  readonly predictions: Float64Array
}

/** A cross-section the engine holds; only the engine that gave it can use it. */
export interface CrossSectionHandle {
  readonly stocks: number
}

export interface EvaluationOptions {
  /**
   * Draws the dropout mask (nn/dropout.ts) of a model with dropout: equal seeds, equal mask, so that both passes of a
   * sharpness-aware step see the same network. Absent: nothing is dropped. An unsigned 32-bit integer.
   */
  readonly dropoutSeed?: number | undefined
  /** For this evaluation alone, in the place of the cross-section's labels, also where it has none: stocks x outputs. */
  readonly labels?: Float64Array | undefined
  /** For this evaluation alone, in the place of the cross-section's sample weights: one per stock, finite, >= 0. */
  readonly sampleWeights?: Float64Array | undefined
  /** When it aborts, the evaluation rejects with `cancelled` within 100 ms. */
  readonly signal?: AbortSignal | undefined
}

/** The arrays that an evaluation is asked with are the caller's again, to change, once it has settled. */
export interface Engine {
  /** `reference`, `native`, ... as recorded in every run. */
  readonly name: string
  /** Reference or copy a cross-section once, for any number of evaluations. */
  upload(crossSection: CrossSection): CrossSectionHandle
  /** Evaluations asked for before are still answered; a handle released already is let pass. */
  release(handle: CrossSectionHandle): void
  /** Model output per stock, stocks x outputs. */
  predict(
    weights: Float64Array,
    handle: CrossSectionHandle,
    options?: Pick<EvaluationOptions, 'dropoutSeed' | 'signal'>,
  ): Promise<Float64Array>
  /**
   * Throws PlateauError `data_insufficient` when the loss is undefined (an IC without variance), `cancelled` when the
   * signal aborts, `device_lost` when the device is gone for good: another engine has to go on, `memory_limit` when an engine of
   * the processor gets too little memory, `internal` when there are
   * no labels, or labels or sample weights do not fit the cross-section. The loss is NaN when a weight that takes part is.
   */
  lossAndGradient(
    weights: Float64Array,
    handle: CrossSectionHandle,
    options?: EvaluationOptions,
  ): Promise<LossAndGradient>
  /** Release every cross-section and what else the engine holds. Evaluations asked for before are still answered. */
  close(): void
}
