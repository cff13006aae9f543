import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { neutralise } from '../../../src-main/factor/neutralise.ts'
import { zScore } from '../../../src-main/market/standardise.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { mean, standardDeviation } from '../../../src-shared/statistics.ts'

const STOCKS = 60
const seed = fc.integer({ min: 1, max: 1_000_000 })
const present = (values: Float64Array) => values.filter((value) => !Number.isNaN(value))

function date(at: number) {
  const random = createRandom(at)
  const size = Float64Array.from({ length: STOCKS }, () =>
    random.uniform() < 0.1 ? Number.NaN : 23 + random.normal(),
  )
  const industry = Int32Array.from({ length: STOCKS }, () => Math.floor(random.uniform() * 6) - 1)
  const factor = Float64Array.from({ length: STOCKS }, (_, stock) =>
    random.uniform() < 0.1 ? Number.NaN : random.normal() + (size[stock] || 0) * 0.3 + industry[stock],
  )
  return { factor, size, industry }
}

/** Least squares by the normal equations, Gauss-Jordan; columns are independent. */
function residuals(y: number[], columns: number[][]): number[] {
  const rows = columns.map((left) => [
    ...columns.map((right) => left.reduce((sum, value, at) => sum + value * right[at], 0)),
    left.reduce((sum, value, at) => sum + value * y[at], 0),
  ])
  rows.forEach((row, pivot) => {
    const scale = row[pivot]
    for (let k = 0; k < row.length; k++) row[k] /= scale
    rows.forEach((other, at) => {
      if (at === pivot) return
      const share = other[pivot]
      for (let k = 0; k < other.length; k++) other[k] -= share * row[k]
    })
  })
  return y.map(
    (value, at) => value - columns.reduce((sum, column, k) => sum + rows[k].at(-1)! * column[at], 0),
  )
}

describe('a neutralised factor', () => {
  it.each([
    ['industry and size', true, true],
    ['industry', true, false],
    ['size', false, true],
  ])('is the z-score of the least-squares residual on %s', (_, byIndustry, bySize) => {
    fc.assert(
      fc.property(seed, (at) => {
        const { factor, size, industry } = date(at)
        const has = Array.from(factor.keys()).filter((stock) => !Number.isNaN(factor[stock]))
        const group = (stock: number) => (byIndustry ? industry[stock] : 0)
        const sizeOf = (stock: number): number => {
          if (!Number.isNaN(size[stock])) return size[stock]
          const peers = has.filter((other) => group(other) === group(stock) && !Number.isNaN(size[other]))
          return peers.length === 0 ? 23 : mean(peers.map((other) => size[other]))
        }
        const groups = [...new Set(has.map(group))]
        const columns = groups.map((one) => has.map((stock) => Number(group(stock) === one)))
        // Size centred, so that the normal equations are well conditioned; the dummies span the constant.
        if (bySize) columns.push(has.map((stock) => sizeOf(stock) - 23))
        const expected = new Float64Array(STOCKS).fill(Number.NaN)
        residuals(
          has.map((stock) => factor[stock]),
          columns,
        ).forEach((value, k) => (expected[has[k]] = value))
        const { values } = neutralise(factor, {
          industry: byIndustry ? industry : null,
          size: bySize ? size : null,
        })
        zScore(expected).forEach((value, stock) => {
          if (Number.isNaN(value)) expect(values[stock]).toBeNaN()
          else expect(values[stock]).toBeCloseTo(value, 8)
        })
        expect(standardDeviation(present(values))).toBeCloseTo(1, 12)
      }),
      { numRuns: 50 },
    )
  })

  it('counts the stocks with a factor that have no industry, and no size', () => {
    const { factor, size, industry } = date(3)
    const count = (missing: (stock: number) => boolean) =>
      factor.filter((value, stock) => !Number.isNaN(value) && missing(stock)).length
    const { withoutIndustry, withoutSize } = neutralise(factor, { industry, size })
    expect(withoutIndustry).toBe(count((stock) => industry[stock] === -1))
    expect(withoutSize).toBe(count((stock) => Number.isNaN(size[stock])))
    expect(withoutIndustry).toBeGreaterThan(0)
    expect(withoutSize).toBeGreaterThan(0)
    expect(neutralise(factor, { industry, size: null }).withoutSize).toBe(0)
    expect(neutralise(factor, { industry: null, size }).withoutIndustry).toBe(0)
  })

  it('is 0 everywhere when it was size and industry and nothing else, and not their rounding', () => {
    const { size, industry } = date(8)
    const known = size.map((value) => (Number.isNaN(value) ? 23 : value))
    const factor = known.map((value, stock) => 0.7 * value + industry[stock])
    expect(neutralise(factor, { industry, size: known }).values.every((value) => value === 0)).toBe(true)
  })

  it('is the same in whatever unit the factor comes', () => {
    const { factor, size, industry } = date(3)
    const plain = neutralise(factor, { industry, size }).values
    for (const unit of [1e-13, 1e-20, 1e12]) {
      const scaled = neutralise(
        factor.map((value) => value * unit),
        { industry, size },
      ).values
      scaled.forEach((value, stock) => {
        if (!Number.isNaN(value)) expect(value).toBeCloseTo(plain[stock], 9)
      })
    }
    expect(plain.some((value) => Math.abs(value) > 1)).toBe(true)
  })

  it('has no slope on a size that all share', () => {
    const { factor } = date(5)
    const same = new Float64Array(STOCKS).fill(23.1)
    const { values } = neutralise(factor, { industry: null, size: same })
    zScore(factor).forEach((value, stock) => {
      if (!Number.isNaN(value)) expect(values[stock]).toBeCloseTo(value, 12)
    })
  })
})
