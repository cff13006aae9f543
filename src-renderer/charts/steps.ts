import type { EChartsOption } from 'echarts'
import type { ChartStyle } from '../../src-shared/charts/index.ts'
import {
  baseOption,
  epochAxis,
  legend,
  line,
  seriesColor,
  tooltip,
  valueAxis,
} from '../../src-shared/charts/style.ts'
import type { StepColumn } from '../../src-shared/domain/training.ts'
import { formatCount, formatNumber } from '../../src-shared/format.ts'
import { formatBytes } from '../format.ts'
import { onScreen } from './onScreen.ts'
import { RUN_METRICS } from './runMetrics.ts'
import { type CurveView, dashesOf, FAINT, innerRange, levelRange, type RunLine } from './training.ts'

/** What one run measured at its steps. */
export interface StepLine {
  readonly run: RunLine
  /** Steps from 0, ascending; where there are many, some of them. */
  readonly at: readonly number[]
  readonly values: readonly (number | null)[]
  /** Their moving average at the same steps; null: they are not smoothed. */
  readonly smoothed: readonly (number | null)[] | null
}

/** How steps are looked at; their lines come smoothed. */
export type StepView = Pick<CurveView, 'log' | 'ignoreOutliers'>

export interface StepDrawing {
  readonly option: EChartsOption
  /** The logarithm was asked for, and not every value is above 0. */
  readonly notLogarithmic: boolean
}

const milliseconds = (seconds: number | null): string =>
  seconds === null ? formatNumber(null, 0) : `${formatNumber(seconds * 1000, 1)} ms`

/** How the values of a column are written. */
export const STEP_FORMATS: Readonly<Record<StepColumn, (value: number | null) => string>> = {
  cleanLoss: RUN_METRICS.loss.format,
  perturbedLoss: RUN_METRICS.perturbedLoss.format,
  gap: RUN_METRICS.sharpnessGap.format,
  gradientNorm: RUN_METRICS.gradientNorm.format,
  perturbedGradientNorm: RUN_METRICS.perturbedGradientNorm.format,
  finalGradientNorm: RUN_METRICS.finalGradientNorm.format,
  cosine: RUN_METRICS.cosine.format,
  perturbationNorm: RUN_METRICS.perturbationNorm.format,
  learningRate: RUN_METRICS.learningRate.format,
  rho: RUN_METRICS.rho.format,
  evaluations: formatCount,
  predictions: formatCount,
  seconds: milliseconds,
  memory: (value) => (value === null ? formatNumber(null, 0) : formatBytes(value)),
}

/**
 * One column of the steps of some runs, a line for each, in the colour of its optimizer, and behind a smoothed one the values
 * themselves, faint; `axis` names the steps.
 */
export function stepChart(
  lines: readonly StepLine[],
  column: StepColumn,
  view: StepView,
  axis: string,
  style: ChartStyle,
): StepDrawing {
  const format = STEP_FORMATS[column]
  const values = lines.flatMap((one) => one.values.filter((value) => value !== null))
  const positive = values.every((value) => value > 0)
  const log = view.log && positive && values.length > 0
  const series = lines.flatMap(({ run, at, values: own, smoothed }) => {
    const lineOf = (suffix: string, data: StepLine['values'], faint: boolean) => {
      const drawn = line(run.legend, [], seriesColor(style.palette, run.color), 1)
      const look = { ...drawn.lineStyle, ...dashesOf(run, false), ...(faint ? { opacity: FAINT } : {}) }
      return {
        ...drawn,
        lineStyle: look,
        id: `${run.id}${suffix}`,
        dimensions: [axis, `${run.name}${suffix}`],
        data: at.map((step, place) => [step + 1, data[place]]),
        ...(faint ? { silent: true } : {}),
      }
    }
    return smoothed === null
      ? [lineOf('', own, false)]
      : [lineOf('', own, true), lineOf(' EMA', smoothed, false)]
  })
  /** The line that is told of a run, by its id: the smoothed one where there is one. */
  const told = new Map(lines.map((one) => [`${one.run.id}${one.smoothed === null ? '' : ' EMA'}`, one]))
  const { axisLabel, ...steps } = epochAxis(style, axis)
  const option = onScreen(
    {
      ...baseOption(style),
      legend: legend(style, [...new Set(lines.map(({ run }) => run.legend))]),
      tooltip: { ...tooltip(style, format), confine: true },
      grid: { left: 68, right: 18, top: 30, bottom: 34 },
      dataZoom: [{ type: 'inside', filterMode: 'none' }],
      xAxis: { ...steps, axisLabel: { ...axisLabel, formatter: formatCount } },
      yAxis: {
        ...valueAxis(style, format),
        ...(log ? { type: 'log' as const } : {}),
        scale: true,
        ...(view.ignoreOutliers ? innerRange(values, log) : {}),
        ...levelRange(values),
      },
      series,
    },
    (points) => {
      const found = points as readonly {
        readonly seriesId: string
        readonly dataIndex: number
        readonly value: readonly [step: number, value: number | null]
      }[]
      return found
        .flatMap(({ seriesId, dataIndex, value: [step, value] }) => {
          // Not by its position: in an updated chart that is where it first stood.
          const of = told.get(seriesId)
          if (of === undefined) return []
          const raw = of.smoothed === null ? '' : ` (${format(of.values[dataIndex])})`
          return [[of.run.name, `${axis} ${formatCount(step)}`, format(value) + raw].join('  ')]
        })
        .join('\n')
    },
  )
  return { option, notLogarithmic: view.log && !positive }
}
