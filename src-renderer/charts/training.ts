import type { EChartsOption, LineSeriesOption } from 'echarts'
import type { ChartStyle } from '../../src-shared/charts/index.ts'
import { debiasedEma } from '../../src-shared/charts/smoothing.ts'
import {
  baseOption,
  epochAxis,
  legend,
  line,
  seriesColor,
  tooltip,
  valueAxis,
} from '../../src-shared/charts/style.ts'
import { formatCount } from '../../src-shared/format.ts'
import { terms } from '../../src-shared/locales/index.ts'
import { formatDuration, formatTime } from '../format.ts'
import { type Curve, placesOf, type XAxis } from '../stores/curves.ts'
import { onScreen } from './onScreen.ts'
import type { MetricPart, Part, RunMetric } from './runMetrics.ts'

/** One run as it is drawn. */
export interface RunLine {
  readonly id: string
  /** What tells it from the other runs drawn. */
  readonly name: string
  /** Its entry in the legend: runs of one optimizer share it. */
  readonly legend: string
  /** Place of the entry's colour. */
  readonly color: number
  /** Of another study: drawn in long dashes, train dotted. */
  readonly other: boolean
  /** Of the second of the frequencies that are drawn: in dashes and dots, train dotted. */
  readonly second: boolean
  readonly curve: Curve
  /** Marked on the lines of the validation part; null before the first epoch. */
  readonly bestEpoch: number | null
}

export interface CurveView {
  readonly axis: XAxis
  /** Weight of the moving average: 0 is none. */
  readonly smoothing: number
  /** Where every value is above 0. */
  readonly log: boolean
  readonly ignoreOutliers: boolean
  /** Parts that are drawn; quantities of no part always are. */
  readonly parts: readonly Part[]
}

/** What a chart takes from its window. */
export interface CurveText {
  readonly axes: Readonly<Record<XAxis, string>>
  /** Id of the run that the tooltip puts first, asked for when it is shown. */
  readonly nearest: () => string | null
}

/** A chart of one metric and what its reader needs beside it. */
export interface MetricDrawing {
  readonly option: EChartsOption
  /** The lines that are looked for near the mouse: those that are smoothed, where they are. */
  readonly lines: readonly DrawnLine[]
  /** By series: the run it is of. */
  readonly runs: readonly string[]
  /** The logarithm was asked for, and not every value is above 0. */
  readonly notLogarithmic: boolean
}

export interface DrawnLine {
  readonly run: string
  readonly of: RunLine
  readonly points: readonly (readonly [x: number, y: number])[]
}

/** Runs in a tooltip: more would cover the chart. */
const TOLD_RUNS = 12
/** From so many points on, lines are thinned to what their pixels can show (Steinarsson 2013). */
const THIN_FROM = 5_000
const OUTER_SHARE = 0.05
/** Opacity of values behind their moving average. */
export const FAINT = 0.28
const DIMMED = 0.12
/** Lengths of dash and gap in pixels; ECharts' own dashes are shorter. */
const LONG_DASHES = [12, 5]
const DASHES_AND_DOTS = [9, 3, 2, 3]

interface LinePoints {
  readonly raw: DrawnLine['points']
  /** Smoothed, where the view asks for it. */
  readonly points: DrawnLine['points']
}
interface Drawn extends DrawnLine, LinePoints {
  readonly part: MetricPart['part']
}

/**
 * One metric of all runs: an optimizer has its colour, a run one line for each part, train dashed and valid solid; of another
 * study and of a second frequency they are dashed otherwise. Smoothed lines have the values themselves behind them, faint.
 */
