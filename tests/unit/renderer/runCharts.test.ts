import { describe, expect, it } from 'vitest'
import { chartTable, type DataNames } from '../../../src-shared/charts/data.ts'
import { type EpochRecord, epochRecord } from '../../../src-shared/domain/training.ts'
import { followed, partOf, zoomedTo } from '../../../src-renderer/charts/axisZoom.ts'
import { init } from '../../../src-renderer/charts/echarts.ts'
import { RUN_METRIC_IDS, RUN_METRICS } from '../../../src-renderer/charts/runMetrics.ts'
import {
  type CurveView,
  formatPlace,
  innerRange,
  levelRange,
  metricChart,
  nearestRun,
  type RunLine,
} from '../../../src-renderer/charts/training.ts'
import { type StepLine, stepChart } from '../../../src-renderer/charts/steps.ts'
import { canUpdate, keepsZoom, packed } from '../../../src-renderer/charts/update.ts'
import type { Curve } from '../../../src-renderer/stores/curves.ts'
import { parseCurveView } from '../../../src-renderer/stores/curveView.ts'
import {
  choiceAmong,
  chosenCurves,
  firstAnswers,
  inTurns,
  overlayLines,
  runLines,
} from '../../../src-renderer/views/training/runLines.ts'
import { chartStyle as style } from '../../fixtures/chartStyle.ts'

const record = (epoch: number, trainLoss: number, validIc: number): EpochRecord =>
  epochRecord.parse({
    epoch,
    trainLoss,
    trainIc: 0.5,
    validIc,
    validIcir: null,
    sharpnessGap: null,
    gradientNorm: 1,
    evaluations: 1,
    skippedSteps: 0,
  })
const curve = (optimizer: string, seed: number, records: readonly EpochRecord[]): Curve => ({
  key: { window: 0, frequency: 'daily', optimizer, seed },
  records,
  clocks: records.map(() => null),
})
const CURVES = [
  curve('SAM', 1, [record(1, -0.02, 0.01)]),
  curve('AdamW', 1, [record(1, -0.01, 0.02), record(2, -0.03, 0.01)]),
  curve('AdamW', 2, [record(1, -0.05, 0.03)]),
]
const lines = runLines(CURVES, ['AdamW', 'SAM'], ({ seed }) => [`seed ${seed}`])
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

interface Series {
  readonly id: string
  readonly name: string
  readonly data: readonly (readonly [number, number])[]
  readonly silent?: boolean
  readonly sampling?: string
  readonly lineStyle: {
    readonly color: string
    readonly type?: string | readonly number[]
    readonly opacity: number
  }
  readonly markPoint?: { readonly data: readonly { readonly coord: readonly number[] }[] }
}
const draw = (view: Partial<CurveView> = {}, runs = lines) => {
  const drawing = metricChart(RUN_METRICS.loss, runs, { ...VIEW, ...view }, style, TEXT)
  return { ...drawing, series: drawing.option.series as readonly Series[] }
}

