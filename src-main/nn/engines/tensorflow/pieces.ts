import type { GruConfig } from '../../layout.ts'

/** Neighbouring steps whose products that do not wait for the recurrence are computed as one. */
export interface Block {
  readonly first: number
  readonly steps: number
}

/** Stocks that go through the model together, and how their steps are divided. */
export interface Chunk {
  readonly first: number
  readonly stocks: number
  /** Rows of a step's matrices: the stocks, then stocks of zeros up to a multiple of 16. */
  readonly rows: number
  readonly blocks: readonly Block[]
}

/**
 * Vector units compute a remainder with other instructions, to other last bits: without one, a prediction does not
 * depend on where its stock stands.
 */
const LANES = 16
/**
 * Multiply-adds of one product at most: few enough for TensorFlow.js's slowest backend that an evaluation sees in time
 * that it was cancelled.
 */
const PRODUCT_LIMIT = 2 ** 27
/**
 * Rows of a block: enough for full speed. More is slower where taking a step out of a block costs a copy of the whole
 * block, as with the wasm backend.
 */
const BLOCK_ROWS = 2048

/**
 * How a cross-section is divided: into as few chunks as `activationBytes` and the product limit allow, of equal size
 * but for the last. With `keepAll` the activations of all chunks together stay within `activationBytes`.
 */
export function divide(
  config: GruConfig,
  stocks: number,
  steps: number,
  activationBytes: number,
): { readonly chunks: readonly Chunk[]; readonly keepAll: boolean } {
  const { inputSize, hiddenSize } = config
  const productsPerRow = 3 * hiddenSize * Math.max(inputSize, hiddenSize)
  const rowLimit = Math.max(1, Math.floor(PRODUCT_LIMIT / productsPerRow))
  const bytesPerStock = steps * activationBytesPerRow(config)
  const fitting = Math.max(1, Math.floor(activationBytes / bytesPerStock))
  const count = Math.ceil(stocks / Math.min(rowLimit, fitting))
  const size = wholeLanes(Math.ceil(stocks / count))

  const blockSteps = Math.max(1, Math.floor(Math.min(rowLimit, BLOCK_ROWS) / size))
  const blocks = starts(steps, blockSteps).map((first) => ({
    first,
    steps: Math.min(blockSteps, steps - first),
  }))
  const chunks = starts(stocks, size).map((first) => {
    const own = Math.min(size, stocks - first)
    return { first, stocks: own, rows: wholeLanes(own), blocks }
  })
  return { chunks, keepAll: stocks <= fitting }
}

/** What forward keeps of one stock at one step: r, z, n, m and h of each layer, inputs and mask of each but the first. */
function activationBytesPerRow({ hiddenSize, layers, dropout = 0 }: GruConfig): number {
  const between = dropout === 0 ? 1 : 2
  return Float32Array.BYTES_PER_ELEMENT * hiddenSize * (5 * layers + between * (layers - 1))
}

const wholeLanes = (stocks: number): number => Math.ceil(stocks / LANES) * LANES

/** First elements of the pieces of at most `size` that `length` elements are divided into. */
function starts(length: number, size: number): number[] {
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => i * size)
}
