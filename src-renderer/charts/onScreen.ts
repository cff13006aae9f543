import type { EChartsOption, TooltipComponentOption } from 'echarts'

/**
 * A chart whose tooltip has its text in an element of its own: a tooltip ECharts draws on the canvas ignores the font family,
 * and the default font may have no Chinese. `describe` says what stands in it; without it, the chart's own text does.
 */
export function onScreen(option: EChartsOption, describe?: (points: unknown) => string): EChartsOption {
  const tooltip = option.tooltip as TooltipComponentOption
  const text = describe ?? (tooltip.formatter as (points: unknown) => string)
  return {
    ...option,
    tooltip: {
      ...tooltip,
      renderMode: 'html',
      formatter: (points) => {
        const element = document.createElement('div')
        element.style.whiteSpace = 'pre'
        element.textContent = text(points)
        return element
      },
    },
  }
}
