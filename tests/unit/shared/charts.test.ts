import { type EChartsOption, init } from 'echarts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  correlationHeat,
  decayChart,
  excessChart,
  industryRangeChart,
  layerBars,
  layerNav,
  meanCurve,
  monthlyHeat,
  navChart,
  rankIcChart,
  rankIcHistogram,
  rankIcHistogramTable,
  rankIcMonths,
  rankIcQuantiles,
  rollingChart,
  spreadNav,
  styleExposureChart,
  trainingCurves,
} from '../../../src-shared/charts/index.ts'
import type { ChartStyle } from '../../../src-shared/charts/index.ts'
import { drawdownCurve, excessReturns, navCurve } from '../../../src-shared/charts/curves.ts'
import type { RollingMeasure } from '../../../src-shared/performance/rolling.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

const style: ChartStyle = {
  locale: 'en',
  fontFamily: 'Test Sans',
  fontSize: 11,
  palette: {
    up: '#aa0000',
    down: '#00aa00',
    flat: '#888888',
    series: ['#100000', '#001000'],
    text: '#111111',
    grid: '#eeeeee',
    background: '#fefefe',
  },
}
const result = buildStudyResult()
const [portfolio] = result.portfolios
const [factor] = result.factors

interface Series {
  name: string
  data: unknown[]
  lineStyle?: { color?: string; type?: string; opacity?: number }
}
const seriesOf = (option: { series?: unknown }) => option.series as Series[]
function drawn(option: EChartsOption) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 672, height: 400 })
  chart.setOption(option)
  return chart
}
const last = (values: readonly unknown[]) => values.at(-1) as number

describe('curves', () => {
  it('end at the totals of the performance row, and fall as deep as its drawdowns', () => {
    const { full } = portfolio.performance!
    const excess = excessReturns(portfolio.returns, portfolio.benchmarkReturns)
    expect(last(navCurve(portfolio.returns)) - 1).toBeCloseTo(full.totalReturn, 12)
    expect(last(navCurve(excess)) - 1).toBeCloseTo(full.excessTotal, 12)
    expect(-Math.min(...drawdownCurve(excess))).toBeCloseTo(full.excessDrawdown.value, 12)
    expect(-Math.min(...drawdownCurve(portfolio.returns))).toBeCloseTo(full.drawdown.value, 12)
  })

  it('count the base of 1 in the drawdown: a first loss is a drawdown', () => {
    expect(drawdownCurve([-0.1, 0.05])[0]).toBeCloseTo(-0.1, 12)
  })

  it('never rise above zero in a drawdown, and touch it exactly at new highs', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true })), (returns) => {
        const nav = navCurve(returns)
        drawdownCurve(returns).forEach((value, day) => {
          expect(value).toBeLessThanOrEqual(0)
          expect(value === 0).toBe(nav[day] >= Math.max(1, ...nav.slice(0, day)))
        })
      }),
    )
  })
})

