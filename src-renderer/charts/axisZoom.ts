import type { EChartsOption } from 'echarts'

/** A part of the horizontal axis, in its own unit. */
export interface AxisZoom {
  readonly first: number
  readonly last: number
}

/**
 * The option with every zoom on a part of the axis; null: on all of it. By its places and not by its share, the part stays where
 * it is when the axis grows.
 */
export function zoomedTo(option: EChartsOption, part: AxisZoom | null): EChartsOption {
  const shown = part === null ? { start: 0, end: 100 } : { startValue: part.first, endValue: part.last }
  return { ...option, dataZoom: [option.dataZoom ?? []].flat().map((one) => ({ ...one, ...shown })) }
}

/** What is shown as a part of the axis; null where it is all of it. */
export function partOf(shown: AxisZoom, axis: AxisZoom): AxisZoom | null {
  return shown.first <= axis.first && shown.last >= axis.last ? null : shown
}

/** The zoom moved on, as wide as it is, until it ends at the newest epoch; it is never moved back. */
export function followed(zoom: AxisZoom, newest: number): AxisZoom {
  const by = Math.max(0, newest - zoom.last)
  return { first: zoom.first + by, last: zoom.last + by }
}
