import { describe, expect, it } from 'vitest'
import { derive } from '../../../src-main/market/derive.ts'
import { panelOf } from './panelFixture.ts'
import type { StockColumns } from './panelFixture.ts'

const days = ['2020-03-02', '2020-03-03', '2020-03-04', '2020-03-05']

/** Three traded days around a suspended one; the factor doubles (a 2-for-1 split) while trading is suspended. */
const stock: StockColumns = {
  symbol: '600000.SH',
  dates: days,
  open: [10, 10, 10, 5.5],
  high: [10.2, 10.4, 10, 5.5],
  low: [9.9, 9.9, 10, 5.5],
  close: [10, 10, 10, 5.5],
  preclose: [9.9, 10, 10, 5],
  volume: [1000, 2000, 0, 4000],
  amount: [10050, null, 0, 22000],
  adj_factor: [1, 1, 1, 2],
  suspended: [0, 0, 1, 0],
  is_st: [0, null, 0, 0],
}

describe('derive', () => {
  it('adjusts by the factor and compares with the last traded close', () => {
    const derived = derive(panelOf(days, [stock]), 'typical')
    expect(Array.from(derived.adjClose)).toEqual([10, 10, NaN, 11])
    expect(Array.from(derived.adjVolume)).toEqual([1000, 2000, NaN, 2000])
    expect(Array.from(derived.returns)).toEqual([NaN, 0, NaN, 11 / 10 - 1])
  })

  it('takes the stand-in only where the amount is missing, and says how often', () => {
    const panel = panelOf(days, [stock])
    const typical = derive(panel, 'typical')
    expect(Array.from(typical.rawVwap)).toEqual([10.05, (10.4 + 9.9 + 10) / 3, NaN, 5.5])
    expect(typical.vwapStandInShare).toBe(1 / 3)
    const none = derive(panel, 'none')
    expect(Array.from(none.rawVwap)).toEqual([10.05, NaN, NaN, 5.5])
    expect(none.vwapStandInShare).toBe(0)
  })

  it('takes the stand-in where amount / volume is no price of the day: nobody traded at it', () => {
    // 1 % outside the range of the first day is rounding, more is the amount of other trades.
    const means = [10.2 * 1.0099, 9.9 * 0.989, 0, 5.5]
    const amount = means.map((mean, at) => mean * stock.volume[at]!)
    const panel = panelOf(days, [{ ...stock, amount }])
    expect(Array.from(derive(panel, 'typical').rawVwap)).toEqual([
      amount[0] / 1000,
      (10.4 + 9.9 + 10) / 3,
      NaN,
      5.5,
    ])
    expect(derive(panel, 'typical').vwapStandInShare).toBe(1 / 3)
    expect(derive(panel, 'none').rawVwap[1]).toBeNaN()
  })

  it('has no flag on a suspended day and counts unknown ST states', () => {
    const derived = derive(panelOf(days, [stock]), 'typical')
    expect(Array.from(derived.oneWordUp)).toEqual([0, 0, 0, 1])
    expect(Array.from(derived.canBuy)).toEqual([1, 1, 0, 0])
    expect(Array.from(derived.canSell)).toEqual([1, 1, 0, 1])
    expect(derived.stUnknown).toBe(1)
  })

  it('stands in for a missing previous close with the last traded close in terms of the new factor', () => {
    const derived = derive(panelOf(days, [{ ...stock, preclose: [null, null, null, null] }]), 'typical')
    // 10.00 before a factor of 2 is 5.00 today, whose limit is 5.50; the first bar has no previous close and no flag.
    expect(Array.from(derived.limitUp)).toEqual([0, 0, 0, 1])
  })

  it('knows no limit for symbols of other markets', () => {
    const derived = derive(panelOf(days, [{ ...stock, symbol: 'AAPL' }]), 'typical')
    expect(Array.from(derived.limitUp)).toEqual([0, 0, 0, 0])
    expect(Array.from(derived.canBuy)).toEqual([1, 1, 0, 1])
    expect(derived.stUnknown).toBe(0)
  })
})
