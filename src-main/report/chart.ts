import { BarChart, CustomChart, HeatmapChart, LineChart } from 'echarts/charts'
import {
  DataZoomInsideComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { EChartsOption } from 'echarts'
import type { ChartStyle } from '../../src-shared/charts/index.ts'
import { plainSvg } from '../../src-shared/charts/svg.ts'
import type { Locale } from '../../src-shared/locales/index.ts'
import { FONT_FAMILY } from './fonts.ts'

use([
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  DataZoomInsideComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
  SVGRenderer,
])

/** Print colours: dark red leads, dark blue answers; red is up and green is down, as in the home market. */
export function printStyle(locale: Locale): ChartStyle {
  return {
    locale,
    fontFamily: FONT_FAMILY,
    fontSize: 10,
    palette: {
      up: '#a61c28',
      down: '#2f7d5b',
      flat: '#8b9099',
      series: ['#a61c28', '#1d3f72', '#b98a2f', '#3f7f83', '#6d4b86', '#6b6f76', '#c9683c', '#7a8f3c'],
      text: '#33373d',
      grid: '#e3e5e8',
      background: '#ffffff',
    },
  }
}

/** Width and height in CSS pixels. The type area of A4 is 178 mm = 672 px wide. */
export interface ChartSize {
  readonly width: number
  readonly height: number
}
export const FULL_WIDTH = 672
export const HALF_WIDTH = 326

/** The chart as an SVG element. `id` makes its inner names unique in the document and equal on every rendering. */
export function renderChart(option: EChartsOption, size: ChartSize, id: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption(option)
    return plainSvg(chart.renderToSVGString(), id)
  } finally {
    chart.dispose()
  }
}
