import { type Dropout, dropoutDraw, dropoutKey } from '../../dropout.ts'
import type { CrossSection } from '../../engine.ts'
import { gruLayout, type GruConfig } from '../../layout.ts'
import type { Breathe } from '../breath.ts'
import {
  backwardLayer,
  forwardLayer,
  loadWeights,
  type GruLayer,
  type LayerActivations,
  type LayerScratch,
  type TileShape,
} from './gruLayer.ts'

/** Stocks that go through all steps and layers together. Part of the result's bits: it fixes the order of sums. */
const TILE = 16

/** The GRU and its head on whole cross-sections, in buffers that are reused from call to call. */
export interface GruNetwork {
  /** Predictions, stocks x outputs, into `predictions`. With `keep`, `backward` may follow. */
  forward(
    weights: Float64Array,
    batch: CrossSection,
    predictions: Float64Array,
    options: { readonly keep: boolean; readonly dropout: Dropout | null },
    breathe?: Breathe,
  ): Promise<void>
  /**
   * d loss / d weights into `gradient`, given d loss / d predictions. Must follow `forward` with `keep`, the same
   * weights, the same batch and the same dropout.
   */
  backward(
    weights: Float64Array,
    batch: CrossSection,
    predictionGradient: Float64Array,
    gradient: Float64Array,
    dropout: Dropout | null,
    breathe?: Breathe,
  ): Promise<void>
}

/** One tile's inputs (rows x inputSize, time-major) and activations, layer by layer. */
interface Tile {
  readonly inputs: Float64Array
  readonly layers: readonly LayerActivations[]
  /** With dropout: what layer l + 1 sees of layer l's outputs, rows x H, for every layer but the top one. */
  readonly passed: readonly Float64Array[]
}

/** For callers that have the thread to themselves. */
const breathless: Breathe = () => undefined

/** Buffers for sequences of up to `steps`. */
interface Workspace {
  readonly steps: number
  readonly scratch: LayerScratch
  /** Gradient of a layer's outputs, rows x H. */
  readonly flow: Float64Array
  /** Made when first used, at most `capacity` of them. */
  readonly tiles: Tile[]
  readonly capacity: number
}

/**
 * `activationBytes` bounds what forward keeps. Tiles beyond the bound share one set of buffers and are computed again
 * in backward: same result, a third more work for them.
 */
export function createGruNetwork(config: GruConfig, activationBytes: number): GruNetwork {
  const { hiddenSize, outputs: heads = 1 } = config
  const layout = gruLayout(config)
  const layers = createLayers(config)
  const headWeight = layout.tensors[4 * config.layers].offset
  const headBias = layout.tensors[4 * config.layers + 1].offset
  let workspace = createWorkspace(config, 0, activationBytes)

  /** The buffers of tile `index`; the last set serves every tile from the capacity on. */
  const tileOf = (index: number): Tile => {
    const slot = Math.min(index, workspace.capacity - 1)
    return (workspace.tiles[slot] ??= createTile(config, workspace.steps))
  }

  const shapeOf = (batch: CrossSection, index: number): TileShape => ({
    steps: batch.steps,
    stocks: Math.min(TILE, batch.stocks - index * TILE),
  })

  const runTile = async (
    weights: Float64Array,
    batch: CrossSection,
    index: number,
    tile: Tile,
    dropout: Dropout | null,
    breathe: Breathe,
  ): Promise<void> => {
    const shape = shapeOf(batch, index)
    gatherInputs(batch, index * TILE, shape, tile.inputs)
    for (const [l, layer] of layers.entries()) {
      const [x, xAt] = layerInputs(tile, l, shape, hiddenSize, dropout)
      await forwardLayer(layer, weights, x, xAt, shape, tile.layers[l], workspace.scratch, breathe)
      if (dropout !== null && l < layers.length - 1) {
        const { outputs } = tile.layers[l]
        const rows = shape.steps * shape.stocks * hiddenSize
        tile.passed[l].set(outputs.subarray(shape.stocks * hiddenSize, shape.stocks * hiddenSize + rows))
        applyDropout(dropout, l, index * TILE, shape, hiddenSize, tile.passed[l])
      }
    }
  }

  return {
    async forward(weights, batch, predictions, { keep, dropout }, breathe = breathless) {
      if (batch.steps > workspace.steps) workspace = createWorkspace(config, batch.steps, activationBytes)
      for (const layer of layers) loadWeights(layer, weights)
      for (let index = 0; index * TILE < batch.stocks; index++) {
        const tile = tileOf(keep ? index : 0)
        await runTile(weights, batch, index, tile, dropout, breathe)
        const { steps, stocks } = shapeOf(batch, index)
        const { outputs } = tile.layers[config.layers - 1]
        for (let s = 0; s < stocks; s++) {
          const last = (steps * stocks + s) * hiddenSize
          for (let k = 0; k < heads; k++) {
            let sum = weights[headBias + k]
            const row = headWeight + k * hiddenSize
            for (let j = 0; j < hiddenSize; j++) sum += outputs[last + j] * weights[row + j]
            predictions[(index * TILE + s) * heads + k] = sum
          }
        }
      }
    },

    async backward(weights, batch, predictionGradient, gradient, dropout, breathe = breathless) {
      const { flow, scratch, capacity } = workspace
      const tiles = Math.ceil(batch.stocks / TILE)
      gradient.fill(0)
      for (let index = 0; index < tiles; index++) {
        const shape = shapeOf(batch, index)
        const { steps, stocks } = shape
        const tile = tileOf(index)
        if (index >= capacity - 1 && tiles > capacity)
          await runTile(weights, batch, index, tile, dropout, breathe)

        const { outputs } = tile.layers[config.layers - 1]
        flow.fill(0, 0, steps * stocks * hiddenSize)
        for (let s = 0; s < stocks; s++) {
          const row = ((steps - 1) * stocks + s) * hiddenSize
          const last = row + stocks * hiddenSize
          for (let k = 0; k < heads; k++) {
            const dp = predictionGradient[(index * TILE + s) * heads + k]
            const head = headWeight + k * hiddenSize
            for (let j = 0; j < hiddenSize; j++) {
              flow[row + j] += dp * weights[head + j]
              gradient[head + j] += dp * outputs[last + j]
            }
            gradient[headBias + k] += dp
          }
        }
        for (let l = config.layers - 1; l >= 0; l--) {
          const [x, xAt] = layerInputs(tile, l, shape, hiddenSize, dropout)
          await backwardLayer(
            layers[l],
            weights,
            x,
            xAt,
            shape,
            tile.layers[l],
            scratch,
            flow,
            l > 0,
            gradient,
            breathe,
          )
          if (dropout !== null && l > 0) applyDropout(dropout, l - 1, index * TILE, shape, hiddenSize, flow)
        }
      }
    },
  }
}

