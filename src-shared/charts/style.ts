import type { EChartsOption } from 'echarts'
import type { DateInt } from '../domain/date.ts'
import { formatDate } from '../domain/date.ts'
import type { Locale } from '../locales/index.ts'

/** Colours of a chart: the caller's theme and red-up or green-up choice. */
export interface Palette {
  readonly up: string
  readonly down: string
  readonly flat: string
  /** One colour per compared object, in order; used again from the start when there are more objects. */
  readonly series: readonly string[]
  readonly text: string
  readonly grid: string
  readonly background: string
}

export interface ChartStyle {
  readonly palette: Palette
  readonly locale: Locale
  readonly fontFamily: string
  /** Pixels. */
  readonly fontSize: number
}

export function seriesColor(palette: Palette, at: number): string {
  return palette.series[at % palette.series.length]
}

/** What every chart shares. */
export function baseOption({ palette, fontFamily, fontSize }: ChartStyle): EChartsOption {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily, fontSize, color: palette.text },
  }
}

export function legend({ palette, fontFamily, fontSize }: ChartStyle, names?: readonly string[]) {
  return {
    top: 0,
    left: 'center',
    itemWidth: 18,
    itemHeight: 8,
    itemGap: 16,
    icon: 'roundRect',
    textStyle: { color: palette.text, fontFamily, fontSize },
    ...(names === undefined ? {} : { data: [...names] }),
  }
}

/** A category axis of days; labels read 2024-01. */
export function dateAxis(style: ChartStyle, dates: readonly DateInt[]) {
  return {
    type: 'category' as const,
    data: dates.map(formatDate),
    boundaryGap: false,
    axisLine: { onZero: false, lineStyle: { color: style.palette.flat } },
    axisTick: { show: false },
    axisLabel: { ...axisText(style), formatter: (date: string) => date.slice(0, 7) },
  }
}

/** A category axis of days that can be zoomed to a few of them; labels read 2024-01-31. */
export function dayAxis(style: ChartStyle, dates: readonly DateInt[]) {
  return { ...dateAxis(style, dates), axisLabel: axisText(style) }
}

export function categoryAxis(style: ChartStyle, names: readonly string[]) {
  return {
    type: 'category' as const,
    data: [...names],
    axisLine: { onZero: false, lineStyle: { color: style.palette.flat } },
    axisTick: { show: false },
    axisLabel: axisText(style),
  }
}

export function valueAxis(style: ChartStyle, format: (value: number) => string) {
  return {
    type: 'value' as const,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: style.palette.grid, width: 1 } },
    axisLabel: { ...axisText(style), formatter: format },
    nameTextStyle: axisText(style),
  }
}

export function axisText({ palette, fontFamily, fontSize }: ChartStyle) {
  return { color: palette.text, fontFamily, fontSize }
}

export function tooltip(style: ChartStyle, format: (value: number | null) => string) {
  return {
    trigger: 'axis' as const,
    // Charts do not move by themselves, nor does what points into them.
    axisPointer: { animation: false },
    backgroundColor: style.palette.background,
    borderColor: style.palette.grid,
    textStyle: axisText(style),
    valueFormatter: (value: unknown) => format(typeof value === 'number' ? value : null),
  }
}

/** A line without symbols. */
export function line(name: string, data: readonly (number | null)[], color: string, width = 1.5) {
  return {
    type: 'line' as const,
    name,
    data: [...data],
    showSymbol: false,
    lineStyle: { color, width },
    itemStyle: { color },
  }
}

/** Values on days of their own. */
export interface DatedLine {
  readonly name: string
  readonly dates: readonly DateInt[]
  readonly values: readonly (number | null)[]
}

/** Lines on one calendar, all but the y axis; a line has no value on days that are not its own. */
export function datedLines(
  lines: readonly DatedLine[],
  format: (value: number | null) => string,
  style: ChartStyle,
) {
  const dates = [...new Set(lines.flatMap((one) => one.dates))].sort((a, b) => a - b)
  return {
    ...baseOption(style),
    legend: legend(style),
    tooltip: tooltip(style, format),
    dataZoom: [{ type: 'inside' as const }],
    // Half a page's width takes four names in a row of the legend.
    grid: { left: 52, right: 16, top: 18 + 16 * Math.ceil(lines.length / 4), bottom: 24 },
    xAxis: dayAxis(style, dates),
    series: lines.map(({ name, dates: own, values }, at) => {
      const valueOn = new Map(own.map((date, day) => [date, values[day]]))
      const data = dates.map((date) => valueOn.get(date) ?? null)
      return line(name, data, seriesColor(style.palette, at), 1.6)
    }),
  }
}

/** Epochs from 1 on, along the bottom whatever the values. */
export function epochAxis(style: ChartStyle, name: string) {
  return {
    ...valueAxis(style, String),
    min: 1,
    max: 'dataMax' as const,
    minInterval: 1,
    splitLine: { show: false },
    axisLine: { show: true, onZero: false, lineStyle: { color: style.palette.flat } },
    name,
    nameLocation: 'middle' as const,
    nameGap: 20,
  }
}
