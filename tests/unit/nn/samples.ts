import type { CrossSection } from '../../../src-main/nn/engine.ts'
import { createRandom } from '../../../src-shared/random.ts'

/** A cross-section of standard normal inputs and labels. */
export function randomCrossSection(
  seed: number,
  stocks: number,
  steps: number,
  features: number,
  outputs = 1,
): CrossSection & { readonly labels: Float64Array } {
  const random = createRandom(seed, 7)
  const normals = (length: number) => Float64Array.from({ length }, () => random.normal())
  return {
    stocks,
    steps,
    features,
    inputs: normals(stocks * steps * features),
    labels: normals(stocks * outputs),
  }
}

/** Sample weights of a cross-section: a fifth of the stocks have none, the others from 0 to 2. */
export function randomSampleWeights(seed: number, stocks: number): Float64Array {
  const random = createRandom(seed, 8)
  return Float64Array.from({ length: stocks }, () => Math.max(0, 2.5 * random.uniform() - 0.5))
}
