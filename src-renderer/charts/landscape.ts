import type { EChartsOption } from 'echarts'
import {
  type ChartStyle,
  interpolationChart,
  landscapeChart,
  type LandscapeScale,
  sliceChart,
} from '../../src-shared/charts/index.ts'
import type { Interpolation, Landscape } from '../../src-shared/domain/landscape.ts'
import type { Region } from '../../src-shared/domain/landscapeSettings.ts'
import { formatIc, formatRatio } from '../../src-shared/format.ts'
import { terms } from '../../src-shared/locales/index.ts'
import { onScreen } from './onScreen.ts'

/** Contours of the loss with the trajectory; each of its epochs tells its true loss and that on the plane. */
export function landscapeContours(
  landscape: Landscape,
  scale: LandscapeScale,
  style: ChartStyle,
): EChartsOption {
  return onScreen(landscapeChart(landscape, scale, style))
}

/** Contours with the outline of a part of their plane. */
export function outlined(
  contours: EChartsOption,
  { x: [left, right], y: [bottom, top] }: Region,
  style: ChartStyle,
): EChartsOption {
  const corners = [[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]] // prettier-ignore
  const outline = (color: string, width: number, type: 'solid' | 'dashed') => ({
    type: 'line' as const,
    data: corners,
    symbol: 'none',
    silent: true,
    tooltip: { show: false },
    lineStyle: { color, width, type },
    z: 5,
  })
  const { background, text } = style.palette
  return {
    ...contours,
    // Light under dark, as the trajectory.
    series: [
      ...(contours.series as object[]),
      outline(background, 3.5, 'solid'),
      outline(text, 1.5, 'dashed'),
    ] as NonNullable<EChartsOption['series']>,
  }
}

/** Loss along one direction of planes. */
export function sliceLines(
  landscapes: readonly Landscape[],
  names: readonly string[],
  direction: 0 | 1,
  style: ChartStyle,
): EChartsOption {
  const option = sliceChart(landscapes, names, direction, style)
  const axis = (option.xAxis as { name: string }).name
  return onScreen(option, (points) => {
    const found = points as readonly {
      seriesName: string
      value: readonly [place: number, loss: number | null]
    }[]
    return [
      `${axis} ${formatRatio(found[0]!.value[0])}`,
      ...found.map(({ seriesName, value }) => `${seriesName}  ${formatIc(value[1])}`),
    ].join('\n')
  })
}

/** Loss on the lines between runs. */
export function interpolationLines(
  interpolations: readonly Interpolation[],
  style: ChartStyle,
): EChartsOption {
  return onScreen(interpolationChart(interpolations, style), (points) =>
    describePlace(points, interpolations, style),
  )
}

/** The place under the pointer, then the loss on each line there. */
export function describePlace(
  points: unknown,
  interpolations: readonly Interpolation[],
  style: ChartStyle,
): string {
  const [{ value }] = points as readonly { readonly value: readonly [place: number, loss: number] }[]
  const lines = interpolations.flatMap(({ from, to, at, loss }) => {
    const found = at.indexOf(value[0])
    return found < 0
      ? []
      : [`${from.optimizer} #${from.seed} – ${to.optimizer} #${to.seed}  ${formatIc(loss[found])}`]
  })
  return [`${terms[style.locale].charts.position} ${formatRatio(value[0])}`, ...lines].join('\n')
}
