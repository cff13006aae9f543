import { BarChart, CandlestickChart, CustomChart, HeatmapChart, LineChart } from 'echarts/charts'
import {
  DataZoomInsideComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from 'echarts/components'
import { use } from 'echarts/core'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'

// Only what the charts draw with: the rest of ECharts stays out of the bundle.
use([
  BarChart,
  CandlestickChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  DataZoomInsideComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
  CanvasRenderer,
  // Of pictures that are saved.
  SVGRenderer,
])

export { init, type ECharts } from 'echarts/core'
