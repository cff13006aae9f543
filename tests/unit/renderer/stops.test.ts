import type { EChartsOption, LineSeriesOption } from 'echarts'
import { describe, expect, it } from 'vitest'
import { monthlyHeat } from '../../../src-shared/charts/index.ts'
import {
  anyStop,
  cellBeside,
  describeStop,
  stopsOf,
  withKeyZoom,
} from '../../../src-renderer/charts/stops.ts'

const tooltip = { trigger: 'axis' as const, valueFormatter: (value: unknown) => `<${String(value)}>` }

describe('the stops of a chart', () => {
  it('are the categories of its axis, also those on which nothing is drawn', () => {
    const option: EChartsOption = {
      tooltip,
      xAxis: { type: 'category', data: ['2024-01-02', '2024-01-03', '2024-01-04'] },
      series: [
        { type: 'bar', silent: true, data: [1, 1, 1] },
        { type: 'line', name: 'a', data: [1, null, 3] },
        {
          type: 'bar',
          name: 'b',
          data: [{ value: 4 }, '-', 6],
          tooltip: { valueFormatter: (value) => `${String(value)}%` },
        },
      ],
    }
    const stops = stopsOf(option)
    expect(stops.way).toBe('axis')
    expect(stops.stops.map(({ x, items }) => [x, items.map(({ seriesIndex }) => seriesIndex)])).toEqual([
      [0, [1, 2]],
      [1, []],
      [2, [1, 2]],
    ])
    expect(describeStop(option, stops, stops.stops[0])).toEqual(['2024-01-02', 'a <1>', 'b 4%'])
    expect(stopsOf(option, new Set(['a'])).stops[0].items).toEqual([{ seriesIndex: 2, dataIndex: 0 }])
  })

  it('are the places of all lines on an axis of numbers, each once and ascending', () => {
    const option: EChartsOption = {
      tooltip,
      xAxis: { type: 'value' },
      series: [
        {
          type: 'line',
          name: 'a',
          data: [
            [1, 5],
            [3, 6],
          ],
        },
        {
          type: 'line',
          name: 'b',
          data: [
            [2, 7],
            [3, 8],
          ],
        },
      ],
    }
    const stops = stopsOf(option)
    expect(stops.stops.map(({ x }) => x)).toEqual([1, 2, 3])
    expect(describeStop(option, stops, stops.stops[2])).toEqual(['3', 'a <6>', 'b <8>'])
  })

  it('are told in the words of the tooltip where it has some', () => {
    const formatter = (points: unknown) => `day ${(points as { dataIndex: number }[])[0].dataIndex}\nclose 3`
    const option: EChartsOption = {
      tooltip: { trigger: 'axis', formatter },
      xAxis: { type: 'category', data: ['a', 'b'] },
      series: [
        {
          type: 'candlestick',
          data: [
            [1, 2, 0, 3],
            [NaN, NaN, NaN, NaN],
          ],
        },
      ],
    }
    const stops = stopsOf(option)
    expect(describeStop(option, stops, stops.stops[0])).toEqual(['day 0', 'close 3'])
    // A day without trade is told as well.
    expect(stops.stops[1].items).toEqual([])
    expect(describeStop(option, stops, stops.stops[1])).toEqual(['day 1', 'close 3'])
  })

  it('are the items where the chart has no common axis', () => {
    const option: EChartsOption = {
      tooltip: { trigger: 'item', formatter: (item) => `epoch ${(item as { dataIndex: number }).dataIndex}` },
      xAxis: { type: 'value' },
      series: [
        { type: 'custom', data: [[0, 0]], renderItem: () => null },
        {
          type: 'line',
          data: [
            [2, 1],
            [1, 1],
          ],
        },
      ],
    }
    const stops = stopsOf(option)
    expect(stops.way).toBe('items')
    expect(stops.stops.map(({ x }) => x)).toEqual([2, 1])
    expect(describeStop(option, stops, stops.stops[1])).toEqual(['epoch 1'])
  })

  it('are none in a chart that draws itself', () => {
    const bar: EChartsOption = { series: [{ type: 'custom', data: [[0, 0]], renderItem: () => null }] }
    expect(stopsOf(bar).stops).toEqual([])
  })
})

describe('the cells of a heatmap', () => {
  const style = {
    palette: { up: '#f00', down: '#0f0', flat: '#888', series: ['#001'], text: '', grid: '', background: '' },
    locale: 'en',
    fontFamily: 'serif',
    fontSize: 12,
  } as const
  const month = (of: number, excess: number) => ({ month: of, excess })
  const option = monthlyHeat(
    { months: [month(202301, 0.01), month(202302, 0.02), month(202401, 0.03)], years: [] } as never,
    style,
  )
  const stops = stopsOf(option)

  it('are walked row by row from the top, and up and down to the row beside', () => {
    expect(stops.way).toBe('cells')
    const words = stops.stops.map((stop) => describeStop(option, stops, stop).join(' '))
    expect(words[0]).toMatch(/^2023 .*1/)
    const january = stops.stops.findIndex(({ x, y }) => x === 0 && y === stops.stops[0].y)
    const below = cellBeside(stops.stops, january, -1)
    expect(describeStop(option, stops, stops.stops[below])[0]).toMatch(/^2024 /)
    expect(cellBeside(stops.stops, below, -1)).toBe(below)
    expect(cellBeside(stops.stops, below, 1)).toBe(january)
  })
})

describe('anyStop', () => {
  const line = (data: LineSeriesOption['data'] & object, silent = false) =>
    ({ type: 'line', data, silent }) as const
  it.each<[string, EChartsOption]>([
    ['days without values', { tooltip, xAxis: { type: 'category', data: ['a'] }, series: [line([null])] }],
    ['no days', { tooltip, xAxis: { type: 'category', data: [] }, series: [line([])] }],
    [
      'lines on an axis of numbers',
      { tooltip, xAxis: { type: 'value' }, series: [line([]), line([[1, 2]])] },
    ],
    ['lines without values', { tooltip, xAxis: { type: 'value' }, series: [line([[NaN, NaN]])] }],
    ['what the mouse passes over', { tooltip, xAxis: { type: 'value' }, series: [line([[1, 2]], true)] }],
    ['items', { series: [line([1])] }],
    ['cells', { series: [{ type: 'heatmap', data: [[0, 0, 1]] }] }],
    ['nothing', {}],
  ])('says of %s whether there are stops', (_, option) => {
    expect(anyStop(option)).toBe(stopsOf(option).stops.length > 0)
  })
})

describe('withKeyZoom', () => {
  it('adds a zoom the mouse does not move, to charts with an axis and without one of their own', () => {
    const option: EChartsOption = { tooltip, xAxis: [{ type: 'category' }, { type: 'category' }] }
    expect(withKeyZoom(option).dataZoom).toEqual([
      { type: 'inside', disabled: true, xAxisIndex: [0, 1], filterMode: 'filter' },
    ])
    const own: EChartsOption = { ...option, dataZoom: [] }
    expect(withKeyZoom(own)).toBe(own)
    const items: EChartsOption = { tooltip: { trigger: 'item' } }
    expect(withKeyZoom(items)).toBe(items)
  })
})
