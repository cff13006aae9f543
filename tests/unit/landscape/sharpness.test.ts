import { describe, expect, it } from 'vitest'
import {
  createHessianVectorProduct,
  hessianTrace,
  topEigenpair,
} from '../../../src-main/landscape/curvature.ts'
import { ballIncrease, measureSharpness, samSharpness } from '../../../src-main/landscape/sharpness.ts'
import type { LossSurface } from '../../../src-main/landscape/surface.ts'
import { closedForm, inner, quadratic, randomVector } from './surfaces.ts'

const FLOAT64 = Number.EPSILON
const productOf = (surface: LossSurface, seed = 5) =>
  createHessianVectorProduct(surface, randomVector(seed, surface.size), FLOAT64)

describe('topEigenpair', () => {
  it.each([1, 2, 3, 4, 5])('finds the largest of random quadratics, seed %i', async (seed) => {
    const eigenvalues = [...randomVector(seed, 60)]
    const largest = Math.max(...eigenvalues)
    const top = await topEigenpair(productOf(quadratic(eigenvalues, seed)), 60, { products: 61, seed })
    expect(top!.value).toBeCloseTo(largest, 7)
    expect(top!.residual).toBeLessThan(1e-4)
  })

  it('finds the largest value where the largest magnitude is negative', async () => {
    const eigenvalues = [-50, -20, 3, ...Array.from({ length: 37 }, (_, i) => i / 40)]
    const top = await topEigenpair(productOf(quadratic(eigenvalues, 1)), 40, { products: 40, seed: 1 })
    expect(top!.value).toBeCloseTo(3, 6)
    const below = [-5, -4, -3, -2]
    const negative = await topEigenpair(productOf(quadratic(below, 1)), 4, { products: 10, seed: 1 })
    expect(negative!.value).toBeCloseTo(-2, 8)
  })

  it('has an eigenvalue within the residual, and none above, after few products', async () => {
    const eigenvalues = Array.from({ length: 300 }, (_, i) => (i / 299) ** 2)
    for (const products of [2, 3, 6, 12]) {
      const top = await topEigenpair(productOf(quadratic(eigenvalues, 2)), 300, { products, seed: 4 })
      expect(top!.value).toBeLessThan(1 + 1e-8)
      const nearest = Math.min(...eigenvalues.map((value) => Math.abs(value - top!.value)))
      expect(nearest).toBeLessThanOrEqual(top!.residual + 1e-8)
    }
  })

  it('takes no more products than it is given, and fewer where it is done', async () => {
    let products = 0
    const spread = quadratic(
      Array.from({ length: 50 }, (_, i) => i),
      3,
    )
    const counted =
      (surface: LossSurface) =>
      (v: Float64Array, out: Float64Array): Promise<boolean> => {
        products++
        return productOf(surface)(v, out)
      }
    await topEigenpair(counted(spread), 50, { products: 7, seed: 1 })
    expect(products).toBe(7)
    products = 0
    const ball = quadratic(
      Array.from({ length: 50 }, () => 2),
      3,
    )
    expect((await topEigenpair(counted(ball), 50, { products: 30, seed: 1 }))!.value).toBeCloseTo(2, 8)
    expect(products).toBe(2)
  })

  it('is 0 of a plane', async () => {
    const slope = randomVector(3, 10)
    const flat = closedForm(
      10,
      (w) => inner(w, slope),
      () => slope.slice(),
    )
    expect(await topEigenpair(productOf(flat), 10, { products: 10, seed: 1 })).toMatchObject({
      value: 0,
      residual: 0,
    })
  })
})

describe('hessianTrace', () => {
  it('has no error where the Hessian is diagonal', async () => {
    const eigenvalues = [3, -1, 4, 1, -5]
    const diagonal = closedForm(
      5,
      (w) => w.reduce((sum, value, i) => sum + (eigenvalues[i] * value * value) / 2, 0),
      (w) => w.map((value, i) => eigenvalues[i] * value),
    )
    const trace = await hessianTrace(productOf(diagonal), 5, { draws: 4, seed: 1 })
    expect(trace!.mean).toBeCloseTo(2, 8)
    expect(trace!.error).toBeLessThan(1e-8)
  })

  it('is within four standard errors, which shrink with the draws', async () => {
    const surface = quadratic([...randomVector(8, 40)].map(Math.exp), 8)
    const exact = randomVector(8, 40).reduce((sum, value) => sum + Math.exp(value), 0)
    const few = await hessianTrace(productOf(surface), 40, { draws: 50, seed: 2 })
    const many = await hessianTrace(productOf(surface), 40, { draws: 800, seed: 2 })
    for (const { mean, error } of [few!, many!]) expect(Math.abs(mean - exact)).toBeLessThan(4 * error)
    expect(few!.error / many!.error).toBeGreaterThan(2.5)
    expect(few!.error / many!.error).toBeLessThan(6)
  })
})

