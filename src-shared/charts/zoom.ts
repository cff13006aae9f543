/** The shown part of a category axis: positions of its first and last category, both included. */
export interface ZoomWindow {
  readonly first: number
  readonly last: number
}

/** Fewer days are not shown. */
export const LEAST_SHOWN = 10

/** The last `shown` of `length` categories. */
export function latest(length: number, shown: number): ZoomWindow {
  return { first: Math.max(0, length - shown), last: length - 1 }
}

/**
 * The window made `factor` times as wide around its middle, or around its end while that is the end of the axis; never
 * narrower than LEAST_SHOWN nor wider than the axis.
 */
export function zoomed({ first, last }: ZoomWindow, factor: number, length: number): ZoomWindow {
  const shown = last - first + 1
  const wanted = Math.min(length, Math.max(LEAST_SHOWN, Math.round(shown * factor)))
  const end = last === length - 1 ? last : Math.round((first + last + wanted - 1) / 2)
  return within(end - wanted + 1, wanted, length)
}

/** The window moved so that `position` lies in it, no further than it has to be. */
export function showing({ first, last }: ZoomWindow, position: number, length: number): ZoomWindow {
  const shown = last - first + 1
  if (position < first) return within(position, shown, length)
  return position > last ? within(position - shown + 1, shown, length) : { first, last }
}

function within(first: number, shown: number, length: number): ZoomWindow {
  const from = Math.max(0, Math.min(first, length - shown))
  return { first: from, last: Math.min(length, from + shown) - 1 }
}