export function metricChart(
  metric: RunMetric,
  runs: readonly RunLine[],
  view: CurveView,
  style: ChartStyle,
  { axes, nearest }: CurveText,
): MetricDrawing {
  const drawn = runs.flatMap((run) => linesOf(metric, run, view))
  const values = drawn.flatMap(({ raw }) => raw.map(([, y]) => y))
  const positive = values.every((value) => value > 0)
  const smoothed = view.smoothing > 0
  const sampling = 2 * values.length > THIN_FROM ? ({ sampling: 'lttb' } as const) : {}
  const text = terms[style.locale].charts

  const series = drawn.flatMap((one): (LineSeriesOption & { readonly run: string })[] => {
    const { of, part, points, raw } = one
    const color = seriesColor(style.palette, of.color)
    const own = line(of.legend, [], color, part === 'train' ? 1.2 : 1.8)
    const dashed = dashesOf(of, part === 'train')
    const partName = part === null ? '' : ` ${text[part]}`
    const base = {
      ...own,
      ...sampling,
      run: of.id,
      emphasis: { focus: 'series' as const, lineStyle: { width: 2.6 } },
      blur: { lineStyle: { opacity: DIMMED } },
    }
    const lineOf = (suffix: string, data: typeof points, opacity: number) => ({
      ...base,
      id: `${of.id}${partName}${suffix}`,
      dimensions: [axes[view.axis], `${of.name}${partName}${suffix}`],
      data: data as [x: number, y: number][],
      // One point makes no line.
      showSymbol: data.length === 1,
      lineStyle: { ...own.lineStyle, ...dashed, opacity },
    })
    // One point is a dot already.
    const best = part === 'valid' && raw.length > 1 ? bestPoint(of, raw, view) : null
    const mark = best === null ? {} : { markPoint: markOf(best, color, style) }
    return smoothed
      ? [
          { ...lineOf('', raw, FAINT), silent: true },
          { ...lineOf(' EMA', points, 1), ...mark },
        ]
      : [{ ...lineOf('', points, 1), ...mark }]
  })
  const log = view.log && positive && values.length > 0
  const option = onScreen(
    {
      ...baseOption(style),
      legend: {
        ...legend(style, [...new Set(runs.map((run) => run.legend))]),
        ...(runs.some(({ other }) => other) ? pages(style) : {}),
      },
      // Beyond the chart it would make the page wider.
      tooltip: { ...tooltip(style, metric.format), confine: true },
      grid: { left: 68, right: 18, top: 30, bottom: 34 },
      dataZoom: [{ type: 'inside', filterMode: 'none' }],
      xAxis: {
        ...xAxis(view.axis, axes[view.axis], style),
        // The pointer's own highlights would end the dimming of the others.
        axisPointer: { triggerEmphasis: false },
      },
      yAxis: {
        ...valueAxis(style, metric.format),
        ...(log ? { type: 'log' as const } : {}),
        scale: true,
        ...(view.ignoreOutliers ? innerRange(values, log) : {}),
        ...levelRange(values),
      },
      series: series.map(({ run: _run, ...one }) => one),
    },
    (points) => tellPlace(points, { metric, runs, drawn, view, axes, nearest: nearest(), style }),
  )
  return {
    option,
    lines: drawn,
    runs: series.map(({ run }) => run),
    notLogarithmic: view.log && !positive,
  }
}

/** The lines of a run: those with at least one point. */
function linesOf(metric: RunMetric, run: RunLine, view: CurveView): Drawn[] {
  return metric.parts.flatMap(({ part, value }): Drawn[] => {
    if (part !== null && !view.parts.includes(part)) return []
    const { raw, points } = pointsOf(run.curve, value, view)
    return raw.length === 0 ? [] : [{ run: run.id, of: run, part, raw, points }]
  })
}

interface KeptPoints extends LinePoints, Pick<CurveView, 'axis' | 'smoothing'> {}
/** By curve and quantity, as last asked for: of many runs few have a new curve when an epoch comes. */
const kept = new WeakMap<Curve, Map<MetricPart['value'], KeptPoints>>()

function pointsOf(curve: Curve, value: MetricPart['value'], { axis, smoothing }: CurveView): LinePoints {
  const ofCurve = kept.get(curve) ?? new Map<MetricPart['value'], KeptPoints>()
  kept.set(curve, ofCurve)
  const known = ofCurve.get(value)
  if (known?.axis === axis && known.smoothing === smoothing) return known
  const places = placesOf(curve, axis)
  const values = curve.records.map((record, at) => value(record, curve.clocks[at]))
  const placed = (all: readonly (number | null)[]) =>
    all.flatMap((y, at): [number, number][] => {
      const x = places[at]
      return y === null || !Number.isFinite(y) || x === null ? [] : [[x, y]]
    })
  const raw = placed(values)
  const points = smoothing > 0 ? placed(debiasedEma(values, smoothing)) : raw
  const made = { axis, smoothing, raw, points }
  ofCurve.set(value, made)
  return made
}

/** Names with their studies are long: the legend keeps to its line and turns its pages. */
function pages({ palette }: ChartStyle) {
  return {
    type: 'scroll' as const,
    pageTextStyle: { color: palette.text },
    pageIconColor: palette.text,
    pageIconInactiveColor: palette.grid,
  }
}

/** @param train of the train part; the others have none or are valid */
export function dashesOf(
  { other, second }: Pick<RunLine, 'other' | 'second'>,
  train: boolean,
): Pick<LineSeriesOption['lineStyle'] & object, 'type'> {
  if (!other && !second) return train ? { type: 'dashed' } : {}
  return { type: train ? 'dotted' : other ? LONG_DASHES : DASHES_AND_DOTS }
}

function bestPoint({ curve, bestEpoch }: RunLine, raw: Drawn['raw'], { axis }: CurveView) {
  const at = curve.records.findIndex(({ epoch }) => epoch === bestEpoch)
  const x = at < 0 ? null : placesOf(curve, axis)[at]
  return raw.find(([place]) => place === x) ?? null
}

function markOf(best: readonly [number, number], color: string, style: ChartStyle) {
  return {
    symbol: 'circle',
    symbolSize: 7,
    itemStyle: { color, opacity: 1 },
    // The panel says what the dot is: words would stand in the lines.
    label: { show: false },
    data: [{ name: terms[style.locale].charts.bestEpoch, coord: [...best] }],
  }
}

