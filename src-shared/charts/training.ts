import type { EChartsOption } from 'echarts'
import type { EpochRecord, TrainingRun } from '../domain/training.ts'
import { formatIc } from '../format.ts'
import { terms } from '../locales/index.ts'
import type { ChartStyle } from './style.ts'
import { baseOption, epochAxis, legend, line, seriesColor, tooltip, valueAxis } from './style.ts'

/** Train and valid IC of one optimizer by epoch. */
export interface IcCurve {
  readonly name: string
  readonly epochs: readonly Pick<EpochRecord, 'epoch' | 'trainIc' | 'validIc'>[]
  /** Marked on the valid line; null while unknown or when the curve is a mean of runs. */
  readonly bestEpoch: number | null
}

/** IC by epoch: train dashed, valid solid, both under the curve's name and in its colour. */
export function trainingCurves(curves: readonly IcCurve[], style: ChartStyle): EChartsOption {
  const text = terms[style.locale].charts
  return {
    ...baseOption(style),
    legend: legend(style),
    tooltip: {
      ...tooltip(style, formatIc),
      // Names are user text: rich text is never parsed as HTML.
      renderMode: 'richText',
      formatter: (points) => describeEpoch(points, curves, style),
    },
    grid: { left: 52, right: 16, top: 30, bottom: 34 },
    xAxis: epochAxis(style, text.epoch),
    yAxis: { ...valueAxis(style, (value) => value.toFixed(2)), scale: true },
    series: curves.flatMap((curve, at) => {
      const color = seriesColor(style.palette, at)
      const points = (field: 'trainIc' | 'validIc') =>
        curve.epochs.map((record) => [record.epoch, record[field]])
      const train = line(curve.name, [], color, 1.2)
      const valid = line(curve.name, [], color, 1.8)
      const best = curve.epochs.find((record) => record.epoch === curve.bestEpoch)
      return [
        {
          ...train,
          dimensions: [text.epoch, `${curve.name} ${text.train}`],
          data: points('trainIc'),
          lineStyle: { ...train.lineStyle, type: 'dashed' as const },
        },
        {
          ...valid,
          dimensions: [text.epoch, `${curve.name} ${text.valid}`],
          data: points('validIc'),
          ...(best === undefined
            ? {}
            : {
                markPoint: {
                  symbol: 'circle',
                  symbolSize: 7,
                  itemStyle: { color },
                  label: { show: false },
                  data: [{ name: text.bestEpoch, coord: [best.epoch, best.validIc] }],
                },
              }),
        },
      ]
    }),
  }
}

/** The epoch under the pointer, then one line per curve that has it. */
function describeEpoch(points: unknown, curves: readonly IcCurve[], style: ChartStyle): string {
  const text = terms[style.locale].charts
  const [{ value }] = points as readonly { readonly value: readonly [epoch: number, ic: number] }[]
  const epoch = value[0]
  const lines = curves.flatMap(({ name, epochs }) =>
    epochs
      .filter((record) => record.epoch === epoch)
      .map(
        ({ trainIc, validIc }) =>
          `${name}  ${text.train} ${formatIc(trainIc)}  ${text.valid} ${formatIc(validIc)}`,
      ),
  )
  return [`${text.epoch} ${epoch}`, ...lines].join('\n')
}

/** Mean of several runs (seeds), up to the last epoch that every one of them reached: the mean never changes its runs. */
export function meanCurve(name: string, runs: readonly TrainingRun[]): IcCurve {
  const length = Math.min(...runs.map((run) => run.epochs.length))
  const mean = (at: number, field: 'trainIc' | 'validIc') =>
    runs.reduce((sum, run) => sum + run.epochs[at][field], 0) / runs.length
  return {
    name,
    epochs: Array.from({ length }, (_, at) => ({
      epoch: at + 1,
      trainIc: mean(at, 'trainIc'),
      validIc: mean(at, 'validIc'),
    })),
    bestEpoch: runs.length === 1 ? runs[0].bestEpoch : null,
  }
}
