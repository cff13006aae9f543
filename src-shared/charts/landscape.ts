import type { CustomSeriesOption, EChartsOption } from 'echarts'
import type { Interpolation, Landscape, Sharpness, TrajectoryPoint } from '../domain/landscape.ts'
import type { RunKey } from '../domain/training.ts'
import { formatIc, formatNumber, formatPercent, formatRatio, formatSetting } from '../format.ts'
import { fillPlaceholders, terms } from '../locales/index.ts'
import { contourLines, regionRings, type Point } from './contours.ts'
import type { ChartStyle } from './style.ts'
import { axisText, baseOption, legend, line, seriesColor, tooltip, valueAxis } from './style.ts'

/** Loss levels and the colours of the bands they part, one more than levels: shared by landscapes to be compared. */
export interface LandscapeScale {
  /** Ascending. The first band is open below, the last above. */
  readonly levels: readonly number[]
  readonly colors: readonly string[]
}

/** Low to high loss: lightness falls evenly, so that the order holds in grey; none is the white of a missing node. */
// prettier-ignore
const SEQUENCE = [
  '#f7f0c4', '#d5e3a8', '#a9d49b', '#7bc298', '#52ad99', '#359598', '#2a7c93', '#2d628a', '#33477a', '#302c60',
] as const

/** Beyond this share of all values a few steep nodes would take most of the colours. */
const COVERED = 0.95

/** Equal steps of a round size, about `bands` of them, over the values of all `landscapes` but their highest 5 %. */
export function landscapeScale(landscapes: readonly Pick<Landscape, 'values'>[], bands = 12): LandscapeScale {
  const values = landscapes
    .flatMap((one) => one.values.flat())
    .filter((value) => value !== null)
    .sort((a, b) => a - b)
  const span = values.length === 0 ? 0 : values[Math.floor(COVERED * (values.length - 1))] - values[0]
  if (!(span > 0)) return { levels: [], colors: [SEQUENCE[0]] }
  const step = roundStep(span / bands)
  const first = Math.floor(values[0] / step) + 1
  const last = Math.floor((values[0] + span) / step)
  // Without the digits that a product of two floats adds.
  const levels = Array.from({ length: Math.max(last - first + 1, 0) }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  )
  return { levels, colors: Array.from({ length: levels.length + 1 }, (_, at) => shade(at / levels.length)) }
}

/** The smallest of 1, 2, 2.5, 5 and 10 times a power of ten that is at least `value`. */
function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 2.5, 5].find((factor) => factor * power >= value) ?? 10)
}

/** @param share 0 lowest loss, 1 highest */
function shade(share: number): string {
  if (!Number.isFinite(share)) return SEQUENCE[0]
  const place = share * (SEQUENCE.length - 1)
  const below = Math.min(Math.floor(place), SEQUENCE.length - 2)
  const channel = (at: number) => {
    const [low, high] = [SEQUENCE[below], SEQUENCE[below + 1]].map((color) =>
      Number.parseInt(color.slice(at, at + 2), 16),
    )
    return Math.round(low + (place - below) * (high - low))
      .toString(16)
      .padStart(2, '0')
  }
  return `#${[1, 3, 5].map(channel).join('')}`
}

/**
 * Loss on the plane as filled bands with their contour lines, squares with a missing node left blank; over it the
 * projected trajectory with its epochs, and a diamond at its best one: the origin, unless a joint plane has another's.
 */
export function landscapeChart(
  landscape: Landscape,
  scale: LandscapeScale,
  style: ChartStyle,
): EChartsOption {
  const text = terms[style.locale].charts
  const { x, y, trajectory, explained, originEpoch } = landscape
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
    name: fillPlaceholders(text.direction, {
      number: String(number + 1),
      share: formatPercent(explained[number], 'negative', 1),
    }),
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
        itemStyle: { color: palette.up, borderColor: palette.background, borderWidth: 1 },
        silent: true,
        label: {
          show: true,
          position: 'bottom',
          ...axisText(style),
          ...halo,
          color: palette.up,
          formatter: `${text.bestEpoch} ${originEpoch}`,
        },
      },
    ],
  }
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

