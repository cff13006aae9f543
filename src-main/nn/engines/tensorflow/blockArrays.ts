import { type Dropout, dropoutDraw, dropoutKey } from '../../dropout.ts'
import type { CrossSection } from '../../engine.ts'
import type { Block, Chunk } from './pieces.ts'

/** Inputs of a block of a chunk, time-major, out of a stock-major cross-section of `steps` steps: rows x features. */
export function gatherInputs(
  inputs: CrossSection['inputs'],
  steps: number,
  features: number,
  { first, stocks, rows }: Chunk,
  block: Block,
): Float32Array {
  const gathered = new Float32Array(block.steps * rows * features)
  for (let t = 0; t < block.steps; t++) {
    let at = t * rows * features
    for (let s = first; s < first + stocks; s++) {
      const source = (s * steps + block.first + t) * features
      for (let f = 0; f < features; f++) gathered[at++] = inputs[source + f]
    }
  }
  return gathered
}

/** What the outputs of `layer` are multiplied with on their way up, rows x H of a block of a chunk of sequences of `steps`. */
export function dropoutMask(
  { seed, threshold, scale }: Dropout,
  layer: number,
  { first, stocks, rows }: Chunk,
  block: Block,
  steps: number,
  hiddenSize: number,
): Float32Array {
  const key = dropoutKey(seed, layer)
  const mask = new Float32Array(block.steps * rows * hiddenSize)
  for (let t = 0; t < block.steps; t++) {
    let at = t * rows * hiddenSize
    for (let s = first; s < first + stocks; s++) {
      const element = (s * steps + block.first + t) * hiddenSize
      for (let j = 0; j < hiddenSize; j++) mask[at++] = dropoutDraw(key, element + j) < threshold ? 0 : scale
    }
  }
  return mask
}
