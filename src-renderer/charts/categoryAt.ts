import type { ECharts } from './echarts.ts'

interface Axis {
  readonly type?: string
  readonly gridIndex?: number
  readonly data?: readonly unknown[]
}

/** Position of the category at a point of the chart, in any of its grids; null beside them and where there are no categories. */
export function categoryAt(chart: ECharts, point: [x: number, y: number]): number | null {
  const { grid = [], xAxis = [] } = chart.getOption() as {
    grid?: readonly unknown[]
    xAxis?: readonly Axis[]
  }
  const gridIndex = grid.findIndex((_, at) => chart.containPixel({ gridIndex: at }, point))
  const axis = xAxis.find((one) => (one.gridIndex ?? 0) === gridIndex)
  if (axis?.type !== 'category' || axis.data === undefined) return null
  const [at] = chart.convertFromPixel({ gridIndex }, point) as unknown as [number, number]
  return Math.max(0, Math.min(axis.data.length - 1, Math.round(at)))
}