function bands({ x, y, values }: Landscape, { levels, colors }: LandscapeScale): CustomSeriesOption {
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

function describePoint(point: TrajectoryPoint, style: ChartStyle): string {
  const text = terms[style.locale].charts
  return [
    `${text.epoch} ${point.epoch}`,
    `${text.trueLoss} ${formatIc(point.trueLoss)}`,
    `${text.onPlaneLoss} ${formatIc(point.onPlaneLoss)}`,
    `${text.offPlane} ${formatRatio(point.offPlane)}`,
  ].join('\n')
}

/** The bands of `scale` side by side with the levels between them, lowest left. */
export function scaleBar({ levels, colors }: LandscapeScale, style: ChartStyle): EChartsOption {
  return {
    ...baseOption(style),
    grid: { left: 10, right: 10, top: 2, bottom: 20 },
    xAxis: {
      ...valueAxis(style, (value) =>
        levels[value - 1] === undefined ? '' : formatSetting(levels[value - 1]),
      ),
      min: 0,
      max: colors.length,
      interval: 1,
      splitLine: { show: false },
    },
    yAxis: { type: 'value', min: 0, max: 1, show: false },
    series: [
      {
        type: 'custom',
        silent: true,
        data: colors.map((_, at) => [at, 0]),
        renderItem: ({ dataIndex }, api) => {
          const [left, top] = api.coord([dataIndex, 1])
          const [right, bottom] = api.coord([dataIndex + 1, 0])
          return {
            type: 'rect',
            shape: { x: left, y: top, width: right - left, height: bottom - top },
            style: { fill: colors[dataIndex] },
          }
        },
      },
    ],
  }
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

/** A number with the error of its estimate, written as 0.0123 ± 0.0004. */
export interface Estimate {
  readonly value: number | null
  /** Null where the number is exact or has no error. */
  readonly error: number | null
}

/** One minimum of the sharpness table. */
export interface SharpnessRow extends Pick<Sharpness, 'rho' | 'loss' | 'gradientNorm' | 'samSharpness'> {
  readonly key: RunKey
  /** Errors of these two are standard errors. */
  readonly ballIncrease: Estimate
  readonly trace: Estimate
  /** Its error is the norm of the residual, which bounds the distance to an eigenvalue. */
  readonly topEigenvalue: Estimate
}

/** Of the landscapes whose sharpness was measured, in their order. */
export function sharpnessRows(landscapes: readonly Pick<Landscape, 'key' | 'sharpness'>[]): SharpnessRow[] {
  return landscapes.flatMap(({ key, sharpness }) =>
    sharpness === null
      ? []
      : [
          {
            key,
            rho: sharpness.rho,
            loss: sharpness.loss,
            gradientNorm: sharpness.gradientNorm,
            samSharpness: sharpness.samSharpness,
            ballIncrease: { value: sharpness.ballIncrease, error: sharpness.ballIncreaseError },
            topEigenvalue: { value: sharpness.topEigenvalue, error: sharpness.topEigenvalueResidual },
            trace: { value: sharpness.trace, error: sharpness.traceError },
          },
        ],
  )
}

/** Below this a number is written with its power of ten. */
const SMALL = 1e-4

/** To two digits of its error; without one to three digits of its own. */
export function formatEstimate({ value, error }: Estimate): string {
  if (value === null) return formatNumber(null, 0)
  const size = Math.max(Math.abs(value), Math.abs(error ?? 0))
  if (size > 0 && size < SMALL) {
    const power = Math.floor(Math.log10(size))
    const scale = 10 ** power
    const scaled = formatEstimate({ value: value / scale, error: error === null ? null : error / scale })
    return `${error === null ? scaled : `(${scaled})`}×10${superscript(power)}`
  }
  const magnitude = Math.abs(error ?? value)
  const leading = magnitude > 0 ? Math.floor(Math.log10(magnitude)) : 0
  const digits = Math.min(Math.max((error === null ? 2 : 1) - leading, 0), 12)
  const number = formatNumber(value, digits)
  return error === null ? number : `${number} ± ${formatNumber(error, digits)}`
}

function superscript(power: number): string {
  return String(power)
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])
}