describe('a chart of one metric', () => {
  it('has a line for each run and part, train dashed, in the colour of its optimizer', () => {
    const { series, runs } = draw()
    expect(series.map(({ name, lineStyle }) => [name, lineStyle.color, lineStyle.type])).toEqual([
      ['AdamW', '#001', 'dashed'],
      ['AdamW', '#001', undefined],
      ['AdamW', '#001', 'dashed'],
      ['AdamW', '#001', undefined],
      ['SAM', '#002', 'dashed'],
      ['SAM', '#002', undefined],
    ])
    expect(new Set(runs).size).toBe(3)
    expect(series[0].data).toEqual([
      [1, -0.01],
      [2, -0.03],
    ])
    // What an earlier version did not record: the negative valid IC.
    expect(series[1].data).toEqual([
      [1, -0.02],
      [2, -0.01],
    ])
  })

  it('marks the best epoch on the valid line alone', () => {
    const { series } = draw()
    expect(series[1].markPoint?.data[0].coord).toEqual([1, -0.02])
    expect(series[0].markPoint).toBeUndefined()
  })

  it('tells the runs that have a value at the pointer and are shown, the nearest first', () => {
    const { option } = metricChart(RUN_METRICS.ic, lines, VIEW, style, {
      ...TEXT,
      nearest: () => lines[1].id,
    })
    // Its text stands in an element.
    Object.assign(globalThis, { document: { createElement: () => ({ style: {} }) } })
    const { formatter } = option.tooltip as unknown as {
      formatter: (points: unknown) => { textContent: string }
    }
    const told = (names: readonly string[], x: number) =>
      formatter(names.map((seriesName) => ({ seriesName, value: [x, 0] }))).textContent.split('\n')
    expect(told(['AdamW', 'SAM'], 1).map((line) => line.split('  ')[0])).toEqual([
      'Epoch 1',
      'AdamW · seed 2',
      'AdamW · seed 1',
      'SAM · seed 1',
    ])
    expect(told(['SAM'], 1)).toHaveLength(2)
    expect(told(['AdamW'], 2)[1]).toMatch(/^AdamW · seed 1 /)
    Reflect.deleteProperty(globalThis, 'document')
  })

  it('leaves out the parts that are switched off', () => {
    expect(draw({ parts: ['valid'] }).series).toHaveLength(3)
    expect(draw({ parts: [] }).series).toHaveLength(0)
  })

  it('keeps the values faint behind the smoothed line', () => {
    const { series, lines: looked } = draw({ smoothing: 0.5, parts: ['train'] })
    expect(series).toHaveLength(6)
    const [raw, smooth] = series
    expect(raw.silent).toBe(true)
    expect(raw.lineStyle.opacity).toBeLessThan(0.5)
    expect(raw.data[1]).toEqual([2, -0.03])
    // (0.5 · −0.03 + 0.25 · −0.01) ÷ (1 − 0.25)
    expect(smooth.data[0]).toEqual([1, -0.01])
    expect(smooth.data[1][1]).toBeCloseTo(-0.0175 / 0.75, 12)
    expect(looked[0].points[1][1]).toBe(smooth.data[1][1])
  })

  it('takes the logarithm only where every value is above 0, and says where not', () => {
    const axis = ({ option }: { readonly option: { yAxis?: unknown } }) =>
      (option.yAxis as { type?: string }).type
    expect(draw({ log: true }).notLogarithmic).toBe(true)
    expect(axis(draw({ log: true }))).toBe('value')
    const positive = metricChart(RUN_METRICS.gradientNorm, lines, { ...VIEW, log: true }, style, TEXT)
    expect(positive.notLogarithmic).toBe(false)
    expect(axis(positive)).toBe('log')
  })

  it('draws no run where the axis has no place for it', () => {
    expect(draw({ axis: 'relative' }).series).toEqual([])
  })

  it('thins lines to their pixels above five thousand points', () => {
    const long = curve(
      'AdamW',
      1,
      Array.from({ length: 2000 }, (_, at) => record(at + 1, -0.01, 0.01)),
    )
    expect(draw().series[0].sampling).toBeUndefined()
    expect(
      draw(
        {},
        runLines([long], ['AdamW'], () => []),
      ).series[0].sampling,
    ).toBe('lttb')
  })

  it('knows every metric of an epoch without a clock', () => {
    for (const id of RUN_METRIC_IDS)
      for (const { value } of RUN_METRICS[id].parts)
        expect(value(CURVES[0].records[0], null)).toSatisfy((one) => one === null || Number.isFinite(one))
  })
})

describe('runs of other studies', () => {
  const overlay = {
    id: 'other 1',
    study: 'former',
    curve: curve('SAM', 1, [record(1, -0.04, 0.05), record(2, -0.06, 0.04)]),
  }
  const [other] = overlayLines([overlay], 2, ({ optimizer, seed }) => `${optimizer} · seed ${seed}`)
  const all = [...lines, other]

  it('are drawn in dashes of their own and a colour of no optimizer, named by their study', () => {
    const { series, runs, option } = draw({}, all)
    const own = series.slice(6)
    expect(own.map(({ name, lineStyle }) => [name, lineStyle.color, lineStyle.type])).toEqual([
      ['former · SAM · seed 1', '#001', 'dotted'],
      ['former · SAM · seed 1', '#001', [12, 5]],
    ])
    // After those of the optimizers; this palette begins again.
    expect(other.color).toBe(2)
    expect(runs.slice(6)).toEqual(['other 1', 'other 1'])
    expect(own[1].markPoint?.data[0].coord).toEqual([1, -0.05])
    // A line of one point is a dot by itself.
    expect(series[5].markPoint).toBeUndefined()
    expect(option.legend).toMatchObject({ type: 'scroll', data: ['AdamW', 'SAM', 'former · SAM · seed 1'] })
    expect(draw().option.legend).not.toHaveProperty('type')
    expect(series.slice(0, 6)).toEqual(draw().series)
  })

  it('are told at the pointer and have columns in the data of the chart', () => {
    const { option } = draw({}, all)
    const { columns, rows } = chartTable(option, {} as DataNames)!
    expect(columns.slice(-2)).toEqual(['former · SAM · seed 1 train', 'former · SAM · seed 1 valid'])
    expect(rows.map((row) => row.slice(-2))).toEqual([
      [-0.04, -0.05],
      [-0.06, -0.04],
    ])
  })
})

