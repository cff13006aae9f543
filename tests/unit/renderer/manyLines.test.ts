import type { EChartsOption, LineSeriesOption } from 'echarts'
import { describe, expect, it } from 'vitest'
import { type ECharts, init } from '../../../src-renderer/charts/echarts.ts'
import { joined } from '../../../src-renderer/charts/joined.ts'
import { RUN_METRICS } from '../../../src-renderer/charts/runMetrics.ts'
import { type CurveView, metricChart } from '../../../src-renderer/charts/training.ts'
import { canUpdate, packed } from '../../../src-renderer/charts/update.ts'
import type { Curve } from '../../../src-renderer/stores/curves.ts'
import { runLines } from '../../../src-renderer/views/training/runLines.ts'
import { plainSvg } from '../../../src-shared/charts/svg.ts'
import { type EpochRecord, epochRecord } from '../../../src-shared/domain/training.ts'
import { chartStyle } from '../../fixtures/chartStyle.ts'

const record = (run: number, epoch: number): EpochRecord =>
  epochRecord.parse({
    epoch,
    trainLoss: -0.1 * epoch - 0.01 * run,
    trainIc: 0.5,
    validIc: 0.3 - 0.02 * (epoch - 2 - run) ** 2,
    validIcir: null,
    sharpnessGap: null,
    gradientNorm: 1,
    evaluations: 1,
    skippedSteps: 0,
  })
/** @param epochs of each run */
const curves = (...epochs: readonly number[]): Curve[] =>
  epochs.map((count, run) => ({
    key: { window: 0, frequency: 'daily', optimizer: run % 2 === 0 ? 'AdamW' : 'SAM', seed: run },
    records: Array.from({ length: count }, (_, at) => record(run, at + 1)),
    clocks: Array.from({ length: count }, () => null),
  }))
const VIEW: CurveView = {
  axis: 'epoch',
  smoothing: 0,
  log: false,
  ignoreOutliers: false,
  parts: ['train', 'valid'],
}
const TEXT = {
  axes: { epoch: 'Epoch', step: 'Step', relative: 'Trained', wall: 'Time' },
  nearest: () => null,
}
function optionOf(of: readonly Curve[], view: Partial<CurveView> = {}, style = chartStyle): EChartsOption {
  const lines = runLines(of, ['AdamW', 'SAM'], ({ seed }) => [`seed ${seed}`])
  return metricChart(RUN_METRICS.loss, lines, { ...VIEW, ...view }, style, TEXT).option
}

const OUTSTANDING = new Set([2, 3])
const drawing = (): ECharts => init(null, null, { renderer: 'svg', ssr: true, width: 640, height: 280 })
function svgOf(option: EChartsOption): string {
  const chart = drawing()
  chart.setOption(option)
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}
/** Every line, word and dot with its look, in no order: what has come last may lie above the others. */
function pieces(svg: string): string[] {
  const drawn = plainSvg(svg, 'chart').replace(/<defs[^]*<\/defs>| clip-path="[^"]*"/g, '')
  return [...drawn.matchAll(/<(?:path|text)[^>]*>[^<]*/g)]
    .flatMap(([tag]) => {
      const [, d] = / d="([^"]*)"/.exec(tag) ?? []
      if (d === undefined) return [tag]
      return [...d.matchAll(/M[^M]*/g)].map(([part]) => tag.replace(d, part))
    })
    .sort()
}

const light = { ...chartStyle, palette: { ...chartStyle.palette, series: ['#a00', '#b00'], text: '#222' } }
const join = (option: EChartsOption, outstanding = new Set<number>()) => joined(option, outstanding)
const CHANGES: Readonly<Record<string, readonly [EChartsOption, EChartsOption]>> = {
  'an epoch of two runs': [join(optionOf(curves(4, 2, 3))), join(optionOf(curves(4, 3, 4)))],
  'a second point, which makes a line': [join(optionOf(curves(4, 1))), join(optionOf(curves(4, 2)))],
  'runs that begin': [join(optionOf(curves(4))), join(optionOf(curves(4, 1)))],
  'runs that are gone': [join(optionOf(curves(4, 1, 2))), join(optionOf(curves(4)))],
  'another theme': [join(optionOf(curves(4, 3))), join(optionOf(curves(4, 3), {}, light))],
  'a range without outliers': [
    join(optionOf(curves(4, 3))),
    join(optionOf(curves(4, 3), { ignoreOutliers: true })),
  ],
  smoothing: [join(optionOf(curves(4, 3))), join(optionOf(curves(5, 3), { smoothing: 0.8 }))],
  'a run that stands out': [join(optionOf(curves(4, 3, 4))), join(optionOf(curves(4, 3, 5)), OUTSTANDING)],
  'one that stands out no more': [
    join(optionOf(curves(4, 3, 4)), OUTSTANDING),
    join(optionOf(curves(4, 3, 4))),
  ],
  nothing: [join(optionOf(curves(4, 3))), join(optionOf(curves(4, 3)))],
}