function xAxis(axis: XAxis, name: string, style: ChartStyle) {
  const common = epochAxis(style, name)
  const { axisLabel, minInterval: _minInterval, ...rest } = common
  if (axis === 'epoch') return common
  if (axis === 'wall') {
    const { formatter: _formatter, ...label } = axisLabel
    return { ...rest, type: 'time' as const, min: 'dataMin' as const, axisLabel: label }
  }
  return {
    ...rest,
    min: 0,
    axisLabel: { ...axisLabel, formatter: axis === 'relative' ? formatDuration : formatCount },
  }
}

/** A place of an axis in words. */
export function formatPlace(x: number, axis: XAxis): string {
  if (axis === 'wall') return formatTime(new Date(x).toISOString())
  return axis === 'relative' ? formatDuration(x) : formatCount(x)
}

/**
 * From the 5% to the 95% quantile of all values drawn, and a twentieth of that on either side; the lines themselves stay as they
 * are. Nothing where these quantiles are equal.
 */
export function innerRange(values: readonly number[], log = false): { min?: number; max?: number } {
  if (values.length === 0) return {}
  const scaled = values.map((value) => (log ? Math.log10(value) : value)).sort((a, b) => a - b)
  const [low, high] = [quantile(scaled, OUTER_SHARE), quantile(scaled, 1 - OUTER_SHARE)]
  const margin = (high - low) / 20
  if (!(margin > 0)) return {}
  const back = (value: number) => (log ? 10 ** value : value)
  return { min: back(low - margin), max: back(high + margin) }
}

/** Around values that are all the same but for rounding, which an axis of their own range would magnify. */
export function levelRange(values: readonly number[]): { min?: number; max?: number } {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity)
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity)
  const size = Math.max(Math.abs(low), Math.abs(high))
  if (values.length === 0 || high - low > 1e-9 * size) return {}
  const margin = size === 0 ? 1 : size / 10
  return { min: low - margin, max: high + margin }
}

/** Of ascending values, linear between two of them (Hyndman and Fan 1996, type 7). */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share
  const below = Math.floor(place)
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below] + (place - below) * (sorted[above] - sorted[below])
}

/**
 * The run whose line passes nearest above or below a point; null where no line is.
 *
 * @param x on the axis
 * @param height distance on the screen between the point and a place of the chart
 */
export function nearestRun(
  lines: readonly Pick<DrawnLine, 'run' | 'points'>[],
  x: number,
  height: (place: readonly [x: number, y: number]) => number,
): string | null {
  let nearest: string | null = null
  let least = Infinity
  for (const { run, points } of lines) {
    const after = points.findIndex(([place]) => place >= x)
    if (after < 0 || (after === 0 && points[0][0] > x)) continue
    const [x1, y1] = points[after]
    const [x0, y0] = points[Math.max(0, after - 1)]
    const y = x1 === x0 ? y1 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0)
    const distance = Math.abs(height([x, y]))
    if (distance < least) [least, nearest] = [distance, run]
  }
  return nearest
}

interface Told {
  readonly metric: RunMetric
  readonly runs: readonly RunLine[]
  readonly drawn: readonly Drawn[]
  readonly view: CurveView
  readonly axes: CurveText['axes']
  readonly nearest: string | null
  readonly style: ChartStyle
}

/** The place under the pointer, then a line for each run that has a value there, that nearest to the mouse first. */
function tellPlace(points: unknown, { metric, runs, drawn, view, axes, nearest, style }: Told): string {
  const found = points as readonly {
    readonly seriesName: string
    readonly value: readonly [x: number, y: number]
  }[]
  if (found.length === 0) return ''
  const text = terms[style.locale].charts
  const [place] = found[0].value
  // Without those that the legend has switched off.
  const shown = new Set(found.map(({ seriesName }) => seriesName))
  const told = runs
    .filter(({ legend }) => shown.has(legend))
    .map((run) => ({
      run,
      values: drawn.flatMap(({ run: id, part, raw, points: smooth }) => {
        const at = id === run.id ? raw.findIndex(([x]) => x === place) : -1
        if (at < 0) return []
        const name = part === null ? '' : `${text[part]} `
        const value = metric.format(smooth[at][1])
        return [name + (view.smoothing > 0 ? `${value} (${metric.format(raw[at][1])})` : value)]
      }),
    }))
    .filter(({ values }) => values.length > 0)
    .sort((a, b) => Number(b.run.id === nearest) - Number(a.run.id === nearest))
  const where = view.axis === 'epoch' ? '' : `  ${formatPlace(place, view.axis)}`
  const lines = told.slice(0, TOLD_RUNS).map(({ run, values }) => `${run.name}${where}  ${values.join('  ')}`)
  const more = told.length > TOLD_RUNS ? [`+ ${told.length - TOLD_RUNS}`] : []
  return [`${axes[view.axis]} ${formatPlace(place, view.axis)}`, ...lines, ...more].join('\n')
}
