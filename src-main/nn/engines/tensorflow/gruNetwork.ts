import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { CrossSection, LossAndGradient } from '../../engine.ts'
import { gruLayout, type GruConfig } from '../../layout.ts'
import type { Breathe } from '../breath.ts'
import type { Dropout } from '../../dropout.ts'
import { dropoutMask, gatherInputs } from './blockArrays.ts'
import {
  backwardLayer,
  forwardLayer,
  type LayerContext,
  type LayerPass,
  type LayerWeights,
} from './gruLayer.ts'
import { type Block, type Chunk, divide } from './pieces.ts'
import { createTensorScope, type TensorFlow, type TensorScope } from './tensorScope.ts'

/** A cross-section's inputs on the device. */
export interface UploadedInputs {
  readonly stocks: number
  readonly steps: number
  readonly chunks: readonly UploadedChunk[]
  /** Whether backward finds what forward computed, or computes it again chunk by chunk. */
  readonly keepAll: boolean
}

interface UploadedChunk extends Chunk {
  /** By block, time-major: rows x features. */
  readonly inputs: readonly Tensor2D[]
}

/** The GRU and its head on whole cross-sections, as TensorFlow.js operations. */
export interface GruNetwork {
  upload(section: CrossSection): UploadedInputs
  dispose(inputs: UploadedInputs): void
  /** Predictions, stocks x outputs. */
  predict(
    weights: Float32Array,
    inputs: UploadedInputs,
    dropout: Dropout | null,
    breathe: Breathe,
  ): Promise<Float64Array>
  /** Predictions and d loss / d weights, where `slope` answers d loss / d predictions given the predictions. */
  gradient(
    weights: Float32Array,
    inputs: UploadedInputs,
    dropout: Dropout | null,
    slope: (predictions: Float64Array) => Float64Array,
    breathe: Breathe,
  ): Promise<Pick<LossAndGradient, 'predictions' | 'gradient'>>
}

type ModelWeights = {
  readonly layers: LayerWeights[]
  /** outputs x H, and its transpose. */
  readonly head: Tensor2D
  readonly headTransposed: Tensor2D
  /** 1 x outputs. */
  readonly headBias: Tensor2D
}

/** One chunk's way through the layers. */
interface ChunkPass {
  readonly chunk: UploadedChunk
  readonly scope: TensorScope
  readonly layers: readonly LayerPass[]
  /** Of the outputs of every layer but the top one, by block. */
  readonly masks: readonly (readonly Tensor2D[])[]
}

