import type { Rank, Tensor2D } from '@tensorflow/tfjs-core'
import type { Breathe } from '../breath.ts'
import type { Chunk } from './pieces.ts'
import type { TensorFlow, TensorScope } from './tensorScope.ts'

/**
 * One GRU layer on one chunk of stocks, forward and backward through time, in PyTorch's equations (methods.md 3):
 *
 *   r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)      z likewise
 *   n = tanh(W_in x + b_in + r * m),  m = W_hn h + b_hn
 *   h' = (1 - z) n + z h
 *
 * Matrices of a block are time-major: row t * chunk.rows + s holds stock s at the block's step t. What the wasm backend is
 * slow at is avoided: products with a transposed operand, columns taken out of a matrix, sums over rows. On the other
 * backends it makes no difference.
 */
export type LayerWeights = {
  /** Of r, z and n. */
  readonly gates: GateWeights[]
  /** b_hn, 1 x H. */
  readonly newBias: Tensor2D
  /** W_ih, 3H x inputs, and W_hh, 3H x H. */
  readonly input: Tensor2D
  readonly recurrent: Tensor2D
}

/** Both weight matrices transposed, inputs x H and H x H, and b_ih plus, for r and z, b_hh, 1 x H. */
export type GateWeights = {
  readonly input: Tensor2D
  readonly recurrent: Tensor2D
  readonly bias: Tensor2D
}

/** What forward keeps of a step, chunk.rows x H each. */
type Gates = {
  readonly r: Tensor2D
  readonly z: Tensor2D
  readonly n: Tensor2D
  readonly m: Tensor2D
}

/** What backward needs of a layer's forward pass. */
export interface LayerPass {
  /** By block, rows x inputs. */
  readonly inputs: readonly Tensor2D[]
  /** By step; without `keep` they have been freed. */
  readonly gates: readonly Gates[]
  /** h from the initial zeros on: steps + 1 of chunk.rows x H. */
  readonly hidden: readonly Tensor2D[]
}

/** Adds to the gradient of one of a layer's tensors: W_ih, W_hh, b_ih, b_hh. */
export type AddGradient = (index: number, gradient: Tensor2D) => Promise<void>

export interface LayerContext {
  readonly tf: TensorFlow
  readonly scope: TensorScope
  readonly weights: LayerWeights
  readonly chunk: Chunk
  readonly breathe: Breathe
}

export async function forwardLayer(
  { tf, scope, weights, chunk, breathe }: LayerContext,
  inputs: readonly Tensor2D[],
  keep: boolean,
): Promise<LayerPass> {
  const hiddenSize = weights.newBias.size
  const [reset, update, candidate] = weights.gates
  const cell = (
    [inputReset, inputUpdate, inputNew]: readonly Tensor2D[],
    h: Tensor2D,
  ): { h: Tensor2D; gates: Gates } => {
    const r = tf.sigmoid(tf.add<Tensor2D>(inputReset, tf.matMul(h, reset.recurrent)))
    const z = tf.sigmoid(tf.add<Tensor2D>(inputUpdate, tf.matMul(h, update.recurrent)))
    const m = tf.add<Tensor2D>(tf.matMul(h, candidate.recurrent), weights.newBias)
    const n = tf.tanh(tf.add<Tensor2D>(inputNew, tf.mul(r, m)))
    return { h: tf.add(n, tf.mul(z, tf.sub(h, n))), gates: { r, z, n, m } }
  }

  const hidden = [scope.keep(() => tf.zeros<Rank.R2>([chunk.rows, hiddenSize]))]
  const gates: Gates[] = []
  for (const [b, block] of chunk.blocks.entries()) {
    await breathe()
    const projected = scope.keep(() =>
      weights.gates.map(({ input, bias }) =>
        tf.split<Tensor2D>(tf.add(tf.matMul(inputs[b], input), bias), block.steps),
      ),
    )
    for (let t = 0; t < block.steps; t++) {
      await breathe()
      const step = projected.map((gate) => gate[t])
      const next = scope.keep(() => cell(step, hidden[hidden.length - 1]))
      scope.free(step)
      if (!keep) scope.free(next.gates)
      hidden.push(next.h)
      gates.push(next.gates)
    }
  }
  return { inputs, gates, hidden }
}

/**
 * Hand the layer's weight gradients to `add`, block by block. `flow` is the gradient of the layer's outputs by step,
 * null where it is zero; it is freed. With `toInputs` the answer is the gradient of the inputs by block, rows x inputs.
 */
