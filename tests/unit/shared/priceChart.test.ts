import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChartStyle } from '../../../src-shared/charts/index.ts'
import {
  describeDay,
  latest,
  priceChart,
  priceDays,
  showing,
  zoomed,
} from '../../../src-shared/charts/index.ts'
import { DAY_STATE } from '../../../src-shared/domain/coverage.ts'
import type { StockPrices } from '../../../src-shared/domain/stockPrices.ts'

const style: ChartStyle = {
  locale: 'en',
  fontFamily: 'Test Sans',
  fontSize: 11,
  palette: {
    up: '#aa0000',
    down: '#00aa00',
    flat: '#888888',
    series: ['#100000', '#001000', '#000010', '#101000', '#100010'],
    text: '#111111',
    grid: '#eeeeee',
    background: '#fefefe',
  },
}
const { traded, suspended, missing } = DAY_STATE
/** Up, down, suspended, ex-day at the upper limit, missing, up. */
const prices: StockPrices = {
  symbol: '600000.SH',
  name: 'N',
  dates: Int32Array.of(20240102, 20240103, 20240104, 20240105, 20240108, 20240109),
  states: Uint8Array.of(traded, traded, suspended, traded, missing, traded),
  open: Float64Array.of(10, 11, NaN, 5, NaN, 5.5),
  high: Float64Array.of(11, 11, NaN, 5.5, NaN, 6),
  low: Float64Array.of(9, 10, NaN, 5, NaN, 5),
  close: Float64Array.of(11, 10, NaN, 5.5, NaN, 5.6),
  preclose: Float64Array.of(NaN, 11, NaN, 5, NaN, NaN),
  volume: Float64Array.of(100, 200, NaN, 300, NaN, 400),
  amount: Float64Array.of(1000, 2000, NaN, 1500, NaN, 2200),
  factor: Float64Array.of(1, 1, 1, 2, 2, 2),
  limits: Int8Array.of(0, 0, 0, 1, 0, 0),
  barsOutside: 0,
}
interface Series {
  type: string
  data: unknown[]
  markPoint?: { data: { name: string; coord: number[] }[] }
}
const seriesOf = (adjustment: 'raw' | 'forward' | 'backward') =>
  priceChart(prices, { adjustment, window: { first: 1, last: 4 } }, style).series as Series[]

describe('the days of a price chart', () => {
  it('are raw, in terms of the last day, or times the factor', () => {
    expect(priceDays(prices, 'raw').map(({ close }) => close)).toEqual([11, 10, NaN, 5.5, NaN, 5.6])
    expect(priceDays(prices, 'forward').map(({ close }) => close)).toEqual([5.5, 5, NaN, 5.5, NaN, 5.6])
    expect(priceDays(prices, 'backward').map(({ close }) => close)).toEqual([11, 10, NaN, 11, NaN, 11.2])
  })

  it('change against the official previous close, else against the last adjusted close, in any adjustment', () => {
    for (const adjustment of ['raw', 'forward', 'backward'] as const) {
      const changes = priceDays(prices, adjustment).map(({ change }) => change)
      expect(changes[0]).toBeNaN()
      expect(changes[1]).toBeCloseTo(10 / 11 - 1, 12)
      expect(changes[3]).toBeCloseTo(0.1, 12)
      expect(changes[5]).toBeCloseTo(11.2 / 11 - 1, 12)
    }
  })

  it('are described with what there is of them', () => {
    const [first] = priceDays(prices, 'raw')
    expect(describeDay(prices, first, 2, 'en')).toEqual([
      '2024-01-04 Suspended',
      'Adjustment factor 1.000000',
    ])
    expect(describeDay(prices, first, 4, 'zh-CN')[0]).toBe('2024-01-08 缺少日线')
    const ex = describeDay(prices, priceDays(prices, 'raw')[3], 3, 'en')
    expect(ex).toContain('Ex-day 2.000000')
    expect(ex).toContain('Change +10.00%')
    expect(ex).toContain('Closed at the upper limit')
  })
})

