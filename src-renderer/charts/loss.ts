import type { EChartsOption } from 'echarts'
import { formatIc, formatNumber } from '../../src-shared/format.ts'
import { terms } from '../../src-shared/locales/index.ts'
import type { ChartStyle } from '../../src-shared/charts/index.ts'
import { baseOption, legend, line, seriesColor, tooltip, valueAxis } from '../../src-shared/charts/style.ts'
import type { EpochRecord } from '../../src-shared/domain/training.ts'

/** Losses of one optimizer by epoch. */
export interface LossCurve {
  readonly name: string
  readonly epochs: readonly Pick<EpochRecord, 'epoch' | 'trainLoss' | 'validIc'>[]
  /** Marked on the valid line; null before the first epoch. */
  readonly bestEpoch: number | null
}

/** Loss (-IC) by epoch: train dashed, valid solid, one colour per optimizer, as in the IC chart beside it. */
export function lossCurves(curves: readonly LossCurve[], style: ChartStyle): EChartsOption {
  const text = terms[style.locale].charts
  return {
    ...baseOption(style),
    legend: { ...legend(style), icon: 'inherit', itemWidth: 26 },
    tooltip: tooltip(style, formatIc),
    grid: { left: 52, right: 16, top: 30, bottom: 34 },
    xAxis: {
      ...valueAxis(style, String),
      min: 1,
      minInterval: 1,
      splitLine: { show: false },
      axisLine: { show: true, onZero: false, lineStyle: { color: style.palette.flat } },
      name: text.epoch,
      nameLocation: 'middle',
      nameGap: 20,
    },
    yAxis: { ...valueAxis(style, (value) => formatNumber(value, 2)), scale: true },
    series: curves.flatMap((curve, at) => {
      const color = seriesColor(style.palette, at)
      const train = line(`${curve.name} ${text.train}`, [], color, 1.2)
      const valid = line(`${curve.name} ${text.valid}`, [], color, 1.8)
      const best = curve.epochs.find((record) => record.epoch === curve.bestEpoch)
      return [
        {
          ...train,
          data: curve.epochs.map((record) => [record.epoch, record.trainLoss]),
          lineStyle: { ...train.lineStyle, type: 'dashed' as const },
        },
        {
          ...valid,
          data: curve.epochs.map((record) => [record.epoch, -record.validIc]),
          ...(best === undefined
            ? {}
            : {
                markPoint: {
                  symbol: 'circle',
                  symbolSize: 7,
                  itemStyle: { color },
                  label: { show: false },
                  data: [{ name: text.bestEpoch, coord: [best.epoch, -best.validIc] }],
                },
              }),
        },
      ]
    }),
  }
}