describe('the range without outliers', () => {
  const values = Array.from({ length: 101 }, (_, at) => at)

  it('runs from the 5% to the 95% quantile and a twentieth beyond', () => {
    expect(innerRange(values)).toEqual({ min: 0.5, max: 99.5 })
    expect(innerRange([...values.slice(0, -1), 1e9])).toEqual({ min: 0.5, max: 99.5 })
  })

  it('is measured on the logarithm where that is drawn', () => {
    const { min, max } = innerRange(
      values.map((value) => 10 ** value),
      true,
    )
    expect(Math.log10(min!)).toBeCloseTo(0.5, 12)
    expect(Math.log10(max!)).toBeCloseTo(99.5, 12)
  })

  it('is left to the chart where there is none', () => {
    expect(innerRange([])).toEqual({})
    expect(innerRange([3, 3, 3])).toEqual({})
  })
})

describe('the range of values that are all the same', () => {
  it('stands around them, whatever their rounding', () => {
    const { min, max } = levelRange([0.15, 0.15000000000000002, 0.15])
    expect([min, max]).toEqual([expect.closeTo(0.135, 9), expect.closeTo(0.165, 9)])
    expect(levelRange([0, 0])).toEqual({ min: -1, max: 1 })
    expect(levelRange([0.15, 0.151])).toEqual({})
    expect(levelRange([])).toEqual({})
  })
})

describe('the run nearest to the mouse', () => {
  const drawn = [
    { run: 'low', points: [[0, 0] as const, [10, 10] as const] },
    { run: 'high', points: [[0, 20] as const, [4, 20] as const] },
  ]
  const nearest = (x: number, y: number) => nearestRun(drawn, x, ([, other]) => other - y)

  it('is looked for between the points of a line as well', () => {
    expect(nearest(3, 11)).toBe('low')
    expect(nearest(3, 12)).toBe('high')
    expect(nearest(10, 100)).toBe('low')
  })

  it('is none where no line is', () => {
    expect(nearest(-1, 0)).toBeNull()
    expect(nearest(11, 0)).toBeNull()
    expect(nearest(5, 20)).toBe('low')
  })
})

describe('runs of two frequencies', () => {
  it('differ in their dashes, the second one in dashes and dots', () => {
    const weekly = CURVES.map((one) => ({ ...one, key: { ...one.key, frequency: 'weekly' as const } }))
    const both = runLines([...weekly, ...CURVES], ['AdamW', 'SAM'], () => [])
    expect(both.filter(({ second }) => second).map(({ curve: { key } }) => key.frequency)).toEqual(
      weekly.map(() => 'weekly'),
    )
    const looks = (of: RunLine[]) =>
      new Set(draw({}, of).series.map(({ lineStyle }) => String(lineStyle.type)))
    expect(looks(both)).toEqual(new Set(['undefined', 'dashed', '9,3,2,3', 'dotted']))
    // Alone it needs no sign.
    expect(looks(runLines(weekly, ['AdamW', 'SAM'], () => []))).toEqual(new Set(['undefined', 'dashed']))
  })
})

