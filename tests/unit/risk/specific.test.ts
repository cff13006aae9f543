import { describe, expect, it } from 'vitest'
import { specificRisk } from '../../../src-main/risk/specific.ts'
import { createRandom } from '../../../src-shared/random.ts'

const SETTINGS = { halfLife: 1e9, lags: 0, shrinkage: 0 }
const STOCKS = 400
const random = createRandom(1)
/** Small stocks move more: volatility falls with the capitalisation. */
const caps = Float64Array.from({ length: STOCKS }, (_, i) => 1e9 * (1 + i))
const truth = caps.map((cap) => 0.03 - 0.02 * (cap / 4e11) + 0.004 * random.uniform())
const days = Array.from({ length: 500 }, () => truth.map((volatility) => volatility * random.normal()))
const all = new Uint8Array(STOCKS).fill(1)
const volatilities = (variance: Float64Array) => variance.map(Math.sqrt)
const rms = (a: Float64Array) =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value / truth[i] - 1) ** 2, 0) / a.length)

describe('specificRisk', () => {
  it('finds the volatilities that residuals were drawn with, within their sampling error', () => {
    const { variance, fromBucket } = specificRisk(days, caps, all, SETTINGS)
    expect(fromBucket).toBe(0)
    // Relative standard error of a standard deviation of 500 normals: 1 / sqrt(1000).
    expect(rms(volatilities(variance)) * Math.sqrt(1000)).toBeGreaterThan(0.9)
    expect(rms(volatilities(variance)) * Math.sqrt(1000)).toBeLessThan(1.1)
  })

  it('errs less with shrinkage where few days tell', () => {
    const few = { ...SETTINGS, halfLife: 20 }
    const bare = rms(volatilities(specificRisk(days, caps, all, few).variance))
    const pulled = rms(volatilities(specificRisk(days, caps, all, { ...few, shrinkage: 1 }).variance))
    expect(pulled).toBeLessThan(0.9 * bare)
  })

  it('is pulled towards the mean of stocks of like size by q |d| / (D + q |d|)', () => {
    const bare = volatilities(specificRisk(days, caps, all, SETTINGS).variance)
    const pulled = volatilities(specificRisk(days, caps, all, { ...SETTINGS, shrinkage: 0.4 }).variance)
    const bucket = bare.subarray(40, 80)
    const mean = bucket.reduce((sum, value) => sum + value / 40, 0)
    const spread = Math.sqrt(bucket.reduce((sum, value) => sum + (value - mean) ** 2 / 40, 0))
    for (let i = 40; i < 80; i++) {
      const pull = 0.4 * Math.abs(bare[i] - mean)
      const share = pull / (spread + pull)
      expect(pulled[i]).toBeCloseTo(share * mean + (1 - share) * bare[i], 12)
    }
  })

  it('is the mean of its size bucket for a stock with under 60 residuals or without movement', () => {
    const gaps = days.map((row, t) =>
      row.map((value, i) => (i === 50 && t >= 59 ? NaN : i === 51 ? 0 : value)),
    )
    const bare = volatilities(specificRisk(days, caps, all, SETTINGS).variance)
    const { variance, fromBucket } = specificRisk(gaps, caps, all, SETTINGS)
    expect(fromBucket).toBe(2)
    // Stocks 40 to 81 fill the second of ten buckets of 398 once two of them do not count; their caps still lie in it.
    const among = [...bare.subarray(40, 82)].filter((_, k) => k !== 10 && k !== 11)
    const mean = among.reduce((sum, value) => sum + value / among.length, 0)
    for (const i of [50, 51]) expect(Math.sqrt(variance[i]) / mean).toBeCloseTo(1, 2)
    expect(variance[51]).toBe(variance[50])
  })

  it('counts serial correlation', () => {
    const shock = createRandom(2)
    const noise = Array.from({ length: 2001 }, () => Float64Array.from({ length: 50 }, () => shock.normal()))
    const bounced = noise.slice(1).map((row, t) => row.map((value, i) => value - 0.5 * noise[t][i]))
    const { variance } = specificRisk(bounced, new Float64Array(50).fill(NaN), all.subarray(0, 50), {
      ...SETTINGS,
      lags: 4,
    })
    // 1 + 0.25, and 4/5 of the first autocovariance -0.5 on either side.
    const mean = variance.reduce((sum, value) => sum + value / 50, 0)
    expect(mean).toBeGreaterThan(0.4)
    expect(mean).toBeLessThan(0.5)
  })

  it('takes the mean of all stocks where capitalisations are missing, and is above 0 where nothing moves', () => {
    const unknown = new Float64Array(STOCKS).fill(NaN)
    const gaps = days.map((row) => row.map((value, i) => (i === 50 ? NaN : value)))
    const { variance } = specificRisk(gaps, unknown, all, SETTINGS)
    const others = volatilities(variance).filter((_, i) => i !== 50)
    const mean = others.reduce((sum, value) => sum + value / others.length, 0)
    expect(Math.sqrt(variance[50])).toBeCloseTo(mean, 12)
    const still = specificRisk(
      days.map((row) => row.map(() => 0)),
      caps,
      all,
      SETTINGS,
    )
    expect(still.variance.every((value) => value > 0)).toBe(true)
  })

  it('does not depend on the order of the stocks', () => {
    const order = createRandom(3).permutation(STOCKS)
    const moved = (values: Float64Array) => Float64Array.from(order, (i) => values[i])
    const settings = { halfLife: 90, lags: 2, shrinkage: 0.1 }
    const here = specificRisk(days, caps, all, settings).variance
    const there = specificRisk(days.map(moved), moved(caps), all, settings).variance
    there.forEach((value, i) => expect(value / here[order[i]]).toBeCloseTo(1, 12))
  })
})
