import { debiasedEma } from '../../../src-shared/charts/smoothing.ts'

/** A long series for a chart, NaN as null. */
export interface Thinned {
  /** Places in it, ascending. */
  readonly at: number[]
  readonly values: (number | null)[]
}

/**
 * The whole series where it has no more than `points` values; else the lowest and the highest of each of points / 2 equal
 * stretches, in their order, so that no peak is lost.
 */
export function thinned(series: Float64Array, points: number): Thinned {
  const places =
    series.length <= points ? Array.from(series.keys()) : extremes(series, Math.floor(points / 2))
  return {
    at: places,
    values: places.map((place) => (Number.isNaN(series[place]) ? null : series[place])),
  }
}

/** The series and, where it has a weight, its moving average over all its values at the same places. */
export function smoothed(series: Float64Array, smoothing: number, points: number) {
  const { at, values } = thinned(series, points)
  const average = smoothing > 0 ? debiasedEma(Array.from(series), smoothing) : null
  return { steps: series.length, at, values, smoothed: average && at.map((place) => average[place]) }
}

function extremes(series: Float64Array, stretches: number): number[] {
  return Array.from({ length: stretches }, (_, stretch) => {
    const first = Math.floor((stretch * series.length) / stretches)
    const end = Math.floor(((stretch + 1) * series.length) / stretches)
    let low = first
    let high = first
    for (let at = first + 1; at < end; at++) {
      // A gap is replaced by whatever is known of its stretch.
      if (series[at] < series[low] || Number.isNaN(series[low])) low = at
      if (series[at] > series[high] || Number.isNaN(series[high])) high = at
    }
    return low === high ? [low] : low < high ? [low, high] : [high, low]
  }).flat()
}
