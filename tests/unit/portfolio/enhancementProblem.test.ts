import { describe, expect, it } from 'vitest'
import { aggregateLimits, weightBounds } from '../../../src-main/portfolio/enhancementProblem.ts'
import { limits, small } from './rebalances.ts'

const NONE = Number.NaN
const rounded = (values: Float64Array) => Array.from(values, (value) => Number(value.toFixed(12)))
const boundsOf = (parts: Parameters<typeof small>[0]) => {
  const { lower, upper } = weightBounds(small(parts))
  return { lower: rounded(lower), upper: rounded(upper) }
}
const range = (lower: number[], upper: number[]) => ({
  lower: Float64Array.from(lower),
  upper: Float64Array.from(upper),
  sold: new Uint8Array(lower.length),
})

describe('range of a stock', () => {
  it('is the band around the benchmark weight, long only', () => {
    expect(boundsOf({})).toEqual({ lower: [0.3, 0.2, 0.2, 0], upper: [0.5, 0.4, 0.4, 0.1] })
  })

  it('stands in place of the band where the stock has its own', () => {
    const stockRange = range([0, NONE, -0.5, 0.2], [0.05, NONE, 0.9, 0.3])
    expect(boundsOf({ stockRange })).toEqual({ lower: [0, 0.2, 0, 0.2], upper: [0.05, 0.4, 0.9, 0.3] })
  })

  it('does not hold for a frozen stock, and of one outside universe and benchmark keeps its own least weight', () => {
    const held = Float64Array.of(0.7, 0.1, 0.1, 0.1)
    const stockRange = range([0, NONE, NONE, 0.2], [0.05, NONE, NONE, 0.3])
    const frozen = Uint8Array.of(1, 0, 0, 0)
    const universe = Uint8Array.of(1, 1, 1, 0)
    const bounds = boundsOf({ held, stockRange, frozen, universe })
    expect([bounds.lower[0], bounds.upper[0]]).toEqual([0.7, 0.7])
    expect([bounds.lower[3], bounds.upper[3]]).toEqual([0.2, 0.2])
    for (const own of [null, range([NONE, NONE, NONE, 0], [NONE, NONE, NONE, 0.3])]) {
      const { lower, upper } = boundsOf({ held, universe, stockRange: own })
      expect([lower[3], upper[3]]).toEqual([0, 0])
    }
  })

  it('without alpha lets a stock outside the benchmark be bought up to its least weight only', () => {
    const alpha = Float64Array.of(3, 2, 1, NONE)
    const upper = (lower: number) =>
      boundsOf({ alpha, stockRange: range([NONE, NONE, NONE, lower], [NONE, NONE, NONE, 0.3]) }).upper[3]
    expect([upper(0), upper(0.2)]).toEqual([0, 0.2])
  })
})

describe('participation', () => {
  it('narrows the range to what can be reached from the held weight', () => {
    const held = Float64Array.of(0.4, 0.3, 0.2, 0.1)
    const tradeMax = Float64Array.of(0.05, 0, Infinity, 0.02)
    expect(boundsOf({ held, tradeMax })).toEqual({
      lower: [0.35, 0.3, 0.2, 0.08],
      upper: [0.45, 0.3, 0.4, 0.1],
    })
  })

  it('takes a holding out of reach of its range to the nearest weight it can reach', () => {
    const held = Float64Array.of(0.6, 0.1, 0.2, 0.1)
    const tradeMax = Float64Array.of(0.05, 0.03, 0.01, 0.04)
    const universe = Uint8Array.of(1, 1, 1, 0)
    const { lower, upper } = boundsOf({ held, tradeMax, universe })
    expect([lower[0], upper[0]]).toEqual([0.55, 0.55])
    expect([lower[1], upper[1]]).toEqual([0.13, 0.13])
    // Outside universe and benchmark: sold as far as it may be.
    expect([lower[3], upper[3]]).toEqual([0.06, 0.06])
  })
})

describe('aggregate limits', () => {
  const all = small({
    industry: Int32Array.of(0, 0, -1, -1),
    industries: ['bank', 'empty'],
    size: Float64Array.of(1, 0, -1, 2),
    styles: [{ name: 'beta', exposure: Float64Array.of(1, 2, -1, 0) }],
    held: Float64Array.of(0.4, 0.3, 0.3, 0),
    limits: { ...limits, soft: { style: 5, turnover: 2 } },
  })

  it('stand in order, each side with its bound, its setting and its price', () => {
    expect(
      aggregateLimits(all).limits.map(({ name, bound, setting, price }) => [
        name,
        Number(bound.toFixed(12)),
        setting,
        price,
      ]),
    ).toEqual([
      ['industry:+bank', 0.72, 0.02, null],
      ['industry:-bank', 0.68, 0.02, null],
      ['industry:+unknown', 0.32, 0.02, null],
      ['industry:-unknown', 0.28, 0.02, null],
      ['size:+', 0.3, 0.2, null],
      ['size:-', -0.1, 0.2, null],
      ['style:+beta', 1, 0.3, 5],
      ['style:-beta', 0.4, 0.3, 5],
      ['members', 0.8, 0.8, null],
      ['turnover', 0.3, 0.3, 2],
    ])
  })

  it('are left out when switched off, and turnover on the first build', () => {
    const off = { ...limits, industryActiveMax: null, sizeActiveMax: null, styleActiveMax: null }
    const names = aggregateLimits({ ...all, held: new Float64Array(4), limits: off }).limits.map(
      ({ name }) => name,
    )
    expect(names).toEqual(['members'])
  })
})