describe('the price chart', () => {
  it('has no candle and no volume on a day without trade, but a shade', () => {
    const [shades, candles, volume] = seriesOf('raw')
    expect(candles.type).toBe('candlestick')
    expect(candles.data[0]).toEqual([10, 11, 9, 11])
    expect(candles.data[2]).toEqual([NaN, NaN, NaN, NaN])
    expect(shades.data.map((day) => (day as { value: number }).value)).toEqual([0, 0, 1, 0, 1, 0])
    expect(volume.data.map((day) => (day as { value: unknown }).value)).toEqual([
      100,
      200,
      '-',
      300,
      '-',
      400,
    ])
    const colours = volume.data.map((day) => (day as { itemStyle: { color: string } }).itemStyle.color)
    expect([colours[0], colours[1]]).toEqual([style.palette.up, style.palette.down])
  })

  it('draws a day at one price against the close before: down at the lower limit, up at the upper one', () => {
    const close = Float64Array.of(9, 8.1, 8.1, 8.91)
    const oneWord: StockPrices = {
      ...prices,
      dates: prices.dates.slice(0, 4),
      states: new Uint8Array(4).fill(traded),
      open: close,
      high: close,
      low: close,
      close,
      preclose: Float64Array.of(10, 9, 8.1, 8.1),
      volume: new Float64Array(4).fill(100),
      factor: new Float64Array(4).fill(1),
      limits: Int8Array.of(-1, -1, 0, 1),
    }
    const view = { adjustment: 'raw', window: { first: 0, last: 3 } } as const
    const [, candles, volume] = priceChart(oneWord, view, style).series as Series[]
    const { up, down } = style.palette
    const candle = candles.data as { value: number[]; itemStyle: { borderColorDoji: string } }[]
    expect(candle.map(({ itemStyle }) => itemStyle.borderColorDoji)).toEqual([down, down, up, up])
    expect(candle[0].value).toEqual([9, 9, 9, 9])
    const bars = volume.data as { itemStyle: { color: string } }[]
    expect(bars.map(({ itemStyle }) => itemStyle.color)).toEqual([down, down, up, up])
  })

  it('marks the ex-day and the limit at the candle, whatever the adjustment', () => {
    for (const adjustment of ['raw', 'backward'] as const) {
      const [, candles] = seriesOf(adjustment)
      const [, , , ex] = priceDays(prices, adjustment)
      expect(candles.markPoint!.data.map(({ name, coord }) => [name, ...coord])).toEqual([
        ['Ex-day', 3, ex.low],
        ['Closed at the upper limit', 3, ex.high],
      ])
    }
  })

  it('shows the window it is given', () => {
    const option = priceChart(prices, { adjustment: 'raw', window: { first: 1, last: 4 } }, style)
    expect(option.dataZoom).toMatchObject([{ type: 'inside', startValue: 1, endValue: 4 }])
  })
})

describe('a zoom', () => {
  const inAxis = fc
    .record({ length: fc.integer({ min: 10, max: 3000 }), a: fc.nat(2999), b: fc.nat(2999) })
    .map(({ length, a, b }) => {
      const first = Math.min(a % length, Math.max(0, (b % length) - 9))
      return { length, window: { first, last: Math.min(length - 1, Math.max(first + 9, b % length)) } }
    })

  it('stays in the axis, no narrower than ten days, and as wide as it was asked to be', () => {
    fc.assert(
      fc.property(inAxis, fc.double({ min: 0.1, max: 10, noNaN: true }), ({ length, window }, factor) => {
        const { first, last } = zoomed(window, factor, length)
        expect(first).toBeGreaterThanOrEqual(0)
        expect(last).toBeLessThan(length)
        const wanted = Math.round((window.last - window.first + 1) * factor)
        expect(last - first + 1).toBe(Math.min(length, Math.max(10, wanted)))
        if (window.last === length - 1) expect(last).toBe(length - 1)
      }),
    )
  })

  it('moves to show a day without changing its width, and not at all for a day in view', () => {
    fc.assert(
      fc.property(inAxis, fc.nat(2999), ({ length, window }, at) => {
        const day = at % length
        const next = showing(window, day, length)
        expect(next.last - next.first).toBe(window.last - window.first)
        expect(next.first <= day && day <= next.last).toBe(true)
        if (window.first <= day && day <= window.last) expect(next).toEqual(window)
      }),
    )
  })

  it('begins with the latest days', () => {
    expect(latest(500, 244)).toEqual({ first: 256, last: 499 })
    expect(latest(100, 244)).toEqual({ first: 0, last: 99 })
  })
})
