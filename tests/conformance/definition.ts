import { dropoutDraw, dropoutKey, dropoutThreshold } from '../../src-main/nn/dropout.ts'
import type { CrossSection } from '../../src-main/nn/engine.ts'
import { gruLayout, type GruConfig } from '../../src-main/nn/layout.ts'
import type { Loss } from '../../src-main/nn/losses/loss.ts'

/**
 * The model and its losses written down from their definitions, number by number and without a gradient: what the
 * reference engine is checked against, by its values and by their finite differences.
 */

/** Predictions, stocks x outputs, by the equations of torch.nn.GRU and a linear head. */
export function definedPredictions(
  config: GruConfig,
  weights: Float64Array,
  { stocks, steps, features, inputs }: CrossSection,
  dropoutSeed?: number,
): Float64Array {
  const { hiddenSize: H, layers, outputs = 1, dropout = 0 } = config
  const { tensors } = gruLayout(config)
  const tensor = (name: string): ((row: number, column?: number) => number) => {
    const { shape, offset } = tensors.find((each) => each.name === name)!
    const columns = shape[1] ?? 1
    return (row, column = 0) => weights[offset + row * columns + column]
  }
  const predictions = new Float64Array(stocks * outputs)
  for (let stock = 0; stock < stocks; stock++) {
    let sequence = Array.from({ length: steps }, (_, t) =>
      Array.from(inputs.subarray((stock * steps + t) * features, (stock * steps + t + 1) * features)),
    )
    for (let layer = 0; layer < layers; layer++) {
      const [weightIh, weightHh, biasIh, biasHh] = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map(
        (name) => tensor(`gru.${name}_l${layer}`),
      )
      let h = new Array<number>(H).fill(0)
      sequence = sequence.map((x) => {
        const inputSide = (row: number) =>
          x.reduce((sum, value, k) => sum + weightIh(row, k) * value, biasIh(row))
        const before = h
        const hiddenSide = (row: number) =>
          before.reduce((sum, value, k) => sum + weightHh(row, k) * value, biasHh(row))
        h = before.map((held, j) => {
          const reset = sigmoid(inputSide(j) + hiddenSide(j))
          const update = sigmoid(inputSide(H + j) + hiddenSide(H + j))
          const candidate = Math.tanh(inputSide(2 * H + j) + reset * hiddenSide(2 * H + j))
          return (1 - update) * candidate + update * held
        })
        return h
      })
      if (dropoutSeed !== undefined && layer < layers - 1) {
        const key = dropoutKey(dropoutSeed, layer)
        const dropped = (t: number, j: number) =>
          dropoutDraw(key, (stock * steps + t) * H + j) < dropoutThreshold(dropout)
        sequence = sequence.map((x, t) => x.map((value, j) => (dropped(t, j) ? 0 : value / (1 - dropout))))
      }
    }
    const last = sequence[steps - 1]
    for (let k = 0; k < outputs; k++)
      predictions[stock * outputs + k] = last.reduce(
        (sum, value, j) => sum + tensor('head.weight')(k, j) * value,
        tensor('head.bias')(k),
      )
  }
  return predictions
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** The loss of nn/losses/loss.ts from weighted means alone. */
export function definedLoss(
  loss: Loss,
  predictions: Float64Array,
  { labels, stocks, sampleWeights }: CrossSection,
): number {
  const outputs = predictions.length / stocks
  const share = sampleWeights ?? new Float64Array(stocks).fill(1)
  const total = share.reduce((sum, weight) => sum + weight, 0)
  const meanOf = (values: number[]) => values.reduce((sum, value, i) => sum + share[i] * value, 0) / total
  const columnOf = (matrix: Float64Array, k: number) =>
    Array.from({ length: stocks }, (_, i) => matrix[i * outputs + k])
  const covariance = (a: number[], b: number[]) => {
    const [meanA, meanB] = [meanOf(a), meanOf(b)]
    return meanOf(a.map((value, i) => (value - meanA) * (b[i] - meanB)))
  }
  const correlation = (a: number[], b: number[]) =>
    covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b))

  const p = Array.from({ length: outputs }, (_, k) => columnOf(predictions, k))
  const y = Array.from({ length: outputs }, (_, k) => columnOf(labels!, k))
  const average = (f: (k: number) => number) => p.reduce((sum, _, k) => sum + f(k), 0) / outputs
  if (loss.kind === 'mse') return average((k) => meanOf(p[k].map((value, i) => (value - y[k][i]) ** 2)))
  const penalty = loss.correlationPenalty ?? 0
  return (
    -average((k) => correlation(p[k], y[k])) + (penalty === 0 ? 0 : penalty * correlation(p[0], p[1]) ** 2)
  )
}
