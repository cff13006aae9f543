import type { EChartsOption, LineSeriesOption } from 'echarts'

/** Above so many points a line stays one of its own, which ECharts can thin to its pixels. */
const LONG = 500
/** ECharts' own height of a line, and one before lines, behind what is marked on them. */
const [PLAIN, IN_FRONT] = [2, 3]

type Series = LineSeriesOption

/**
 * The option of a chart of many lines as it is drawn: lines that look the same are one series, with gaps between them, as a series
 * costs ECharts far more than its line does. Who reads the chart goes by the option itself.
 *
 * @param outstanding positions of the series that are drawn as highlighted, all others as in their shade; none: all are as they are
 */
export function joined(option: EChartsOption, outstanding: ReadonlySet<number>): EChartsOption {
  const groups = new Map<string, Series[]>()
  for (const [at, one] of ([option.series ?? []].flat() as Series[]).entries()) {
    const { id, data = [], dimensions: _dimensions, markPoint: _markPoint, ...look } = one
    // One point is a symbol.
    const alone = data.length < 2 || data.length > LONG
    const key = JSON.stringify([look, outstanding.has(at), alone ? id : null])
    const group = groups.get(key) ?? []
    groups.set(key, group)
    const plain = { ...one, z: PLAIN }
    group.push(outstanding.size === 0 ? plain : outstanding.has(at) ? highlighted(plain) : shaded(plain))
  }
  const series = [...groups.values()].map(join)
  return { ...option, series: series.map((one, at) => ({ ...one, id: idAmong(series.slice(0, at), one) })) }
}

/**
 * By its entry in the legend and its turn among those of it with marks, or without, whatever its look: for as long as a chart lives
 * ECharts keeps what was marked on a series of an id, with all that it was drawn by.
 */
function idAmong(before: readonly Series[], { name, markPoint }: Series): string {
  const marked = markPoint !== undefined
  const turn = before.filter((one) => one.name === name && (one.markPoint !== undefined) === marked).length
  return JSON.stringify([name, marked, turn])
}

function join(lines: readonly Series[]): Series {
  const [first] = lines
  const marks = lines.flatMap(({ markPoint }) => markPoint ?? [])
  const points = lines.flatMap(({ data = [] }, at) => (at === 0 ? data : [[NaN, NaN], ...data]))
  return {
    ...first,
    data: points,
    ...(marks.length === 0
      ? {}
      : { markPoint: { ...marks[0], data: marks.flatMap(({ data = [] }) => data) } }),
    // The mouse would highlight all of them.
    silent: true,
  }
}

function highlighted(line: Series): Series {
  // Its width is a number, where ECharts would take a word as well.
  const strong = line.emphasis?.lineStyle as Series['lineStyle']
  return { ...line, z: IN_FRONT, lineStyle: { ...line.lineStyle, ...strong } }
}

function shaded({ markPoint, ...line }: Series): Series {
  const { opacity = 1 } = line.blur?.lineStyle ?? {}
  const mark = markPoint && { ...markPoint, itemStyle: { ...markPoint.itemStyle, opacity } }
  return { ...line, lineStyle: { ...line.lineStyle, opacity }, ...(mark && { markPoint: mark }) }
}
