import type { EChartsOption } from 'echarts'
import type { Exposures } from '../domain/portfolio.ts'
import { formatPercent, formatRatio } from '../format.ts'
import { styleText, terms } from '../locales/index.ts'
import type { ChartStyle } from './style.ts'
import { datedLines, valueAxis } from './style.ts'

/** Series of a kind, `style` or `industry`, by what stands behind the colon. */
export function seriesOfKind({ series }: Exposures, kind: 'industry' | 'style') {
  return series.flatMap(({ name, values }) =>
    name.startsWith(`${kind}:`) ? [{ name: name.slice(kind.length + 1), values }] : [],
  )
}

/** Active style exposures in standard deviations; null without one. */
export function styleExposureChart(exposures: Exposures, style: ChartStyle): EChartsOption | null {
  const lines = seriesOfKind(exposures, 'style').map(({ name, values }) => ({
    name: styleText(name, style.locale),
    dates: exposures.dates,
    values,
  }))
  if (lines.length === 0) return null
  return { ...datedLines(lines, formatRatio, style), yAxis: valueAxis(style, formatRatio) }
}

/** On each day the active weight of the industry furthest above the benchmark and of that furthest below; null without industries. */
export function industryRangeChart(exposures: Exposures, style: ChartStyle): EChartsOption | null {
  const text = terms[style.locale].charts
  const industries = seriesOfKind(exposures, 'industry')
  if (industries.length === 0) return null
  const extreme = (of: (...values: number[]) => number) =>
    exposures.dates.map((_, day) => {
      const present = industries.flatMap(({ values }) => values[day] ?? [])
      return present.length === 0 ? null : of(...present)
    })
  const lines = [
    { name: text.industryMost, dates: exposures.dates, values: extreme(Math.max) },
    { name: text.industryLeast, dates: exposures.dates, values: extreme(Math.min) },
  ]
  return {
    ...datedLines(lines, formatPercent, style),
    yAxis: valueAxis(style, (value) => formatPercent(value, 'negative', 1)),
  }
}