describe('the update of a drawn chart', () => {
  it.each(Object.entries(CHANGES))('by %s shows what a new drawing would', (_, [before, after]) => {
    const chart = drawing()
    chart.setOption(packed(before))
    expect(canUpdate(before, after)).toBe(true)
    chart.setOption(packed(after), { replaceMerge: 'series' })
    expect(pieces(chart.renderToSVGString())).toEqual(pieces(svgOf(after)))
    chart.dispose()
  })

  it('leaves what the legend has switched off as it is', () => {
    const [before, after] = CHANGES['an epoch of two runs']
    const [updated, anew] = [drawing(), drawing()]
    updated.setOption(packed(before))
    anew.setOption(after)
    for (const chart of [updated, anew]) chart.dispatchAction({ type: 'legendUnSelect', name: 'SAM' })
    updated.setOption(packed(after), { replaceMerge: 'series' })
    expect(pieces(updated.renderToSVGString())).toEqual(pieces(anew.renderToSVGString()))
    for (const chart of [updated, anew]) chart.dispose()
  })

  const line = { type: 'line' as const, id: 'a' }
  it.each<[string, EChartsOption, EChartsOption]>([
    ['a range ends', join(optionOf(curves(4), { ignoreOutliers: true })), join(optionOf(curves(4)))],
    [
      'an axis is another',
      { series: line, yAxis: { type: 'log' } },
      { series: line, yAxis: { type: 'value' } },
    ],
    ['a grid is added', { series: line, grid: [{}] }, { series: line, grid: [{}, {}] }],
    ['a line loses a part', { series: { ...line, z: 3 } }, { series: line }],
    ['lines have no ids', { series: [{ type: 'line' }] }, { series: [{ type: 'line' }] }],
    ['there are no lines', { series: [] }, { series: [] }],
  ])('is none where %s', (_, before, after) => {
    expect(canUpdate(before, after)).toBe(false)
  })
})

describe('lines that look the same', () => {
  const option = optionOf(curves(4, 3, 5, 1, 2), { smoothing: 0.5 })

  it('are drawn as one with gaps, as they would be one by one', () => {
    const one = join(option)
    expect([one.series].flat().length).toBeLessThan([option.series].flat().length)
    expect(pieces(svgOf(one))).toEqual(pieces(svgOf(option)))
  })

  it('but for those that stand out, while all others are in their shade', () => {
    const plain = optionOf(curves(4, 3, 5))
    const lines = (drawn: EChartsOption) =>
      ([drawn.series].flat() as LineSeriesOption[]).map(({ z = 2, lineStyle, markPoint }) => [
        z,
        lineStyle?.width,
        lineStyle?.opacity,
        markPoint?.itemStyle?.opacity,
      ])
    expect(lines(join(plain))).toEqual([
      [2, 1.2, 1, undefined],
      [2, 1.8, 1, 1],
      [2, 1.2, 1, undefined],
      [2, 1.8, 1, 1],
    ])
    // The second run of the first optimizer.
    expect(lines(join(plain, new Set([2, 3])))).toEqual([
      [2, 1.2, 0.12, undefined],
      [2, 1.8, 0.12, 0.12],
      [3, 2.6, 1, undefined],
      [3, 2.6, 1, 1],
      [2, 1.2, 0.12, undefined],
      [2, 1.8, 0.12, 0.12],
    ])
  })

  it('have few ids with marks, however the runs grow: ECharts never forgets what was marked on one', () => {
    const marked = new Set<unknown>()
    const draw = (of: readonly Curve[], view: Partial<CurveView> = {}, outstanding = new Set<number>()) => {
      for (const { id, markPoint } of [
        join(optionOf(of, view), outstanding).series,
      ].flat() as LineSeriesOption[])
        if (markPoint !== undefined) marked.add(id)
    }
    for (let epochs = 1; epochs <= 20; epochs++) {
      draw(curves(epochs, 1, epochs, epochs, 1, Math.max(1, epochs - 3)))
      draw(curves(epochs, epochs, epochs), { smoothing: 0.04 * epochs })
      draw(curves(epochs, epochs, epochs), { parts: ['valid'] }, new Set([epochs % 3]))
    }
    // By optimizer: of all lines, or of those in their shade; and of the line that stands out.
    expect([...marked].sort()).toEqual(
      ['AdamW', 'SAM']
        .flatMap((name) => [0, 1].map((turn) => JSON.stringify([name, true, turn])))
        .slice(0, 3),
    )
  })

  it('stay apart where they are long', () => {
    const long = optionOf(curves(501, 501, 501), { parts: ['valid'] })
    expect([join(long).series].flat()).toHaveLength(3)
  })
})

describe('packed lines', () => {
  it('are drawn as the pairs are', () => {
    const option = optionOf(curves(4, 1, 3), { smoothing: 0.5 })
    expect(pieces(svgOf(packed(option)))).toEqual(pieces(svgOf(option)))
  })

  it('leave other data as they are', () => {
    const option: EChartsOption = {
      series: [
        { type: 'line', dimensions: ['a', 'b'], data: [[1, null]] },
        { type: 'bar', data: [1] },
      ],
    }
    expect(packed(option)).toEqual(option)
  })
})
