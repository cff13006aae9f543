import type { CrossSection } from '../../../src-main/nn/engine.ts'
import { createRandom } from '../../../src-shared/random.ts'

/** A cross-section of standard normal inputs and labels. */
export function randomCrossSection(
  seed: number,
  stocks: number,
  steps: number,
  features: number,
): CrossSection & { readonly labels: Float64Array } {
  const random = createRandom(seed, 7)
  const normals = (length: number) => Float64Array.from({ length }, () => random.normal())
  return { stocks, steps, features, inputs: normals(stocks * steps * features), labels: normals(stocks) }
}
