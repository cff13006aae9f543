import type { Breathe } from '../breath.ts'
import { addColumnSums, addProduct, addTransposedProduct, fillRows, transpose } from './kernels.ts'

/**
 * One GRU layer on one tile of stocks, forward and backward through time, in PyTorch's equations (methods.md 3):
 *
 *   r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)      z likewise
 *   n = tanh(W_in x + b_in + r * m),  m = W_hn h + b_hn
 *   h' = (1 - z) n + z h
 *
 * Matrices are time-major: row t * stocks + s holds stock s at step t, so that whatever does not wait for the
 * recurrence (input projection, weight gradients) is one product over all steps.
 */
export interface GruLayer {
  readonly inputSize: number
  readonly hiddenSize: number
  /** Offsets of the layer's four tensors in the flat weights and gradient. */
  readonly weightIh: number
  readonly weightHh: number
  readonly biasIh: number
  readonly biasHh: number
  /** Both weight matrices transposed, refreshed by `loadWeights`. */
  readonly weightIhTransposed: Float64Array
  readonly weightHhTransposed: Float64Array
}

/** What forward keeps of a layer for backward. */
export interface LayerActivations {
  /** r | z | n per row, rows x 3H. */
  readonly gates: Float64Array
  /** m per row, rows x H. */
  readonly hiddenNew: Float64Array
  /** h from the initial zeros on, (steps + 1) x stocks x H. */
  readonly outputs: Float64Array
}

/** Work space that holds nothing between calls. */
export interface LayerScratch {
  /** W_hh h + b_hh of one step, stocks x 3H. */
  readonly recurrent: Float64Array
  /** Gradient that reaches a step from the step after it, stocks x H. */
  readonly carry: Float64Array
  /** Gradients of the pre-activations on the input and on the recurrent side, rows x 3H each. */
  readonly inputSide: Float64Array
  readonly hiddenSide: Float64Array
}

/** Sizes of the tile at hand. */
export interface TileShape {
  readonly steps: number
  readonly stocks: number
}

export function loadWeights(layer: GruLayer, weights: Float64Array): void {
  const width = 3 * layer.hiddenSize
  transpose(layer.weightIhTransposed, weights, layer.weightIh, width, layer.inputSize)
  transpose(layer.weightHhTransposed, weights, layer.weightHh, width, layer.hiddenSize)
}

/** Fill `activations` from inputs x (rows x inputSize, at offset `xAt`). `breathe` is called between pieces of work. */
export async function forwardLayer(
  layer: GruLayer,
  weights: Float64Array,
  x: Float64Array,
  xAt: number,
  { steps, stocks }: TileShape,
  activations: LayerActivations,
  scratch: LayerScratch,
  breathe: Breathe,
): Promise<void> {
  const { inputSize, hiddenSize } = layer
  const { gates, hiddenNew, outputs } = activations
  const { recurrent } = scratch
  const width = 3 * hiddenSize
  const rows = steps * stocks
  fillRows(gates, weights, layer.biasIh, rows, width)
  addProduct(gates, 0, x, xAt, layer.weightIhTransposed, 0, rows, width, inputSize)
  outputs.fill(0, 0, stocks * hiddenSize)
  for (let t = 0; t < steps; t++) {
    await breathe()
    const before = t * stocks * hiddenSize
    fillRows(recurrent, weights, layer.biasHh, stocks, width)
    addProduct(recurrent, 0, outputs, before, layer.weightHhTransposed, 0, stocks, width, hiddenSize)
    for (let s = 0; s < stocks; s++) {
      const gate = (t * stocks + s) * width
      const local = s * width
      const hidden = before + s * hiddenSize
      const next = hidden + stocks * hiddenSize
      for (let j = 0; j < hiddenSize; j++) {
        const r = sigmoid(gates[gate + j] + recurrent[local + j])
        const z = sigmoid(gates[gate + hiddenSize + j] + recurrent[local + hiddenSize + j])
        const m = recurrent[local + 2 * hiddenSize + j]
        const n = tanh(gates[gate + 2 * hiddenSize + j] + r * m)
        gates[gate + j] = r
        gates[gate + hiddenSize + j] = z
        gates[gate + 2 * hiddenSize + j] = n
        hiddenNew[hidden + j] = m
        outputs[next + j] = n + z * (outputs[hidden + j] - n)
      }
    }
  }
}

/**
 * Add the layer's weight gradients of one tile to `gradient`. On entry `flow` (rows x H) is the gradient of the
 * layer's outputs; with `toInputs` it is on return the gradient of its inputs, which must then have H columns.
 */
export async function backwardLayer(
  layer: GruLayer,
  weights: Float64Array,
  x: Float64Array,
  xAt: number,
  { steps, stocks }: TileShape,
  { gates, hiddenNew, outputs }: LayerActivations,
  scratch: LayerScratch,
  flow: Float64Array,
  toInputs: boolean,
  gradient: Float64Array,
  breathe: Breathe,
): Promise<void> {
  const { inputSize, hiddenSize } = layer
  const { carry, inputSide, hiddenSide } = scratch
  const width = 3 * hiddenSize
  const rows = steps * stocks
  carry.fill(0)
  for (let t = steps - 1; t >= 0; t--) {
    await breathe()
    const before = t * stocks * hiddenSize
    for (let s = 0; s < stocks; s++) {
      const gate = (t * stocks + s) * width
      const local = s * hiddenSize
      const hidden = before + local
      for (let j = 0; j < hiddenSize; j++) {
        const r = gates[gate + j]
        const z = gates[gate + hiddenSize + j]
        const n = gates[gate + 2 * hiddenSize + j]
        const dh = flow[hidden + j] + carry[local + j]
        const dn = dh * (1 - z) * (1 - n * n)
        const dz = dh * (outputs[hidden + j] - n) * z * (1 - z)
        const dr = dn * hiddenNew[hidden + j] * r * (1 - r)
        inputSide[gate + j] = dr
        inputSide[gate + hiddenSize + j] = dz
        inputSide[gate + 2 * hiddenSize + j] = dn
        hiddenSide[gate + j] = dr
        hiddenSide[gate + hiddenSize + j] = dz
        hiddenSide[gate + 2 * hiddenSize + j] = dn * r
        carry[local + j] = dh * z
      }
    }
    if (t > 0) {
      const step = t * stocks * width
      addProduct(carry, 0, hiddenSide, step, weights, layer.weightHh, stocks, hiddenSize, width)
    }
  }
  await breathe()
  addTransposedProduct(gradient, layer.weightIh, inputSide, 0, x, xAt, width, inputSize, rows)
  await breathe()
  addTransposedProduct(gradient, layer.weightHh, hiddenSide, 0, outputs, 0, width, hiddenSize, rows)
  addColumnSums(gradient, layer.biasIh, inputSide, rows, width)
  addColumnSums(gradient, layer.biasHh, hiddenSide, rows, width)
  if (toInputs) {
    await breathe()
    flow.fill(0, 0, rows * inputSize)
    addProduct(flow, 0, inputSide, 0, weights, layer.weightIh, rows, inputSize, width)
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** Within 3e-16 of Math.tanh, in a third of its time. */
function tanh(x: number): number {
  return 2 / (1 + Math.exp(-2 * x)) - 1
}