describe('which runs are drawn', () => {
  it('all, or those of a frequency, window or seed that the study has', () => {
    const keys = CURVES.map(({ key }) => key)
    const none = { frequency: null, window: null, seed: null }
    expect(chosenCurves(CURVES, none)).toHaveLength(3)
    expect(chosenCurves(CURVES, { ...none, seed: 1 })).toHaveLength(2)
    expect(choiceAmong({ frequency: 'weekly', window: 0, seed: 7 }, keys)).toEqual({
      frequency: null,
      window: 0,
      seed: null,
    })
  })

  it('by optimizer, named by what tells them apart', () => {
    expect(lines.map(({ name, color, bestEpoch }) => [name, color, bestEpoch])).toEqual([
      ['AdamW · seed 1', 0, 1],
      ['AdamW · seed 2', 0, 1],
      ['SAM · seed 1', 1, 1],
    ])
  })
})

describe('how curves are looked at', () => {
  it('takes the defaults for what is absent or cannot be read', () => {
    const defaults = parseCurveView(null)
    expect(defaults).toEqual({
      axis: 'epoch',
      smoothing: 0,
      log: false,
      ignoreOutliers: false,
      parts: ['train', 'valid'],
      pinned: ['loss', 'ic'],
    })
    expect(parseCurveView('{"axis":"month","smoothing":0.6,"pinned":["nothing"]}')).toEqual({
      ...defaults,
      smoothing: 0.6,
    })
    expect(parseCurveView('{')).toEqual(defaults)
  })

  it('follows the newest epoch as far as it has come, and never back', () => {
    expect(followed({ first: 3, last: 8 }, 10)).toEqual({ first: 5, last: 10 })
    expect(followed({ first: 3, last: 8 }, 7)).toEqual({ first: 3, last: 8 })
  })

  it('writes places in the unit of their axis', () => {
    expect(formatPlace(12, 'epoch')).toBe('12')
    expect(formatPlace(3725, 'relative')).toBe('1:02:05')
    expect(formatPlace(12345, 'step')).toBe('12,345')
    expect(formatPlace(0, 'wall')).toMatch(/^19(69|70)-\d\d-\d\d \d\d:\d\d:\d\d$/)
  })
})

describe('a few of many runs', () => {
  it('are of every optimizer in turn, in their order', () => {
    const runs = ['A', 'A', 'A', 'B', 'C', 'C'].map((legend, at) => ({ legend, at }))
    expect(inTurns(runs).map(({ at }) => at)).toEqual([0, 3, 4, 1, 5, 2])
  })

  it('are the first that have an answer, and no others are asked than it takes to find them', async () => {
    const asked: number[] = []
    const halfOfOdd = async (run: number) => {
      asked.push(run)
      return run % 2 === 1 ? run / 2 : null
    }
    const numbers = Array.from({ length: 10 }, (_, at) => at)
    expect(await firstAnswers(numbers, 3, halfOfOdd)).toEqual({ found: [0.5, 1.5, 2.5], left: 4 })
    expect(asked).toEqual([0, 1, 2, 3, 4, 5])
    expect(await firstAnswers(numbers, 6, halfOfOdd)).toEqual({ found: [0.5, 1.5, 2.5, 3.5, 4.5], left: 0 })
    expect(await firstAnswers([0, 2, 4], 2, halfOfOdd)).toEqual({ found: [], left: 0 })
  })
})

