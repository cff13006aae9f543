/** A loss that a landscape is drawn of. A mean over dates is one (meanLoss.ts), a function in closed form is another. */
export interface LossSurface {
  /** Weights of the model. */
  readonly size: number
  loss(weights: Float64Array): Promise<MeanLoss>
  gradient(weights: Float64Array): Promise<MeanGradient>
}

export interface MeanLoss {
  /** Null where it is undefined on every date, or not finite. */
  readonly loss: number | null
  /** Dates it is the mean of. */
  readonly dates: number
  /** Dates left out, for the loss is undefined there. */
  readonly skipped: number
}

export interface MeanGradient extends MeanLoss {
  /** d loss / d weights; zeros where the loss is null. */
  readonly gradient: Float64Array
}
