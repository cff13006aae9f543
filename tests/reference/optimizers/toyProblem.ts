import type { Batch, PassOptions, Tensor, TrainingData } from '../../../src-main/optim/batch.ts'
import type { Problem } from './format.ts'

export interface Toy {
  readonly tensors: readonly Tensor[]
  readonly training: TrainingData
  batch(rows: readonly number[]): Batch
}

/**
 * The net of the optimizer references, outputs = fc2(tanh(fc1(x))), with a hand-derived gradient; mean softmax cross-entropy
 * (`mlp_ce`) or mean squared error (`mlp_mse`). A target adds strength x T^2 x the mean KL of softened class
 * distributions, as SAF and MESA have it.
 */
export function createToy(problem: Problem, temperature: number): Toy {
  const { input_dim: inputs, hidden_dim: hidden, output_dim: width } = problem
  const weight2 = hidden * inputs + hidden
  const bias2 = weight2 + width * hidden
  const shapes: Record<string, number[]> = {
    'fc1.weight': [hidden, inputs],
    'fc1.bias': [hidden],
    'fc2.weight': [width, hidden],
    'fc2.bias': [width],
  }
  if (problem.param_order.join() !== Object.keys(shapes).join())
    throw new Error(`The order of the tensors is ${problem.param_order.join()}.`)
  if (problem.kind !== 'mlp_ce' && problem.kind !== 'mlp_mse')
    throw new Error(`The problem ${problem.kind} is not known.`)
  const classes = problem.kind === 'mlp_ce'
  let size = 0
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const offset = size
    size += shape.reduce((product, length) => product * length, 1)
    return { name, shape, offset }
  })

  const forward = (weights: Float64Array, x: readonly number[]) => {
    const h = Array.from({ length: hidden }, (_, j) =>
      Math.tanh(
        x.reduce((sum, value, k) => sum + weights[j * inputs + k] * value, weights[hidden * inputs + j]),
      ),
    )
    const out = Array.from({ length: width }, (_, o) =>
      h.reduce((sum, value, j) => sum + weights[weight2 + o * hidden + j] * value, weights[bias2 + o]),
    )
    return { h, out }
  }
  const labelOf = (row: number): number[] => [problem.Y[row]].flat()
  /** Loss of one sample, and its slope in the outputs. */
  const lossOf = (out: readonly number[], row: number) => {
    const label = labelOf(row)
    if (!classes) {
      const errors = out.map((value, o) => value - label[o])
      return {
        loss: errors.reduce((sum, e) => sum + e * e, 0) / width,
        slope: errors.map((e) => (2 * e) / width),
      }
    }
    const p = softmax(out)
    return {
      loss: -Math.log(p[label[0]]),
      slope: p.map((value, o) => value - (o === label[0] ? 1 : 0)),
    }
  }

  const evaluate = (
    weights: Float64Array,
    rows: readonly number[],
    gradient: Float64Array,
    { outputs, rowWeights, target }: PassOptions = {},
  ): number => {
    gradient.fill(0)
    const total = rowWeights === undefined ? rows.length : rowWeights.reduce((sum, w) => sum + w, 0)
    let loss = 0
    rows.forEach((row, at) => {
      const x = problem.X[row]
      const { h, out } = forward(weights, x)
      outputs?.set(out, at * width)
      const share = (rowWeights === undefined ? 1 : rowWeights[at]) / total
      if (share === 0) return
      const value = lossOf(out, row)
      loss += share * value.loss
      const slope = value.slope.map((d) => share * d)
      if (target !== undefined) {
        const soften = (of: ArrayLike<number>) => softmax(Array.from(of, (logit) => logit / temperature))
        const now = soften(out)
        const past = soften(target.outputs.subarray(at * width, (at + 1) * width))
        now.forEach((p, o) => (slope[o] += share * target.strength * temperature * (p - past[o])))
      }
      for (let o = 0; o < width; o++) {
        gradient[bias2 + o] += slope[o]
        for (let j = 0; j < hidden; j++) gradient[weight2 + o * hidden + j] += slope[o] * h[j]
      }
      for (let j = 0; j < hidden; j++) {
        let d = 0
        for (let o = 0; o < width; o++) d += slope[o] * weights[weight2 + o * hidden + j]
        d *= 1 - h[j] * h[j]
        gradient[hidden * inputs + j] += d
        for (let k = 0; k < inputs; k++) gradient[j * inputs + k] += d * x[k]
      }
    })
    return loss
  }

  return {
    tensors,
    training: {
      rows: problem.X.length,
      outputs: width,
      samples: problem.X.length,
      async sampleGradient(sample, weights, gradient) {
        evaluate(weights, [sample], gradient)
        return true
      },
    },
    batch: (rows) => ({
      rows: Int32Array.from(rows),
      outputs: width,
      leastRows: 1,
      lossAndGradient: async (weights, gradient, options) => evaluate(weights, rows, gradient, options),
      async predict(weights, outputs) {
        rows.forEach((row, at) => outputs.set(forward(weights, problem.X[row]).out, at * width))
      },
      rowLosses(outputs, losses) {
        rows.forEach((row, at) => {
          losses[at] = lossOf(Array.from(outputs.subarray(at * width, (at + 1) * width)), row).loss
        })
      },
    }),
  }
}

function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits)
  const powers = logits.map((logit) => Math.exp(logit - most))
  const total = powers.reduce((sum, value) => sum + value, 0)
  return powers.map((value) => value / total)
}
