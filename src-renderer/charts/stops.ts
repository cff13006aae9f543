import type { EChartsOption } from 'echarts'

/** One value that a chart draws: a series and a place in its data. */
export interface ChartItem {
  readonly seriesIndex: number
  readonly dataIndex: number
}

/** A place where the crosshair of a chart can stand, and what the chart draws there. */
export interface Stop {
  /** On the horizontal axis: the position of a category, or a number. */
  readonly x: number
  /** In a heatmap the row, from the bottom; else 0. */
  readonly y: number
  /** Empty where the chart has nothing to draw, as on a day without trade. */
  readonly items: readonly ChartItem[]
}

/**
 * How the crosshair of a chart moves: along a horizontal axis, over the cells of a heatmap, or from item to item where a chart
 * has no common axis.
 */
export type Way = 'axis' | 'cells' | 'items'

export interface Stops {
  readonly way: Way
  /** In the order in which they are walked: from left to right, in a heatmap row by row from the top. */
  readonly stops: readonly Stop[]
}

interface Axis {
  readonly type?: string
  readonly name?: string
  readonly data?: readonly unknown[]
}
interface Series {
  readonly id?: string
  readonly type?: string
  readonly name?: string
  readonly silent?: boolean
  readonly data?: readonly unknown[]
  readonly xAxisIndex?: number
  readonly label?: { readonly formatter?: unknown }
  /** Goes before that of the chart. */
  readonly tooltip?: Tooltip
}
interface Tooltip {
  readonly trigger?: string
  readonly formatter?: unknown
  readonly valueFormatter?: (value: unknown, dataIndex: number) => string
}

/** @param hidden names of series that the legend has switched off */
export function stopsOf(option: EChartsOption, hidden: ReadonlySet<string> = new Set()): Stops {
  const series = seriesOf(option)
  const shown = shownOf(series, hidden)
  const way = wayOf(option, series, shown)
  if (way === 'cells') return { way, stops: cellsOf(series, shown) }
  if (way === 'items') return { way, stops: itemsOf(series, shown) }
  const [axis] = axesOf(option.xAxis)
  const places = new Map<number, ChartItem[]>()
  if (axis?.type === 'category') for (const at of (axis.data ?? []).keys()) places.set(at, [])
  for (const seriesIndex of shown) {
    series[seriesIndex].data?.forEach((item, dataIndex) => {
      const x = placeOf(item, dataIndex, axis)
      if (x === null) return
      const items = places.get(x) ?? []
      items.push({ seriesIndex, dataIndex })
      places.set(x, items)
    })
  }
  const stops = [...places].map(([x, items]) => ({ x, y: 0, items })).sort((a, b) => a.x - b.x)
  return { way: 'axis', stops: shown.length === 0 ? [] : stops }
}

/** Whether `stopsOf` finds any, without looking for all of them. */
export function anyStop(option: EChartsOption): boolean {
  const series = seriesOf(option)
  const shown = shownOf(series, new Set())
  const [axis] = axesOf(option.xAxis)
  const onAxis = wayOf(option, series, shown) === 'axis'
  if (onAxis && axis?.type === 'category' && (axis.data ?? []).length > 0) return shown.length > 0
  return shown.some((at) =>
    series[at].data?.some((item, dataIndex) => !onAxis || placeOf(item, dataIndex, axis) !== null),
  )
}

/** Positions of the series that are walked. */
function shownOf(series: readonly Series[], hidden: ReadonlySet<string>): number[] {
  return series.flatMap(({ silent = false, name = '', type }, seriesIndex) =>
    silent || hidden.has(name) || type === 'custom' ? [] : [seriesIndex],
  )
}

function wayOf(option: EChartsOption, series: readonly Series[], shown: readonly number[]): Way {
  if (shown.length > 0 && shown.every((at) => series[at].type === 'heatmap')) return 'cells'
  return tooltipOf(option)?.trigger === 'axis' ? 'axis' : 'items'
}

/** Where an item stands on the axis; null where it draws nothing. */
function placeOf(item: unknown, dataIndex: number, axis: Axis | undefined): number | null {
  const numbers = numbersOf(item)
  const x = axis?.type === 'category' ? dataIndex : numbers[0]
  return x === undefined || !Number.isFinite(x) || !numbers.some(Number.isFinite) ? null : x
}

function cellsOf(series: readonly Series[], shown: readonly number[]): Stop[] {
  const cells = shown.flatMap((seriesIndex) =>
    (series[seriesIndex].data ?? []).map((item, dataIndex): Stop => {
      const [x, y] = numbersOf(item)
      return { x, y, items: [{ seriesIndex, dataIndex }] }
    }),
  )
  return cells.sort((a, b) => b.y - a.y || a.x - b.x)
}

