import { describe, expect, it } from 'vitest'
import type { IndexData, Panel } from '../../../src-main/market/panel.ts'
import { benchmarkReturns } from '../../../src-main/portfolio/benchmarkReturns.ts'
import { benchmarkWeights } from '../../../src-main/portfolio/benchmarkWeights.ts'

const NONE = Number.NaN

/** Three stocks on four days; the third trades from the second day on. */
const adjClose = Float64Array.of(10, 10, NONE, 11, 10, 5, 11, NONE, 6, 22, 20, 6)
const returns = Float64Array.of(NONE, NONE, NONE, 0.1, 0, NONE, 0, NONE, 0.2, 1, 1, 0)

const panel = (floatCap: Float64Array): Panel => ({
  dates: Int32Array.of(20240102, 20240103, 20240104, 20240105),
  symbols: ['A', 'B', 'C'],
  open: adjClose,
  high: adjClose,
  low: adjClose,
  close: adjClose,
  preclose: adjClose,
  volume: adjClose,
  amount: adjClose,
  factor: new Float64Array(12).fill(1),
  floatCap,
  capGiven: Uint8Array.from(floatCap, (cap) => (cap > 0 ? 1 : 0)),
  traded: Uint8Array.from(adjClose, (price) => (Number.isNaN(price) ? 0 : 1)),
  st: new Int8Array(12),
  listedAt: new Int32Array(3),
})
const noCaps = panel(new Float64Array(12).fill(NONE))

const index = (parts: Partial<IndexData>): IndexData => ({
  symbol: 'IDX',
  name: 'index',
  close: null,
  totalReturn: false,
  member: null,
  missingMembers: null,
  weights: null,
  ...parts,
})
const everyDay = (member: readonly number[]) => Uint8Array.from({ length: 12 }, (_, at) => member[at % 3])

