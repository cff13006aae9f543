import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CrossSection, factorReturns } from '../../../src-main/risk/factorReturns.ts'
import { createRandom } from '../../../src-shared/random.ts'

interface Drawn extends CrossSection {
  readonly truth: Float64Array
}

/** Returns of known factors plus uniform noise, none of which is far enough out to be pulled in. */
function drawn(seed: number, { stocks = 200, industries = 8, styles = 3, noise = 0 } = {}): Drawn {
  const random = createRandom(seed)
  const normals = (n: number, scale = 1) => Float64Array.from({ length: n }, () => scale * random.normal())
  const industry = Int32Array.from({ length: stocks }, () => random.below(industries))
  const exposures = Array.from({ length: styles }, () => normals(stocks))
  const truth = normals(industries + styles, 0.01)
  const returns = Float64Array.from({ length: stocks }, (_, i) => {
    const fitted = truth[industry[i]] + exposures.reduce((sum, x, s) => sum + x[i] * truth[industries + s], 0)
    return fitted + noise * (2 * random.uniform() - 1)
  })
  const weights = Float64Array.from({ length: stocks }, () => 0.5 + random.uniform())
  return { industry, industries, styles: exposures, returns, weights, truth }
}

describe('factorReturns', () => {
  it('are exact where stocks have no returns of their own', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const section = drawn(seed)
        const { factors, residuals } = factorReturns(section)!
        factors.forEach((value, k) => expect(value).toBeCloseTo(section.truth[k], 8))
        residuals.forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-8))
      }),
      { numRuns: 20 },
    )
  })

  it('leave residuals that are orthogonal to industries and styles, in the weights', () => {
    const section = drawn(2, { noise: 0.02 })
    const { residuals } = factorReturns(section)!
    for (let j = 0; j < section.industries; j++) {
      const own = residuals.reduce(
        (sum, u, i) => sum + (section.industry[i] === j ? section.weights[i] * u : 0),
        0,
      )
      expect(own).toBeCloseTo(0, 12)
    }
    for (const style of section.styles) {
      const along = residuals.reduce((sum, u, i) => sum + section.weights[i] * style[i] * u, 0)
      // The ridge leaves 1e-8 of the weight x the style's return.
      expect(along).toBeCloseTo(0, 7)
    }
  })

  it('recover the truth within their standard error', () => {
    // Equal weights: variance of an industry's return about noise^2 / 3 / members, of a style's noise^2 / 3 / stocks.
    const errors = Array.from({ length: 60 }, (_, seed) => {
      const section = drawn(seed, { stocks: 400, noise: 0.03 })
      const { factors } = factorReturns({ ...section, weights: new Float64Array(400).fill(1) })!
      return factors.map((value, k) => value - section.truth[k])
    })
    const rms = (k: number) => Math.sqrt(errors.reduce((sum, e) => sum + e[k] ** 2, 0) / errors.length)
    const deviation = 0.03 / Math.sqrt(3)
    for (let k = 0; k < 8; k++) expect(rms(k) / (deviation / Math.sqrt(50))).toBeGreaterThan(0.6)
    for (let k = 0; k < 8; k++) expect(rms(k) / (deviation / Math.sqrt(50))).toBeLessThan(1.5)
    for (let k = 8; k < 11; k++) expect(rms(k) / (deviation / 20)).toBeGreaterThan(0.6)
    for (let k = 8; k < 11; k++) expect(rms(k) / (deviation / 20)).toBeLessThan(1.5)
  })

  it('give an industry without members the return of the market, and one member a fifth of its say', () => {
    const section = drawn(4, { styles: 0, industries: 6, noise: 0.01 })
    const industry = section.industry.map((j) => (j === 5 ? 0 : j))
    const dead = { ...section, industry, weights: new Float64Array(200).fill(1) }
    const market = dead.returns.reduce((sum, r) => sum + r / 200, 0)
    expect(factorReturns(dead)!.factors[5]).toBeCloseTo(market, 12)

    const alone = { ...dead, industry: industry.map((j, i) => (i === 17 ? 5 : j)) }
    expect(factorReturns(alone)!.factors[5]).toBeCloseTo((dead.returns[17] + 4 * market) / 5, 12)
  })

  it('are not moved by the size of a wild return, which stays in its residual', () => {
    const section = drawn(5, { noise: 0.02 })
    const with_ = (value: number) =>
      factorReturns({ ...section, returns: section.returns.map((r, i) => (i === 3 ? value : r)) })!
    // It counts as five MADs, about -0.05; taken whole it would move its industry by 0.5 / 25 stocks.
    const half = with_(-0.5)
    const calm = factorReturns(section)!
    half.factors.forEach((value, k) => expect(Math.abs(value - calm.factors[k])).toBeLessThan(0.006))
    expect(half.residuals[3]).toBeLessThan(-0.4)
  })

  it('leave stocks without weight out, but give them residuals', () => {
    const section = drawn(6)
    const returns = section.returns.map((r, i) => (i === 0 ? r + 0.3 : i === 1 ? NaN : r))
    const weights = section.weights.map((w, i) => (i === 0 ? 0 : w))
    const { factors, residuals } = factorReturns({ ...section, returns, weights })!
    factors.forEach((value, k) => expect(value).toBeCloseTo(section.truth[k], 8))
    expect(residuals[0]).toBeCloseTo(0.3, 8)
    expect(residuals[1]).toBeNaN()
  })

  it('give a style that is constant inside industries no return', () => {
    const section = drawn(7, { styles: 1, noise: 0.01 })
    const constant = Float64Array.from(section.industry, (j) => j - 3)
    const { factors } = factorReturns({ ...section, styles: [constant] })!
    expect(Math.abs(factors[8])).toBeLessThan(1e-3)
    expect(factors.every(Number.isFinite)).toBe(true)
  })

  it('do not depend on the order of the stocks', () => {
    const section = drawn(8, { noise: 0.02 })
    const order = createRandom(9).permutation(200)
    const moved = (values: Float64Array) => Float64Array.from(order, (i) => values[i])
    const there = factorReturns({
      industries: section.industries,
      industry: order.map((i) => section.industry[i]),
      styles: section.styles.map(moved),
      returns: moved(section.returns),
      weights: moved(section.weights),
    })!
    const here = factorReturns(section)!
    there.factors.forEach((value, k) => expect(value).toBeCloseTo(here.factors[k], 12))
    there.residuals.forEach((value, i) => expect(value).toBeCloseTo(here.residuals[order[i]], 12))
  })

  it('are null under 30 stocks', () => {
    expect(factorReturns(drawn(1, { stocks: 29 }))).toBeNull()
    expect(factorReturns(drawn(1, { stocks: 30 }))).not.toBeNull()
  })
})
