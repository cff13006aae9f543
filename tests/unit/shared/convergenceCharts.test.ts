import { describe, expect, it } from 'vitest'
import type { ChartStyle } from '../../../src-shared/charts/index.ts'
import {
  convergenceChart,
  formatEstimate,
  interpolationChart,
  landscapeChart,
  landscapeScale,
  scaleBar,
  sharpnessRows,
} from '../../../src-shared/charts/index.ts'
import { convergence } from '../../../src-shared/domain/convergence.ts'
import { bowl } from '../../fixtures/landscape.ts'

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

interface Series {
  type: string
  name: string
  data: unknown[]
  lineStyle?: { color?: string; type?: string }
  markPoint?: { data: { coord: number[] }[] }
  renderItem?: (at: { dataIndex: number }, api: { coord: (point: number[]) => number[] }) => unknown
}
const seriesOf = (option: { series?: unknown }) => option.series as Series[]
/** Draws one item with coordinates of a hundred pixels a unit. */
const drawn = (series: Series, dataIndex: number) =>
  series.renderItem?.({ dataIndex }, { coord: (point) => point.map((value) => value * 100) })

describe('convergence', () => {
  const epoch = (at: number, seeds: number, ic: number, spread: number | null, icir: number | null) => ({
    epoch: at,
    seeds,
    meanValidIc: ic,
    validIcSpread: spread,
    meanTrainIc: 0.5,
    meanValidIcir: icir,
  })
  const entry = convergence.parse({
    window: 0,
    frequency: 'daily',
    optimizer: 'SAM',
    seeds: [1, 2],
    epochs: [
      epoch(1, 2, 0.02, 0.01, 0.2),
      epoch(2, 2, 0.06, 0.02, 0.4),
      epoch(3, 2, 0.04, 0.01, null),
      epoch(4, 1, 0.03, null, 0.1),
    ],
    meanBestEpoch: 2.5,
    meanBestValidIc: 0.07,
    decaySlope: -0.01,
    generalisationGap: 0.1,
  })

  it('is solid while all seeds train and dotted after, marked at the mean best epoch on the line', () => {
    const [, whole, rest] = seriesOf(convergenceChart([entry], 'validIc', style))
    expect(whole.data).toEqual([
      [1, 0.02],
      [2, 0.06],
      [3, 0.04],
    ])
    expect(rest.data).toEqual([
      [3, 0.04],
      [4, 0.03],
    ])
    expect(rest.lineStyle).toMatchObject({ type: 'dotted', color: '#100000' })
    expect(whole.markPoint?.data[0].coord).toEqual([2.5, expect.closeTo(0.05, 14)])
  })

  it('has a band of one spread on either side where there is a spread', () => {
    const [band] = seriesOf(convergenceChart([entry], 'validIc', style))
    expect(band.data).toHaveLength(3)
    expect(drawn(band, 1)).toBeNull()
    const points = [
      [100, 1],
      [200, 4],
      [300, 3],
      [300, 5],
      [200, 8],
      [100, 3],
    ].map((point) => point.map((value) => expect.closeTo(value, 9) as number))
    expect(drawn(band, 0)).toMatchObject({ type: 'polygon', shape: { points } })
  })

  it('of the ICIR has no band, a gap where it is undefined, and no mark beside a gap', () => {
    const [whole] = seriesOf(convergenceChart([entry], 'validIcir', style))
    expect(whole).toMatchObject({ type: 'line', data: [[1, 0.2], [2, 0.4], [3, null]] }) // prettier-ignore
    expect(whole.markPoint).toBeUndefined()
  })
})

describe('the scale of landscapes', () => {
  it('has round steps over all of them, highest values apart', () => {
    const rows = Array.from({ length: 10 }, (_, iy) => Array.from({ length: 10 }, (_, ix) => 10 * iy + ix))
    const scale = landscapeScale([{ values: rows }, { values: [[null, 1000]] }], { bands: 10 })
    expect(scale.levels).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90])
    expect(scale.colors).toHaveLength(10)
    expect(landscapeScale([{ values: [[-0.31, 0.02, 0.3]] }], { bands: 4 }).levels).toEqual([
      -0.3, -0.2, -0.1, 0,
    ])
  })

  it('falls in lightness step by step, so that it prints in grey, and stays off white', () => {
    const { colors } = landscapeScale([bowl('SAM', 1, 1)])
    const lightness = colors.map((color) => {
      const [red, green, blue] = [1, 3, 5].map((at) => {
        const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
        return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
      })
      return 116 * Math.cbrt(0.2126 * red + 0.7152 * green + 0.0722 * blue) - 16
    })
    const steps = lightness.slice(1).map((value, at) => lightness[at] - value)
    expect(Math.min(...steps)).toBeGreaterThan(0)
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.8)
    expect(lightness[0]).toBeLessThan(96)
  })

  it('is one band where there is nothing to part', () => {
    expect(landscapeScale([{ values: [[0.1, 0.1]] }]).levels).toEqual([])
    expect(landscapeScale([]).colors).toHaveLength(1)
    expect(seriesOf(scaleBar(landscapeScale([]), style))[0].data).toHaveLength(1)
  })
})