describe('portfolio charts', () => {
  it('draw NAV, benchmark, excess and drawdowns under each other, zoomed together', () => {
    const series = seriesOf(navChart(portfolio, style))
    expect(series.map(({ name }) => name)).toEqual([
      'Portfolio',
      'Benchmark',
      'Excess',
      'Drawdown',
      'Excess drawdown',
    ])
    for (const { data } of series) expect(data).toHaveLength(portfolio.dates.length)
    const styles = series.slice(0, 3).map(({ lineStyle }) => `${lineStyle?.color} ${lineStyle?.type}`)
    expect(new Set(styles).size).toBe(3)
    const { dataZoom } = navChart(portfolio, style) as { dataZoom: unknown[] }
    expect(dataZoom).toEqual([{ type: 'inside', xAxisIndex: [0, 1, 2, 3] }])
  })

  it('tell the labels of axes apart when zoomed to a few days', () => {
    const { yAxis } = navChart(portfolio, style) as {
      yAxis: { axisLabel: { formatter: (value: number) => string } }[]
    }
    const labels = (panel: number, values: number[]) => values.map(yAxis[panel].axisLabel.formatter)
    for (const panel of [0, 1]) expect(labels(panel, [1.125, 1.13])).toEqual(['1.125', '1.130'])
    for (const panel of [2, 3]) expect(labels(panel, [-0.0005, -0.001])).toEqual(['−0.05%', '−0.10%'])
  })

  it('give the drawdown of the excess a scale of its own, as deep as it is', () => {
    const falling = {
      dates: [20240102, 20240103, 20240104],
      returns: [0.01, -0.3, 0.1],
      benchmarkReturns: [0, -0.29, 0.105],
    }
    const chart = drawn(navChart(falling, style))
    const top = (panel: number, value: number) => chart.convertToPixel({ yAxisIndex: panel }, value)
    const height = (panel: number, fall: number) => top(panel, fall) - top(panel, 0)
    expect(height(3, -0.015)).toBeGreaterThan(0.5 * height(2, -0.3))
    chart.dispose()
  })

  it('have the zero of a drawdown at its top, in days without one too', () => {
    const rising = { dates: [20240102, 20240103], returns: [0.01, 0.01], benchmarkReturns: [0, 0] }
    const chart = drawn(navChart(rising, style))
    for (const panel of [2, 3]) {
      const [zero, below] = [0, -0.001].map((value) => chart.convertToPixel({ yAxisIndex: panel }, value))
      expect(below).toBeGreaterThan(zero)
      expect(chart.containPixel({ gridIndex: panel }, [100, zero - 1])).toBe(false)
    }
    chart.dispose()
  })

  it('compare models by their excess NAV, one colour each', () => {
    const reports = result.portfolios.filter(({ index }) => index === '000300.SH')
    const series = seriesOf(excessChart(reports, style))
    expect(series.map(({ name }) => name)).toEqual(['AdamW', 'SAM'])
    series.forEach(({ data, lineStyle }, at) => {
      expect(last(data) - 1).toBeCloseTo(reports[at].performance!.full.excessTotal, 12)
      expect(lineStyle?.color).toBe(style.palette.series[at])
    })
  })

  it('put portfolios that start on different days on one calendar', () => {
    const day = (date: number) => ({ dates: [date], returns: [0.1], benchmarkReturns: [0] })
    const option = excessChart(
      [
        { model: 'later', ...day(20240103) },
        { model: 'earlier', ...day(20240102) },
      ],
      style,
    )
    expect(option.xAxis).toMatchObject({ data: ['2024-01-02', '2024-01-03'] })
    expect(seriesOf(option).map(({ data }) => data)).toEqual([
      [null, 1.1],
      [1.1, null],
    ])
  })

  it('place each month in its year and column, on a scale symmetric about zero', () => {
    const months = [
      { month: 202212, portfolio: 0, benchmark: 0, excess: -0.04 },
      { month: 202301, portfolio: 0, benchmark: 0, excess: 0.02 },
    ]
    const [full] = portfolio.performance!.years
    const years = [
      { ...full, year: 2022, excessTotal: -0.04 },
      { ...full, year: 2023, excessTotal: 0.3 },
    ]
    const option = monthlyHeat({ months, years }, style)
    expect(seriesOf(option).map(({ data }) => data)).toEqual([
      [
        [11, 1, -0.04],
        [0, 0, 0.02],
      ],
      [
        [12, 1, -0.04],
        [12, 0, 0.3],
      ],
    ])
    expect((option.xAxis as { data: string[] }).data).toHaveLength(13)
    const maps = option.visualMap as { min: number; max: number; seriesIndex: number; inRange: object }[]
    expect(maps.map(({ max, seriesIndex }) => [seriesIndex, max])).toEqual([
      [0, 0.08],
      [1, 0.6],
    ])
    for (const { min, max, inRange } of maps) {
      expect(min).toBe(-max)
      expect(inRange).toEqual({ color: ['#00aa00', '#fefefe', '#aa0000'] })
    }
    const { formatter } = (
      seriesOf(option)[1] as unknown as { label: { formatter: (cell: object) => string } }
    ).label
    expect(
      [
        [0, 0, 0.3],
        [0, 0, -0.04],
      ].map((value) => formatter({ value })),
    ).toEqual(['+30.0%', '−4.0%'])
  })

  it('give each year of a real heat the total that its months compound to', () => {
    const { months, years } = portfolio.performance!
    const [, totals] = seriesOf(monthlyHeat({ months, years }, style))
    for (const [at, { year }] of years.entries()) {
      const grown = months
        .filter(({ month }) => Math.floor(month / 100) === year)
        .reduce((value, { excess }) => value * (1 + excess), 1)
      expect((totals.data[at] as number[])[2]).toBeCloseTo(grown - 1, 12)
    }
  })
})

