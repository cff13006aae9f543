import type { CustomSeriesOption, EChartsOption } from 'echarts'
import type { Interpolation, Landscape, TrajectoryPoint } from '../domain/landscape.ts'
import type { RunKey } from '../domain/training.ts'
import { formatIc, formatPercent, formatRatio, formatSetting } from '../format.ts'
import { fillPlaceholders, terms } from '../locales/index.ts'
import { contourLines, regionRings, type Point } from './contours.ts'
import type { LandscapeScale } from './landscapeScale.ts'
import { formatEstimate } from './sharpness.ts'
import type { ChartStyle } from './style.ts'
import { axisText, baseOption, legend, line, seriesColor, tooltip, valueAxis } from './style.ts'

/**
 * Loss on the plane as filled bands with their contour lines, squares with a missing node left blank; over it the
 * projected trajectory with its epochs, and a diamond at its best one: the origin, unless a joint plane has another's.
 */
export function landscapeChart(
  landscape: Landscape,
  scale: Pick<LandscapeScale, 'levels' | 'colors'>,
  style: ChartStyle,
): EChartsOption {
  const { x, y, trajectory, originEpoch } = landscape
  const { palette } = style
  const axis = (nodes: readonly number[], number: 0 | 1) => ({
    ...valueAxis(style, (value) => formatSetting(Number(value.toPrecision(6)))),
    min: nodes[0],
    max: nodes[nodes.length - 1],
    splitLine: { show: false },
    axisLabel: {
      ...axisText(style),
      showMinLabel: false,
      showMaxLabel: false,
      formatter: (value: number) => formatSetting(Number(value.toPrecision(6))),
    },
    name: directionName(landscape, number, style),
    nameLocation: 'middle' as const,
  })
  const path = trajectory.map((point) => [point.x, point.y])
  const named = labelled(trajectory, originEpoch)
  const halo = { textBorderColor: palette.background, textBorderWidth: 2.5 }
  return {
    ...baseOption(style),
    tooltip: {
      ...tooltip(style, formatIc),
      trigger: 'item',
      // Drawn as text, never as HTML.
      renderMode: 'richText',
      formatter: (item) => describePoint(trajectory[(item as { dataIndex: number }).dataIndex], style),
    },
    grid: { left: 46, right: 10, top: 8, bottom: 36 },
    xAxis: { ...axis(x, 0), nameGap: 20 },
    yAxis: { ...axis(y, 1), nameGap: 32 },
    series: [
      bands(landscape, scale),
      // Light under dark: the line is seen on every band.
      { ...line('', [], palette.background, 3.5), data: path, silent: true },
      {
        ...line('', [], palette.text, 1.2),
        data: path,
        showSymbol: true,
        symbol: 'circle',
        symbolSize: 4,
        label: {
          show: true,
          position: 'top',
          distance: 3,
          ...axisText(style),
          ...halo,
          formatter: ({ dataIndex }: { dataIndex: number }) =>
            named.has(dataIndex) ? String(trajectory[dataIndex].epoch) : '',
        },
        labelLayout: { hideOverlap: true },
      },
      {
        type: 'line',
        data: trajectory.filter(({ epoch }) => epoch === originEpoch).map((best) => [best.x, best.y]),
        symbol: 'diamond',
        symbolSize: 11,
        itemStyle: { color: palette.text, borderColor: palette.background, borderWidth: 1 },
        silent: true,
        label: {
          show: true,
          position: 'bottom',
          ...axisText(style),
          ...halo,
          formatter: `${terms[style.locale].charts.bestEpoch} ${originEpoch}`,
        },
      },
    ],
  }
}

/**
 * Of an axis of the plane: with what it holds of the squared distance from the origin, of an eigenvector with its eigenvalue and
 * residual, of a random direction with its unit.
 */
export function directionName(
  { settings, explained, eigenvalues }: Pick<Landscape, 'settings' | 'explained' | 'eigenvalues'>,
  number: 0 | 1,
  style: ChartStyle,
): string {
  const text = terms[style.locale].charts
  const named = { number: String(number + 1) }
  if (settings.directions === 'random') return fillPlaceholders(text.randomDirection, named)
  if (eigenvalues === null)
    return fillPlaceholders(text.direction, {
      ...named,
      share: formatPercent(explained[number], 'negative', 1),
    })
  const { value, residual } = eigenvalues[number]
  return fillPlaceholders(text.eigenvector, {
    ...named,
    value: formatEstimate({ value, error: residual }),
  })
}

