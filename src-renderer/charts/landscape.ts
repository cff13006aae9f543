import type { EChartsOption } from 'echarts'
import {
  type ChartStyle,
  interpolationChart,
  landscapeChart,
  type LandscapeScale,
} from '../../src-shared/charts/index.ts'
import type { Interpolation, Landscape } from '../../src-shared/domain/landscape.ts'
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
