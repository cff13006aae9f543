import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factorCovariance } from '../../../src-main/risk/covariance.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { symmetricEigen } from '../../../src-shared/symmetricEigen.ts'

const PLAIN = { halfLife: 1e9, lags: 0, floor: 0 }

/** Days of `mix` x normals: covariance mix mix'. */
function draws(seed: number, days: number, mix: readonly (readonly number[])[]): Float64Array[] {
  const random = createRandom(seed)
  return Array.from({ length: days }, () => {
    const z = mix[0].map(() => random.normal())
    return Float64Array.from(mix, (row) => row.reduce((sum, a, k) => sum + a * z[k], 0))
  })
}

describe('factorCovariance', () => {
  const MIX = [
    [0.01, 0, 0],
    [0.006, 0.008, 0],
    [-0.002, 0.001, 0.005],
  ]

  it('of equal weights is the sample covariance', () => {
    const days = draws(1, 50, MIX)
    const covariance = factorCovariance(days, PLAIN)
    const mean = [0, 1, 2].map((k) => days.reduce((sum, row) => sum + row[k] / 50, 0))
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) {
        const sample = days.reduce((sum, row) => sum + (row[i] - mean[i]) * (row[j] - mean[j]), 0) / 49
        // Weights of half-life 1e9 differ from equal ones by 1e-8.
        expect(covariance[i * 3 + j] / 1e-4).toBeCloseTo(sample / 1e-4, 6)
      }
  })

  it('finds the covariance that normals were drawn with, within its sampling error', () => {
    const covariance = factorCovariance(draws(2, 4000, MIX), { halfLife: 1000, lags: 2, floor: 0.01 })
    const truth = MIX.map((a) => MIX.map((b) => a.reduce((sum, value, k) => sum + value * b[k], 0)))
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) {
        // Some 2,900 effective days; Bartlett weights of lags 1 and 2 double the variance at most. Four standard errors.
        const error = Math.sqrt((2 * (truth[i][i] * truth[j][j] + truth[i][j] ** 2)) / 2900)
        expect(Math.abs(covariance[i * 3 + j] - truth[i][j])).toBeLessThan(4 * error)
      }
  })

  it('weighs days by their half-life', () => {
    // Two days that are +-d about a quiet past: with half-life 1, weights are 1/2 and 1/4 of all, the rest on days of 0.
    const days = [...Array.from({ length: 60 }, () => 0), -1, 1].map((value) => Float64Array.of(value))
    const mean = 1 / 2 - 1 / 4
    const variance = 1 / 2 + 1 / 4 - mean ** 2
    const squares = 1 / 3 // of 1/4 + 1/16 + ...
    expect(factorCovariance(days, { ...PLAIN, halfLife: 1 })[0]).toBeCloseTo(variance / (1 - squares), 10)
  })

  it('counts serial correlation: the variance of a sum over its days', () => {
    const random = createRandom(3)
    const shocks = Array.from({ length: 20_001 }, () => random.normal())
    const moving = shocks.slice(1).map((value, t) => Float64Array.of(value + 0.5 * shocks[t]))
    // Long-run variance 1.5^2; a day's 1.25, and Bartlett weights of 9 lags keep 0.9 of the first autocovariance 0.5.
    expect(factorCovariance(moving, PLAIN)[0]).toBeCloseTo(1.25, 1)
    expect(factorCovariance(moving, { ...PLAIN, lags: 9 })[0]).toBeCloseTo(1.25 + 2 * 0.9 * 0.5, 0.5)
  })

  it('is symmetric and positive semidefinite, with the variances it had, whatever the days', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 10 }),
        fc.constantFrom(0, 0.01, 0.3, 1),
        (seed, count, K, lags, floor) => {
          const random = createRandom(seed)
          const dead = random.below(K)
          const days = Array.from({ length: count }, () =>
            Float64Array.from({ length: K }, (_, k) => (k === dead ? 0 : 10 ** -k * random.normal())),
          )
          const settings = { halfLife: 20, lags, floor }
          const covariance = factorCovariance(days, settings)
          const bare = factorCovariance(days, { ...settings, floor: 0 })
          const scale = Float64Array.from({ length: K }, (_, k) => Math.sqrt(covariance[k * K + k]))
          for (let i = 0; i < K; i++) {
            expect(covariance[i * K + i]).toBeCloseTo(bare[i * K + i], 12)
            for (let j = 0; j < K; j++) expect(covariance[i * K + j]).toBe(covariance[j * K + i])
          }
          const correlation = covariance.map((value, at) => {
            const product = scale[Math.floor(at / K)] * scale[at % K]
            return product === 0 ? Number(at % (K + 1) === 0) : value / product
          })
          expect(symmetricEigen(correlation, K).values[K - 1]).toBeGreaterThan(-1e-13)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('has no portfolio of factors without risk once eigenvalues have a floor', () => {
    // Factor 1 is factor 0: their difference had no risk.
    const days = draws(4, 300, [
      [0.01, 0],
      [0.01, 0],
    ])
    const difference = (v: Float64Array) => v[0] + v[3] - 2 * v[1]
    expect(difference(factorCovariance(days, PLAIN)) / 1e-4).toBeCloseTo(0, 12)
    const floored = factorCovariance(days, { ...PLAIN, floor: 0.01 })
    // Eigenvalues 2 and 0.01 of the correlation, brought back to a diagonal of 1: 0.02 / 2.01 x 2 x variance.
    expect(difference(floored) / floored[0]).toBeCloseTo((2 * 0.01) / 1.005, 10)
  })
})
