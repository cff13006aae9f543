import type { EChartsOption } from 'echarts'
import type { FactorReport } from '../domain/factor.ts'
import type { FactorAnalysis, FactorCorrelations } from '../domain/factorAnalysis.ts'
import { formatIc, formatNumber, formatPercent, formatRatio } from '../format.ts'
import { fillPlaceholders, terms } from '../locales/index.ts'
import { cumulativeSum, navCurve, trailingMean } from './curves.ts'
import { matrixHeat, monthHeat } from './heat.ts'
import type { ChartStyle } from './style.ts'
import { baseOption, categoryAxis, dateAxis, legend, line, seriesColor, tooltip, valueAxis } from './style.ts'

function layerName(layer: number, style: ChartStyle): string {
  const text = terms[style.locale].charts
  return layer === 1 ? text.top : fillPlaceholders(text.layer, { layer: String(layer) })
}

/** Annualised return of each layer, TOP first, factors side by side; dashed lines are their benchmarks. */
export function layerBars(
  factors: readonly Pick<FactorReport, 'name' | 'layers' | 'benchmark'>[],
  style: ChartStyle,
): EChartsOption {
  const text = terms[style.locale].charts
  const percent = (value: number | null) => formatPercent(value, 'negative', 0)
  return {
    ...baseOption(style),
    legend: legend(style),
    tooltip: tooltip(style, formatPercent),
    grid: { left: 52, right: 16, top: 30, bottom: 24 },
    xAxis: categoryAxis(
      style,
      (factors[0]?.layers ?? []).map(({ layer }) => (layer === 1 ? text.top : String(layer))),
    ),
    yAxis: valueAxis(style, percent),
    series: factors.map((factor, at) => ({
      type: 'bar',
      name: factor.name,
      data: factor.layers.map((layer) => layer.annualisedReturn),
      itemStyle: { color: seriesColor(style.palette, at) },
      barCategoryGap: '35%',
      barGap: '10%',
      markLine: {
        silent: true,
        symbol: 'none',
        label: { show: false },
        lineStyle: { color: seriesColor(style.palette, at), type: 'dashed', width: 1 },
        data: [{ yAxis: factor.benchmark.annualisedReturn }],
      },
    })),
  }
}

/** How many names of layers half a page's width takes in a row of the legend. */
const NAMES_IN_ROW = 5

/**
 * NAV of every layer: upper half in the up colour, lower half in the down colour, fading towards the middle; the legend names them all, and
 * takes one or another away.
 */
export function layerNav(
  factor: Pick<FactorReport, 'returnDates' | 'layerReturns' | 'benchmarkReturns'>,
  style: ChartStyle,
): EChartsOption {
  const { palette } = style
  const count = factor.layerReturns.length
  const layers = factor.layerReturns.map((returns, at) => {
    const side = 1 - (2 * at) / (count - 1)
    const outermost = at === 0 || at === count - 1
    const name = layerName(at + 1, style)
    const layer = line(name, navCurve(returns), side >= 0 ? palette.up : palette.down, outermost ? 2 : 1)
    const opacity = 0.25 + 0.75 * Math.abs(side)
    return {
      ...layer,
      lineStyle: { ...layer.lineStyle, opacity },
      itemStyle: { ...layer.itemStyle, opacity },
    }
  })
  const benchmark = line(terms[style.locale].charts.universe, navCurve(factor.benchmarkReturns), palette.flat)
  return {
    ...baseOption(style),
    legend: {
      ...legend(style, [...layers.map(({ name }) => name), benchmark.name]),
      // Between rows as well.
      itemGap: 8,
    },
    tooltip: tooltip(style, (value) => formatNumber(value, 4)),
    dataZoom: [{ type: 'inside' }],
    grid: { left: 52, right: 16, top: 18 + 16 * Math.ceil((count + 1) / NAMES_IN_ROW), bottom: 24 },
    xAxis: dateAxis(style, factor.returnDates),
    yAxis: { ...valueAxis(style, formatRatio), scale: true },
    series: [...layers, { ...benchmark, lineStyle: { ...benchmark.lineStyle, type: 'dashed' } }],
  }
}