describe('benchmark weights', () => {
  it('published weights drift with prices until the next snapshot', () => {
    const snapshots = [
      { date: 20240102, weights: Float64Array.of(0.6, 0.3, 0) },
      { date: 20240105, weights: Float64Array.of(0, 0, 1) },
    ]
    const weights = benchmarkWeights(index({ weights: snapshots }), noCaps, adjClose, 0)
    expect(weights.source).toBe('published')
    const second = weights.at(1)
    expect(Array.from(second.weights)).toEqual([0.66 / 0.96, 0.3 / 0.96, 0])
    expect(Array.from(second.member)).toEqual([1, 1, 0])
    expect(second.missing).toBeCloseTo(0.1, 14)
    // B has no trade on the third day: its last price stands.
    expect(Array.from(weights.at(2).weights)).toEqual(Array.from(second.weights))
    expect(Array.from(weights.at(3).weights)).toEqual([0, 0, 1])
    expect(weights.at(3).missing).toBe(0)
  })

  it('after an index change those who left have no weight, and what they had is missing', () => {
    const snapshots = [{ date: 20240102, weights: Float64Array.of(0.6, 0.4, 0) }]
    const change = Uint8Array.of(1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1)
    const weights = benchmarkWeights(index({ weights: snapshots, member: change }), noCaps, adjClose, 0)
    expect(Array.from(weights.at(1).weights)).toEqual([0.66 / 1.06, 0.4 / 1.06, 0])
    expect(weights.at(1).missing).toBe(0)
    expect(Array.from(weights.at(2).weights)).toEqual([1, 0, 0])
    expect(Array.from(weights.at(2).member)).toEqual([1, 0, 1])
    expect(weights.at(2).missing).toBeCloseTo(0.4, 14)
    // One that leaves without a successor is spread over the others.
    const delisted = Uint8Array.of(1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0)
    const spread = benchmarkWeights(index({ weights: snapshots, member: delisted }), noCaps, adjClose, 0)
    expect(Array.from(spread.at(2).weights)).toEqual([1, 0, 0])
    expect(spread.at(2).missing).toBe(0)
    // A stock with a published weight that the stored members never had keeps it.
    const incomplete = benchmarkWeights(
      index({ weights: snapshots, member: everyDay([1, 0, 0]) }),
      noCaps,
      adjClose,
      0,
    )
    expect(Array.from(incomplete.at(1).weights)).toEqual([0.66 / 1.06, 0.4 / 1.06, 0])
  })

  it('a snapshot from a day without trading drifts from the last close before it', () => {
    const snapshots = [{ date: 20231231, weights: Float64Array.of(0.5, 0.5, 0) }]
    const weights = benchmarkWeights(index({ weights: snapshots }), noCaps, adjClose, 0)
    expect(Array.from(weights.at(0).weights)).toEqual([0.5, 0.5, 0])
    expect(weights.at(1).weights[0]).toBeCloseTo(0.55 / 1.05, 14)
  })

  it('a first snapshot later than the period is not used', () => {
    const later = [{ date: 20240104, weights: Float64Array.of(1, 0, 0) }]
    const weights = benchmarkWeights(
      index({ weights: later, member: everyDay([1, 1, 0]) }),
      noCaps,
      adjClose,
      1,
    )
    expect(weights.source).toBe('equal')
    expect(Array.from(weights.at(3).weights)).toEqual([0.5, 0.5, 0])
  })

  it('float capitalisation: members without one left out and counted', () => {
    const caps = new Float64Array(12).fill(NONE)
    caps.set([300, NONE, NONE, 300, 100, NONE], 0)
    const data = index({ member: everyDay([1, 1, 1]), missingMembers: Float64Array.of(0, 0.25, 0, 0) })
    const weights = benchmarkWeights(data, panel(caps), adjClose, 1)
    expect(weights.source).toBe('float_cap')
    expect(Array.from(weights.at(1).weights)).toEqual([0.75, 0.25, 0])
    expect(weights.at(1).missing).toBeCloseTo(0.25 + 0.75 / 3, 14)
    expect(Array.from(weights.at(1).member)).toEqual([1, 1, 1])
  })

  it('float capitalisation of fewer than half of the members gives way to equal weight', () => {
    const caps = new Float64Array(12).fill(NONE)
    caps[0] = 300
    const data = index({ member: everyDay([1, 1, 1]) })
    expect(benchmarkWeights(data, panel(caps), adjClose, 0).source).toBe('equal')
    caps[1] = 100
    expect(benchmarkWeights(data, panel(caps), adjClose, 0).source).toBe('float_cap')
  })

  it('equal weight counts members with a bar by that day', () => {
    const weights = benchmarkWeights(index({ member: everyDay([1, 0, 1]) }), noCaps, adjClose, 0)
    expect(weights.source).toBe('equal')
    expect(Array.from(weights.at(0).weights)).toEqual([1, 0, 0])
    expect(Array.from(weights.at(2).weights)).toEqual([0.5, 0, 0.5])
    expect(weights.at(0).missing).toBeCloseTo(0.5, 14)
  })

  it('an index with neither weights nor members is refused with its date', () => {
    const weights = benchmarkWeights(index({}), noCaps, adjClose, 0)
    expect(() => weights.at(2)).toThrow(
      expect.objectContaining({ code: 'data_insufficient', message: expect.stringContaining('2024-01-04') }),
    )
  })
})

describe('benchmark returns', () => {
  const equal = benchmarkWeights(index({ member: everyDay([1, 1, 0]) }), noCaps, adjClose, 0)
  const { dates } = noCaps

  it('published closes, a gap caught up on the next day', () => {
    const data = index({ close: Float64Array.of(100, 110, NONE, 121) })
    const { source, returns: series, gaps } = benchmarkReturns(data, equal, returns, dates, 0)
    expect(source).toBe('published')
    expect([...gaps]).toEqual([2])
    expect(series[0]).toBeNaN()
    expect(series[1]).toBeCloseTo(0.1, 14)
    expect(series[2]).toBe(0)
    expect(series[3]).toBeCloseTo(0.1, 14)
  })

  it('closes that end before the last day are refused with their last date', () => {
    const data = index({ close: Float64Array.of(100, 110, 120, NONE) })
    expect(() => benchmarkReturns(data, equal, returns, dates, 0)).toThrow(
      expect.objectContaining({
        code: 'data_insufficient',
        message: expect.stringMatching(/IDX .*2024-01-04.*2024-01-05/),
        remedy: expect.stringContaining('2024-01-04'),
      }),
    )
  })

  it('without a close, the weights of the day before times the stock returns', () => {
    for (const close of [null, Float64Array.of(NONE, 100, 110, 120)]) {
      const { source, returns: series, gaps } = benchmarkReturns(index({ close }), equal, returns, dates, 0)
      expect(source).toBe('weights')
      expect([...gaps]).toEqual([])
      expect(Array.from(series)).toEqual([NONE, 0.05, 0, 1])
    }
  })
})
