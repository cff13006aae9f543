import { createRandom } from '../../src-shared/random.ts'
import { gruLayout, type GruConfig } from './layout.ts'

/** The stream of a seed that initial weights are drawn from; batch order and the like use others. */
const WEIGHT_STREAM = 1

/**
 * Initial weights of a model: every element, biases and head included, from U(-1/sqrt(H), 1/sqrt(H)) (methods.md 3).
 * The same seed gives the same weights on every machine and for every optimizer.
 */
export function initialWeights(config: GruConfig, seed: number): Float64Array {
  const bound = 1 / Math.sqrt(config.hiddenSize)
  const random = createRandom(seed, WEIGHT_STREAM)
  return Float64Array.from({ length: gruLayout(config).size }, () => (2 * random.uniform() - 1) * bound)
}
