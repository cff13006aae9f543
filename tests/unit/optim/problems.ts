import type {
  Batch,
  PassOptions,
  Position,
  StepInput,
  Tensor,
  TrainingData,
} from '../../../src-main/optim/batch.ts'
import { createRandom } from '../../../src-shared/random.ts'

/** A loss of the weights alone: fills `gradient` and answers the loss. */
export type Objective = (weights: Float64Array, gradient: Float64Array) => number

/** f(w) = 1/2 sum c_i w_i^2 with curvatures c. */
export const quadratic =
  (curvatures: readonly number[]): Objective =>
  (weights, gradient) => {
    let loss = 0
    for (let i = 0; i < weights.length; i++) {
      gradient[i] = curvatures[i] * weights[i]
      loss += (gradient[i] * weights[i]) / 2
    }
    return loss
  }

/** The Rosenbrock valley, f(w) = (1 - w0)^2 + 100 (w1 - w0^2)^2, least at (1, 1). */
export const rosenbrock: Objective = (weights, gradient) => {
  const [x, y] = weights
  gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x)
  gradient[1] = 200 * (y - x * x)
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2
}

export function randomWeights(seed: number, length: number): Float64Array {
  const random = createRandom(seed, 3)
  return Float64Array.from({ length }, () => random.normal())
}

/** One vector. */
export const vectorOf = (length: number): Tensor[] => [{ name: 'weight', shape: [length], offset: 0 }]

/** Step `step` of a training of epochs of two steps. */
export function positionAt(step: number, totalSteps = 100): Position {
  return {
    step,
    totalSteps,
    epoch: Math.floor(step / 2),
    totalEpochs: Math.ceil(totalSteps / 2),
    stepsPerEpoch: 2,
    firstOfEpoch: step % 2 === 0,
  }
}

/** An objective as a batch that has no rows to tell apart. */
export const batchOf = (objective: Objective): Batch => ({
  rows: Int32Array.of(0),
  outputs: 1,
  leastRows: 1,
  lossAndGradient: async (weights, gradient) => objective(weights, gradient),
  predict: () => Promise.reject(new Error('An objective has no outputs.')),
  rowLosses: () => {
    throw new Error('An objective has no rows.')
  },
})

/** A step on an objective; `second` for a step of two batches. */
export const inputOf = (objective: Objective, position = positionAt(0), second?: Objective): StepInput => ({
  batch: batchOf(objective),
  second: second === undefined ? null : batchOf(second),
  training: {
    rows: 1,
    outputs: 1,
    samples: 1,
    sampleGradient: async (_sample, weights, gradient) => {
      objective(weights, gradient)
      return true
    },
  },
  position,
})

/** Samples with outputs, on which every method can be run. */
export interface Problem {
  readonly tensors: readonly Tensor[]
  readonly size: number
  readonly rows: number
  readonly training: TrainingData
  batch(rows: readonly number[]): Batch
  /** Mean loss of all rows. */
  loss(weights: Float64Array): number
  /** Step `step` of `totalSteps`: every epoch has the two halves of the rows; `second` is the other half. */
  input(step: number, totalSteps: number, batchesPerStep: 1 | 2): StepInput
}

const INPUTS = 4
const OUTPUTS = 2
const ROWS = 12

/**
 * Linear regression of two outputs, least squares: convex and quadratic in its 10 weights, with a least loss of 0. The loss of
 * a row is half its squared error, its divergence from a target half the squared distance.
 */
export function createRegression(seed: number): Problem {
  const random = createRandom(seed, 9)
  const x = Array.from({ length: ROWS * INPUTS }, () => random.normal())
  const planted = Float64Array.from({ length: OUTPUTS * (INPUTS + 1) }, () => random.normal())
  const outputOf = (weights: Float64Array, row: number, o: number): number => {
    let sum = weights[OUTPUTS * INPUTS + o]
    for (let k = 0; k < INPUTS; k++) sum += weights[o * INPUTS + k] * x[row * INPUTS + k]
    return sum
  }
  const y = Array.from({ length: ROWS * OUTPUTS }, (_, at) =>
    outputOf(planted, Math.floor(at / OUTPUTS), at % OUTPUTS),
  )

  const evaluate = (
    weights: Float64Array,
    rows: readonly number[],
    gradient: Float64Array,
    { outputs, rowWeights, target }: PassOptions = {},
  ): number => {
    gradient.fill(0)
    let total = 0
    for (let at = 0; at < rows.length; at++) total += rowWeights?.[at] ?? 1
    let loss = 0
    for (let at = 0; at < rows.length; at++) {
      const share = (rowWeights?.[at] ?? 1) / total
      for (let o = 0; o < OUTPUTS; o++) {
        const output = outputOf(weights, rows[at], o)
        if (outputs !== undefined) outputs[at * OUTPUTS + o] = output
        const error = output - y[rows[at] * OUTPUTS + o]
        loss += (share * error * error) / 2
        const past = target === undefined ? 0 : output - target.outputs[at * OUTPUTS + o]
        const slope = share * (error + (target?.strength ?? 0) * past)
        for (let k = 0; k < INPUTS; k++) gradient[o * INPUTS + k] += slope * x[rows[at] * INPUTS + k]
        gradient[OUTPUTS * INPUTS + o] += slope
      }
    }
    return loss
  }

  const every = Array.from({ length: ROWS }, (_, row) => row)
  const training: TrainingData = {
    rows: ROWS,
    outputs: OUTPUTS,
    samples: ROWS,
    sampleGradient: async (sample, weights, gradient) => {
      evaluate(weights, [sample], gradient)
      return true
    },
  }
  const batch = (rows: readonly number[]): Batch => ({
    rows: Int32Array.from(rows),
    outputs: OUTPUTS,
    leastRows: 1,
    lossAndGradient: async (weights, gradient, options) => evaluate(weights, rows, gradient, options),
    async predict(weights, outputs) {
      for (let at = 0; at < outputs.length; at++)
        outputs[at] = outputOf(weights, rows[Math.floor(at / OUTPUTS)], at % OUTPUTS)
    },
    rowLosses(outputs, losses) {
      losses.fill(0)
      for (let at = 0; at < outputs.length; at++) {
        const row = Math.floor(at / OUTPUTS)
        losses[row] += (outputs[at] - y[rows[row] * OUTPUTS + (at % OUTPUTS)]) ** 2 / 2
      }
    },
  })
  const halves = [batch(every.slice(0, ROWS / 2)), batch(every.slice(ROWS / 2))]
  return {
    tensors: [
      { name: 'layer.weight', shape: [OUTPUTS, INPUTS], offset: 0 },
      { name: 'layer.bias', shape: [OUTPUTS], offset: OUTPUTS * INPUTS },
    ],
    size: OUTPUTS * (INPUTS + 1),
    rows: ROWS,
    training,
    batch,
    loss: (weights) => evaluate(weights, every, new Float64Array(weights.length)),
    input: (step, totalSteps, batchesPerStep) => ({
      batch: halves[step % 2],
      second: batchesPerStep === 2 ? halves[1 - (step % 2)] : null,
      training,
      position: positionAt(step, totalSteps),
    }),
  }
}