describe('a landscape', () => {
  const landscape = { ...bowl('SAM', 1, 1), x: [0, 1, 2], y: [0, 1], values: [[0, 1, 2], [0, 1, null]] } // prettier-ignore
  const scale = { levels: [0.5], colors: ['#aaaaaa', '#bbbbbb'] }
  const option = landscapeChart(landscape, scale, style)
  const [bands, , path, best] = seriesOf(option)
  const children = (dataIndex: number) => (drawn(bands, dataIndex) as { children: unknown[] }).children

  it('fills what lies above each level over what lies below, and leaves squares with a missing node blank', () => {
    const [lowest, ...none] = children(0)
    expect(none).toEqual([])
    expect(lowest).toMatchObject({ style: { fill: '#aaaaaa' } })
    const { pathData } = (lowest as { shape: { pathData: string } }).shape
    expect(Math.max(...pathData.match(/[\d.]+/g)!.map(Number))).toBe(100)
    expect(children(1)).toMatchObject([
      { style: { fill: '#bbbbbb' } },
      { shape: { pathData: 'M50 100L50 0' }, style: { fill: 'none' } },
    ])
  })

  it('draws the trajectory through every epoch and marks the best one, wherever it lies', () => {
    expect(path.data).toEqual(landscape.trajectory.map(({ x, y }) => [x, y]))
    expect(best.data).toEqual([[expect.closeTo(0, 12), expect.closeTo(0, 12)]])
    const moved = landscape.trajectory.map((point) => ({ ...point, x: point.x + 0.5 }))
    const joint = seriesOf(landscapeChart({ ...landscape, trajectory: moved }, scale, style))
    expect(joint[3].data).toEqual([[0.5, 0]])
  })

  it('names its axes by the explained shares', () => {
    expect(option.xAxis).toMatchObject({ name: 'Direction 1 (71.0%)', min: 0, max: 2 })
    expect(option.yAxis).toMatchObject({ name: 'Direction 2 (18.0%)' })
  })

  it('names its axes by eigenvalues with their residuals, and random ones by their unit', () => {
    const eigenvalues = [
      { value: 3.1, residual: 0.04 },
      { value: 1.25, residual: 0.11 },
    ] as [{ value: number; residual: number }, { value: number; residual: number }]
    const of = (directions: 'hessian' | 'random') => ({
      ...landscape,
      settings: { ...landscape.settings, directions },
      eigenvalues: directions === 'hessian' ? eigenvalues : null,
    })
    expect(landscapeChart(of('hessian'), scale, style)).toMatchObject({
      xAxis: { name: 'Eigenvector 1 (λ = 3.100 ± 0.040)' },
      yAxis: { name: 'Eigenvector 2 (λ = 1.25 ± 0.11)' },
    })
    expect(landscapeChart(of('random'), scale, style)).toMatchObject({
      yAxis: { name: 'Random direction 2 (filter norms)' },
    })
  })

  it('has the numbers of its minimum, errors with them', () => {
    const [row] = sharpnessRows([landscape, { ...landscape, sharpness: null }])
    expect(row.key.optimizer).toBe('SAM')
    expect(formatEstimate(row.ballIncrease)).toBe('0.00160 ± 0.00020')
    expect(formatEstimate({ value: 1234.56, error: 78.9 })).toBe('1,235 ± 79')
    expect(formatEstimate({ value: -0.012345, error: null })).toBe('−0.0123')
    expect(formatEstimate({ value: 0, error: 0 })).toBe('0.0 ± 0.0')
    expect(formatEstimate({ value: null, error: 1 })).toBe('—')
  })
})

describe('a line between two runs', () => {
  it('has its chord beside it', () => {
    const key = { window: 0, frequency: 'daily' as const, optimizer: 'SAM', seed: 1 }
    const [solid, chord] = seriesOf(
      interpolationChart(
        [
          {
            from: key,
            to: { ...key, seed: 2 },
            part: 'train',
            at: [0, 0.5, 1],
            loss: [-0.2, null, -0.1],
            barrier: 0.1,
          },
        ],
        style,
      ),
    )
    expect(solid).toMatchObject({ name: 'SAM #1 – SAM #2', data: [[0, -0.2], [0.5, null], [1, -0.1]] }) // prettier-ignore
    expect(chord.data).toEqual([
      [0, -0.2],
      [1, -0.1],
    ])
  })
})
