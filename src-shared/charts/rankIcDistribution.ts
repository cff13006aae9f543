import type { EChartsOption } from 'echarts'
import type { ExportTable } from '../domain/exportTable.ts'
import { formatCount, formatNumber, formatRatio } from '../format.ts'
import { terms } from '../locales/index.ts'
import { normalProbability, normalQuantile } from '../normalDistribution.ts'
import { mean, standardDeviation } from '../statistics.ts'
import type { ChartStyle } from './style.ts'
import { baseOption, categoryAxis, legend, line, seriesColor, tooltip, valueAxis } from './style.ts'

/** Round widths of a bin; the narrowest under which no more than BINS_MOST are needed is taken. */
const WIDTHS = [0.005, 0.01, 0.02, 0.025, 0.05, 0.1, 0.2]
const BINS_MOST = 24

const present = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null)

interface Bin {
  /** In it. */
  readonly from: number
  /** No longer in it. */
  readonly to: number
  readonly dates: number
  /** Of a normal distribution with mean and standard deviation of the RankIC; null without a deviation. */
  readonly normal: number | null
}

/** How many test dates have a RankIC in each bin; 0 is the edge of one. `digits`: decimals that its edges have. */
function rankIcBins(rankIc: readonly (number | null)[]): { readonly bins: Bin[]; readonly digits: number } {
  const values = present(rankIc)
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)]
  const width = WIDTHS.find((wide) => (most - least) / wide <= BINS_MOST - 2) ?? WIDTHS.at(-1)!
  const first = Math.floor(least / width)
  // The largest value may stand on an edge, and belongs to the bin above it.
  const counts = new Array<number>(Math.floor(most / width) - first + 1).fill(0)
  for (const value of values) counts[Math.floor(value / width) - first]++
  const [average, deviation] = [mean(values), standardDeviation(values) ?? 0]
  const below = (value: number) => normalProbability((value - average) / deviation)
  const digits = String(width).length - '0.'.length
  const edge = (at: number) => Number(((first + at) * width).toFixed(digits))
  const bins = counts.map((dates, at) => {
    const [from, to] = [edge(at), edge(at + 1)]
    return { from, to, dates, normal: deviation > 0 ? values.length * (below(to) - below(from)) : null }
  })
  return { bins, digits }
}

/** The bins of the RankIC, coloured by sign, beside what a normal distribution of its mean and standard deviation would have. */
export function rankIcHistogram(rankIc: readonly (number | null)[], style: ChartStyle): EChartsOption {
  const { palette } = style
  const text = terms[style.locale].charts
  const { bins, digits } = rankIcBins(rankIc)
  return {
    ...baseOption(style),
    legend: legend(style),
    tooltip: tooltip(style, (value) => formatNumber(value, 1)),
    grid: { left: 52, right: 16, top: 30, bottom: 24 },
    xAxis: categoryAxis(
      style,
      bins.map(({ from, to }) => `${formatNumber(from, digits)} – ${formatNumber(to, digits)}`),
    ),
    yAxis: { ...valueAxis(style, formatCount), minInterval: 1 },
    series: [
      {
        type: 'bar',
        name: text.testDateCount,
        barCategoryGap: '8%',
        itemStyle: { color: palette.up },
        data: bins.map(({ from, dates }) => ({
          value: dates,
          itemStyle: { color: from >= 0 ? palette.up : palette.down },
        })),
      },
      {
        ...line(
          text.normalCount,
          bins.map(({ normal }) => normal),
          palette.text,
          1.8,
        ),
        smooth: true,
      },
    ],
  }
}

/** The numbers of the histogram: edges as numbers, each bin with its lower one. */
export function rankIcHistogramTable(rankIc: readonly (number | null)[], style: ChartStyle): ExportTable {
  const text = terms[style.locale].charts
  return {
    columns: [`${text.rankIc} ≥`, `${text.rankIc} <`, text.testDateCount, text.normalCount],
    rows: rankIcBins(rankIc).bins.map(({ from, to, dates, normal }) => [from, to, dates, normal]),
  }
}

/**
 * RankIC of the test dates in ascending order over the normal quantiles of their places, (k - 1/2) / n; on the line mean + standard
 * deviation x quantile they would be normal.
 */
export function rankIcQuantiles(rankIc: readonly (number | null)[], style: ChartStyle): EChartsOption {
  const { palette } = style
  const text = terms[style.locale].charts
  const values = present(rankIc).sort((a, b) => a - b)
  const [average, deviation] = [mean(values), standardDeviation(values) ?? 0]
  const quantiles = values.map((_, at) => normalQuantile((at + 0.5) / values.length))
  const normal = line(text.normalLine, [], palette.flat)
  return {
    ...baseOption(style),
    legend: legend(style),
    tooltip: { ...tooltip(style, (value) => formatNumber(value, 4)), trigger: 'item' },
    grid: { left: 52, right: 16, top: 30, bottom: 40 },
    xAxis: {
      ...valueAxis(style, (value) => formatNumber(value, 1)),
      name: text.normalQuantile,
      nameLocation: 'middle',
      nameGap: 22,
      axisLine: { show: true, onZero: false, lineStyle: { color: palette.flat } },
    },
    yAxis: { ...valueAxis(style, formatRatio), scale: true },
    series: [
      {
        ...line(text.rankIcQuantile, [], seriesColor(palette, 0)),
        data: values.map((value, at) => [quantiles[at], value]),
        showSymbol: true,
        showAllSymbol: true,
        symbol: 'circle',
        symbolSize: 4,
        lineStyle: { width: 0 },
      },
      {
        ...normal,
        lineStyle: { ...normal.lineStyle, type: 'dashed' },
        data: [quantiles[0], quantiles.at(-1)].flatMap((z) =>
          z === undefined ? [] : [[z, average + deviation * z]],
        ),
      },
    ],
  }
}
