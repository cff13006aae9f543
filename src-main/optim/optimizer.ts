import type { StepInput } from './batch.ts'

/**
 * What is remembered between steps: numbers and vectors by name, nothing else, so that a checkpoint is the state, serialised
 * (structured clone, v8.serialize). Vectors are changed in place: a step allocates none.
 */
export interface PlainState {
  [name: string]: number | Float64Array | Uint8Array | Uint32Array | PlainState
}

/** What one step measured; null where the step had none. Norms are global Euclidean norms. */
export interface StepTelemetry {
  /** Loss at the weights; null when the step took no pass there. */
  readonly cleanLoss: number | null
  /** Loss of the pass at the perturbed weights, on the samples it took. */
  readonly perturbedLoss: number | null
  /** Perturbed less clean loss; null also where the two passes are not on the same samples. */
  readonly gap: number | null
  /** Of the gradient at the weights. */
  readonly gradientNorm: number | null
  readonly perturbedGradientNorm: number | null
  /** Of what the base rule was handed, before clipping. */
  readonly finalGradientNorm: number
  /** Cosine of clean and perturbed gradient; null when one of them is zero, or they are not of the same samples. */
  readonly cosine: number | null
  readonly perturbationNorm: number | null
  readonly learningRate: number
  /** Radius of this step's perturbation; null when it was not perturbed. */
  readonly rho: number | null
  /** Evaluations of loss and gradient, those of a mask's update included. */
  readonly evaluations: number
  /** Forward passes alone. */
  readonly predictions: number
}

export interface Optimizer {
  /** Batches that a step uses: 2 where the perturbed gradient is taken on the batch after the clean one's. */
  readonly batchesPerStep: 1 | 2
  /** The state before the first step from `weights`. */
  init(weights: Float64Array): PlainState
  /**
   * One step: `weights` and `state` are changed in place, after every evaluation that decides the step has been answered.
   * When any evaluation rejects, so does the step, and both are as before.
   */
  step(weights: Float64Array, state: PlainState, input: StepInput): Promise<StepTelemetry>
}
