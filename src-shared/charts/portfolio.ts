import type { EChartsOption } from 'echarts'
import type { Performance } from '../domain/performance.ts'
import type { PortfolioReport } from '../domain/portfolio.ts'
import { formatNumber, formatPercent, formatRatio } from '../format.ts'
import { fillPlaceholders, terms } from '../locales/index.ts'
import { drawdownCurve, excessReturns, navCurve } from './curves.ts'
import type { ChartStyle } from './style.ts'
import { axisText, baseOption, dateAxis, legend, line, seriesColor, tooltip, valueAxis } from './style.ts'

type DailyReturns = Pick<PortfolioReport, 'dates' | 'returns' | 'benchmarkReturns'>

/** NAV of portfolio, benchmark and excess; below, on the same days, the drawdowns of portfolio and excess. */
export function navChart(report: DailyReturns, style: ChartStyle): EChartsOption {
  const { palette } = style
  const text = terms[style.locale].charts
  const excess = excessReturns(report.returns, report.benchmarkReturns)
  const portfolioColor = seriesColor(palette, 0)
  const excessColor = seriesColor(palette, 1)
  const below = {
    xAxisIndex: 1,
    yAxisIndex: 1,
    tooltip: { valueFormatter: (value: unknown) => formatPercent(value as number) },
  }
  return {
    ...baseOption(style),
    // The panel below repeats the colours of the panel above.
    legend: legend(style, [text.portfolio, text.benchmark, text.excess]),
    tooltip: tooltip(style, (value) => formatNumber(value, 4)),
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    dataZoom: [{ type: 'inside', xAxisIndex: [0, 1] }],
    grid: [
      { left: 52, right: 16, top: 30, bottom: '40%' },
      { left: 52, right: 16, top: '67%', bottom: 24 },
    ],
    xAxis: [
      { ...dateAxis(style, report.dates), gridIndex: 0, axisLabel: { show: false } },
      { ...dateAxis(style, report.dates), gridIndex: 1 },
    ],
    yAxis: [
      { ...valueAxis(style, formatRatio), gridIndex: 0, scale: true },
      { ...valueAxis(style, (value) => formatPercent(value, 'negative', 0)), gridIndex: 1, splitNumber: 2 },
    ],
    series: [
      line(text.portfolio, navCurve(report.returns), portfolioColor, 1.8),
      line(text.benchmark, navCurve(report.benchmarkReturns), palette.flat),
      line(text.excess, navCurve(excess), excessColor, 1.8),
      { ...line(text.drawdown, drawdownCurve(report.returns), portfolioColor, 1), ...below },
      {
        ...line(text.excessDrawdown, drawdownCurve(excess), excessColor, 1),
        ...below,
        areaStyle: { color: excessColor, opacity: 0.2 },
      },
    ],
  }
}

/** Excess NAV prod(1 + d) of several portfolios, one line per model, each from its own first day. */
export function excessChart(
  reports: readonly (DailyReturns & { readonly model: string })[],
  style: ChartStyle,
): EChartsOption {
  const dates = [...new Set(reports.flatMap((report) => report.dates))].sort((a, b) => a - b)
  return {
    ...baseOption(style),
    legend: legend(style),
    tooltip: tooltip(style, (value) => formatNumber(value, 4)),
    dataZoom: [{ type: 'inside' }],
    grid: { left: 52, right: 16, top: 30, bottom: 24 },
    xAxis: dateAxis(style, dates),
    yAxis: { ...valueAxis(style, formatRatio), scale: true },
    series: reports.map((report, at) => {
      const nav = navCurve(excessReturns(report.returns, report.benchmarkReturns))
      const navOn = new Map(report.dates.map((date, day) => [date, nav[day]]))
      const values = dates.map((date) => navOn.get(date) ?? null)
      return line(report.model, values, seriesColor(style.palette, at), 1.8)
    }),
  }
}

/** Monthly excess return, years down, months across; colour by sign and size, on a scale symmetric about 0. */
export function monthlyHeat(months: Performance['months'], style: ChartStyle): EChartsOption {
  const { palette } = style
  const text = terms[style.locale].charts
  const years = [...new Set(months.map(({ month }) => Math.floor(month / 100)))].sort((a, b) => b - a)
  const columns = Array.from({ length: 12 }, (_, at) =>
    fillPlaceholders(text.month, { month: String(at + 1) }),
  )
  const cells = months.map(({ month, excess }) => [
    (month % 100) - 1,
    years.indexOf(Math.floor(month / 100)),
    excess,
  ])
  // Full colour lies beyond the largest value: every cell stays light enough to read its number on.
  const scale = 2 * Math.max(...months.map(({ excess }) => Math.abs(excess)), 1e-12)
  const axis = {
    type: 'category' as const,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: axisText(style),
  }
  return {
    ...baseOption(style),
    grid: { left: 52, right: 16, top: 4, bottom: 24 },
    xAxis: { ...axis, data: columns },
    yAxis: { ...axis, data: years.map(String) },
    visualMap: {
      show: false,
      min: -scale,
      max: scale,
      dimension: 2,
      inRange: { color: [palette.down, palette.background, palette.up] },
    },
    series: [
      {
        type: 'heatmap',
        data: cells,
        label: {
          show: true,
          ...axisText(style),
          formatter: (cell) => formatPercent((cell.value as number[])[2], 'always', 1),
        },
        itemStyle: { borderColor: palette.background, borderWidth: 2 },
      },
    ],
  }
}
