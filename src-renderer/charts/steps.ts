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
import { levelRange, type RunLine } from './training.ts'

/** What one run measured at its steps. */
export interface StepLine {
  readonly run: Pick<RunLine, 'id' | 'name' | 'legend' | 'color'>
  /** Steps from 0, ascending; where there are many, some of them. */
  readonly at: readonly number[]
  readonly values: readonly (number | null)[]
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

/** One column of the steps of some runs, a line for each, in the colour of its optimizer; `axis` names the steps. */
export function stepChart(
  lines: readonly StepLine[],
  column: StepColumn,
  axis: string,
  style: ChartStyle,
): EChartsOption {
  const format = STEP_FORMATS[column]
  const names = new Map(lines.map(({ run }) => [run.id, run.name]))
  const values = lines.flatMap((one) => one.values.filter((value) => value !== null))
  const { axisLabel, ...steps } = epochAxis(style, axis)
  return onScreen(
    {
      ...baseOption(style),
      legend: legend(style, [...new Set(lines.map(({ run }) => run.legend))]),
      tooltip: { ...tooltip(style, format), confine: true },
      grid: { left: 68, right: 18, top: 30, bottom: 34 },
      dataZoom: [{ type: 'inside', filterMode: 'none' }],
      xAxis: { ...steps, axisLabel: { ...axisLabel, formatter: formatCount } },
      yAxis: { ...valueAxis(style, format), scale: true, ...levelRange(values) },
      series: lines.map(({ run, at, values: own }) => ({
        ...line(run.legend, [], seriesColor(style.palette, run.color), 1),
        id: run.id,
        dimensions: [axis, run.name],
        data: at.map((step, place) => [step + 1, own[place]]),
      })),
    },
    (points) => {
      const found = points as readonly {
        readonly seriesId: string
        readonly value: readonly [step: number, value: number | null]
      }[]
      return found
        .map(({ seriesId, value: [step, value] }) =>
          // Not by its position: in an updated chart that is where it first stood.
          [names.get(seriesId), `${axis} ${formatCount(step)}`, format(value)].join('  '),
        )
        .join('\n')
    },
  )
}
