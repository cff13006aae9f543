import type { CustomSeriesRenderItemAPI, EChartsOption } from 'echarts'
import type { Landscape, Sharpness } from '../domain/landscape.ts'
import type { RunKey } from '../domain/training.ts'
import { formatNumber, formatSetting } from '../format.ts'
import type { ChartStyle } from './style.ts'
import { axisText, baseOption, categoryAxis, seriesColor, tooltip, valueAxis } from './style.ts'

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

/** What minima are compared by; each is a difference of losses or of their second derivative. */
export const SHARPNESS_MEASURES = ['samSharpness', 'ballIncrease', 'topEigenvalue', 'trace'] as const
export type SharpnessMeasure = (typeof SHARPNESS_MEASURES)[number]

/** One measure of a minimum; SAM sharpness is exact. */
export function sharpnessEstimate(row: SharpnessRow, measure: SharpnessMeasure): Estimate {
  return measure === 'samSharpness' ? { value: row.samSharpness, error: null } : row[measure]
}

/** Pixels from the middle of an error bar to the end of its cap. */
const CAP = 5

/** One measure of each minimum as a point with its error bar, first row on top; 0 is on the axis, so that ratios are seen. */
export function sharpnessChart(
  rows: readonly SharpnessRow[],
  measure: SharpnessMeasure,
  names: readonly string[],
  style: ChartStyle,
): EChartsOption {
  const { palette } = style
  const estimates = rows.map((row) => sharpnessEstimate(row, measure))
  const color = seriesColor(palette, 0)
  return {
    ...baseOption(style),
    tooltip: {
      ...tooltip(style, String),
      trigger: 'item',
      renderMode: 'richText',
      formatter: (item) => {
        const { dataIndex } = item as { dataIndex: number }
        return `${names[dataIndex]}\n${formatEstimate(estimates[dataIndex])}`
      },
    },
    grid: { left: 268, right: 24, top: 6, bottom: 22 },
    xAxis: valueAxis(style, (value) => formatSetting(Number(value.toPrecision(6)))),
    yAxis: {
      ...categoryAxis(style, names),
      inverse: true,
      axisLabel: { ...axisText(style), interval: 0, width: 250, overflow: 'truncate' },
    },
    series: [
      {
        type: 'custom',
        data: estimates.map(({ value, error }, at) => ({
          // The ends are data too: the axis must hold them.
          value: value === null ? [null, at] : [value, at, value - (error ?? 0), value + (error ?? 0)],
        })),
        encode: { x: [0, 2, 3], y: 1 },
        renderItem: ({ dataIndex }, api) => {
          const { value, error } = estimates[dataIndex]
          if (value === null) return
          const [x, y] = api.coord([value, dataIndex])
          const bar = { stroke: color, lineWidth: 1.5 }
          return {
            type: 'group',
            children: [
              ...(error === null
                ? []
                : errorBar(api, value, error, dataIndex).map((shape) => ({
                    type: 'line' as const,
                    shape,
                    style: bar,
                  }))),
              {
                type: 'circle',
                shape: { cx: x, cy: y, r: 4 },
                style: { fill: color, stroke: palette.background },
              },
            ],
          }
        },
      },
    ],
  }
}

/** The bar and its two caps. */
function errorBar(api: CustomSeriesRenderItemAPI, value: number, error: number, row: number) {
  const [from, y] = api.coord([value - error, row])
  const [to] = api.coord([value + error, row])
  return [
    { x1: from, y1: y, x2: to, y2: y },
    ...[from, to].map((x) => ({ x1: x, y1: y - CAP, x2: x, y2: y + CAP })),
  ]
}
