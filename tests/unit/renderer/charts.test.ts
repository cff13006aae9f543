import { describe, expect, it } from 'vitest'
import type { ChartStyle } from '../../../src-shared/charts/index.ts'
import type { LayerPerformance } from '../../../src-shared/domain/factor.ts'
import { layerExcessBars } from '../../../src-renderer/charts/layers.ts'
import { lossCurves } from '../../../src-renderer/charts/training.ts'

const style: ChartStyle = {
  palette: {
    up: '#f00',
    down: '#0f0',
    flat: '#888',
    series: ['#001', '#002'],
    text: '#fff',
    grid: '#333',
    background: '#000',
  },
  locale: 'en',
  fontFamily: 'serif',
  fontSize: 12,
}

/** The fields of a series the tests look at. */
interface Series {
  readonly data: readonly unknown[]
  readonly lineStyle?: { readonly color?: string; readonly type?: string }
  readonly markPoint?: { readonly data: readonly { readonly coord: readonly number[] }[] }
}

describe('lossCurves', () => {
  const record = (epoch: number, trainLoss: number, validIc: number) => ({
    epoch,
    trainLoss,
    validLoss: -validIc,
    trainIc: 0.5,
    validIc,
    trainIcir: null,
    validIcir: null,
    sharpnessGap: null,
    gradientNorm: 1,
    perturbedLoss: null,
    perturbedGradientNorm: null,
    finalGradientNorm: 1,
    cosine: null,
    perturbationNorm: null,
    learningRate: 0.001,
    rho: null,
    predictions: 0,
    evaluations: 1,
    skippedSteps: 0,
  })
  const option = lossCurves(
    [
      { name: 'AdamW', epochs: [record(1, -0.01, 0.02), record(2, -0.03, 0.01)], bestEpoch: 1 },
      { name: 'SAM', epochs: [], bestEpoch: null },
    ],
    style,
  )
  const series = option.series as readonly Series[]

  it('draws the train loss dashed and the negative valid IC solid', () => {
    expect(series[0].data).toEqual([
      [1, -0.01],
      [2, -0.03],
    ])
    expect(series[0].lineStyle?.type).toBe('dashed')
    expect(series[1].data).toEqual([
      [1, -0.02],
      [2, -0.01],
    ])
    expect(series[1].lineStyle?.type).toBeUndefined()
  })

  it('marks the best epoch on the valid line', () => {
    expect(series[1].markPoint?.data[0].coord).toEqual([1, -0.02])
    expect(series[3].markPoint).toBeUndefined()
  })

  it('keeps an optimizer’s colour before its run has begun', () => {
    expect(series.map((line) => line.lineStyle?.color)).toEqual(['#001', '#001', '#002', '#002'])
  })
})

describe('layerExcessBars', () => {
  const layer = (at: number, annualisedExcess: number | null): LayerPerformance => ({
    layer: at,
    totalReturn: 0,
    annualisedReturn: 0,
    volatility: null,
    maxDrawdown: 0,
    annualisedExcess,
    trackingError: null,
    informationRatio: null,
    monthlyWinRate: null,
    excessMaxDrawdown: 0,
    turnoverPerRebalance: null,
    turnoverPerYear: null,
  })

  it('colours bars by sign, TOP first, and leaves an undefined one out', () => {
    const option = layerExcessBars({ layers: [layer(1, 0.1), layer(2, null), layer(3, -0.2)] }, style)
    const [bars] = option.series as readonly Series[]
    expect(bars.data).toEqual([
      { value: 0.1, itemStyle: { color: '#f00' } },
      null,
      { value: -0.2, itemStyle: { color: '#0f0' } },
    ])
    expect((option.xAxis as { data: readonly string[] }).data).toEqual(['TOP', '2', '3'])
  })
})