export function createGruNetwork(tf: TensorFlow, config: GruConfig, activationBytes: number): GruNetwork {
  const { inputSize, hiddenSize, outputs = 1 } = config
  const { tensors, size } = gruLayout(config)
  const top = config.layers - 1
  const [headWeight, headBias] = tensors.slice(-2)

  const uploadWeights = (weights: Float32Array): ModelWeights => {
    const matrix = (offset: number, rows: number, columns: number): Tensor2D =>
      tf.tensor2d(weights.slice(offset, offset + rows * columns), [rows, columns])
    const layers = Array.from({ length: config.layers }, (_, l) => {
      const columns = l === 0 ? inputSize : hiddenSize
      const own = tensors.slice(4 * l, 4 * l + 4)
      const [input, recurrent, inputBias, recurrentBias] = own.map(({ offset }) => offset)
      const gates = [0, 1, 2].map((gate) => {
        const first = gate * hiddenSize
        const bias = matrix(inputBias + first, 1, hiddenSize)
        return {
          input: tf.transpose<Tensor2D>(matrix(input + first * columns, hiddenSize, columns)),
          recurrent: tf.transpose<Tensor2D>(matrix(recurrent + first * hiddenSize, hiddenSize, hiddenSize)),
          bias: gate === 2 ? bias : tf.add<Tensor2D>(bias, matrix(recurrentBias + first, 1, hiddenSize)),
        }
      })
      return {
        gates,
        newBias: matrix(recurrentBias + 2 * hiddenSize, 1, hiddenSize),
        input: matrix(input, 3 * hiddenSize, columns),
        recurrent: matrix(recurrent, 3 * hiddenSize, hiddenSize),
      }
    })
    const head = matrix(headWeight.offset, outputs, hiddenSize)
    return {
      layers,
      head,
      headTransposed: tf.transpose<Tensor2D>(head),
      headBias: matrix(headBias.offset, 1, outputs),
    }
  }

  /** Run `work` with the weights on the device; whatever ends it, its tensors go. */
  const withWeights = async <Answer>(
    weights: Float32Array,
    work: (model: ModelWeights, open: () => TensorScope) => Promise<Answer>,
  ): Promise<Answer> => {
    const scopes: TensorScope[] = []
    const open = (): TensorScope => {
      const scope = createTensorScope(tf)
      scopes.push(scope)
      return scope
    }
    try {
      return await work(
        open().keep(() => uploadWeights(weights)),
        open,
      )
    } finally {
      for (const scope of scopes) scope.end()
    }
  }

  const contextOf = (
    model: ModelWeights,
    l: number,
    { chunk, scope }: Pick<ChunkPass, 'chunk' | 'scope'>,
    breathe: Breathe,
  ): LayerContext => ({ tf, scope, weights: model.layers[l], chunk, breathe })

  const forward = async (
    model: ModelWeights,
    inputs: UploadedInputs,
    chunk: UploadedChunk,
    scope: TensorScope,
    { keep, dropout }: { readonly keep: boolean; readonly dropout: Dropout | null },
    breathe: Breathe,
  ): Promise<ChunkPass> => {
    const layers: LayerPass[] = []
    const masks: Tensor2D[][] = []
    let x = chunk.inputs
    for (let l = 0; l <= top; l++) {
      const pass = await forwardLayer(contextOf(model, l, { chunk, scope }, breathe), x, keep)
      if (!keep && l > 0) scope.free([...x])
      layers.push(pass)
      if (l === top) break
      const outputsOf = ({ first, steps }: Block): Tensor2D =>
        tf.concat(pass.hidden.slice(first + 1, first + 1 + steps), 0)
      if (dropout === null) {
        x = chunk.blocks.map((block) => scope.keep(() => outputsOf(block)))
      } else {
        const layerMasks: Tensor2D[] = []
        for (const block of chunk.blocks) {
          await breathe()
          const mask = dropoutMask(dropout, l, chunk, block, inputs.steps, hiddenSize)
          layerMasks.push(scope.keep(() => tf.tensor2d(mask, [block.steps * chunk.rows, hiddenSize])))
        }
        masks.push(layerMasks)
        x = chunk.blocks.map((block, b) => scope.keep(() => tf.mul(outputsOf(block), layerMasks[b])))
      }
      if (!keep) scope.free([...pass.hidden])
    }
    return { chunk, scope, layers, masks }
  }

  const readPredictions = async (
    model: ModelWeights,
    { chunk, scope, layers }: ChunkPass,
    predictions: Float64Array,
  ): Promise<void> => {
    const last = layers[top].hidden[layers[top].hidden.length - 1]
    const answer = scope.keep(() => tf.add<Tensor2D>(tf.matMul(last, model.headTransposed), model.headBias))
    const own = (await answer.data()).subarray(0, chunk.stocks * outputs)
    predictions.set(own, chunk.first * outputs)
    scope.free(answer)
  }

  /** Adds a chunk's share to `gradient`. */
  const backward = async (
    model: ModelWeights,
    pass: ChunkPass,
    slopes: Float64Array,
    gradient: Float64Array,
    breathe: Breathe,
  ): Promise<void> => {
    const { chunk, scope, layers, masks } = pass
    const add = async (tensor: Tensor2D, offset: number): Promise<void> => {
      const values = await tensor.data()
      for (let i = 0; i < values.length; i++) gradient[offset + i] += values[i]
    }
    const { hidden } = layers[top]
    const own = new Float32Array(chunk.rows * outputs)
    own.set(slopes.subarray(chunk.first * outputs, (chunk.first + chunk.stocks) * outputs))
    const { head, bias, lastFlow } = scope.keep(() => {
      const slope = tf.tensor2d(own, [chunk.rows, outputs])
      return {
        head: tf.matMul<Tensor2D>(tf.transpose<Tensor2D>(slope), hidden[hidden.length - 1]),
        bias: tf.sum<Tensor2D>(slope, 0, true),
        lastFlow: tf.matMul<Tensor2D>(slope, model.head),
      }
    })
    await add(head, headWeight.offset)
    await add(bias, headBias.offset)

    let flow: (Tensor2D | null)[] = Array.from({ length: hidden.length - 1 }, () => null)
    flow[flow.length - 1] = lastFlow
    for (let l = top; l >= 0; l--) {
      const inputFlow = await backwardLayer(
        contextOf(model, l, pass, breathe),
        layers[l],
        flow,
        l > 0,
        (index, part) => add(part, tensors[4 * l + index].offset),
      )
      scope.free([...layers[l].hidden])
      flow = inputFlow.flatMap((block, b) =>
        scope.keep(() => {
          const passed = masks.length === 0 ? block : tf.mul<Tensor2D>(block, masks[l - 1][b])
          return tf.split<Tensor2D>(passed, chunk.blocks[b].steps)
        }),
      )
      scope.free(inputFlow)
    }
  }

  return {
    upload({ stocks, steps, inputs }) {
      const { chunks, keepAll } = divide(config, stocks, steps, activationBytes)
      const uploadBlock = (chunk: Chunk, block: Block): Tensor2D =>
        tf.tensor2d(gatherInputs(inputs, steps, inputSize, chunk, block), [
          block.steps * chunk.rows,
          inputSize,
        ])
      const uploaded = tf.tidy(() =>
        chunks.map((chunk) => chunk.blocks.map((block) => uploadBlock(chunk, block))),
      )
      return {
        stocks,
        steps,
        chunks: chunks.map((chunk, c) => ({ ...chunk, inputs: uploaded[c] })),
        keepAll,
      }
    },
    dispose({ chunks }) {
      for (const { inputs } of chunks) tf.dispose([...inputs])
    },
    predict(weights, inputs, dropout, breathe) {
      return withWeights(weights, async (model, open) => {
        const predictions = new Float64Array(inputs.stocks * outputs)
        for (const chunk of inputs.chunks) {
          const scope = open()
          const pass = await forward(model, inputs, chunk, scope, { keep: false, dropout }, breathe)
          await readPredictions(model, pass, predictions)
          scope.end()
        }
        return predictions
      })
    },
    gradient(weights, inputs, dropout, slope, breathe) {
      return withWeights(weights, async (model, open) => {
        const predictions = new Float64Array(inputs.stocks * outputs)
        const kept: ChunkPass[] = []
        for (const chunk of inputs.chunks) {
          const options = { keep: inputs.keepAll, dropout }
          const pass = await forward(model, inputs, chunk, open(), options, breathe)
          await readPredictions(model, pass, predictions)
          if (inputs.keepAll) kept.push(pass)
          else pass.scope.end()
        }
        const slopes = slope(predictions)
        const gradient = new Float64Array(size)
        for (const [index, chunk] of inputs.chunks.entries()) {
          const pass = inputs.keepAll
            ? kept[index]
            : await forward(model, inputs, chunk, open(), { keep: true, dropout }, breathe)
          await backward(model, pass, slopes, gradient, breathe)
          pass.scope.end()
        }
        return { predictions, gradient }
      })
    },
  }
}
