import type { EChartsOption } from 'echarts'
import type { Landscape } from '../domain/landscape.ts'
import { formatSetting } from '../format.ts'
import type { ChartStyle } from './style.ts'
import { baseOption, valueAxis } from './style.ts'

/** Loss levels and the colours of the bands they part, one more than levels: shared by landscapes to be compared. */
export interface LandscapeScale {
  /** Ascending. The first band is open below, the last above. */
  readonly levels: readonly number[]
  readonly colors: readonly string[]
  /** The lowest loss, and the highest that is drawn as high as it is. */
  readonly range: readonly [lowest: number, top: number]
  /** Round losses about that range. */
  readonly bounds: readonly [low: number, high: number]
  /** Nodes that have a loss, and those of them whose loss is above the top. */
  readonly nodes: number
  readonly cut: number
}

/** What a scale covers. */
export interface ScaleCover {
  /** Share of all values, from the lowest on, where no top is given. */
  readonly covered?: number
  /** Loss that the scale ends at; one that is not above the lowest loss is not taken. */
  readonly top?: number | null
  /** About how many bands. */
  readonly bands?: number
}

/** Low to high loss: lightness falls evenly, so that the order holds in grey; none is the white of a missing node. */
// prettier-ignore
export const LOSS_COLOURS = [
  '#f7f0c4', '#d5e3a8', '#a9d49b', '#7bc298', '#52ad99', '#359598', '#2a7c93', '#2d628a', '#33477a', '#302c60',
] as const

/** Beyond this share of all values a few steep nodes would take most of the colours. */
export const COVERED = 0.95

/** Equal steps of a round size over the values of all `landscapes` up to the top: by default but their highest 5 %. */
export function landscapeScale(
  landscapes: readonly Pick<Landscape, 'values'>[],
  { covered = COVERED, top = null, bands = 12 }: ScaleCover = {},
): LandscapeScale {
  const values = landscapes
    .flatMap((one) => one.values.flat())
    .filter((value) => value !== null)
    .sort((a, b) => a - b)
  const nodes = values.length
  const lowest = nodes === 0 ? 0 : values[0]
  const asked = top !== null && top > lowest ? top : null
  const highest = asked ?? (nodes === 0 ? 0 : values[Math.floor(covered * (nodes - 1))])
  const range = [lowest, highest] as const
  const cut = values.filter((value) => value > highest).length
  if (!(highest > lowest))
    return { levels: [], colors: [LOSS_COLOURS[0]], range, bounds: [lowest - 1, lowest + 1], nodes, cut }
  const step = roundStep((highest - lowest) / bands)
  const first = Math.floor(lowest / step) + 1
  const last = Math.floor(highest / step)
  // Without the digits that a product of two floats adds.
  const at = (steps: number): number => Number((steps * step).toPrecision(12))
  const levels = Array.from({ length: Math.max(last - first + 1, 0) }, (_, k) => at(first + k))
  const colors = Array.from({ length: levels.length + 1 }, (_, k) => shade(k / levels.length))
  return { levels, colors, range, bounds: [at(first - 1), at(Math.ceil(highest / step))], nodes, cut }
}

/** The smallest of 1, 2, 2.5, 5 and 10 times a power of ten that is at least `value`. */
function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 2.5, 5].find((factor) => factor * power >= value) ?? 10)
}

/** @param share 0 lowest loss, 1 highest */
function shade(share: number): string {
  if (!Number.isFinite(share)) return LOSS_COLOURS[0]
  const place = share * (LOSS_COLOURS.length - 1)
  const below = Math.min(Math.floor(place), LOSS_COLOURS.length - 2)
  const channel = (at: number) => {
    const [low, high] = [LOSS_COLOURS[below], LOSS_COLOURS[below + 1]].map((color) =>
      Number.parseInt(color.slice(at, at + 2), 16),
    )
    return Math.round(low + (place - below) * (high - low))
      .toString(16)
      .padStart(2, '0')
  }
  return `#${[1, 3, 5].map(channel).join('')}`
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
