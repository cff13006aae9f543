import type { EChartsOption } from 'echarts'
import { type ChartStyle, convergenceChart, type ConvergenceMeasure } from '../../src-shared/charts/index.ts'
import { valueAxis } from '../../src-shared/charts/style.ts'
import type { Convergence } from '../../src-shared/domain/convergence.ts'
import { formatIc, formatRatio } from '../../src-shared/format.ts'
import { terms } from '../../src-shared/locales/index.ts'
import { onScreen } from './onScreen.ts'

/** Validation IC or ICIR by epoch, mean over seeds; the tooltip adds the spread and how many seeds there are left. */
export function convergenceCurves(
  entries: readonly Convergence[],
  measure: ConvergenceMeasure,
  style: ChartStyle,
): EChartsOption {
  const format = measure === 'validIc' ? formatIc : formatRatio
  return onScreen(
    {
      ...convergenceChart(entries, measure, style),
      grid: { left: 60, right: 16, top: 30, bottom: 34 },
      yAxis: { ...valueAxis(style, format), scale: true },
    },
    (points) => describeEpoch(points, entries, measure, style),
  )
}

/** The epoch under the pointer, then one line per optimizer that reached it. */
export function describeEpoch(
  points: unknown,
  entries: readonly Convergence[],
  measure: ConvergenceMeasure,
  style: ChartStyle,
): string {
  const text = terms[style.locale].charts
  const [{ value }] = points as readonly { readonly value: readonly [epoch: number, value: number] }[]
  const lines = entries.flatMap(({ optimizer, seeds, epochs }) =>
    epochs
      .filter(({ epoch }) => epoch === value[0])
      .map((at) => {
        const count = `${at.seeds} / ${seeds.length}`
        if (measure === 'validIcir') return `${optimizer}  ${formatRatio(at.meanValidIcir)}  ${count}`
        const spread = at.validIcSpread === null ? '' : ` ± ${formatIc(at.validIcSpread)}`
        return `${optimizer}  ${formatIc(at.meanValidIc)}${spread}  ${count}`
      }),
  )
  return [`${text.epoch} ${value[0]}`, ...lines].join('\n')
}