describe('a chart of steps', () => {
  const steps: StepLine[] = [
    { run: lines[0], at: [0, 4, 1_999], values: [1e-5, null, 0.25], smoothed: null },
    { run: lines[2], at: [0], values: [0.5], smoothed: null },
  ]
  const plain = { log: false, ignoreOutliers: false }
  const { option } = stepChart(steps, 'gap', plain, 'Step', style)

  it('has a line for each run in the colour of its optimizer, its steps counted from 1', () => {
    expect(
      (option.series as readonly Series[]).map(({ name, data, lineStyle }) => [name, data, lineStyle.color]),
    ).toEqual([
      [
        'AdamW',
        [
          [1, 1e-5],
          [5, null],
          [2_000, 0.25],
        ],
        '#001',
      ],
      ['SAM', [[1, 0.5]], '#002'],
    ])
  })

  it('tells a value by its run, wherever its series stands', () => {
    Object.assign(globalThis, { document: { createElement: () => ({ style: {} }) } })
    const { formatter } = option.tooltip as unknown as {
      formatter: (points: unknown) => { textContent: string }
    }
    const point = { seriesId: lines[2].id, seriesIndex: 7, dataIndex: 0, value: [5, 0.5] }
    expect(formatter([point]).textContent).toMatch(/^SAM · seed 1  Step 5  /)
    Reflect.deleteProperty(globalThis, 'document')
  })

  it('saves its data under the names of the runs', () => {
    const { columns, rows } = chartTable(option, {} as DataNames)!
    expect(columns).toEqual(['Step', 'AdamW · seed 1', 'SAM · seed 1'])
    expect(rows).toEqual([
      [1, 1e-5, 0.5],
      [5, null, null],
      [2_000, 0.25, null],
    ])
  })

  it('has the values faint behind their average, each under its name', () => {
    const [first] = steps
    const averaged = [{ ...first, smoothed: [1e-5, null, 0.1] }]
    const { option: smooth } = stepChart(averaged, 'gap', plain, 'Step', style)
    expect((smooth.series as readonly Series[]).map(({ id, lineStyle }) => [id, lineStyle.opacity])).toEqual([
      [lines[0].id, 0.28],
      [`${lines[0].id} EMA`, undefined],
    ])
    expect(chartTable(smooth, {} as DataNames)).toMatchObject({
      columns: ['Step', 'AdamW · seed 1', 'AdamW · seed 1 EMA'],
      rows: [
        [1, 1e-5, 1e-5],
        [5, null, null],
        [2_000, 0.25, 0.1],
      ],
    })
  })

  it('takes the logarithm where every value is above 0, and says where it cannot', () => {
    const of = (values: readonly number[], log: boolean) =>
      stepChart([{ ...steps[1], at: [0, 1], values }], 'gap', { log, ignoreOutliers: false }, 'Step', style)
    expect(of([0.5, 5], true)).toMatchObject({ option: { yAxis: { type: 'log' } }, notLogarithmic: false })
    expect(of([0, 5], true)).toMatchObject({ option: { yAxis: { type: 'value' } }, notLogarithmic: true })
    expect(of([0, 5], false)).toMatchObject({ notLogarithmic: false })
  })

  it('stays at the steps that it was zoomed to while its runs go on and others begin', () => {
    const until = (...lasts: readonly number[]) =>
      stepChart(
        lasts.map((last, run) => ({
          run: lines[run],
          at: Array.from({ length: last }, (_, at) => at),
          values: Array.from({ length: last }, (_, at) => Math.sin(at)),
          smoothed: null,
        })),
        'gap',
        plain,
        'Step',
        style,
      ).option
    const chart = init(null, null, { renderer: 'svg', ssr: true, width: 640, height: 280 })
    const shown = () => {
      const [{ startValue, endValue }] = chart.getOption()['dataZoom'] as {
        readonly startValue: number
        readonly endValue: number
      }[]
      return { first: startValue, last: endValue }
    }
    chart.setOption(packed(zoomedTo(until(200), null)))
    expect(partOf(shown(), { first: 1, last: 200 })).toBeNull()
    chart.dispatchAction({ type: 'dataZoom', start: 25, end: 50 })
    const part = partOf(shown(), { first: 1, last: 200 })!
    expect(part).toEqual({ first: expect.closeTo(50, -1), last: expect.closeTo(100, -1) })

    chart.setOption(packed(zoomedTo(until(300), part)), { notMerge: true })
    expect(shown()).toEqual(part)
    const [now, next] = [zoomedTo(until(300), part), zoomedTo(until(400, 20), part)]
    expect(canUpdate(now, next)).toBe(true)
    chart.setOption(packed(next), { replaceMerge: 'series' })
    expect(shown()).toEqual(part)
    chart.dispose()
  })
})

describe('the zoom of a chart that is made anew', () => {
  const days = {
    xAxis: { type: 'category' as const, data: ['a', 'b', 'c'] },
    dataZoom: [{ type: 'inside' as const }],
  }

  it('stays over the same categories', () => {
    expect(keepsZoom(days, { ...days, color: ['red'] })).toBe(true)
    expect(keepsZoom(days, { ...days, xAxis: { type: 'category', data: ['a', 'b'] } })).toBe(false)
  })

  it('is that of an option with one of its own', () => {
    expect(keepsZoom(days, { ...days, dataZoom: [{ type: 'inside', startValue: 1, endValue: 2 }] })).toBe(
      false,
    )
  })

  it('is none over numbers, whose places may be others', () => {
    const numbers = { xAxis: { type: 'value' as const } }
    expect(keepsZoom(numbers, numbers)).toBe(false)
  })
})