describe('ballIncrease', () => {
  const here = { loss: 0, dates: 1, skipped: 0 }

  it('is trace x rho^2 / 2 (n + 2) of a quadratic wherever its slope', async () => {
    const eigenvalues = [9, 4, 1, 0.5, -2]
    const surface = quadratic(eigenvalues, 1)
    const exact = (eigenvalues.reduce((sum, value) => sum + value, 0) * 0.3 ** 2) / 2 / 7
    for (const at of [new Float64Array(5), randomVector(2, 5)]) {
      const centre = await surface.loss(at)
      const found = await ballIncrease(surface, at, centre, { rho: 0.3, draws: 4000, seed: 1 })
      expect(Math.abs(found!.mean - exact)).toBeLessThan(4 * found!.error)
      expect(found!.error).toBeLessThan(0.03 * exact)
    }
  })

  it('stays in the ball and fills it evenly', async () => {
    const radii: number[] = []
    const surface = closedForm(
      3,
      (w) => {
        radii.push(Math.sqrt(inner(w, w)))
        return 0
      },
      (w) => w,
    )
    await ballIncrease(surface, new Float64Array(3), here, { rho: 2, draws: 4000, seed: 1 })
    expect(radii).toHaveLength(8000)
    expect(Math.max(...radii)).toBeLessThanOrEqual(2)
    // Volume grows with the cube of the radius.
    const inside = radii.filter((radius) => radius < 2 * Math.cbrt(0.25)).length / radii.length
    expect(Math.abs(inside - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 4000))
  })

  it('is 0 of a plane, without error', async () => {
    const slope = randomVector(3, 10)
    const flat = closedForm(
      10,
      (w) => inner(w, slope),
      () => slope.slice(),
    )
    const found = await ballIncrease(flat, new Float64Array(10), here, { rho: 1, draws: 10, seed: 1 })
    expect(found).toEqual({ mean: expect.closeTo(0, 14), error: 0 })
  })
})

describe('measureSharpness', () => {
  const settings = { rho: 0.1, draws: 20, seed: 7, gradientRounding: FLOAT64 }
  const surface = quadratic([...randomVector(1, 15)], 1)
  const at = randomVector(2, 15)

  it('draws the same from the same seed', async () => {
    const first = await measureSharpness(surface, at, settings)
    expect(await measureSharpness(surface, at, settings)).toEqual(first)
    const other = await measureSharpness(surface, at, { ...settings, seed: 8 })
    expect(other!.ballIncrease).not.toBe(first!.ballIncrease)
    expect(other!.trace).not.toBe(first!.trace)
    expect(other!.samSharpness).toBe(first!.samSharpness)
  })

  it('takes as many evaluations as it says', async () => {
    const taken = { losses: 0, gradients: 0 }
    await measureSharpness(
      {
        size: 15,
        loss: (w) => (taken.losses++, surface.loss(w)),
        gradient: (w) => (taken.gradients++, surface.gradient(w)),
      },
      at,
      { ...settings, draws: 5 },
    )
    expect(taken).toEqual({ losses: 11, gradients: 21 })
  })

  it('takes an eigenvalue that is known for the largest, and looks for none', async () => {
    let gradients = 0
    const counted: LossSurface = { ...surface, gradient: (w) => (gradients++, surface.gradient(w)) }
    const top = { value: 3, residual: 0.1, vector: new Float64Array(15) }
    const found = await measureSharpness(counted, at, { ...settings, draws: 5, top })
    expect(found).toMatchObject({ topEigenvalue: 3, topEigenvalueResidual: 0.1 })
    expect(gradients).toBe(11)
  })

  it('has no slope to climb at a stationary point', async () => {
    const centre = new Float64Array(15)
    expect(await samSharpness(surface, centre, await surface.gradient(centre), 0.1)).toBeNull()
    expect((await measureSharpness(surface, centre, settings))!.ballIncrease).not.toBeNull()
  })

  it('compares no means over different dates', async () => {
    const steady = await surface.gradient(at)
    const moved = (w: Float64Array): boolean => w.some((value, i) => value !== at[i])
    const fewer: LossSurface = {
      size: 15,
      loss: async (w) => ({ ...(await surface.loss(w)), ...(moved(w) ? { dates: 0, skipped: 1 } : {}) }),
      gradient: async (w) => ({ ...(await surface.gradient(w)), dates: w[0] > at[0] ? 0 : 1 }),
    }
    expect(await measureSharpness(fewer, at, settings)).toEqual({
      rho: 0.1,
      loss: steady.loss,
      gradientNorm: expect.closeTo(Math.sqrt(inner(steady.gradient, steady.gradient)), 12),
      samSharpness: null,
      ballIncrease: null,
      ballIncreaseError: null,
      topEigenvalue: null,
      topEigenvalueResidual: null,
      trace: null,
      traceError: null,
    })
  })

  it('is null where there is no loss', async () => {
    const nowhere = closedForm(
      15,
      () => 0,
      (w) => w,
    )
    const gradient: LossSurface['gradient'] = async (w) => ({ ...(await nowhere.gradient(w)), loss: null })
    expect(await measureSharpness({ ...nowhere, gradient }, at, settings)).toBeNull()
  })
})
