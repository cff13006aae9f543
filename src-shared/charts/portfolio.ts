import type { EChartsOption } from 'echarts'
import type { Performance } from '../domain/performance.ts'
import type { PortfolioReport } from '../domain/portfolio.ts'
import { formatNumber, formatPercent, formatRatio } from '../format.ts'
import { terms } from '../locales/index.ts'
import { drawdownCurve, excessReturns, navCurve } from './curves.ts'
import { monthHeat } from './heat.ts'
import type { ChartStyle } from './style.ts'
import { baseOption, dateAxis, datedLines, legend, line, seriesColor, tooltip, valueAxis } from './style.ts'

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
  const lines = reports.map(({ model, dates, returns, benchmarkReturns }) => ({
    name: model,
    dates,
    values: navCurve(excessReturns(returns, benchmarkReturns)),
  }))
  return {
    ...datedLines(lines, (value) => formatNumber(value, 4), style),
    grid: { left: 52, right: 16, top: 30, bottom: 24 },
    yAxis: { ...valueAxis(style, formatRatio), scale: true },
  }
}

/** Monthly excess return, years down, months across; colour by sign and size. */
export function monthlyHeat(months: Performance['months'], style: ChartStyle): EChartsOption {
  return monthHeat(
    months.map(({ month, excess }) => ({ month, value: excess })),
    (value) => formatPercent(value, 'always', 1),
    style,
  )
}

/** Tracking error or information ratio over the window up to each day, one line per model; models without one are left out. */
export function rollingChart(
  reports: readonly (Pick<PortfolioReport, 'dates' | 'model'> & {
    readonly performance: Pick<Performance, 'rolling'>
  })[],
  measure: 'trackingError' | 'informationRatio',
  style: ChartStyle,
): EChartsOption {
  const shown = reports.flatMap(({ dates, model, performance: { rolling } }) =>
    rolling === null ? [] : [{ name: model, dates, values: rolling[measure] }],
  )
  const share = measure === 'trackingError'
  return {
    ...datedLines(shown, share ? formatPercent : formatRatio, style),
    yAxis: {
      ...valueAxis(style, share ? (value) => formatPercent(value, 'negative', 1) : formatRatio),
      scale: true,
    },
  }
}
