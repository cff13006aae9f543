import type { EChartsOption } from 'echarts'
import type { Performance } from '../domain/performance.ts'
import type { PortfolioReport } from '../domain/portfolio.ts'
import { formatNumber, formatPercent, formatRatio } from '../format.ts'
import { terms } from '../locales/index.ts'
import type { RollingMeasure } from '../performance/rolling.ts'
import { drawdownCurve, excessReturns, navCurve } from './curves.ts'
import { monthHeat } from './heat.ts'
import type { ChartStyle, DatedLine } from './style.ts'
import {
  axisText,
  baseOption,
  dayAxis,
  datedLines,
  legend,
  line,
  seriesColor,
  tooltip,
  valueAxis,
} from './style.ts'

type DailyReturns = Pick<PortfolioReport, 'dates' | 'returns' | 'benchmarkReturns'>

/** A few days move it by thousandths. */
const navLabel = (value: number): string => formatNumber(value, 3)

/**
 * Under each other on the same days: NAV of portfolio and benchmark, excess NAV prod(1 + d), drawdown of the portfolio and of the
 * excess. Each has a scale of its own: the excess falls by a small part of what the portfolio does.
 */
export function navChart(report: DailyReturns, style: ChartStyle): EChartsOption {
  const { palette } = style
  const text = terms[style.locale].charts
  const excess = excessReturns(report.returns, report.benchmarkReturns)
  const [portfolioColor, excessColor] = [seriesColor(palette, 0), seriesColor(palette, 1)]
  const levels = { scale: true, format: navLabel }
  const falls = {
    // A stretch without a fall has its zero at the top as well.
    max: 0,
    min: (extent: { min: number }) => (extent.min < 0 ? null : -0.001) as number,
    format: (value: number) => formatPercent(value),
  }
  const panels = [
    { name: text.nav, place: { top: 46, height: '25%' }, axis: levels },
    { name: text.excessNav, place: { top: '42.5%', height: '12%' }, axis: levels },
    { name: text.drawdown, place: { top: '62%', height: '12%' }, axis: falls },
    { name: text.excessDrawdown, place: { bottom: 24, height: '12%' }, axis: falls },
  ]
  const on = (panel: number) => ({ xAxisIndex: panel, yAxisIndex: panel })
  const benchmark = line(text.benchmark, navCurve(report.benchmarkReturns), palette.flat)
  const fall = (name: string, returns: readonly number[], color: string) => ({
    ...line(name, drawdownCurve(returns), color, 1),
    tooltip: { valueFormatter: (value: unknown) => formatPercent(value as number) },
    areaStyle: { color, opacity: 0.2 },
  })
  return {
    ...baseOption(style),
    // The drawdowns have the colours of their NAV.
    legend: legend(style, [text.portfolio, text.benchmark, text.excess]),
    tooltip: tooltip(style, (value) => formatNumber(value, 4)),
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    dataZoom: [{ type: 'inside', xAxisIndex: panels.map((_, panel) => panel) }],
    // Of one width, whatever their labels: a day stands at one place in all of them.
    grid: panels.map(({ place }) => ({ left: 60, right: 32, outerBoundsMode: 'none', ...place })),
    xAxis: panels.map((_, panel) => ({
      ...dayAxis(style, report.dates),
      gridIndex: panel,
      ...(panel === panels.length - 1 ? {} : { axisLabel: { show: false } }),
    })),
    yAxis: panels.map(({ name, axis: { format, ...scale } }, panel) => ({
      ...valueAxis(style, format),
      ...scale,
      gridIndex: panel,
      name,
      nameGap: 14,
      nameTextStyle: { ...axisText(style), align: 'left' as const, padding: [0, 0, 0, -44] },
      ...(panel === 0 ? {} : { splitNumber: 2 }),
    })),
    series: [
      line(text.portfolio, navCurve(report.returns), portfolioColor, 1.8),
      { ...benchmark, lineStyle: { ...benchmark.lineStyle, type: 'dashed' } },
      { ...line(text.excess, navCurve(excess), excessColor, 1.8), ...on(1) },
      { ...fall(text.drawdown, report.returns, portfolioColor), ...on(2) },
      { ...fall(text.excessDrawdown, excess, excessColor), ...on(3) },
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
    grid: { left: 60, right: 16, top: 30, bottom: 24 },
    yAxis: { ...valueAxis(style, navLabel), scale: true },
  }
}

/** Excess prod(1 + d) - 1 of each month and, in the last column, of each year (methods 5); years down, colour by sign and size. */
export function monthlyHeat(
  { months, years }: Pick<Performance, 'months' | 'years'>,
  style: ChartStyle,
): EChartsOption {
  return monthHeat(
    months.map(({ month, excess }) => ({ month, value: excess })),
    (value) => formatPercent(value, 'always', 1),
    style,
    years.map(({ year, excessTotal }) => ({ year, value: excessTotal })),
  )
}

/** Figures that are shares of the value. */
const SHARES: ReadonlySet<RollingMeasure> = new Set(['annualisedExcess', 'trackingError', 'volatility'])

/** A figure over the window up to each day, one line per model. */
export function rollingChart(
  lines: readonly DatedLine[],
  measure: RollingMeasure,
  style: ChartStyle,
): EChartsOption {
  const share = SHARES.has(measure)
  return {
    ...datedLines(lines, share ? formatPercent : formatRatio, style),
    yAxis: {
      ...valueAxis(style, share ? (value) => formatPercent(value, 'negative', 1) : formatRatio),
      scale: true,
    },
  }
}