export async function backwardLayer(
  { tf, scope, weights, chunk, breathe }: LayerContext,
  { inputs, gates, hidden }: LayerPass,
  flow: readonly (Tensor2D | null)[],
  toInputs: boolean,
  add: AddGradient,
): Promise<Tensor2D[]> {
  const hiddenSize = weights.newBias.size

  /** Rows x H times rows x 3H, gate by gate. */
  const perGate = (dh: Tensor2D, slopes: Tensor2D): Tensor2D => {
    const [rows] = dh.shape
    const product = tf.mul(
      tf.reshape<Rank.R3>(dh, [rows, 1, hiddenSize]),
      tf.reshape<Rank.R3>(slopes, [rows, 3, hiddenSize]),
    )
    return tf.reshape<Rank.R2>(product, [rows, 3 * hiddenSize])
  }

  const inputFlow: Tensor2D[] = []
  let carry: Tensor2D | null = null
  for (let b = chunk.blocks.length - 1; b >= 0; b--) {
    await breathe()
    const { first, steps } = chunk.blocks[b]
    const of = (name: keyof Gates): Tensor2D =>
      tf.concat(
        gates.slice(first, first + steps).map((step) => step[name]),
        0,
      )
    const before = scope.keep(() => tf.concat(hidden.slice(first, first + steps), 0))
    // Everything but dh in the gradients of the pre-activations: they are linear in it.
    const { recurrentSlopes, inputSlopes } = scope.keep(() => {
      const [r, z, n] = [of('r'), of('z'), of('n')]
      const open = tf.sub<Tensor2D>(1, z)
      const newSlope = tf.mul<Tensor2D>(open, tf.sub(1, tf.square(n)))
      const hiddenNewSlope = tf.mul<Tensor2D>(newSlope, r)
      const resetSlope = tf.mul<Tensor2D>(tf.mul(hiddenNewSlope, of('m')), tf.sub(1, r))
      const updateSlope = tf.mul<Tensor2D>(tf.sub(before, n), tf.mul(z, open))
      return {
        recurrentSlopes: tf.split<Tensor2D>(tf.concat([resetSlope, updateSlope, hiddenNewSlope], 1), steps),
        inputSlopes: tf.concat([resetSlope, updateSlope, newSlope], 1),
      }
    })

    const hiddenFlow: Tensor2D[] = []
    const sides: Tensor2D[] = []
    for (let t = steps - 1; t >= 0; t--) {
      await breathe()
      const above = flow[first + t]
      const dh = scope.keep(() => sum(tf, above, carry))
      const step = scope.keep(() => {
        const side = perGate(dh, recurrentSlopes[t])
        const kept = tf.mul<Tensor2D>(dh, gates[first + t].z)
        return { side, carry: tf.add<Tensor2D>(kept, tf.matMul(side, weights.recurrent)) }
      })
      if (above !== null) scope.free(above)
      if (carry !== null) scope.free(carry)
      carry = step.carry
      hiddenFlow.unshift(dh)
      sides.unshift(step.side)
    }

    await breathe()
    const { recurrentSide, inputSide } = scope.keep(() => ({
      recurrentSide: tf.concat(sides, 0),
      inputSide: perGate(tf.concat(hiddenFlow, 0), inputSlopes),
    }))
    for (const [k, [x, side]] of [
      [inputs[b], inputSide],
      [before, recurrentSide],
    ].entries()) {
      await breathe()
      const [weight, bias] = scope.keep(() => weightAndBiasGradient(tf, x, side))
      await add(k, weight)
      await add(2 + k, bias)
      scope.free([weight, bias])
    }
    await breathe()
    if (toInputs) inputFlow.unshift(scope.keep(() => tf.matMul(inputSide, weights.input)))
    scope.free([before, recurrentSlopes, inputSlopes, hiddenFlow, sides, recurrentSide, inputSide])
    scope.free(gates.slice(first, first + steps))
  }
  return inputFlow
}

/** side transposed (3H x rows) times x (rows x columns), and the sum of the rows of side, 1 x 3H. */
function weightAndBiasGradient(tf: TensorFlow, x: Tensor2D, side: Tensor2D): Tensor2D[] {
  return [
    tf.transpose<Tensor2D>(tf.matMul(tf.transpose<Tensor2D>(x), side)),
    tf.matMul<Tensor2D>(tf.ones<Rank.R2>([1, side.shape[0]]), side),
  ]
}

/** The sum of what is not null, a tensor of its own. */
function sum(tf: TensorFlow, a: Tensor2D | null, b: Tensor2D | null): Tensor2D {
  if (a !== null && b !== null) return tf.add(a, b)
  return tf.clone<Tensor2D>((a ?? b)!)
}
