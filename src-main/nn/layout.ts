/** The model of methods.md section 3: a GRU and a linear head on the last layer's last hidden state. */
export interface GruConfig {
  readonly inputSize: number
  readonly hiddenSize: number
  readonly layers: number
  /** Rows of the head, 1 unless given: how many numbers the model predicts of a stock, 1 or 2. */
  readonly outputs?: number
  /** Share of a layer's outputs that is dropped on the way to the layer above (nn/dropout.ts), 0 unless given. */
  readonly dropout?: number
}

/** One tensor inside a flat weight vector: row-major, `offset` in elements. */
export interface TensorLayout {
  readonly name: string
  readonly shape: readonly number[]
  readonly offset: number
}

export interface WeightLayout {
  readonly tensors: readonly TensorLayout[]
  /** Elements of the flat vector. */
  readonly size: number
}

/**
 * Where each tensor of the model stands in its flat weight vector: PyTorch's order and names. The rows of the GRU's
 * tensors are stacked reset | update | new, hiddenSize rows each. Both bias vectors of a layer are parameters, since
 * the norms of the sharpness-aware methods count them.
 */
export function gruLayout({ inputSize, hiddenSize, layers, outputs = 1 }: GruConfig): WeightLayout {
  const shapes: [name: string, shape: number[]][] = []
  for (let layer = 0; layer < layers; layer++) {
    const columns = layer === 0 ? inputSize : hiddenSize
    shapes.push(
      [`gru.weight_ih_l${layer}`, [3 * hiddenSize, columns]],
      [`gru.weight_hh_l${layer}`, [3 * hiddenSize, hiddenSize]],
      [`gru.bias_ih_l${layer}`, [3 * hiddenSize]],
      [`gru.bias_hh_l${layer}`, [3 * hiddenSize]],
    )
  }
  shapes.push(['head.weight', [outputs, hiddenSize]], ['head.bias', [outputs]])

  let size = 0
  const tensors = shapes.map(([name, shape]) => {
    const offset = size
    size += shape.reduce((product, length) => product * length, 1)
    return { name, shape, offset }
  })
  return { tensors, size }
}
