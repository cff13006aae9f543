import type { CustomSeriesOption, EChartsOption } from 'echarts'
import type { Convergence } from '../domain/convergence.ts'
import { formatIc, formatRatio } from '../format.ts'
import { fillPlaceholders, terms } from '../locales/index.ts'
import type { ChartStyle } from './style.ts'
import { baseOption, epochAxis, legend, line, seriesColor, tooltip, valueAxis } from './style.ts'

export type ConvergenceMeasure = 'validIc' | 'validIcir'

/**
 * Validation IC or ICIR by epoch, one line per optimizer: the mean over seeds, dotted where some seeds have stopped, with
 * a dot at the mean best epoch. The IC has a band of one standard deviation over seeds on either side.
 */
export function convergenceChart(
  entries: readonly Convergence[],
  measure: ConvergenceMeasure,
  style: ChartStyle,
): EChartsOption {
  const text = terms[style.locale].charts
  const format = measure === 'validIc' ? formatIc : formatRatio
  return {
    ...baseOption(style),
    legend: legend(
      style,
      entries.map(({ optimizer }) => optimizer),
    ),
    tooltip: { ...tooltip(style, format), renderMode: 'richText' },
    // Half a page's width takes four names in a row of the legend.
    grid: { left: 52, right: 16, top: 14 + 16 * Math.ceil(entries.length / 4), bottom: 34 },
    xAxis: epochAxis(style, text.epoch),
    yAxis: { ...valueAxis(style, formatRatio), scale: true },
    series: entries.flatMap((entry, at) => {
      const color = seriesColor(style.palette, at)
      const values = entry.epochs.map(({ epoch, meanValidIc, meanValidIcir }) => ({
        epoch,
        value: measure === 'validIc' ? meanValidIc : meanValidIcir,
      }))
      const whole = entry.epochs.filter(({ seeds }) => seeds === entry.seeds.length).length
      const mean = line(entry.optimizer, [], color, 1.8)
      const points = (from: number, to: number) =>
        values.slice(from, to).map(({ epoch, value }) => [epoch, value])
      const best = between(values, entry.meanBestEpoch)
      return [
        ...(measure === 'validIc' ? [band(entry, color, style)] : []),
        {
          ...mean,
          data: points(0, whole),
          ...(best === null
            ? {}
            : {
                markPoint: {
                  symbol: 'circle',
                  symbolSize: 7,
                  itemStyle: { color },
                  label: { show: false },
                  data: [{ name: text.bestEpoch, coord: [entry.meanBestEpoch, best] }],
                },
              }),
        },
        {
          ...mean,
          data: points(whole - 1, values.length),
          lineStyle: { ...mean.lineStyle, type: 'dotted' as const },
        },
      ]
    }),
  }
}

/** Value at `epoch` on the line; null where an end has none. */
function between(
  values: readonly { readonly epoch: number; readonly value: number | null }[],
  epoch: number,
): number | null {
  const low = values[Math.floor(epoch) - 1]?.value ?? null
  const high = values[Math.ceil(epoch) - 1]?.value ?? null
  return low === null || high === null ? null : low + (epoch - Math.floor(epoch)) * (high - low)
}

/** Mean less and plus one standard deviation, up to the last epoch that has a spread. */
function band({ optimizer, epochs }: Convergence, color: string, style: ChartStyle): CustomSeriesOption {
  const text = terms[style.locale].charts
  const edges = epochs.flatMap(({ epoch, meanValidIc, validIcSpread }) =>
    validIcSpread === null ? [] : [[epoch, meanValidIc - validIcSpread, meanValidIc + validIcSpread]],
  )
  return {
    type: 'custom',
    name: optimizer,
    silent: true,
    tooltip: { show: false },
    itemStyle: { color },
    dimensions: [
      text.epoch,
      fillPlaceholders(text.meanLessSpread, { name: optimizer }),
      fillPlaceholders(text.meanPlusSpread, { name: optimizer }),
    ],
    encode: { x: 0, y: [1, 2] },
    data: edges,
    // The whole band is drawn with its first epoch.
    renderItem: ({ dataIndex }, api) =>
      dataIndex > 0 || edges.length < 2
        ? null
        : {
            type: 'polygon',
            shape: {
              points: [
                ...edges.map(([epoch, low]) => api.coord([epoch, low])),
                ...edges.toReversed().map(([epoch, , high]) => api.coord([epoch, high])),
              ],
            },
            style: { fill: color, opacity: 0.14 },
          },
  }
}
