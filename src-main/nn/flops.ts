import type { GruConfig } from './layout.ts'

/**
 * Floating-point operations of one stock's forward pass: 2 per multiply-add of the matrix products; gate functions are
 * not counted. A loss-and-gradient evaluation counts as three forward passes.
 */
export function forwardFlops(
  { inputSize, hiddenSize, layers, outputs = 1 }: GruConfig,
  steps: number,
): number {
  let perStep = 0
  for (let layer = 0; layer < layers; layer++) {
    perStep += 2 * 3 * hiddenSize * ((layer === 0 ? inputSize : hiddenSize) + hiddenSize)
  }
  return steps * perStep + 2 * outputs * hiddenSize
}