describe('charts over time', () => {
  const exposures = {
    dates: [20240105, 20240112],
    series: [
      { name: 'industry:A', values: [0.01, null] },
      { name: 'industry:B', values: [-0.02, 0.005] },
      { name: 'industry:C', values: [0.03, -0.01] },
      { name: 'style:size', values: [-0.1, 0.1] },
      { name: 'style:new', values: [0, null] },
      { name: 'cash', values: [0.01, 0.01] },
    ],
  }

  it('show the industries furthest from the benchmark on each day', () => {
    const series = seriesOf(industryRangeChart(exposures, style) ?? {})
    expect(series.map(({ data }) => data)).toEqual([
      [0.03, 0.005],
      [-0.02, -0.01],
    ])
  })

  it('show styles by name, one of a newer version as it is called', () => {
    const series = seriesOf(styleExposureChart(exposures, style) ?? {})
    expect(series.map(({ name, data }) => [name, data])).toEqual([
      ['Size', [-0.1, 0.1]],
      ['new', [0, null]],
    ])
  })

  it('are none without industries or styles', () => {
    const bare = { ...exposures, series: exposures.series.slice(-1) }
    expect(industryRangeChart(bare, style)).toBeNull()
    expect(styleExposureChart(bare, style)).toBeNull()
  })

  it('show rolling figures on one calendar, shares of the value as percent', () => {
    const lines = [
      { name: 'A', dates: [20240102, 20240103], values: [null, 0.04] },
      { name: 'B', dates: [20240103, 20240104], values: [null, 1.5] },
    ]
    const shown = (measure: RollingMeasure) => {
      const option = rollingChart(lines, measure, style)
      const { valueFormatter } = option.tooltip as { valueFormatter: (value: number) => string }
      return [seriesOf(option).map(({ name, data }) => [name, data]), valueFormatter(0.04)]
    }
    const series = [
      ['A', [null, 0.04, null]],
      ['B', [null, null, 1.5]],
    ]
    expect(shown('trackingError')).toEqual([series, '4.00%'])
    expect(shown('beta')).toEqual([series, '0.04'])
  })
})

describe('charts of the factor analysis', () => {
  it('draw the decay by lag, with a gap where a factor has none', () => {
    const point = (lag: number, oneDay: number | null) => ({
      lag,
      oneDay,
      oneDayN: 9,
      cumulative: 0.05,
      cumulativeN: 9,
    })
    const option = decayChart(
      [
        { name: 'A', decay: [point(1, 0.03), point(2, null)] },
        { name: 'B', decay: [point(2, 0.01)] },
      ],
      'oneDay',
      style,
    )
    expect(option.xAxis).toMatchObject({ data: ['1', '2'] })
    expect(seriesOf(option).map(({ name, data }) => [name, data])).toEqual([
      ['A', [0.03, null]],
      ['B', [null, 0.01]],
    ])
  })

  it('leave a month without RankIC blank', () => {
    const months = [
      { month: 202312, rankIc: 0.05, n: 4 },
      { month: 202401, rankIc: null, n: 0 },
    ]
    expect(seriesOf(rankIcMonths(months, style))[0].data).toEqual([[11, 1, 0.05]])
  })

  it('put the first factor into the top row of the correlations', () => {
    const option = correlationHeat(
      {
        names: ['A', 'B'],
        values: [
          [1, 0.4],
          [0.4, 1],
        ],
      },
      style,
    )
    expect(option).toMatchObject({ xAxis: { data: ['A', 'B'] }, yAxis: { data: ['B', 'A'] } })
    expect(seriesOf(option)[0].data).toEqual([
      [0, 1, 1],
      [1, 1, 0.4],
      [0, 0, 0.4],
      [1, 0, 1],
    ])
  })
})

