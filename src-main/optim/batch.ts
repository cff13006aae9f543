/**
 * What an optimizer asks of whoever trains. Weights and gradients are flat vectors that the optimizer owns: they are only
 * read, or filled. Every evaluation rejects when the loss is undefined; the step then changes nothing.
 */

/** Where a tensor stands in a flat vector, row-major, `offset` in elements. */
export interface Tensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly offset: number
}

/** What the loss of a pass is to include beside the labels, or to leave out. */
export interface PassOptions {
  /** Filled with the outputs of the pass, rows x outputs. */
  readonly outputs?: Float64Array | undefined
  /** Weight of each row in the loss, 0 or 1; absent: every row counts. */
  readonly rowWeights?: Float64Array | undefined
  readonly target?: PassTarget | undefined
}

/** Outputs the model is to agree with: the loss gets `strength` x a divergence from them, which the batch defines. */
export interface PassTarget {
  /** rows x outputs */
  readonly outputs: Float64Array
  readonly strength: number
}

/** The samples of a step. */
export interface Batch {
  /** Number of each row in the training data: the same sample has the same one in every epoch. */
  readonly rows: Int32Array
  /** Outputs of the model per row. */
  readonly outputs: number
  /** Rows without which the loss has no gradient. */
  readonly leastRows: number
  /** Fill `gradient` with d loss / d weights, the target's part included; answers the loss without the target's part. */
  lossAndGradient(weights: Float64Array, gradient: Float64Array, options?: PassOptions): Promise<number>
  /** Fill `outputs`, by the network of this step's gradients (dropout) or, for `whole`, the one that predicts. */
  predict(weights: Float64Array, outputs: Float64Array, network: 'step' | 'whole'): Promise<void>
  /** Fill `losses` with the loss of each row at the model's `outputs`; their mean falls as the batch's loss does. */
  rowLosses(outputs: Float64Array, losses: Float64Array): void
}

/** The whole training data, as samples that have a gradient each. */
export interface TrainingData {
  /** Rows of all batches together. */
  readonly rows: number
  /** Outputs of the model per row. */
  readonly outputs: number
  /** Samples with a loss of their own. */
  readonly samples: number
  /** Fill `gradient` at `weights`; answers false when the sample's loss is undefined. */
  sampleGradient(sample: number, weights: Float64Array, gradient: Float64Array): Promise<boolean>
}

/** Where in the training a step stands; counts start at 0. */
export interface Position {
  readonly step: number
  /** Steps of the whole training at most. */
  readonly totalSteps: number
  readonly epoch: number
  readonly totalEpochs: number
  /** Of one epoch. */
  readonly stepsPerEpoch: number
  readonly firstOfEpoch: boolean
}

export interface StepInput {
  readonly batch: Batch
  /** The second batch of a step that takes two (`Optimizer.batchesPerStep`). */
  readonly second: Batch | null
  readonly training: TrainingData
  readonly position: Position
}
