import { describe, expect, it } from 'vitest'
import type { LayerPerformance } from '../../../src-shared/domain/factor.ts'
import { layerExcessBars } from '../../../src-renderer/charts/layers.ts'
import { chartStyle as style } from '../../fixtures/chartStyle.ts'

/** The fields of a series the tests look at. */
interface Series {
  readonly data: readonly unknown[]
}

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
