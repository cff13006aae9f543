import type { EChartsOption } from 'echarts'
import {
  type ChartStyle,
  describePoint,
  directionName,
  type LandscapeScale,
  LOSS_COLOURS,
} from '../../src-shared/charts/index.ts'
import { axisText, baseOption, tooltip } from '../../src-shared/charts/style.ts'
import type { Landscape } from '../../src-shared/domain/landscape.ts'
import { formatIc, formatRatio, formatSetting } from '../../src-shared/format.ts'
import { terms } from '../../src-shared/locales/index.ts'
import { draped, heightAt } from './drape.ts'
import { onScreen } from './onScreen.ts'
import { FURTHEST, NEAREST, type SurfaceView } from './surfaceView.ts'

/** Words of a surface that are not those of every chart. */
export interface SurfaceText {
  readonly loss: string
  /** Beside a loss that is drawn at the top of the scale. */
  readonly cut: string
}

/** Above so many nodes along an axis a net would hide the colours. */
const NET_LIMIT = 61
/** The trajectory is above the surface by this share of the height, or parts of it would sink in. */
const LIFT = 0.006

/**
 * The loss over the plane as a surface with the trajectory on it, for a chart that draws with WebGL. Heights and colours are
 * those of `scale`; what is above its top is drawn at it. Squares with a missing node are left out.
 */
export function landscapeSurface(
  landscape: Landscape,
  scale: LandscapeScale,
  style: ChartStyle,
  text: SurfaceText,
): EChartsOption {
  const { x, y, values, trajectory, originEpoch } = landscape
  const { palette } = style
  const [low, high] = scale.bounds
  const [, top] = scale.range
  const above = (share: number) => share * LIFT * (high - low)

  const epochs = trajectory.map((point) => {
    const height = heightAt(landscape, top, [point.x, point.y]) ?? point.onPlaneLoss
    return [point.x, point.y, height === null ? null : Math.min(height, top) + above(3)] as const
  })
  const path = draped(
    landscape,
    top,
    trajectory.map((point) => [point.x, point.y]),
  )
  const best = trajectory.findIndex(({ epoch }) => epoch === originEpoch)
  const label = {
    show: true,
    position: 'top',
    distance: 4,
    formatter: `${terms[style.locale].charts.bestEpoch} ${originEpoch}`,
    textStyle: { ...axisText(style), backgroundColor: palette.background, padding: 2 },
  }
  const number = (value: number) => formatSetting(Number(value.toPrecision(3)))
  const axis = (name: string, from: number, to: number) => ({
    type: 'value',
    name,
    min: from,
    max: to,
    // The ends are not round, and stand too close to the labels beside them.
    axisLabel: { formatter: (value: number) => (value === from || value === to ? '' : number(value)) },
    nameTextStyle: axisText(style),
    nameGap: 26,
  })
  const trail = (share: number, color: string, width: number) =>
    path.map((points) => ({
      type: 'line3D',
      silent: true,
      data: points.map(([atX, atY, height]) => [atX, atY, height + above(share)]),
      lineStyle: { color, width },
    }))
  return onScreen(
    {
      ...baseOption(style),
      tooltip: { ...tooltip(style, formatIc), trigger: 'item' },
      visualMap: {
        type: 'continuous',
        show: false,
        seriesIndex: 0,
        dimension: 2,
        min: scale.range[0],
        max: top,
        inRange: { color: [...LOSS_COLOURS] },
      },
      grid3D: {
        boxWidth: 100,
        boxDepth: 100,
        boxHeight: 60,
        axisPointer: { show: false },
        axisLine: { lineStyle: { color: palette.flat, width: 1 } },
        axisLabel: { textStyle: axisText(style), margin: 6 },
        axisTick: { lineStyle: { color: palette.flat } },
        splitLine: { lineStyle: { color: palette.grid } },
        // The shade that gives the relief is faint: a colour stands for a loss.
        light: { main: { intensity: 0.45, alpha: 55, beta: 20 }, ambient: { intensity: 0.7 } },
      },
      xAxis3D: axis(directionName(landscape, 0, style), x[0], x[x.length - 1]),
      yAxis3D: axis(directionName(landscape, 1, style), y[0], y[y.length - 1]),
      zAxis3D: axis(text.loss, low, high),
      series: [
        {
          type: 'surface',
          shading: 'lambert',
          dataShape: [y.length, x.length],
          wireframe: {
            show: Math.max(x.length, y.length) <= NET_LIMIT,
            lineStyle: { color: 'rgba(29, 33, 38, 0.35)', width: 1 },
          },
          data: y.flatMap((atY, iy) =>
            x.map((atX, ix) => {
              const value = values[iy][ix]
              return [atX, atY, value === null ? null : Math.min(value, top)]
            }),
          ),
        },
        // Light under dark, as on the contours.
        ...trail(1, palette.background, 4),
        ...trail(2, palette.text, 1.5),
        {
          type: 'scatter3D',
          symbolSize: 6,
          itemStyle: { color: palette.text, opacity: 1, borderColor: palette.background, borderWidth: 1 },
          emphasis: { label: { show: false } },
          data: epochs.map((point, at) =>
            at === best ? { value: point, symbolSize: 12, label } : { value: point },
          ),
        },
      ] as unknown as NonNullable<EChartsOption['series']>,
    },
    (item) => {
      const { seriesType, dataIndex } = item as { seriesType: string; dataIndex: number }
      if (seriesType === 'scatter3D') return describePoint(trajectory[dataIndex], style)
      const [row, column] = [Math.floor(dataIndex / x.length), dataIndex % x.length]
      const loss = values[row][column]
      return [
        `${directionName(landscape, 0, style)} ${formatRatio(x[column])}`,
        `${directionName(landscape, 1, style)} ${formatRatio(y[row])}`,
        `${text.loss} ${formatIc(loss)}${loss !== null && loss > top ? ` (${text.cut})` : ''}`,
      ].join('\n')
    },
  )
}

/** A surface as it is seen from somewhere; without motion nothing goes on turning when the hand has stopped. */
export function seenFrom(option: EChartsOption, view: SurfaceView, still: boolean): EChartsOption {
  return {
    ...option,
    grid3D: { ...(option['grid3D'] as object | undefined), viewControl: viewControl(view, still) },
  }
}

const viewControl = (view: SurfaceView, still: boolean) => ({
  ...view,
  // The box hangs in the middle of its panel, names of axes included.
  center: [0, -12, 0],
  minDistance: NEAREST,
  maxDistance: FURTHEST,
  // Its middle button would lose the surface.
  panSensitivity: 0,
  damping: still ? 0 : 0.8,
})

/** The view of a chart, by its present option; null while it shows no surface. */
export function viewOf(option: { readonly [name: string]: unknown }): SurfaceView | null {
  const [grid] = (option['grid3D'] ?? []) as readonly { readonly viewControl: SurfaceView }[]
  if (grid === undefined) return null
  const { alpha, beta, distance } = grid.viewControl
  return { alpha, beta, distance }
}