/** Compounded daily return of TOP less the lowest layer, before cost. */
export function spreadNav(
  factor: Pick<FactorReport, 'returnDates' | 'layerReturns'>,
  style: ChartStyle,
): EChartsOption {
  const name = terms[style.locale].metrics.topMinusBottom.name
  const bottom = factor.layerReturns.at(-1) ?? []
  const spread = (factor.layerReturns[0] ?? []).map((value, day) => value - bottom[day])
  return {
    ...baseOption(style),
    tooltip: tooltip(style, (value) => formatNumber(value, 4)),
    dataZoom: [{ type: 'inside' }],
    grid: { left: 52, right: 16, top: 12, bottom: 24 },
    xAxis: dateAxis(style, factor.returnDates),
    yAxis: { ...valueAxis(style, formatRatio), scale: true },
    series: [line(name, navCurve(spread), seriesColor(style.palette, 0), 1.8)],
  }
}

/** Test dates, of a week each, in a month. */
const MONTH_DATES = 4

/**
 * RankIC of each test date as bars, coloured by sign, its mean over a month, and its running sum on the right axis. The lines
 * over the bars have no colour of a series: those may be close to the colours of a rise or a fall.
 */
export function rankIcChart(
  factor: Pick<FactorReport, 'testDates' | 'rankIc'>,
  style: ChartStyle,
): EChartsOption {
  const { palette } = style
  const text = terms[style.locale].charts
  return {
    ...baseOption(style),
    legend: legend(style),
    tooltip: tooltip(style, formatIc),
    dataZoom: [{ type: 'inside' }],
    grid: { left: 52, right: 48, top: 30, bottom: 24 },
    xAxis: { ...dateAxis(style, factor.testDates), boundaryGap: true },
    yAxis: [
      valueAxis(style, formatRatio),
      { ...valueAxis(style, formatRatio), splitLine: { show: false }, alignTicks: true },
    ],
    series: [
      {
        type: 'bar',
        name: text.rankIc,
        data: factor.rankIc.map((value) =>
          value === null ? null : { value, itemStyle: { color: value >= 0 ? palette.up : palette.down } },
        ),
        itemStyle: { color: palette.up },
      },
      line(
        fillPlaceholders(text.rankIcTrailing, { dates: String(MONTH_DATES) }),
        trailingMean(factor.rankIc, MONTH_DATES),
        palette.flat,
      ),
      {
        ...line(text.cumulative, cumulativeSum(factor.rankIc), palette.text, 1.8),
        yAxisIndex: 1,
      },
    ],
  }
}

export type DecayMeasure = 'oneDay' | 'cumulative'

/** Mean RankIC by lag, one line per factor: against one day's return, or against the return up to there. */
export function decayChart(
  factors: readonly { readonly name: string; readonly decay: FactorAnalysis['decay'] }[],
  measure: DecayMeasure,
  style: ChartStyle,
): EChartsOption {
  const lags = [...new Set(factors.flatMap(({ decay }) => decay.map(({ lag }) => lag)))].sort((a, b) => a - b)
  return {
    ...baseOption(style),
    legend: legend(style),
    tooltip: tooltip(style, formatIc),
    grid: { left: 52, right: 16, top: 18 + 16 * Math.ceil(factors.length / 4), bottom: 24 },
    xAxis: categoryAxis(style, lags.map(String)),
    yAxis: valueAxis(style, (value) => formatNumber(value, 3)),
    series: factors.map(({ name, decay }, at) => {
      const valueAt = new Map(decay.map((point) => [point.lag, point[measure]]))
      const values = lags.map((lag) => valueAt.get(lag) ?? null)
      return { ...line(name, values, seriesColor(style.palette, at), 1.6), showSymbol: true, symbolSize: 4 }
    }),
  }
}

/** Mean RankIC of each month, years down. */
export function rankIcMonths(months: FactorAnalysis['months'], style: ChartStyle): EChartsOption {
  return monthHeat(
    months.map(({ month, rankIc }) => ({ month, value: rankIc })),
    (value) => formatNumber(value, 3, 'always'),
    style,
  )
}

/** Mean rank correlation between factors. */
export function correlationHeat({ names, values }: FactorCorrelations, style: ChartStyle): EChartsOption {
  return matrixHeat(names, values, formatRatio, style)
}