/** Drop or scale the outputs of layer `l`, rows x H, of a tile whose first stock is `first`. */
function applyDropout(
  { seed, threshold, scale }: Dropout,
  l: number,
  first: number,
  { steps, stocks }: TileShape,
  hiddenSize: number,
  values: Float64Array,
): void {
  const key = dropoutKey(seed, l)
  for (let t = 0; t < steps; t++) {
    for (let s = 0; s < stocks; s++) {
      const at = (t * stocks + s) * hiddenSize
      const element = ((first + s) * steps + t) * hiddenSize
      for (let j = 0; j < hiddenSize; j++)
        values[at + j] = dropoutDraw(key, element + j) < threshold ? 0 : values[at + j] * scale
    }
  }
}

function createLayers(config: GruConfig): GruLayer[] {
  const { tensors } = gruLayout(config)
  return Array.from({ length: config.layers }, (_, l) => {
    const [weightIh, weightHh, biasIh, biasHh] = tensors.slice(4 * l, 4 * l + 4).map(({ offset }) => offset)
    const inputSize = l === 0 ? config.inputSize : config.hiddenSize
    return {
      inputSize,
      hiddenSize: config.hiddenSize,
      weightIh,
      weightHh,
      biasIh,
      biasHh,
      weightIhTransposed: new Float64Array(3 * config.hiddenSize * inputSize),
      weightHhTransposed: new Float64Array(3 * config.hiddenSize * config.hiddenSize),
    }
  })
}

function createWorkspace(config: GruConfig, steps: number, activationBytes: number): Workspace {
  const { inputSize, hiddenSize, layers, dropout = 0 } = config
  const passed = dropout === 0 ? 0 : (layers - 1) * hiddenSize
  const tileBytes = 8 * TILE * (steps * (inputSize + layers * 5 * hiddenSize + passed) + layers * hiddenSize)
  return {
    steps,
    scratch: {
      recurrent: new Float64Array(TILE * 3 * hiddenSize),
      carry: new Float64Array(TILE * hiddenSize),
      inputSide: new Float64Array(steps * TILE * 3 * hiddenSize),
      hiddenSide: new Float64Array(steps * TILE * 3 * hiddenSize),
    },
    flow: new Float64Array(steps * TILE * hiddenSize),
    tiles: [],
    capacity: Math.max(1, Math.floor(activationBytes / tileBytes)),
  }
}

function createTile({ inputSize, hiddenSize, layers, dropout = 0 }: GruConfig, steps: number): Tile {
  const rows = steps * TILE
  return {
    inputs: new Float64Array(rows * inputSize),
    layers: Array.from({ length: layers }, () => ({
      gates: new Float64Array(rows * 3 * hiddenSize),
      hiddenNew: new Float64Array(rows * hiddenSize),
      outputs: new Float64Array((rows + TILE) * hiddenSize),
    })),
    passed:
      dropout === 0 ? [] : Array.from({ length: layers - 1 }, () => new Float64Array(rows * hiddenSize)),
  }
}

/**
 * Inputs of layer `l` and their offset: the tile's own, or the outputs of the layer below, as dropout left them or
 * without the initial zeros.
 */
function layerInputs(
  tile: Tile,
  l: number,
  { stocks }: TileShape,
  hiddenSize: number,
  dropout: Dropout | null,
): [Float64Array, number] {
  if (l === 0) return [tile.inputs, 0]
  return dropout === null ? [tile.layers[l - 1].outputs, stocks * hiddenSize] : [tile.passed[l - 1], 0]
}

/** Stocks first ... first + stocks - 1 of a stock-major cross-section, time-major. */
function gatherInputs(
  { inputs, features }: CrossSection,
  first: number,
  { steps, stocks }: TileShape,
  target: Float64Array,
): void {
  let source = first * steps * features
  for (let s = 0; s < stocks; s++) {
    for (let t = 0; t < steps; t++) {
      const at = (t * stocks + s) * features
      for (let f = 0; f < features; f++) target[at + f] = inputs[source++]
    }
  }
}
