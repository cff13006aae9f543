import { PlateauError } from '../../src-shared/errors.ts'

/**
 * The dropout of torch.nn.GRU: between layers, each output of a layer is dropped with probability `rate` on its way to
 * the layer above and the others are scaled by 1 / (1 - rate). Which ones is a function of seed, layer, stock, step and
 * unit alone, in 32-bit integer arithmetic: every engine draws the same mask, in any order, as often as it likes.
 */

/** Odd, so that the keys of a seed's layers differ. */
const LAYER_STRIDE = 0x9e3779b9

/** Mixes 32 bits so that each depends on all (lowbias32 of Wellons, "Prospecting for hash functions", 2018). */
function mix(value: number): number {
  let x = value
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

/** Key of the mask on the outputs of `layer` (0 is the lowest), an unsigned 32-bit integer. */
export function dropoutKey(seed: number, layer: number): number {
  return mix((seed + Math.imul(layer + 1, LAYER_STRIDE)) >>> 0)
}

/**
 * An output is dropped when its draw is below this: rate x 2^32, rounded down.
 * @throws PlateauError usage when the rate is not from 0 to below 1
 */
export function dropoutThreshold(rate: number): number {
  if (!(rate >= 0 && rate < 1))
    throw new PlateauError('usage', `A dropout rate is a number from 0 to below 1, not ${rate}.`)
  return Math.floor(rate * 2 ** 32)
}

/** The dropout of one evaluation. */
export interface Dropout {
  readonly seed: number
  readonly threshold: number
  /** Of what is kept: 1 / (1 - rate). */
  readonly scale: number
}

/** Null when nothing is dropped: no seed, or rate 0. @throws PlateauError as dropoutThreshold */
export function dropoutOf(rate: number, seed: number | undefined): Dropout | null {
  if (seed === undefined || rate === 0) return null
  return { seed, threshold: dropoutThreshold(rate), scale: 1 / (1 - rate) }
}

/** The draw of element `index` = (stock x steps + step) x hiddenSize + unit, an unsigned 32-bit integer. */
export function dropoutDraw(key: number, index: number): number {
  return mix((mix((index ^ key) >>> 0) + key) >>> 0)
}
