import type { Chunk } from './kernels/kernel.ts'
import { weightGradientTiles } from './kernels/weightGradient.ts'
import { type Parameters, roundUp } from './parameters.ts'

/** How a cross-section goes through the device: chunks of stocks, and parts of their rows for weight gradients. */
export interface Plan {
  readonly chunks: readonly Chunk[]
  /** Of the largest chunk. */
  readonly rows: number
  readonly stocks: number
  /** Stocks of all chunks, padding included. */
  readonly padded: number
  readonly splits: number
}

export interface PlanLimits {
  readonly maxStorageBufferBindingSize: number
  readonly maxBufferSize: number
  readonly maxComputeWorkgroupsPerDimension: number
}

/** Stocks come in the vectors of kernels/recurrence.ts. */
const STOCK_MULTIPLE = 4
/** Workgroups a weight gradient aims at: a few for each multiprocessor of a large GPU. */
const WEIGHT_GRADIENT_GROUPS = 512
const LEAST_SPLIT_ROWS = 64
const SPLIT_MULTIPLE = 16

/** Bytes of all activation buffers, per row. */
export function activationRowBytes(parameters: Parameters): number {
  return 4 * parameters.hidden * (5 * parameters.layers.length + 1)
}

export function planOf(
  parameters: Parameters,
  features: number,
  { stocks, steps }: { readonly stocks: number; readonly steps: number },
  activationBytes: number,
  limits: PlanLimits,
): Plan {
  const { hidden, size } = parameters
  const largestBuffer = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize)
  const bytesPerStock = 4 * Math.max(4 * hidden * steps, hidden * (steps + 1), features * steps)
  const most = Math.min(
    Math.floor(largestBuffer / bytesPerStock),
    Math.floor(activationBytes / (activationRowBytes(parameters) * steps)),
    // Recurrences have a workgroup for two stocks at least.
    2 * limits.maxComputeWorkgroupsPerDimension,
  )
  const capacity = Math.max(STOCK_MULTIPLE, most - (most % STOCK_MULTIPLE))
  const count = Math.ceil(stocks / capacity)
  const chunkStocks = roundUp(Math.ceil(stocks / count), STOCK_MULTIPLE)
  const rows = chunkStocks * steps
  const tiles = Math.min(
    ...parameters.inputs.map((columns) =>
      Math.min(weightGradientTiles(hidden, columns), weightGradientTiles(hidden, hidden)),
    ),
  )
  const wanted = Math.max(
    1,
    Math.min(
      Math.ceil(WEIGHT_GRADIENT_GROUPS / tiles),
      Math.floor(rows / LEAST_SPLIT_ROWS),
      Math.floor(largestBuffer / (4 * size)),
    ),
  )
  const splitRows = roundUp(Math.ceil(rows / wanted), SPLIT_MULTIPLE)
  const splits = Math.ceil(rows / splitRows)
  const starts = Array.from({ length: Math.ceil(stocks / chunkStocks) }, (_, chunk) => chunk * chunkStocks)
  const padded = starts.length * chunkStocks
  return {
    rows,
    stocks: chunkStocks,
    padded,
    splits,
    chunks: starts.map((first) => ({
      stocks: chunkStocks,
      count: Math.min(chunkStocks, stocks - first),
      first,
      steps,
      rows,
      total: stocks,
      padded,
      origin: 0,
      splits,
      splitRows,
      splitStocks: Math.ceil(chunkStocks / splits),
      // Backward starts with the last chunk, whose activations are still there.
      accumulate: first === starts[starts.length - 1] ? 0 : 1,
      key0: 0,
      key1: 0,
      key2: 0,
      unused: 0,
    })),
  }
}