describe('factor charts', () => {
  it('draw one bar per layer and factor, TOP first', () => {
    const option = layerBars([factor], style)
    expect((option.xAxis as { data: string[] }).data[0]).toBe('TOP')
    expect(seriesOf(option)[0].data).toEqual(factor.layers.map((layer) => layer.annualisedReturn))
  })

  it('colour the upper half of the layers up, the lower down, and fade towards the middle', () => {
    const option = layerNav(factor, style)
    const series = seriesOf(option)
    expect((option.legend as { data: string[] }).data).toEqual(series.map(({ name }) => name))
    const colors = series.map(({ lineStyle }) => lineStyle?.color)
    expect(colors.slice(0, 5)).toEqual(Array(5).fill('#aa0000'))
    expect(colors.slice(5, 10)).toEqual(Array(5).fill('#00aa00'))
    const opacity = series.slice(0, 5).map(({ lineStyle }) => lineStyle?.opacity ?? 0)
    expect(opacity).toEqual(opacity.toSorted((a, b) => b - a))
    expect(series[10].name).toBe('Universe, equal weight')
    expect(last(series[0].data) - 1).toBeCloseTo(factor.layers[0].totalReturn, 12)
  })

  it('colour RankIC by sign, leave a missing one out, and carry the sum over it', () => {
    const [bars, month, sum] = seriesOf(
      rankIcChart({ testDates: [20240105, 20240112, 20240119], rankIc: [0.1, null, -0.3] }, style),
    )
    expect(bars.data).toEqual([
      { value: 0.1, itemStyle: { color: '#aa0000' } },
      null,
      { value: -0.3, itemStyle: { color: '#00aa00' } },
    ])
    expect(sum.data).toEqual([0.1, 0.1, expect.closeTo(-0.2, 12)])
    // No colour of a series: one may be that of the bars.
    expect([month, sum].map((line) => (line.lineStyle as { color: string }).color)).toEqual([
      style.palette.flat,
      style.palette.text,
    ])
  })
})

describe('the spread of a factor', () => {
  it('compounds the days of TOP less the lowest layer', () => {
    const [spread] = seriesOf(spreadNav(factor, style))
    const bottom = factor.layerReturns.at(-1)!
    const grown = factor.layerReturns[0].reduce((value, top, day) => value * (1 + top - bottom[day]), 1)
    expect(last(spread.data)).toBeCloseTo(grown, 12)
  })
})

