import type { EChartsOption, LineSeriesOption } from 'echarts'

type Series = LineSeriesOption
const seriesOf = ({ series }: EChartsOption) => [series ?? []].flat() as Series[]

/**
 * Whether a chart that shows `drawn` can be updated to show `wanted`, its series replaced by their ids, and need not be made
 * anew: merging takes nothing away.
 */
export function canUpdate(drawn: EChartsOption, wanted: EChartsOption): boolean {
  const { series: _before, ...rest } = drawn
  const { series: _after, ...others } = wanted
  const before = new Map(seriesOf(drawn).map((one) => [one.id, one]))
  const after = seriesOf(wanted)
  return (
    after.length > 0 &&
    after.every((one) => one.id !== undefined && merges(before.get(one.id), one)) &&
    Object.entries(rest).every(([name, part]) => componentMerges(part, others[name]))
  )
}

/**
 * Whether a chart that shows `drawn` and is made anew for `wanted` stays zoomed as the user has zoomed it: where both are over the same
 * categories, as after a switch of the theme, and the new one asks for no zoom itself.
 */
export function keepsZoom(drawn: EChartsOption, wanted: EChartsOption): boolean {
  const zooms = [wanted.dataZoom ?? []].flat()
  const categories = ({ xAxis }: EChartsOption) =>
    [xAxis ?? []].flat().map((axis) => (axis as { readonly data?: unknown }).data)
  const [before, after] = [categories(drawn), categories(wanted)]
  return (
    zooms.every(({ startValue, start }) => startValue === undefined && start === undefined) &&
    after.every((data) => data !== undefined) &&
    JSON.stringify(before) === JSON.stringify(after)
  )
}

/**
 * The option with the points of its lines, where they are pairs of numbers, in one array for each: ECharts copies an option as
 * it takes it, object by object, but for typed arrays.
 */
export function packed(option: EChartsOption): EChartsOption {
  return { ...option, series: seriesOf(option).map(packedLine) }
}

function packedLine(series: Series): Series {
  const { type, dimensions, data } = series
  if (type !== 'line' || dimensions?.length !== 2 || !Array.isArray(data)) return series
  const points = new Float64Array(2 * data.length)
  for (const [at, item] of data.entries()) {
    if (!Array.isArray(item) || !item.every((part) => typeof part === 'number')) return series
    points.set(item, 2 * at)
  }
  // ECharts' types know no other array of numbers.
  return { ...series, data: points as unknown as NonNullable<Series['data']> }
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Components stand in lists, which are merged by their places; other lists are replaced. */
function componentMerges(drawn: unknown, wanted: unknown): boolean {
  const [before, after] = [[drawn].flat(), [wanted].flat()]
  return before.length === after.length && before.every((one, at) => merges(one, after[at]))
}

/** Whether `wanted`, merged into `drawn`, leaves nothing of it. */
function merges(drawn: unknown, wanted: unknown): boolean {
  if (drawn === undefined) return true
  if (!isPlain(drawn)) return wanted !== undefined
  // An axis of another type is another component.
  if (!isPlain(wanted) || drawn['type'] !== wanted['type']) return false
  return Object.keys(drawn).every((key) => merges(drawn[key], wanted[key]))
}
