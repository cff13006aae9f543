import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalProbability, normalQuantile } from '../../../src-shared/normalDistribution.ts'
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  probabilisticSharpe,
} from '../../../src-main/portfolio/sharpeRatios.ts'

describe('normal distribution', () => {
  // 40-digit arithmetic, rounded.
  it.each([
    [-37, 5.7255712225245768e-300],
    [-10, 7.6198530241605261e-24],
    [-5, 2.8665157187919391e-7],
    [-3, 1.3498980316300945e-3],
    [-2, 2.2750131948179207e-2],
    [0.5, 0.6914624612740131],
    [1.96, 0.97500210485177956],
    [5, 0.99999971334842812],
  ])('probability below %d', (z, probability) => {
    expect(Math.abs(normalProbability(z) / probability - 1)).toBeLessThan(2e-14)
  })

  it.each([
    [1e-20, -9.2623400897984076],
    [1e-5, -4.2648907939228246],
    [0.025, -1.9599639845400542],
    [0.3, -0.52440051270804078],
    [0.5, 0],
  ])('quantile of %d', (probability, z) => {
    expect(normalQuantile(probability)).toBeCloseTo(z, 13)
  })

  it('inverts itself and is symmetric', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 0, noNaN: true }), (z) => {
        expect(normalQuantile(normalProbability(z))).toBeCloseTo(z, 12)
        expect(normalProbability(z) + normalProbability(-z)).toBeCloseTo(1, 14)
      }),
    )
    expect(normalQuantile(0)).toBe(-Infinity)
    expect(normalQuantile(1)).toBe(Infinity)
  })
})

describe('Sharpe tests', () => {
  it('by hand: returns -1, 1, 3 against a Sharpe of 0', () => {
    // mean 1, deviation 2, Sharpe 1/2; skewness 0; m2 = 8/3, m4 = 32/3, kurtosis 3/2; sqrt(2)/2 / sqrt(1 + 1/32)
    expect(probabilisticSharpe([-1, 1, 3], 0)).toEqual({
      dailySharpe: 0.5,
      skewness: 0,
      kurtosis: expect.closeTo(1.5, 14),
      statistic: expect.closeTo(Math.SQRT1_2 / Math.sqrt(33 / 32), 14),
      probability: expect.closeTo(normalProbability(Math.SQRT1_2 / Math.sqrt(33 / 32)), 14),
    })
  })

  it('is an even chance against its own Sharpe, and less against the best of several trials', () => {
    const returns = [0.01, -0.004, 0.006, 0.002, -0.003]
    const own = probabilisticSharpe(returns, 0)!.dailySharpe
    expect(probabilisticSharpe(returns, own)?.probability).toBe(0.5)
    const [few, many] = [
      [0.1, 0.3],
      [0.1, 0.3, 0.1, 0.3, 0.1, 0.3],
    ].map((trials) => deflatedSharpe(returns, trials)!.probability)
    expect(few).toBeLessThan(probabilisticSharpe(returns, 0)!.probability)
    expect(many).toBeLessThan(few)
  })

  it('is undefined without variance or with a single trial', () => {
    expect(probabilisticSharpe([0.01, 0.01, 0.01], 0)).toBeNull()
    expect(probabilisticSharpe([0.01], 0)).toBeNull()
    expect(expectedMaximumSharpe([0.1])).toBeNull()
    expect(deflatedSharpe([0.01, 0.02], [0.1])).toBeNull()
  })
})
