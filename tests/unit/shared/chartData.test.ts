import { describe, expect, it } from 'vitest'
import {
  correlationHeat,
  decayChart,
  interpolationChart,
  landscapeScale,
  monthlyHeat,
  navChart,
  rankIcChart,
  scaleBar,
  trainingCurves,
  convergenceChart,
} from '../../../src-shared/charts/index.ts'
import { chartTable } from '../../../src-shared/charts/data.ts'
import { chartStyle as style } from '../../fixtures/chartStyle.ts'
import type { Convergence } from '../../../src-shared/domain/convergence.ts'

const names = {
  date: 'Date',
  x: 'x',
  value: 'Value',
  open: 'open',
  closePrice: 'close',
  low: 'low',
  high: 'high',
}

describe('chartTable', () => {
  it('has days down and a column a line, those of every panel', () => {
    const report = { dates: [20240102, 20240103], returns: [0.1, -0.1], benchmarkReturns: [0, 0.05] }
    const table = chartTable(navChart(report, style), names)!
    expect(table.columns).toEqual(['Date', 'Portfolio', 'Benchmark', 'Excess', 'Drawdown', 'Excess drawdown'])
    expect(table.rows).toHaveLength(2)
    expect(table.rows[1].slice(0, 3)).toEqual(['2024-01-03', (1 + 0.1) * (1 - 0.1), 1.05])
  })

  it('takes coloured bars for their values and leaves missing ones empty', () => {
    const option = rankIcChart({ testDates: [20240102, 20240103], rankIc: [0.123456789, null] }, style)
    const { columns, rows } = chartTable(option, names)!
    expect(columns.slice(0, 2)).toEqual(['Date', 'RankIC'])
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      ['2024-01-02', 0.123456789],
      ['2024-01-03', null],
    ])
  })

  it('names categories that are no days', () => {
    const decay = [{ lag: 1, oneDay: 0.02, cumulative: 0.02, oneDayN: 3, cumulativeN: 3 }]
    const option = decayChart([{ name: 'SAM', decay }], 'oneDay', style)
    expect(chartTable(option, names)).toEqual({ columns: ['x', 'SAM'], rows: [['1', 0.02]] })
  })

  it('tells train from valid, and leaves out a run that has not begun', () => {
    const option = trainingCurves(
      [
        { name: 'AdamW', epochs: [{ epoch: 1, trainIc: 0.1, validIc: 0.05 }], bestEpoch: 1 },
        { name: 'SAM', epochs: [], bestEpoch: null },
      ],
      style,
    )
    expect(chartTable(option, names)).toEqual({
      columns: ['Epoch', 'AdamW train', 'AdamW valid'],
      rows: [[1, 0.1, 0.05]],
    })
  })

  it('joins the parts of one line and has both edges of a band', () => {
    const epoch = (at: number, ic: number, seeds: number, spread: number | null) => ({
      epoch: at,
      seeds,
      meanValidIc: ic,
      validIcSpread: spread,
      meanTrainIc: 0.5,
      meanValidIcir: null,
    })
    const entry: Convergence = {
      optimizer: 'SAM',
      frequency: 'daily',
      window: 0,
      seeds: [1, 2],
      epochs: [epoch(1, 0.25, 2, 0.125), epoch(2, 0.5, 1, null)],
      meanBestEpoch: 1,
      meanBestValidIc: 0.25,
      decaySlope: null,
      generalisationGap: 0,
    }
    expect(chartTable(convergenceChart([entry], 'validIc', style), names)).toEqual({
      columns: ['Epoch', 'SAM: mean − standard deviation', 'SAM: mean + standard deviation', 'SAM'],
      rows: [
        [1, 0.125, 0.375, 0.25],
        [2, null, null, 0.5],
      ],
    })
  })

  it('sorts the places of lines that have different ones', () => {
    const key = (optimizer: string) => ({ optimizer, seed: 1, window: 0, frequency: 'daily' as const })
    const line = (to: string, at: number[], loss: number[]) => ({
      from: key('AdamW'),
      to: key(to),
      part: 'train' as const,
      at,
      loss,
      barrier: 0,
    })
    const option = interpolationChart(
      [line('SAM', [0, 0.5, 1], [1, 2, 3]), line('GSAM', [0, 0.25, 1], [1, 5, 6])] as never,
      style,
    )
    expect(chartTable(option, names)!.rows).toEqual([
      [0, 1, 1],
      [0.25, null, 5],
      [0.5, 2, null],
      [1, 3, 6],
    ])
  })

  it('loses nothing of a second line of one name', () => {
    const key = (seed: number) => ({ optimizer: 'SAM', seed, window: 0, frequency: 'daily' as const })
    const line = (loss: number[]) => ({
      from: key(1),
      to: key(2),
      part: 'train' as const,
      at: [0, 0.5, 1],
      loss,
      barrier: 0,
    })
    const option = interpolationChart([line([1, 2, 3]), line([1, 4, 3]), line([5, 6, 7])], style)
    expect(chartTable(option, names)).toEqual({
      columns: [
        'Position between the two runs',
        'SAM #1 – SAM #2',
        'SAM #1 – SAM #2 (2)',
        'SAM #1 – SAM #2 (3)',
      ],
      rows: [
        [0, 1, 1, 5],
        [0.5, 2, 4, 6],
        [1, 3, 3, 7],
      ],
    })
  })

  it('has a heatmap as the matrix it shows, from the top', () => {
    const months = [
      { month: 202312, excess: 0.01, portfolio: 0, benchmark: 0 },
      { month: 202401, excess: -0.0123456, portfolio: 0, benchmark: 0 },
    ]
    const { columns, rows } = chartTable(monthlyHeat({ months, years: [] } as never, style), names)!
    expect(columns.slice(1, 3)).toEqual(['1', '2'])
    expect(rows.map(([year]) => year)).toEqual(['2023', '2024'])
    expect(rows[0][12]).toBe(0.01)
    expect(rows[1][1]).toBe(-0.0123456)
    expect(rows[1][2]).toBe(null)
    const correlations = correlationHeat(
      {
        names: ['A', 'B'],
        values: [
          [1, 0.5],
          [0.5, 1],
        ],
      } as never,
      style,
    )
    expect(chartTable(correlations, names)).toEqual({
      columns: ['', 'A', 'B'],
      rows: [
        ['A', 1, 0.5],
        ['B', 0.5, 1],
      ],
    })
  })

  it('has the four prices of a candle and the volume below', () => {
    const option = {
      xAxis: [
        { type: 'category' as const, data: ['2024-01-02', '2024-01-03'] },
        { type: 'category' as const, data: ['2024-01-02', '2024-01-03'], gridIndex: 1 },
      ],
      series: [
        { type: 'candlestick' as const, name: '600000.SH', data: [[10, 10.5, 9.9, 10.6], '-'] as never },
        { type: 'bar' as const, name: 'Volume', xAxisIndex: 1, data: [{ value: 100 }, { value: '-' }] },
      ],
    }
    expect(chartTable(option, names)).toEqual({
      columns: ['Date', '600000.SH open', '600000.SH close', '600000.SH low', '600000.SH high', 'Volume'],
      rows: [
        ['2024-01-02', 10, 10.5, 9.9, 10.6, 100],
        ['2024-01-03', null, null, null, null, null],
      ],
    })
  })

  it('has nothing to give where the numbers are not in the series', () => {
    expect(chartTable(scaleBar(landscapeScale([{ values: [[0, 1]] }]), style), names)).toBe(null)
    expect(chartTable({ series: [] }, names)).toBe(null)
  })
})
