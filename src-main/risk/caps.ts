import { median } from '../market/standardise.ts'
import type { Panel } from '../market/panel.ts'

/** Move `caps` (N) on to `day`: the float capitalisation of each stock last known on or before it. */
export function updateCaps(panel: Panel, day: number, caps: Float64Array): void {
  const stocks = caps.length
  for (let i = 0, at = day * stocks; i < stocks; i++, at++)
    if (panel.floatCap[at] > 0) caps[i] = panel.floatCap[at]
}

/**
 * Capitalisations as weights (N): 0 outside `among`; a stock of `among` without one has the median of those of the others, and all
 * have 1 when none is known.
 */
export function capWeights(caps: Float64Array, among: Uint8Array): Float64Array {
  const known = caps.filter((cap, i) => among[i] === 1 && cap > 0)
  const usual = known.length === 0 ? 1 : median(known)
  return caps.map((cap, i) => (among[i] === 0 ? 0 : cap > 0 ? cap : usual))
}
