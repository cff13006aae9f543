import type { GruConfig } from '../../layout.ts'

/** csrc/kernels.h and csrc/network.c: how a cross-section is cut. */
const BLOCK_ROWS = 6
const TILE_BLOCKS = 16
const TILE_MULTIPLE = 8
const LEAST_TILE_BLOCKS = 3
const MOST_CHUNKS = 32
const GATES = 4
/** Of the longest vectors: shorter ones pad less. */
const LANES = 16
/** What an engine keeps between the passes unless it is told otherwise. */
export const ACTIVATION_BYTES = 512 * 2 ** 20
const { BYTES_PER_ELEMENT } = Float32Array

export interface Evaluated {
  /** Of the largest cross-section, from 1 on. */
  readonly stocks: number
  readonly steps: number
  readonly threads: number
}

/**
 * Bytes that the buffers of a compiled engine grow to at most, over gradients and predictions of cross-sections of up to so many
 * stocks: the arithmetic of csrc/network.c and csrc/model.c. Inputs are the caller's.
 */
export function compiledBytes(
  { inputSize, hiddenSize, layers, outputs = 1 }: GruConfig,
  { stocks, steps, threads }: Evaluated,
): number {
  const padded = roundUp(hiddenSize, LANES)
  const tileFloats = (rows: number, gateSteps: number): number =>
    layers * (gateSteps * GATES + steps + 1) * rows * padded

  const blocks = Math.ceil(stocks / BLOCK_ROWS)
  const tiles = tilesOf(stocks)
  const kept = tileFloats(Math.ceil(blocks / tiles) * BLOCK_ROWS, steps)
  const keptTiles = Math.min(tiles, Math.floor(ACTIVATION_BYTES / BYTES_PER_ELEMENT / kept))

  // A smaller cross-section can have the fuller tile: it has fewer of them.
  const fullest = Math.max(LEAST_TILE_BLOCKS, Math.ceil(blocks / TILE_MULTIPLE))
  const rows = Math.min(TILE_BLOCKS, fullest) * BLOCK_ROWS
  const inputs = steps * rows * roundUp(inputSize, LANES)
  const scratch = (1 + layers + GATES) * rows * padded + LANES * rows + padded
  const ofThread = inputs + scratch + tileFloats(rows, keptTiles < tiles ? steps : 1)

  let packed = outputs * padded
  let accumulator = outputs * padded
  for (let layer = 0; layer < layers; layer++) {
    const columns = layer === 0 ? inputSize : hiddenSize
    packed += (GATES + 3 * (columns + hiddenSize) + (layer === 0 ? 3 : 6) * padded) * padded
    accumulator += (GATES + 3 * (roundUp(columns, LANES) + padded)) * padded
  }
  // All chunks, and their sum in float64.
  const accumulators = (Math.min(tiles, MOST_CHUNKS) + 2) * accumulator

  return BYTES_PER_ELEMENT * (keptTiles * kept + threads * ofThread + packed + accumulators)
}

/** Pieces that a cross-section is cut into, from 1 on: no more threads than these are at work on it. */
export function tilesOf(stocks: number): number {
  const blocks = Math.ceil(stocks / BLOCK_ROWS)
  const even = roundUp(Math.ceil(blocks / TILE_BLOCKS), TILE_MULTIPLE)
  return Math.min(even, Math.ceil(blocks / LEAST_TILE_BLOCKS))
}

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit
