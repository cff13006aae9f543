import type { EChartsOption, GridComponentOption, LegendComponentOption } from 'echarts'
import { describe, expect, it } from 'vitest'
import { HALF_WIDTH, printStyle, renderChart } from '../../../src-main/report/chart.ts'
import {
  decayChart,
  excessChart,
  interpolationChart,
  layerBars,
  navChart,
  scaleBar,
  landscapeScale,
  trainingCurves,
} from '../../../src-shared/charts/index.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

const style = printStyle('en')
const result = buildStudyResult({ indices: ['000300.SH'] })
const asked = { width: HALF_WIDTH, height: 200 }
const draw = (option: EChartsOption) => renderChart(option, asked, 'chart')

/** Texts of a drawing with their places, those of the vertical axes by their side. */
const textsOf = (svg: string) =>
  Array.from(
    svg.matchAll(/<text[^>]*text-anchor="(\w+)"[^>]*translate\([-\d.]+ ([-\d.]+)\)[^>]*>([^<]*)</g),
    ([, anchor, y, text]) => ({ anchor, y: Number(y), text }),
  )
const axisLabels = (svg: string) => textsOf(svg).filter(({ anchor }) => anchor === 'end')

const long = (count: number) =>
  Array.from({ length: count }, (_, at) => `a rather long name of an optimizer ${at}`)
const curve = [
  { epoch: 1, trainIc: 0.1, validIc: 0.05 },
  { epoch: 2, trainIc: 0.2, validIc: 0.06 },
]
const key = (optimizer: string) => ({ optimizer, seed: 1, window: 0, frequency: 'daily' as const })
const [portfolio] = result.portfolios
const [factor] = result.factors

const charts: readonly (readonly [string, (names: readonly string[]) => EChartsOption])[] = [
  [
    'of training',
    (names) =>
      trainingCurves(
        names.map((name) => ({ name, epochs: curve, bestEpoch: null })),
        style,
      ),
  ],
  [
    'of lines between runs',
    (names) =>
      interpolationChart(
        names.map((name) => ({
          from: key('a'),
          to: key(name),
          part: 'train',
          at: [0, 1],
          loss: [0.1, 0.2],
          barrier: 0,
        })),
        style,
      ),
  ],
  [
    'of the excess',
    (names) =>
      excessChart(
        names.map((model) => ({ ...portfolio, model })),
        style,
      ),
  ],
  [
    'of layers',
    (names) =>
      layerBars(
        names.map((name) => ({ ...factor, name })),
        style,
      ),
  ],
  [
    'of the decay',
    (names) =>
      decayChart(
        names.map((name) => ({ name, decay: factor.analysis!.decay })),
        'oneDay',
        style,
      ),
  ],
]

describe.each(charts)('a chart %s', (_, chartOf) => {
  it('is as high as asked for where its legend has one row', () => {
    expect(draw(chartOf(['AdamW', 'SAM'])).size).toEqual(asked)
  })

  it.each([2, 3, 7])('stands below a legend of %i rows, above the same foot', (rows) => {
    const names = long(rows)
    const { svg, size } = draw(chartOf(names))
    const legend = textsOf(svg).filter(({ text }) => names.some((name) => text.includes(name)))
    expect(legend).toHaveLength(rows)
    // Half a line of each is above the middle of its text.
    const ticks = axisLabels(svg).map(({ y }) => y)
    const plain = axisLabels(draw(chartOf(['a'])).svg).map(({ y }) => y)
    expect(Math.min(...ticks)).toBeGreaterThanOrEqual(Math.max(...legend.map(({ y }) => y)) + 10)
    // ECharts gives the name of the axis a few pixels more or less.
    expect(Math.abs(size.height - Math.max(...ticks) - (asked.height - Math.max(...plain)))).toBeLessThan(5)
    expect(svg).toContain(`width="${size.width}" height="${size.height}"`)
  })
})

describe('a chart of several panels', () => {
  it('moves them all down by what its legend needs', () => {
    const option = navChart(portfolio, style)
    const size = { width: 672, height: 480 }
    const legend = option.legend as LegendComponentOption
    const before = renderChart(option, size, 'chart')
    // A row for each of its names.
    const after = renderChart({ ...option, legend: { ...legend, itemGap: 300 } }, size, 'chart')
    expect(before.size).toEqual(size)
    const by = after.size.height - size.height
    expect(by).toBeGreaterThan(20)
    const moved = axisLabels(before.svg).map((label) => ({ ...label, y: expect.closeTo(label.y + by, 1) }))
    expect(axisLabels(after.svg)).toEqual(moved)
    expect((option.grid as GridComponentOption[]).map(({ top }) => top)).toEqual([
      46,
      '42.5%',
      '62%',
      undefined,
    ])
  })
})

describe('a chart without a legend', () => {
  it('is as high as asked for', () => {
    expect(draw(scaleBar(landscapeScale([{ values: [[0, 1]] }]), style)).size).toEqual(asked)
  })
})
