import type { Batch, PassOptions, PassTarget, StepInput } from './batch.ts'
import { type Draws, RANDOM_WORDS } from './draws.ts'

/**
 * What the parts of a step share: the vectors it works on, allocated once, and the evaluations it makes. Nothing in it
 * outlives a step.
 */
export interface Work {
  readonly weights: Float64Array
  readonly input: StepInput
  readonly learningRate: number
  /** Radius of this step. */
  readonly rho: number
  /** Added to a norm before it divides. */
  readonly stabiliser: number
  readonly draws: Draws
  /** State of the generator; kept once the step has been taken. */
  readonly random: Uint32Array
  /** Gradient at the weights, and its norm. */
  readonly clean: Float64Array
  readonly cleanNorm: number
  /** Perturbed weights less weights, and its norm. */
  readonly offset: Float64Array
  readonly offsetNorm: number
  /** Gradient at the perturbed weights, its norm, and its product with the one at the weights where there is one. */
  readonly perturbed: Float64Array
  readonly perturbedNorm: number
  readonly product: number
  /** Weights at which a gradient is taken. */
  readonly point: Float64Array
  /** Outputs of the model at the weights, where the step keeps them; rows x outputs. */
  readonly cleanOutputs: Float64Array
  /** Loss at `at` on the step's first batch, with its target; fills `gradient`. */
  evaluate(at: Float64Array, gradient: Float64Array, options?: PassOptions): Promise<number>
  /** The same on any batch, without a target. */
  evaluateOn(batch: Batch, at: Float64Array, gradient: Float64Array): Promise<number>
  predict(batch: Batch, at: Float64Array, outputs: Float64Array, network: 'step' | 'whole'): Promise<void>
  /** Gradient of one sample of the training data; false when its loss is undefined. */
  sampleGradient(sample: number, at: Float64Array, gradient: Float64Array): Promise<boolean>
}

/** The work space as the step itself sees it. */
export interface StepWork extends Work {
  cleanNorm: number
  offsetNorm: number
  perturbedNorm: number
  product: number
  cleanOutputs: Float64Array
  /** Of this step, in every pass over its first batch. */
  target: PassTarget | undefined
  readonly evaluations: number
  readonly predictions: number
  begin(weights: Float64Array, input: StepInput, learningRate: number, rho: number, random: Uint32Array): void
}

const NOTHING = new Float64Array(0)

export function createWork(size: number, perturbed: boolean, stabiliser: number, draws: Draws): StepWork {
  const vector = (): Float64Array => (perturbed ? new Float64Array(size) : NOTHING)
  const work = {
    weights: NOTHING,
    input: null as unknown as StepInput,
    learningRate: 0,
    rho: 0,
    stabiliser,
    draws,
    random: new Uint32Array(RANDOM_WORDS),
    clean: new Float64Array(size),
    cleanNorm: 0,
    offset: vector(),
    offsetNorm: 0,
    perturbed: vector(),
    perturbedNorm: 0,
    product: 0,
    point: vector(),
    cleanOutputs: NOTHING,
    target: undefined as PassTarget | undefined,
    evaluations: 0,
    predictions: 0,

    begin(
      weights: Float64Array,
      input: StepInput,
      learningRate: number,
      rho: number,
      random: Uint32Array,
    ): void {
      Object.assign(work, { weights, input, learningRate, rho, target: undefined })
      work.evaluations = 0
      work.predictions = 0
      work.random.set(random)
    },
    evaluate(at: Float64Array, gradient: Float64Array, options?: PassOptions): Promise<number> {
      work.evaluations++
      const { target } = work
      const asked = target === undefined ? options : { ...options, target }
      return work.input.batch.lossAndGradient(at, gradient, asked)
    },
    evaluateOn(batch: Batch, at: Float64Array, gradient: Float64Array): Promise<number> {
      work.evaluations++
      return batch.lossAndGradient(at, gradient)
    },
    predict(batch: Batch, at: Float64Array, outputs: Float64Array, network: 'step' | 'whole'): Promise<void> {
      work.predictions++
      return batch.predict(at, outputs, network)
    },
    sampleGradient(sample: number, at: Float64Array, gradient: Float64Array): Promise<boolean> {
      work.evaluations++
      return work.input.training.sampleGradient(sample, at, gradient)
    },
  }
  return work
}

/** Buffers that grow with the largest batch seen, so that a later step allocates none. */
export function growing(): (length: number) => Float64Array {
  let buffer = new Float64Array(0)
  let view = buffer
  return (length) => {
    if (buffer.length < length) buffer = new Float64Array(length)
    if (view.length !== length || view.buffer !== buffer.buffer) view = buffer.subarray(0, length)
    return view
  }
}