/** Places in the trajectory that get a label: first, last and about four between, none where it would stand in that of the best epoch. */
function labelled(trajectory: readonly TrajectoryPoint[], originEpoch: number): Set<number> {
  const last = trajectory.length - 1
  const every = Math.max(1, Math.round(last / 5))
  return new Set(
    trajectory.flatMap(({ epoch }, at) =>
      (at % every === 0 || at === last) && Math.abs(epoch - originEpoch) > every / 2 ? [at] : [],
    ),
  )
}

function bands(
  { x, y, values }: Landscape,
  { levels, colors }: Pick<LandscapeScale, 'levels' | 'colors'>,
): CustomSeriesOption {
  const grid = { x, y, values }
  return {
    type: 'custom',
    silent: true,
    tooltip: { show: false },
    // One item per band, lowest first: each is painted over those below it.
    data: colors.map(() => [x[0], y[0]]),
    renderItem: ({ dataIndex }, api) => {
      const draw = (lines: readonly (readonly Point[])[], end: string) =>
        lines
          .map(
            (points) =>
              `M${points
                .map((point) =>
                  api
                    .coord([...point])
                    .map(tenth)
                    .join(' '),
                )
                .join('L')}${end}`,
          )
          .join('')
      const level = dataIndex === 0 ? -Infinity : levels[dataIndex - 1]
      const fill = draw(regionRings(grid, level), 'Z')
      const contour = dataIndex === 0 ? '' : draw(contourLines(grid, level), '')
      return {
        type: 'group',
        children: [
          ...(fill === ''
            ? []
            : [{ type: 'path' as const, shape: { pathData: fill }, style: { fill: colors[dataIndex] } }]),
          ...(contour === ''
            ? []
            : [
                {
                  type: 'path' as const,
                  shape: { pathData: contour },
                  style: { fill: 'none', stroke: '#1d2126', lineWidth: 0.5, opacity: 0.45 },
                },
              ]),
        ],
      }
    },
  }
}

const tenth = (pixels: number): number => Math.round(pixels * 10) / 10

/** An epoch's losses at its weights and on the plane. */
export function describePoint(point: TrajectoryPoint, style: ChartStyle): string {
  const text = terms[style.locale].charts
  return [
    `${text.epoch} ${point.epoch}`,
    `${text.trueLoss} ${formatIc(point.trueLoss)}`,
    `${text.onPlaneLoss} ${formatIc(point.onPlaneLoss)}`,
    `${text.offPlane} ${formatRatio(point.offPlane)}`,
  ].join('\n')
}

/** Loss on the straight line between the weights of two runs, and dashed the straight line between its two ends. */
export function interpolationChart(
  interpolations: readonly Interpolation[],
  style: ChartStyle,
): EChartsOption {
  const text = terms[style.locale].charts
  return {
    ...baseOption(style),
    legend: legend(style),
    tooltip: { ...tooltip(style, formatIc), renderMode: 'richText' },
    grid: { left: 58, right: 16, top: 30, bottom: 34 },
    xAxis: {
      ...valueAxis(style, String),
      splitLine: { show: false },
      axisLine: { show: true, onZero: false, lineStyle: { color: style.palette.flat } },
      name: text.position,
      nameLocation: 'middle',
      nameGap: 20,
    },
    yAxis: { ...valueAxis(style, formatIc), scale: true },
    series: interpolations.flatMap(({ from, to, at: places, loss }, at) => {
      const color = seriesColor(style.palette, at)
      const name = `${runName(from)} – ${runName(to)}`
      const points = places.map((place, index) => [place, loss[index]])
      const solid = line(name, [], color, 1.8)
      const chord = line(name, [], color, 1)
      return [
        { ...solid, data: points },
        {
          ...chord,
          data: [points[0], points[points.length - 1]],
          silent: true,
          lineStyle: { ...chord.lineStyle, type: 'dashed' as const },
        },
      ]
    }),
  }
}

const runName = ({ optimizer, seed }: RunKey): string => `${optimizer} #${seed}`