describe('the distribution of RankIC', () => {
  const values = fc.array(fc.option(fc.double({ min: -1, max: 1, noNaN: true }), { freq: 8 }), {
    minLength: 3,
  })
  const known = (rankIc: readonly (number | null)[]) => rankIc.filter((value) => value !== null)
  type Bars = { value: number; itemStyle: { color: string } }[]

  it('averages the last four dates, a missing one left out', () => {
    const rankIc = [0.1, 0.2, null, 0.3, 0.1]
    const [, month] = seriesOf(
      rankIcChart({ testDates: [20240105, 20240112, 20240119, 20240126, 20240202], rankIc }, style),
    )
    expect(month.name).toBe('Mean of the last 4 dates')
    expect(month.data).toEqual([null, null, null, expect.closeTo(0.2, 12), expect.closeTo(0.2, 12)])
  })

  it('counts every date once, in the colour of its sign', () => {
    fc.assert(
      fc.property(values, (rankIc) => {
        const bars = seriesOf(rankIcHistogram(rankIc, style))[0].data as Bars
        const count = (colour: string) =>
          bars
            .filter(({ itemStyle }) => itemStyle.color === colour)
            .reduce((sum, { value }) => sum + value, 0)
        expect(count('#00aa00')).toBe(known(rankIc).filter((value) => value < 0).length)
        expect(count('#aa0000')).toBe(known(rankIc).filter((value) => value >= 0).length)
        expect(bars.length).toBeLessThanOrEqual(24)
      }),
      { numRuns: 50 },
    )
  })

  it('names the bins by their edges, without rounding them', () => {
    const { xAxis } = rankIcHistogram([-0.12, 0.4], style) as { xAxis: { data: string[] } }
    expect(xAxis.data.slice(0, 2)).toEqual(['−0.125 – −0.100', '−0.100 – −0.075'])
    for (const name of xAxis.data) expect(name).toMatch(/^−?0\.\d(00|25|50|75) – −?0\.\d(00|25|50|75)$/)
  })

  it('has its bins as numbers, their edges as the axis has them', () => {
    const { columns, rows } = rankIcHistogramTable([-0.12, 0.4, null], style)
    const [bars, normal] = seriesOf(rankIcHistogram([-0.12, 0.4], style))
    expect(columns.slice(0, 3)).toEqual(['RankIC ≥', 'RankIC <', 'Test dates'])
    expect(rows.slice(0, 3).map(([from, to]) => [from, to])).toEqual([
      [-0.125, -0.1],
      [-0.1, -0.075],
      [-0.075, -0.05],
    ])
    for (const [at, [from]] of rows.entries()) if (at > 0) expect(from).toBe(rows[at - 1][1])
    expect(rows.map(([, , dates]) => dates)).toEqual((bars.data as Bars).map(({ value }) => value))
    expect(rows.map(([, , , expected]) => expected)).toEqual(normal.data)
  })

  it('expects of a normal distribution as many dates in all, but for its tails', () => {
    const [bars, normal] = seriesOf(rankIcHistogram(factor.rankIc, style))
    expect(bars.data).toHaveLength(normal.data.length)
    const expected = (normal.data as number[]).reduce((sum, value) => sum + value, 0)
    const dates = known(factor.rankIc).length
    expect(expected).toBeLessThan(dates)
    expect(expected).toBeGreaterThan(0.95 * dates)
  })

  it('puts normal values on the line of its quantiles', () => {
    const [points, normal] = seriesOf(rankIcQuantiles(factor.rankIc, style))
    const pairs = points.data as [number, number][]
    expect(pairs.map(([, value]) => value)).toEqual(known(factor.rankIc).toSorted((a, b) => a - b))
    // Places are symmetric: so are their quantiles.
    expect(pairs[0][0]).toBeCloseTo(-pairs.at(-1)![0], 10)
    const [[z0, y0], [z1, y1]] = normal.data as [number, number][]
    const { mean: average, std } = factor.rankIcSummary
    expect((y1 - y0) / (z1 - z0)).toBeCloseTo(std!, 12)
    expect(y0 - std! * z0).toBeCloseTo(average!, 12)
  })

  it('draws nothing of a factor without any', () => {
    expect(seriesOf(rankIcHistogram([null, null], style))[0].data).toEqual([
      { value: 0, itemStyle: { color: '#aa0000' } },
    ])
    expect(seriesOf(rankIcQuantiles([null], style)).map(({ data }) => data)).toEqual([[], []])
  })
})

describe('training curves', () => {
  const runs = result.runs.filter(
    ({ key }) => key.window === 0 && key.frequency === 'daily' && key.optimizer === 'SAM',
  )

  it('draw train dashed and valid solid in one colour, and mark the best epoch', () => {
    const curve = { name: 'SAM', epochs: runs[0].epochs, bestEpoch: runs[0].bestEpoch }
    const [train, valid] = seriesOf(trainingCurves([curve], style))
    expect(train.lineStyle).toMatchObject({ color: '#100000', type: 'dashed' })
    expect(valid.lineStyle).toMatchObject({ color: '#100000' })
    expect(valid.lineStyle?.type).toBeUndefined()
    expect(valid).toMatchObject({ markPoint: { data: [{ coord: [runs[0].bestEpoch, expect.any(Number)] }] } })
  })

  it('describe the epoch under the pointer as plain text', () => {
    const curve = { name: '<b>', epochs: runs[0].epochs, bestEpoch: null }
    const { renderMode, formatter } = trainingCurves([curve], style).tooltip as {
      renderMode: string
      formatter: (points: unknown) => string
    }
    expect(renderMode).toBe('richText')
    expect(formatter([{ value: [1, runs[0].epochs[0].trainIc] }])).toBe(
      `Epoch 1\n<b>  train ${runs[0].epochs[0].trainIc.toFixed(4)}  valid ${runs[0].epochs[0].validIc.toFixed(4)}`.replaceAll(
        ' -',
        ' −',
      ),
    )
  })

  it('average seeds up to the last epoch that all of them reached', () => {
    const mean = meanCurve('SAM', runs)
    expect(mean.epochs).toHaveLength(Math.min(...runs.map(({ epochs }) => epochs.length)))
    const third = runs.map(({ epochs }) => epochs[2].validIc)
    expect(mean.epochs[2].validIc).toBeCloseTo(third.reduce((a, b) => a + b) / third.length, 12)
    expect(mean.bestEpoch).toBeNull()
  })
})
