import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { percentileInterval, stationaryBootstrapMeans } from '../../../src-main/portfolio/bootstrap.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { mean, standardDeviation } from '../../../src-shared/statistics.ts'

const settings = { expectedBlock: 20, draws: 200, level: 0.95, seed: 7 } as const
const series = fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { minLength: 1, maxLength: 60 })

/** 120 values of an autoregression: blocks of them keep what single values lose. */
function autoregression(): number[] {
  const random = createRandom(11)
  const x = [0]
  while (x.length < 120) x.push(0.6 * x.at(-1)! + random.normal())
  return x
}

/** Politis & Romano's variance: (c0 + 2 sum (1 - k/n)(1 - p)^k c_k) / n, c_k circular autocovariances. */
function exactDeviation(x: readonly number[], expectedBlock: number): number {
  const n = x.length
  const centre = mean(x)
  const covariance = (k: number) => mean(x.map((value, i) => (value - centre) * (x[(i + k) % n] - centre)))
  let variance = covariance(0)
  for (let k = 1; k < n; k++) variance += 2 * (1 - k / n) * (1 - 1 / expectedBlock) ** k * covariance(k)
  return Math.sqrt(variance / n)
}

describe('stationary bootstrap', () => {
  it.each([1, 5, 20, 80])('has the exact mean and variance with expected blocks of %d', (expectedBlock) => {
    const x = autoregression()
    const draws = stationaryBootstrapMeans(x, { ...settings, expectedBlock, draws: 40_000 })
    const exact = exactDeviation(x, expectedBlock)
    // Four standard errors: 1 / sqrt(draws) of the mean, 1 / sqrt(2 draws) of the deviation.
    expect(Math.abs(mean(draws) - mean(x))).toBeLessThan(0.02 * exact)
    expect(Math.abs(standardDeviation(draws)! / exact - 1)).toBeLessThan(0.0142)
  })

  it('gives the same draws for a seed and others for another', () => {
    const x = autoregression()
    const draws = stationaryBootstrapMeans(x, settings)
    expect(stationaryBootstrapMeans(x, settings)).toEqual(draws)
    expect(stationaryBootstrapMeans(x, { ...settings, seed: 8 })).not.toEqual(draws)
  })

  it('stays within the values, and keeps series of one length paired', () => {
    fc.assert(
      fc.property(series, fc.double({ min: -3, max: 3, noNaN: true }), (x, factor) => {
        const y = x.map((value, i) => Math.sin(i) - value)
        const [ofX, ofY, ofSum] = [x, y, x.map((value, i) => value + factor * y[i])].map((values) =>
          stationaryBootstrapMeans(values, settings),
        )
        for (let draw = 0; draw < settings.draws; draw++) {
          expect(ofX[draw]).toBeGreaterThanOrEqual(Math.min(...x) - 1e-14)
          expect(ofX[draw]).toBeLessThanOrEqual(Math.max(...x) + 1e-14)
          expect(Math.abs(ofX[draw] + factor * ofY[draw] - ofSum[draw])).toBeLessThan(1e-13)
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('percentile interval', () => {
  it('is linear between order statistics', () => {
    const draws = Float64Array.from({ length: 101 }, (_, i) => 100 - i)
    expect(percentileInterval(draws, 0.95)).toEqual({
      lower: expect.closeTo(2.5),
      upper: expect.closeTo(97.5),
    })
    expect(percentileInterval(Float64Array.of(3, 1), 0.5)).toEqual({ lower: 1.5, upper: 2.5 })
    expect(percentileInterval(Float64Array.of(4), 0.95)).toEqual({ lower: 4, upper: 4 })
  })
})