function itemsOf(series: readonly Series[], shown: readonly number[]): Stop[] {
  return shown.flatMap((seriesIndex) =>
    (series[seriesIndex].data ?? []).map((item, dataIndex): Stop => {
      const [x = NaN] = numbersOf(item)
      return { x, y: 0, items: [{ seriesIndex, dataIndex }] }
    }),
  )
}

/** The position of the cell above or below; `at` itself at the edge. Cells that are blank are passed over. */
export function cellBeside(stops: readonly Stop[], at: number, by: 1 | -1): number {
  const { x, y } = stops[at]
  const column = stops.flatMap((stop, place) => (stop.x === x && (stop.y - y) * by > 0 ? [place] : []))
  if (column.length === 0) return at
  return column.reduce((nearest, place) =>
    Math.abs(stops[place].y - y) < Math.abs(stops[nearest].y - y) ? place : nearest,
  )
}

/** What the chart's tooltip says of a stop, in parts. */
export function describeStop(option: EChartsOption, { way }: Stops, stop: Stop): string[] {
  const series = seriesOf(option)
  const [xAxis] = axesOf(option.xAxis)
  const [yAxis] = axesOf(option.yAxis)
  const tooltip = tooltipOf(option)
  const place = xAxis?.type === 'category' ? String(xAxis.data?.[stop.x]) : String(stop.x)
  // A day on which nothing is drawn is told by its place in the first series.
  const items = stop.items.length > 0 ? stop.items : [{ seriesIndex: 0, dataIndex: stop.x }]
  const params = items.map(({ seriesIndex, dataIndex }) => {
    const data = series[seriesIndex]?.data?.[dataIndex]
    return {
      componentType: 'series',
      seriesType: series[seriesIndex]?.type,
      seriesIndex,
      seriesId: series[seriesIndex]?.id,
      seriesName: series[seriesIndex]?.name ?? '',
      name: place,
      axisValue: place,
      axisValueLabel: place,
      dataIndex,
      data,
      value: valueOf(data),
      marker: '',
    }
  })
  const described = (formatter: unknown, of: unknown): string[] | null => {
    if (typeof formatter !== 'function') return null
    const text: unknown = formatter(of)
    return linesOf(typeof text === 'string' ? text : ((text as Node).textContent ?? ''))
  }
  if (way === 'cells') {
    const [{ seriesIndex }] = stop.items
    const text = described(series[seriesIndex].label?.formatter, params[0]) ?? [String(params[0].value)]
    return [`${String(yAxis?.data?.[stop.y])} ${place}`, ...text]
  }
  return (
    described(tooltip?.formatter, way === 'axis' ? params : params[0]) ?? [
      place,
      ...stop.items.map((item, at) => {
        const { seriesName, value, dataIndex } = params[at]
        // On an axis of numbers the value is a pair of place and height.
        const height = Array.isArray(value) ? value.at(-1) : value
        const format = series[item.seriesIndex].tooltip?.valueFormatter ?? tooltip?.valueFormatter
        const text = format?.(height, dataIndex) ?? String(height)
        return seriesName === '' ? text : `${seriesName} ${text}`
      }),
    ]
  )
}

/**
 * The option with a zoom that the keys move and the mouse does not, where it has an axis and no zoom of its own: the wheel over
 * such a chart goes on scrolling the page.
 */
export function withKeyZoom(option: EChartsOption): EChartsOption {
  if (option.dataZoom !== undefined || tooltipOf(option)?.trigger !== 'axis') return option
  const axes = axesOf(option.xAxis)
  return {
    ...option,
    dataZoom: [
      {
        type: 'inside',
        disabled: true,
        xAxisIndex: [...axes.keys()],
        // Lines go on to the edge; bars beyond it are left out.
        filterMode: axes[0]?.type === 'category' ? 'filter' : 'none',
      },
    ],
  }
}

const seriesOf = (option: EChartsOption): readonly Series[] => [option.series ?? []].flat() as Series[]
const axesOf = (axes: unknown): readonly Axis[] => [axes ?? []].flat() as Axis[]
const tooltipOf = (option: EChartsOption): Tooltip | undefined => [option.tooltip].flat()[0] as Tooltip

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '')

const valueOf = (item: unknown): unknown =>
  typeof item === 'object' && item !== null && 'value' in item ? item.value : item

function numbersOf(item: unknown): readonly number[] {
  const value = valueOf(item)
  return (Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'number' ? one : NaN))
}
