import { createRandom } from '../../src-shared/random.ts'
import type { CrossSection, Engine } from '../nn/engine.ts'
import { createReferenceEngine } from '../nn/engines/reference/engine.ts'
import { initialWeights } from '../nn/initialise.ts'
import type { GruConfig } from '../nn/layout.ts'

/** The model that engines are tested and measured on: the study file's default, with dropout for who asks for it. */
export const TEST_MODEL: GruConfig = { inputSize: 6, hiddenSize: 64, layers: 2, dropout: 0.1 }

/**
 * An engine whose gradient is further from the oracle's than this is not offered. Engines in float32 are within 1e-5
 * here, one that multiplies in 10-bit mantissas (TF32) is at 1e-3.
 */
export const GRADIENT_TOLERANCE = 1e-4

/**
 * Stocks of the tests, and whether units are dropped. Engines have other kernels for few stocks than for many: of a
 * GPU's recurrence the bound is 256. Odd numbers, which no tile divides; few steps, so that the oracle answers at once.
 */
const TESTS = [
  { stocks: 67, dropoutSeed: undefined },
  { stocks: 259, dropoutSeed: 1 },
]
const STEPS = 4
const DIFFERENCE_STEP = 1e-5

/** Standard normal inputs and labels. */
export function randomCrossSection(stocks: number, steps: number): CrossSection {
  const random = createRandom(1)
  const normals = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal())
  const inputs = Float32Array.from(normals(stocks * steps * TEST_MODEL.inputSize))
  return { stocks, steps, features: TEST_MODEL.inputSize, inputs, labels: normals(stocks) }
}

let oracle: Promise<Float64Array[]> | null = null

/**
 * Largest deviation of a gradient of `engine`, made for TEST_MODEL, from the oracle's, over the largest component: the
 * worst of the tests.
 */
export async function gradientError(engine: Engine): Promise<number> {
  oracle ??= withReference(gradientsOf)
  const exact = await oracle
  const gradients = await gradientsOf(engine)
  // Math.max ignores no NaN: a gradient that is not a number never passes.
  return Math.max(...exact.map((gradient, test) => relativeDeviation(gradients[test], gradient)))
}

function relativeDeviation(gradient: Float64Array, exact: Float64Array): number {
  let largest = 0
  let deviation = 0
  exact.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value))
    deviation = Math.max(deviation, Math.abs(value - gradient[i]))
  })
  return deviation / largest
}

/** The oracle's own error: of a directional derivative, against a central difference of the loss. */
export function oracleError(): Promise<number> {
  return withReference(async (reference) => {
    const weights = initialWeights(TEST_MODEL, 1)
    const random = createRandom(2)
    const direction = Float64Array.from(weights, () => random.normal())
    const handle = reference.upload(randomCrossSection(TESTS[0].stocks, STEPS))
    const at = (step: number) =>
      reference.lossAndGradient(
        weights.map((weight, i) => weight + step * direction[i]),
        handle,
      )
    const { gradient } = await at(0)
    const difference =
      ((await at(DIFFERENCE_STEP)).loss - (await at(-DIFFERENCE_STEP)).loss) / (2 * DIFFERENCE_STEP)
    const derivative = gradient.reduce((sum, value, i) => sum + value * direction[i], 0)
    return Math.abs(derivative - difference) / Math.abs(difference)
  })
}

async function gradientsOf(engine: Engine): Promise<Float64Array[]> {
  const weights = initialWeights(TEST_MODEL, 1)
  const gradients: Float64Array[] = []
  for (const { stocks, dropoutSeed } of TESTS) {
    const handle = engine.upload(randomCrossSection(stocks, STEPS))
    try {
      gradients.push((await engine.lossAndGradient(weights, handle, { dropoutSeed })).gradient)
    } finally {
      engine.release(handle)
    }
  }
  return gradients
}

async function withReference<T>(work: (reference: Engine) => Promise<T>): Promise<T> {
  const reference = createReferenceEngine(TEST_MODEL)
  try {
    return await work(reference)
  } finally {
    reference.close()
  }
}
