import { describe, expect, it } from 'vitest'
import { nativeAvailability, nativeBinding } from '../../../src-main/compute/addon.ts'
import { createHessianVectorProduct, topEigenpair } from '../../../src-main/landscape/curvature.ts'
import { createMeanLoss } from '../../../src-main/landscape/meanLoss.ts'
import { measureSharpness } from '../../../src-main/landscape/sharpness.ts'
import type { CrossSection } from '../../../src-main/nn/engine.ts'
import { createCompiledEngine } from '../../../src-main/nn/engines/compiled/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { gruLayout } from '../../../src-main/nn/layout.ts'
import type { Loss } from '../../../src-main/nn/losses/loss.ts'
import { randomCrossSection, randomSampleWeights } from '../nn/samples.ts'
import { inner } from './surfaces.ts'

const model = { inputSize: 3, hiddenSize: 4, layers: 2 }
const { size } = gruLayout(model)
const weights = initialWeights(model, 1)
const sections = [11, 30, 20].map((stocks, seed) => randomCrossSection(seed, stocks, 4, 3))
/** Labels without variance: its IC is undefined. */
const undefinedDate = { ...sections[0], labels: new Float64Array(11).fill(0.5) }

function surfaceOf(dates: readonly CrossSection[], loss: Loss, signal?: AbortSignal) {
  const engine = createReferenceEngine(model, { loss })
  const held = dates.map((section) => ({ section, handle: engine.upload(section) }))
  return { engine, held, surface: createMeanLoss(engine, size, held, loss, signal) }
}

describe.each<Loss>([{ kind: 'ic' }, { kind: 'mse' }])('createMeanLoss of $kind', (loss) => {
  it('is the mean of the dates’ losses and gradients', async () => {
    const weighted = { ...sections[1], sampleWeights: randomSampleWeights(1, 30) }
    const { engine, held, surface } = surfaceOf([sections[0], weighted, sections[2]], loss)
    const answers = await Promise.all(held.map(({ handle }) => engine.lossAndGradient(weights, handle)))
    const mean = answers.reduce((sum, answer) => sum + answer.loss, 0) / 3
    expect(await surface.loss(weights)).toEqual({ loss: expect.closeTo(mean, 14), dates: 3, skipped: 0 })
    const found = await surface.gradient(weights)
    expect(found).toMatchObject({ loss: expect.closeTo(mean, 14), dates: 3, skipped: 0 })
    found.gradient.forEach((value, i) => {
      expect(value).toBeCloseTo(answers.reduce((sum, { gradient }) => sum + gradient[i], 0) / 3, 14)
    })
  })

  it('has no loss at weights that are not finite', async () => {
    const { surface } = surfaceOf(sections, loss)
    const lost = weights.map(() => NaN)
    expect((await surface.loss(lost)).loss).toBeNull()
    const { loss: value, gradient } = await surface.gradient(lost)
    expect([value, gradient.every((each) => each === 0)]).toEqual([null, true])
  })

  it('rejects once it is cancelled', async () => {
    const abort = new AbortController()
    const { surface } = surfaceOf(sections, loss, abort.signal)
    abort.abort()
    await expect(surface.loss(weights)).rejects.toMatchObject({ code: 'cancelled' })
    await expect(surface.gradient(weights)).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('needs labels', async () => {
    const { surface } = surfaceOf([{ ...sections[0], labels: null }], loss)
    await expect(surface.loss(weights)).rejects.toMatchObject({ code: 'internal' })
  })
})

describe('createMeanLoss of dates without an IC', () => {
  it('leaves them out and counts them', async () => {
    const all = surfaceOf([sections[0], undefinedDate, sections[2]], { kind: 'ic' }).surface
    const some = surfaceOf([sections[0], sections[2]], { kind: 'ic' }).surface
    expect(await all.loss(weights)).toEqual({ ...(await some.loss(weights)), skipped: 1 })
    expect(await all.gradient(weights)).toEqual({ ...(await some.gradient(weights)), skipped: 1 })
  })

  it('has no loss without any other', async () => {
    const { surface } = surfaceOf([undefinedDate], { kind: 'ic' })
    expect(await surface.loss(weights)).toEqual({ loss: null, dates: 0, skipped: 1 })
    expect(await surface.gradient(weights)).toEqual({
      loss: null,
      dates: 0,
      skipped: 1,
      gradient: new Float64Array(size),
    })
  })

  it('takes a spread of float32’s rounding for none, in losses and gradients alike', async () => {
    const still = weights.slice()
    const { tensors } = gruLayout(model)
    const head = tensors.find(({ name }) => name === 'head.weight')!.offset
    for (let i = 0; i < model.hiddenSize; i++) still[head + i] *= 1e-9
    const { surface } = surfaceOf(sections, { kind: 'ic' })
    expect(await surface.loss(still)).toMatchObject({ dates: 0, skipped: 3 })
    expect(await surface.gradient(still)).toMatchObject({ dates: 0, skipped: 3 })
  })
})

describe('curvature of an engine', () => {
  const { surface } = surfaceOf(sections, { kind: 'ic' })

  it('multiplies with a symmetric Hessian', async () => {
    const product = createHessianVectorProduct(surface, weights, Number.EPSILON)
    const [a, b] = [1, 2].map((seed) => {
      const v = initialWeights(model, seed + 10)
      return v.map((value) => value / Math.sqrt(inner(v, v)))
    })
    const [first, second] = [new Float64Array(size), new Float64Array(size)]
    await product(a, first)
    await product(b, second)
    expect(Math.abs(inner(first, first))).toBeGreaterThan(1e-4)
    expect(inner(b, first)).toBeCloseTo(inner(a, second), 8)
  })

  it('finds the same largest eigenvalue with the step for float32', async () => {
    const exact = createHessianVectorProduct(surface, weights, Number.EPSILON)
    const single = createHessianVectorProduct(surface, weights)
    const [first, second] = await Promise.all(
      [exact, single].map((product) => topEigenpair(product, size, { products: 25, seed: 1 })),
    )
    expect(first!.residual).toBeLessThan(1e-3 * first!.value)
    expect(Math.abs(second!.value / first!.value - 1)).toBeLessThan(1e-2)
  })

  it.skipIf(!nativeAvailability().available)('is the same of an engine in float32', async () => {
    const loss: Loss = { kind: 'ic' }
    const engine = createCompiledEngine(nativeBinding()!, model, { loss })
    const held = sections.map((section) => ({ section, handle: engine.upload(section) }))
    const native = createMeanLoss(engine, size, held, loss)
    const settings = { rho: 0.05, draws: 25, seed: 1 }
    const found = await measureSharpness(native, weights, settings)
    const exact = await measureSharpness(surface, weights, { ...settings, gradientRounding: Number.EPSILON })
    engine.close()
    for (const name of ['samSharpness', 'ballIncrease', 'topEigenvalue', 'trace'] as const) {
      expect(Math.abs(found![name]! / exact![name]! - 1), name).toBeLessThan(1e-2)
    }
  })

  it('measures every number of a minimum', async () => {
    const found = await measureSharpness(surface, weights, { rho: 0.05, draws: 4, seed: 1 })
    expect(Object.values(found!).every((value) => value !== null && Number.isFinite(value))).toBe(true)
    expect(found!.samSharpness).toBeGreaterThan(0)
  })
})
