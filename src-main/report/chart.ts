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
import { type ECharts, init, use } from 'echarts/core'
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

/**
 * The chart as an SVG element, and its size: it is as much higher than asked for as its legend needs. `id` makes its inner names
 * unique in the document and equal on every rendering.
 */
export function renderChart(
  option: EChartsOption,
  size: ChartSize,
  id: string,
): { readonly svg: string; readonly size: ChartSize } {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption(option)
    const covered = Math.ceil(legendReach(chart) - plotTop(option, size))
    if (covered > 0)
      return renderChart(lowered(option, size, covered), { ...size, height: size.height + covered }, id)
    return { svg: plainSvg(chart.renderToSVGString(), id), size }
  } finally {
    chart.dispose()
  }
}

type Place = number | string

const pixels = (place: Place, { height }: ChartSize): number =>
  typeof place === 'number' ? place : (height * parseFloat(place)) / 100

const gridsOf = ({ grid = [] }: EChartsOption) => [grid].flat()

/** Of the uppermost grid; infinite without one. */
function plotTop(option: EChartsOption, size: ChartSize): number {
  return Math.min(...gridsOf(option).flatMap(({ top }) => (top === undefined ? [] : pixels(top, size))))
}

/** For a chart that is higher by so much: its grids further down, each as high as it was. */
function lowered(option: EChartsOption, size: ChartSize, by: number): EChartsOption {
  return {
    ...option,
    grid: gridsOf(option).map(({ top, height, ...grid }) => ({
      ...grid,
      ...(top === undefined ? {} : { top: pixels(top, size) + by }),
      ...(height === undefined ? {} : { height: pixels(height, size) }),
    })),
  }
}

/** Of an instance of ECharts what its types do not tell: where a component came to stand. */
interface LaidOut {
  getModel(): { getComponent(type: 'legend'): object | undefined }
  getViewOfComponentModel(model: object): {
    readonly group: { readonly y: number; getBoundingRect(): { readonly y: number; readonly height: number } }
  }
}

/** Between a legend and the plot, which half an axis label stands above. */
const LEGEND_GAP = 4

/** Where the plot may begin: below the legend, 0 without one. */
function legendReach(chart: ECharts): number {
  const laidOut = chart as unknown as LaidOut
  const legend = laidOut.getModel().getComponent('legend')
  if (legend === undefined) return 0
  const { group } = laidOut.getViewOfComponentModel(legend)
  const { y, height } = group.getBoundingRect()
  return group.y + y + height + LEGEND_GAP
}
