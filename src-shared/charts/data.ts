import type { EChartsOption } from 'echarts'
import type { ExportCell, ExportTable } from '../domain/exportTable.ts'

/** Names of columns that a chart leaves to its reader. */
export interface DataNames {
  readonly date: string
  readonly x: string
  readonly value: string
  readonly open: string
  readonly closePrice: string
  readonly low: string
  readonly high: string
}

/** Of an option what its numbers are in. */
interface Axis {
  readonly type?: string
  readonly name?: string
  readonly data?: readonly unknown[]
}
interface Series {
  readonly type?: string
  readonly name?: string
  readonly data?: readonly unknown[]
  readonly xAxisIndex?: number
  readonly yAxisIndex?: number
  readonly dimensions?: readonly (string | { readonly name?: string } | null)[]
}

/**
 * What a chart draws, in full precision: a column of places on the horizontal axis and one or more for each series; of a
 * heatmap the matrix as it is drawn. A series' columns have the names of its dimensions, else its own; parts of one line share a
 * column, other series of its name have a numbered one. Null for a chart whose numbers are not in its series.
 */
export function chartTable(option: EChartsOption, names: DataNames): ExportTable | null {
  const series = listOf<Series>(option.series).filter(({ data }) => (data?.length ?? 0) > 0)
  const xAxes = listOf<Axis>(option.xAxis)
  if (series.length === 0 || xAxes.length === 0) return null
  if (series.every(({ type }) => type === 'heatmap')) return matrixOf(series, xAxes, listOf(option.yAxis))
  if (series.some(({ type, dimensions }) => type === 'custom' && dimensions === undefined)) return null

  const categories = xAxes.filter(({ type }) => type === 'category')
  if (categories.length > 0 && categories.length < xAxes.length) return null
  const places = new Map<ExportCell, Map<string, ExportCell>>()
  for (const { data = [] } of categories) for (const category of data) places.set(String(category), new Map())
  const columns = new Set<string>()
  for (const one of series) {
    const axis = xAxes[one.xAxisIndex ?? 0]
    const points = pointsOf(one, axis?.type === 'category' ? axis : null, names)
    const suffix = freeSuffix(places, points)
    for (const { x, values } of points) {
      const row = places.get(x) ?? new Map<string, ExportCell>()
      places.set(x, row)
      for (const [name, value] of values) {
        const column = name + suffix
        columns.add(column)
        row.set(column, row.get(column) ?? value)
      }
    }
  }
  const rows = [...places]
  if (categories.length === 0) rows.sort(([a], [b]) => Number(a) - Number(b))
  return {
    columns: [placeName(xAxes, categories, names), ...columns],
    rows: rows.map(([x, values]) => [x, ...[...columns].map((name) => values.get(name) ?? null)]),
  }
}

interface ChartPoint {
  readonly x: ExportCell
  readonly values: readonly (readonly [name: string, value: ExportCell])[]
}

/** What is to stand behind the names of columns so that none of the points has another value in its place. */
function freeSuffix(
  places: ReadonlyMap<ExportCell, ReadonlyMap<string, ExportCell>>,
  points: readonly ChartPoint[],
): string {
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? '' : ` (${count})`
    const taken = points.some(({ x, values }) => {
      const row = places.get(x)
      return values.some(([name, value]) => {
        const before = row?.get(name + suffix) ?? null
        return before !== null && value !== null && before !== value
      })
    })
    if (!taken) return suffix
  }
}

/** @param categories the horizontal axis where it has categories, which items stand on by their order */
function pointsOf(series: Series, categories: Axis | null, names: DataNames): ChartPoint[] {
  const { name = '', data = [], type } = series
  const own = name === '' ? names.value : name
  const dimensions = series.dimensions?.map((one) => (typeof one === 'string' ? one : (one?.name ?? '')))
  const prices = [names.open, names.closePrice, names.low, names.high].map((price) => `${own} ${price}`)
  const titles = dimensions ?? (type === 'candlestick' ? prices : [own])
  return data.flatMap((item, at): ChartPoint[] => {
    const value = valueOf(item)
    if (categories !== null) {
      const x = String(categories.data?.[at])
      const values = Array.isArray(value) ? value : [value]
      return [{ x, values: titles.map((title, which) => [title, numberOf(values[which])] as const) }]
    }
    if (!Array.isArray(value)) return []
    const [x, ...values] = value
    // The first dimension is the place.
    const rest = dimensions === undefined ? titles : titles.slice(1)
    return [{ x: numberOf(x), values: rest.map((title, which) => [title, numberOf(values[which])] as const) }]
  })
}

/** Rows and columns as they are drawn: the last category of the vertical axis is on top. */
function matrixOf(series: readonly Series[], [x]: readonly Axis[], [y]: readonly Axis[]): ExportTable | null {
  if (x?.data === undefined || y?.data === undefined) return null
  const [columns, rows] = [x.data.map(String), y.data.map(String)]
  const values = rows.map(() => columns.map((): ExportCell => null))
  for (const item of series.flatMap(({ data = [] }) => data)) {
    const [column, row, value] = valueOf(item) as readonly number[]
    values[row][column] = numberOf(value)
  }
  return {
    columns: ['', ...columns],
    rows: rows.map((name, at) => [name, ...values[at]]).reverse(),
  }
}

function placeName(axes: readonly Axis[], categories: readonly Axis[], names: DataNames): string {
  const named = axes.find(({ name }) => name !== undefined && name !== '')?.name
  if (named !== undefined) return named
  const first = categories[0]?.data?.[0]
  return typeof first === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(first) ? names.date : names.x
}

const listOf = <Item>(value: unknown): readonly Item[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as Item]

/** Items are values, or objects that have one. */
const valueOf = (item: unknown): unknown =>
  typeof item === 'object' && item !== null && 'value' in item ? item.value : item

const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null
