import type { EChartsOption } from 'echarts'
import type { Landscape } from '../domain/landscape.ts'
import { formatIc, formatSetting } from '../format.ts'
import { fillPlaceholders, terms } from '../locales/index.ts'
import { directionName } from './landscape.ts'
import {
  axisText,
  baseOption,
  type ChartStyle,
  legend,
  line,
  seriesColor,
  tooltip,
  valueAxis,
} from './style.ts'

/** Loss along one direction of a plane, through its origin. */
export interface Slice {
  /** In the plane's units. */
  readonly at: readonly number[]
  readonly loss: readonly (number | null)[]
}

/**
 * The losses of a grid on one of its axes, the other coordinate 0: linear between the two nodes on either side of 0; null where one
 * of them is missing. Null when 0 lies outside the grid.
 *
 * @param direction 0 for x, 1 for y
 */
export function sliceOf(
  { x, y, values }: Pick<Landscape, 'x' | 'y' | 'values'>,
  direction: 0 | 1,
): Slice | null {
  const across = direction === 0 ? y : x
  const upper = across.findIndex((one) => one >= 0)
  if (upper < 0 || (upper === 0 && across[0] > 0)) return null
  const lower = across[upper] === 0 ? upper : upper - 1
  const share = upper === lower ? 0 : -across[lower] / (across[upper] - across[lower])
  const at = direction === 0 ? x : y
  return {
    at,
    loss: at.map((_, node) => {
      const [low, high] = [lower, upper].map((other) =>
        direction === 0 ? values[other][node] : values[node][other],
      )
      return low === null || high === null ? null : low + share * (high - low)
    }),
  }
}

/** In the plane's units, without the rounding of nodes that lie equally far apart. */
const place = (along: number): string => formatSetting(Number(along.toPrecision(6)))

/** Loss along one direction through the origin, a line for each plane. */
export function sliceChart(
  landscapes: readonly Landscape[],
  names: readonly string[],
  direction: 0 | 1,
  style: ChartStyle,
): EChartsOption {
  const [first] = landscapes
  // What else a direction is called by is of one plane alone.
  const axis =
    first?.settings.directions === 'random'
      ? directionName(first, direction, style)
      : fillPlaceholders(terms[style.locale].charts.along, { number: String(direction + 1) })
  return {
    ...baseOption(style),
    legend: legend(style),
    tooltip: { ...tooltip(style, formatIc), renderMode: 'richText' },
    grid: { left: 58, right: 16, top: 30, bottom: 34 },
    xAxis: {
      ...valueAxis(style, place),
      splitLine: { show: false },
      axisLine: { show: true, onZero: false, lineStyle: { color: style.palette.flat } },
      // The ends are no round numbers.
      axisLabel: { ...axisText(style), formatter: place, showMinLabel: false, showMaxLabel: false },
      min: 'dataMin',
      max: 'dataMax',
      name: axis,
      nameLocation: 'middle',
      nameGap: 20,
    },
    yAxis: { ...valueAxis(style, formatIc), scale: true },
    series: landscapes.flatMap((one, number) => {
      const slice = sliceOf(one, direction)
      if (slice === null) return []
      return {
        ...line(names[number], [], seriesColor(style.palette, number), 1.8),
        dimensions: [axis, names[number]],
        data: slice.at.map((along, index) => [along, slice.loss[index]]),
      }
    }),
  }
}
