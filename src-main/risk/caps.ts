import { median } from '../market/standardise.ts'

/**
 * Capitalisations as weights (N): 0 outside `among`; a stock of `among` without one has the median of those of the others, and all
 * have 1 when none is known.
 */
export function capWeights(caps: Float64Array, among: Uint8Array): Float64Array {
  const known = caps.filter((cap, i) => among[i] === 1 && cap > 0)
  const usual = known.length === 0 ? 1 : median(known)
  return caps.map((cap, i) => (among[i] === 0 ? 0 : cap > 0 ? cap : usual))
}
