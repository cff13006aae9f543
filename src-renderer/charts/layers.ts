import type { EChartsOption } from 'echarts'
import type { ChartStyle } from '../../src-shared/charts/index.ts'
import { baseOption, categoryAxis, tooltip, valueAxis } from '../../src-shared/charts/style.ts'
import type { FactorReport } from '../../src-shared/domain/factor.ts'
import { formatPercent } from '../../src-shared/format.ts'
import { terms } from '../../src-shared/locales/index.ts'

/** Annualised excess of each layer over the equal-weighted universe, TOP first, coloured by sign. */
export function layerExcessBars(factor: Pick<FactorReport, 'layers'>, style: ChartStyle): EChartsOption {
  const { charts, metrics } = terms[style.locale]
  return {
    ...baseOption(style),
    tooltip: tooltip(style, formatPercent),
    grid: { left: 52, right: 16, top: 12, bottom: 24 },
    xAxis: categoryAxis(
      style,
      factor.layers.map(({ layer }) => (layer === 1 ? charts.top : String(layer))),
    ),
    yAxis: valueAxis(style, (value) => formatPercent(value, 'negative', 0)),
    series: [
      {
        type: 'bar',
        name: metrics.annualisedExcess.name,
        barCategoryGap: '35%',
        data: factor.layers.map(({ annualisedExcess: value }) =>
          value === null
            ? null
            : { value, itemStyle: { color: value >= 0 ? style.palette.up : style.palette.down } },
        ),
      },
    ],
  }
}
